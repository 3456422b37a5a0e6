"""Personal data taken out of the store (删除个人信息), and the tombstones that keep it from coming back.

What identifies a person goes: names, numbers, contacts, texts. What counts and what proves stays: ids, digests, links,
features, scores, decisions and the audit trail, so that `xiezhi audit verify` finds everything whole afterwards. What
stood in the record as filed is here; what people wrote beside it is in `erased_texts`, what programs wrote of it in
`erased_words`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, delete, select, update

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.erased_texts import ERASED, Concerned, erase_texts, proposals_about
from xiezhi.store.erased_words import (
    NAMING,
    Words,
    erase_in_jobs,
    erase_in_scores,
    erase_kept_answers,
    without,
    words_of,
)
from xiezhi.store.filings import in_chunks, insert_or_ignore
from xiezhi.store.tables import (
    blocking_keys,
    case_attachments,
    erasures,
    filings,
    mentions,
    questions,
    tombstones,
)
from xiezhi.store.tombstones import buried, hash_of
from xiezhi.store.vault import Vault

Kind = Literal["person", "filings"]

Whom = Mapping[str, Collection[str] | None]
"""Filing id -> the party and agent ids to be erased in it; None: everybody."""

_NAMED = "named_in"
"""Beside the counts of an erasure: where the person may still be named."""

_TEXTS = ("claims", "facts")
_PARTY_KEEPS = ("party_id", "role", "kind", "id_type")
_AGENT_KEEPS = ("agent_id", "kind", "represents", "authority")


@dataclass(frozen=True)
class Erasure:
    """`erased_by` erased on this `ground`; `counts`: rows by table; `backups`: those made before, which still hold it;
    `named_in`: filings in which the person is neither party nor agent and may be named: they stay as they are."""

    erased_at: Moment
    erased_by: str
    kind: Kind
    ground: str
    counts: Mapping[str, int]
    backups: tuple[str, ...]
    named_in: tuple[str, ...] = ()
    number: int = field(default=0, compare=False)


def erase(
    connection: Connection, vault: Vault, whom: Whom, *, at: Moment, by: str, kind: Kind, ground: str,
    backups: Sequence[str], named_in: Sequence[str] = (),
) -> Erasure:  # fmt: skip
    """Take what identifies these parties and agents out of their filings, and put it on record."""
    counts = Counter[str]()
    for some in in_chunks(whom):
        part = {filing_id: whom[filing_id] for filing_id in some}
        counts += _erase_part(connection, vault, part, at=at, by=by)
    beside = {_NAMED: list(named_in)} if named_in else {}
    values = {
        "erased_at": at, "erased_by": by, "kind": kind, "ground": ground,
        "counts": json.dumps(dict(counts) | beside, sort_keys=True), "backups": json.dumps(list(backups), ensure_ascii=False),
    }  # fmt: skip
    number = keep_told(connection, "erasure", values, at=at, actor=by)["erasure_no"]
    stones = [{"filing_hash": hash_of(vault, filing_id), "erasure_no": number} for filing_id in whom]
    if stones:
        connection.execute(insert_or_ignore(connection, tombstones), stones)
    return Erasure(at, by, kind, ground, dict(counts), tuple(backups), tuple(named_in), number)


def words_in(connection: Connection, vault: Vault, whom: Whom) -> Words | None:
    """What finds the names, numbers and places of those meant, by every version of these filings."""
    people = []
    for some in in_chunks(whom):
        query = select(filings.c.filing_id, filings.c.body).where(filings.c.filing_id.in_(some))
        for filing_id, text in connection.execute(query):
            body, ids = json.loads(text), whom[filing_id]
            people += [one for one in body["parties"] if _is_meant(ids, one["party_id"])]
            people += [one for one in body.get("agents", ()) if _is_meant(ids, one["agent_id"])]
    return words_of(vault, people)


def contents_erased(connection: Connection, vault: Vault) -> list[str]:
    """Digests of the attachments that were erased and that no other filing has."""
    c = case_attachments.c
    rows = connection.execute(select(c.filing_id, c.digest).where(c.name == ERASED)).all()
    gone = buried(connection, vault, [row.filing_id for row in rows])
    kept = set(connection.execute(select(c.digest).where(c.name != ERASED)).scalars())
    return sorted({row.digest for row in rows if row.filing_id in gone} - kept)


def list_erasures(connection: Connection) -> list[Erasure]:
    """Every erasure, the newest first."""
    found = []
    for row in connection.execute(select(erasures).order_by(erasures.c.erasure_no.desc())):
        counts, backups = json.loads(row.counts), json.loads(row.backups)
        named_in = tuple(counts.pop(_NAMED, ()))
        found.append(
            Erasure(
                row.erased_at,
                row.erased_by,
                row.kind,
                row.ground,
                counts,
                tuple(backups),
                named_in,
                row.erasure_no,
            )
        )
    return found


def erased_body(
    body: Mapping[str, Any], ids: Collection[str] | None, words: Words | None = None
) -> dict[str, Any]:
    """A stored body without the parties and agents `ids` (None: all), and without every text that may name them.

    words: what finds them in the names of others, such as a company's representative.
    """

    def told(item: Mapping[str, Any], key: str, keeps: Sequence[str]) -> dict[str, Any]:
        if _is_meant(ids, item[key]):
            return _bare(item, keeps)
        return dict(item) | {name: without(words, item[name]) for name in NAMING if item.get(name)}

    kept = {name: value for name, value in body.items() if name not in (*_TEXTS, "extra")}
    kept["parties"] = [told(party, "party_id", _PARTY_KEEPS) for party in body["parties"]]
    kept["agents"] = [told(agent, "agent_id", _AGENT_KEEPS) for agent in body.get("agents", ())]
    kept["evidence"] = [
        {name: value for name, value in item.items() if name != "title"} for item in body.get("evidence", ())
    ]
    elements = body.get("elements") or {}
    kept["elements"] = {name: value for name, value in elements.items() if isinstance(value, int | float)}
    return kept


def _erase_part(connection: Connection, vault: Vault, whom: Whom, *, at: Moment, by: str) -> Counter[str]:
    words = words_in(connection, vault, whom)
    counts = Counter({"filings": _erase_filings(connection, whom, words)})
    filing_ids = list(whom)
    query = select(mentions.c.entity_id).where(mentions.c.filing_id.in_(filing_ids)).distinct()
    neighbours = list(connection.execute(query).scalars())
    entities = _erase_mentions(connection, whom, words)
    counts["mentions"] = len(entities)
    about = Concerned(
        connection, filing_ids, list(set(entities)), neighbours, proposals_about(connection, filing_ids)
    )
    counts += erase_texts(connection, about, at=at, by=by)
    counts["screenings.scores"] = erase_in_scores(connection, filing_ids, words, at=at, by=by)
    counts += erase_in_jobs(connection, filing_ids, words)
    counts["kept_answers.body"] = erase_kept_answers(connection, vault, filing_ids, words)
    return counts


def _erase_filings(connection: Connection, whom: Whom, words: Words | None) -> int:
    c = filings.c
    rows = connection.execute(select(c.row_no, c.filing_id, c.body).where(c.filing_id.in_(list(whom)))).all()
    for row in rows:
        body = json.dumps(
            erased_body(json.loads(row.body), whom[row.filing_id], words),
            ensure_ascii=False,
            separators=(",", ":"),
        )
        connection.execute(update(filings).where(c.row_no == row.row_no).values(body=body))
    return len(rows)


def _erase_mentions(connection: Connection, whom: Whom, words: Words | None) -> list[str]:
    """The person can be linked to nobody any more; whom he was linked to stays, as an entity without a name.

    The entities of the mentions erased.
    """
    c = mentions.c
    query = select(c.mention_no, c.filing_id, c.record_id, c.kind, c.entity_id, c.normalised)
    rows = connection.execute(query.where(c.filing_id.in_(list(whom)))).all()
    gone = [row for row in rows if _is_meant(whom[row.filing_id], row.record_id)]
    numbers = {row.mention_no for row in gone}
    names = {json.loads(row.normalised).get("name") for row in gone}
    for row in rows:
        bare = json.dumps({"kind": row.kind}, separators=(",", ":"))
        new = bare if row.mention_no in numbers else without(words, _headless(row.normalised, names))
        if new != row.normalised:
            connection.execute(update(mentions).where(c.mention_no == row.mention_no).values(normalised=new))
    for some in _batches([row.mention_no for row in gone]):
        connection.execute(delete(blocking_keys).where(blocking_keys.c.mention_no.in_(some)))
    for row in gone:
        q = questions.c
        connection.execute(
            delete(questions).where(
                q.filing_id == row.filing_id, q.record_id == row.record_id, q.kind == row.kind
            )
        )
    return [row.entity_id for row in gone]


def _headless(normalised: str, names: set[str | None]) -> str:
    """Comparison fields without a representative whose name is one of these: it stands there as it is compared."""
    told = json.loads(normalised)
    if told.get("head") not in names - {None}:
        return normalised
    del told["head"]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _is_meant(ids: Collection[str] | None, record_id: str) -> bool:
    return ids is None or record_id in ids


def _bare(item: Mapping[str, Any], keeps: Sequence[str]) -> dict[str, Any]:
    return {"name": ERASED} | {name: item[name] for name in keeps if name in item}


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), 500):
        yield numbers[start : start + 500]
