"""Personal data taken out of the store (删除个人信息), and the tombstones that keep it from coming back.

What identifies a person goes: names, numbers, contacts, texts. What counts and what proves stays: ids, digests, links,
features, scores, decisions and the audit trail, so that `xiezhi audit verify` finds everything whole afterwards.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import Connection, delete, insert, select, update

from xiezhi.clock import Moment
from xiezhi.store.audit import tell
from xiezhi.store.filings import in_chunks, insert_or_ignore
from xiezhi.store.tables import (
    blocking_keys,
    erasures,
    events,
    filings,
    findings,
    mentions,
    questions,
    tombstones,
)
from xiezhi.store.tombstones import hash_of
from xiezhi.store.vault import Vault

ERASED: Final = "×××"
"""What stands where a name stood: the linker takes it for a masked name, which links to nobody."""

Kind = Literal["person", "filings"]

Whom = Mapping[str, Collection[str] | None]
"""Filing id -> the party and agent ids to be erased in it; None: everybody."""

_TEXTS = ("claims", "facts")
_PARTY_KEEPS = ("party_id", "role", "kind", "id_type")
_AGENT_KEEPS = ("agent_id", "kind", "represents", "authority")


@dataclass(frozen=True)
class Erasure:
    """`erased_by` erased on this `ground`; `counts`: rows by table; `backups`: those made before, which still hold it."""

    erased_at: Moment
    erased_by: str
    kind: Kind
    ground: str
    counts: Mapping[str, int]
    backups: tuple[str, ...]
    number: int = field(default=0, compare=False)


def erase(
    connection: Connection, vault: Vault, whom: Whom, *, at: Moment, by: str, kind: Kind, ground: str,
    backups: Sequence[str],
) -> Erasure:  # fmt: skip
    """Take what identifies these parties and agents out of their filings, and put it on record."""
    counts = Counter[str]()
    for some in in_chunks(whom):
        part = {filing_id: whom[filing_id] for filing_id in some}
        counts["filings"] += _erase_filings(connection, part)
        counts["mentions"] += _erase_mentions(connection, part)
        counts["events"] += _erase_details(connection, events, some)
        counts["findings"] += _erase_details(connection, findings, some)
    values = {
        "erased_at": at, "erased_by": by, "kind": kind, "ground": ground,
        "counts": json.dumps(dict(counts), sort_keys=True), "backups": json.dumps(list(backups), ensure_ascii=False),
    }  # fmt: skip
    made = connection.execute(insert(erasures).values(values)).inserted_primary_key
    assert made is not None, "one row was put in"
    tell(connection, "erasure", [values | {"erasure_no": made[0]}], at=at, actor=by)
    stones = [{"filing_hash": hash_of(vault, filing_id), "erasure_no": made[0]} for filing_id in whom]
    if stones:
        connection.execute(insert_or_ignore(connection, tombstones), stones)
    return Erasure(at, by, kind, ground, dict(counts), tuple(backups), made[0])


def list_erasures(connection: Connection) -> list[Erasure]:
    """Every erasure, the newest first."""
    return [
        Erasure(
            row.erased_at, row.erased_by, row.kind, row.ground, json.loads(row.counts),
            tuple(json.loads(row.backups)), row.erasure_no,
        )
        for row in connection.execute(select(erasures).order_by(erasures.c.erasure_no.desc()))
    ]  # fmt: skip


def erased_body(body: Mapping[str, Any], ids: Collection[str] | None) -> dict[str, Any]:
    """A stored body without the parties and agents `ids` (None: all), and without every text that may name them."""

    def gone(item: Mapping[str, Any], key: str) -> bool:
        return ids is None or item.get(key) in ids

    kept = {name: value for name, value in body.items() if name not in (*_TEXTS, "extra")}
    kept["parties"] = [
        _bare(party, _PARTY_KEEPS) if gone(party, "party_id") else party for party in body["parties"]
    ]
    kept["agents"] = [
        _bare(agent, _AGENT_KEEPS) if gone(agent, "agent_id") else agent for agent in body.get("agents", ())
    ]
    kept["evidence"] = [
        {name: value for name, value in item.items() if name != "title"} for item in body.get("evidence", ())
    ]
    elements = body.get("elements") or {}
    kept["elements"] = {name: value for name, value in elements.items() if not isinstance(value, str)}
    return kept


def _erase_filings(connection: Connection, whom: Whom) -> int:
    c = filings.c
    rows = connection.execute(select(c.row_no, c.filing_id, c.body).where(c.filing_id.in_(list(whom)))).all()
    for row in rows:
        body = json.dumps(
            erased_body(json.loads(row.body), whom[row.filing_id]), ensure_ascii=False, separators=(",", ":")
        )
        connection.execute(update(filings).where(c.row_no == row.row_no).values(body=body))
    return len(rows)


def _erase_mentions(connection: Connection, whom: Whom) -> int:
    """The person can be linked to nobody any more; whom he was linked to stays, as an entity without a name."""
    c = mentions.c
    query = select(c.mention_no, c.filing_id, c.record_id, c.kind).where(c.filing_id.in_(list(whom)))
    gone = [row for row in connection.execute(query) if _is_meant(whom[row.filing_id], row.record_id)]
    for row in gone:
        bare = json.dumps({"kind": row.kind}, separators=(",", ":"))
        connection.execute(update(mentions).where(c.mention_no == row.mention_no).values(normalised=bare))
    for some in _batches([row.mention_no for row in gone]):
        connection.execute(delete(blocking_keys).where(blocking_keys.c.mention_no.in_(some)))
    for row in gone:
        q = questions.c
        connection.execute(
            delete(questions).where(
                q.filing_id == row.filing_id, q.record_id == row.record_id, q.kind == row.kind
            )
        )
    return len(gone)


def _erase_details(connection: Connection, table: Any, filing_ids: Sequence[str]) -> int:
    """Free text of what happened may name anybody; kind, time and digest stay."""
    of = table.c.filing_id.in_(filing_ids) & table.c.detail.is_not(None)
    return int(connection.execute(update(table).where(of).values(detail=None)).rowcount)


def _is_meant(ids: Collection[str] | None, record_id: str) -> bool:
    return ids is None or record_id in ids


def _bare(item: Mapping[str, Any], keeps: Sequence[str]) -> dict[str, Any]:
    return {"name": ERASED} | {name: item[name] for name in keeps if name in item}


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), 500):
        yield numbers[start : start + 500]
