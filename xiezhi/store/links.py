"""Links: who each mention is, which filings carry one claim, and in which filings a key appeared.

Rows are written once, by the linker. `mentions` are numbered here, in the order they were linked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, func, select, text, update

from xiezhi.clock import Moment
from xiezhi.store.changes import note_all_changed, note_changed
from xiezhi.store.claim_relations import RelatedFiling
from xiezhi.store.filings import among, in_byte_order, in_chunks, insert_or_ignore
from xiezhi.store.judgements import MentionRef
from xiezhi.store.mentions import MentionRow
from xiezhi.store.questions import Question
from xiezhi.store.tables import (
    appearances,
    blocking_keys,
    claim_relations,
    claims,
    filings,
    mentions,
    questions,
)

_PAGE = 10_000
_KEYS_IN_UNION = 50


@dataclass(frozen=True, slots=True)
class Link:
    """One mention and the entity it was linked to. `kind`: person, organization, agent or firm."""

    filing_id: str
    record_id: str
    kind: str
    side: str
    entity_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class LinkedMention:
    """A link with what the linker needs to find it again: its comparison fields (JSON) and hashed keys."""

    link: Link
    filed_at: Moment
    normalised: str
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinkedFiling:
    """Everything the linker found about one filing, ready to be kept."""

    filing_id: str
    filed_at: Moment
    mentions: tuple[LinkedMention, ...]
    claim_id: str
    claim_probability: float
    appearances: tuple[tuple[int, int], ...]  # (key, role)
    questions: tuple[Question, ...] = ()
    relations: tuple[RelatedFiling, ...] = ()


def begin_linking(connection: Connection) -> int:
    """Shut other linkers out until this transaction ends; the number of the newest mention, 0 if none."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE mentions IN SHARE ROW EXCLUSIVE MODE"))
    return newest_mention(connection)


def newest_mention(connection: Connection) -> int:
    """Number of the mention linked last, 0 if there is none."""
    return connection.execute(_NEWEST).scalar_one() or 0


_NEWEST = select(func.max(mentions.c.mention_no))


def expect_many_rows(connection: Connection) -> None:
    """Let SQLite hold more of its indexes in memory while rows are written in the random order of their keys."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -131072")  # KiB; 2 MB by default


def keep(connection: Connection, linked: Sequence[LinkedFiling], after: int) -> int:
    """Write what was linked, numbering mentions from `after` + 1; the last number given."""
    mention_rows: list[tuple[Any, ...]] = []
    key_rows: list[tuple[Any, ...]] = []
    number = after
    for one in linked:
        for mention in one.mentions:
            number += 1
            link, filed_at = mention.link, mention.filed_at
            named = (link.filing_id, link.record_id, link.kind, link.side)
            found = (mention.normalised, link.entity_id, link.probability)
            mention_rows.append((number, *named, filed_at, *found))
            key_rows += [(key, filed_at, number) for key in set(mention.keys)]
    _insert(connection, mentions, mention_rows)
    # In the order of the key, so that neighbouring pages of the index are written together.
    _insert(connection, blocking_keys, sorted(key_rows))
    _insert_found(connection, linked)
    return number


def _insert_found(connection: Connection, linked: Sequence[LinkedFiling]) -> None:
    """What was found of filings, beside who is who."""
    seen = [(key, one.filed_at, one.filing_id, role) for one in linked for key, role in one.appearances]
    related = [astuple(relation) for one in linked for relation in one.relations]
    carried = [(one.filing_id, one.claim_id, one.claim_probability) for one in linked]
    asked = [astuple(question) for one in linked for question in one.questions]
    _insert(connection, appearances, sorted(seen))
    note_changed(connection, [one.filing_id for one in linked])
    _insert(connection, claims, carried)
    _insert(connection, claim_relations, related)
    _insert(connection, questions, asked)


def _insert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert full rows, in the order of the table's columns.

    Straight to the driver: for millions of narrow rows SQLAlchemy's handling of each costs more than the write.
    """
    if not rows:
        return
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    columns = ", ".join(table.c.keys())
    marks = ", ".join([mark] * len(table.c))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(rows))


def relink(
    connection: Connection, one: LinkedFiling, rows: Sequence[MentionRow], keys_gone: Collection[int]
) -> bool:
    """Write the links of a filing in place of those it has, `rows`; whether an entity or the claim moved.

    keys_gone: keys of its claim it no longer stands under. Mentions keep their numbers.
    """
    number = {(row.record_id, row.kind): row.number for row in rows}
    entity = {row.number: row.entity_id for row in rows}
    claimed = claims_of(connection, [one.filing_id]).get(one.filing_id)
    moved = claimed is None or claimed[0] != one.claim_id
    key_rows: set[tuple[int, Moment, int]] = set()
    for mention in one.mentions:
        link = mention.link
        own = number[link.record_id, link.kind]
        moved = moved or entity[own] != link.entity_id
        values = {
            "normalised": mention.normalised,
            "entity_id": link.entity_id,
            "probability": link.probability,
        }
        connection.execute(update(mentions).where(mentions.c.mention_no == own).values(values))
        key_rows |= {(key, one.filed_at, own) for key in mention.keys}
    for table in (appearances, claims, claim_relations, questions):
        connection.execute(table.delete().where(table.c.filing_id == one.filing_id))
    b = blocking_keys.c
    for key in keys_gone:
        stale = (b.key == key, b.filed_at == one.filed_at, b.mention_no.in_(list(entity)))
        connection.execute(blocking_keys.delete().where(*stale))
    columns = blocking_keys.c.keys()
    added = [dict(zip(columns, row, strict=True)) for row in sorted(key_rows)]
    connection.execute(insert_or_ignore(connection, blocking_keys), added)
    _insert_found(connection, [one])
    return moved


def clear_links(connection: Connection) -> None:
    """Take away every link, claim, relation, question and row of the index; to link the whole store anew."""
    for table in (blocking_keys, appearances, claim_relations, claims, questions, mentions):
        connection.execute(table.delete())
    note_all_changed(connection)


def first_mentions(connection: Connection) -> dict[str, MentionRef]:
    """Entity id -> its first mention in order of `(filed_at, number)`."""
    m = mentions.c
    query = select(m.entity_id, m.filing_id, m.record_id, m.kind).order_by(m.filed_at, m.mention_no)
    found: dict[str, MentionRef] = {}
    with connection.execute(query, execution_options={"yield_per": _PAGE}) as rows:
        for entity_id, *named in rows:
            if entity_id not in found:
                found[entity_id] = MentionRef(*named)
    return found


def links_of(connection: Connection, filing_ids: Sequence[str]) -> list[Link]:
    """Links of these filings, in the order of filing and record as linked."""
    found: list[Link] = []
    for chunk in in_chunks(filing_ids):
        query = select(*_LINK).where(mentions.c.filing_id.in_(chunk)).order_by(mentions.c.mention_no)
        found += [Link(*row) for row in connection.execute(query)]
    return found


def claims_of(connection: Connection, filing_ids: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Filing id -> (claim id, probability) of those that were linked."""
    found: dict[str, tuple[str, float]] = {}
    for chunk in in_chunks(filing_ids):
        query = select(claims.c.filing_id, claims.c.claim_id, claims.c.probability)
        for filing_id, claim_id, probability in connection.execute(
            query.where(claims.c.filing_id.in_(chunk))
        ):
            found[filing_id] = (claim_id, probability)
    return found


def latest_appearances(
    connection: Connection, keys: Sequence[int], before: Moment, most: int
) -> list[tuple[int, str, int]]:
    """(key, filing id, role) of at most the `most` latest appearances of each key with `filed_at < before`.

    The latest in order of filed_at, filing id and role; of each key the oldest of them first. No more rows are read.
    """
    found: list[tuple[int, Moment, str, int]] = []
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), _KEYS_IN_UNION):
        chunk = distinct[start : start + _KEYS_IN_UNION]
        values = tuple(value for key in chunk for value in (key, before, most))
        rows = connection.exec_driver_sql(_latest_of_each(len(chunk), connection.dialect.name), values).all()
        found += [(row[0], row[1], row[2], row[3]) for row in rows]
    return [(key, filing_id, role) for key, _, filing_id, role in sorted(found)]


@lru_cache(maxsize=128)
def _latest_of_each(keys: int, dialect: str) -> str:
    """One read of the index for each key, in one statement: neither database bounds rows a key in an IN list."""
    mark = "%s" if dialect == "postgresql" else "?"
    one = (
        f"SELECT * FROM (SELECT key, filed_at, filing_id, role FROM appearances WHERE key = {mark} AND filed_at < {mark} "
        f"ORDER BY filed_at DESC, filing_id DESC, role DESC LIMIT {mark}) AS k"
    )
    return " UNION ALL ".join(f"{one}{i}" for i in range(keys))


def appearances_of_filings(
    connection: Connection, filing_ids: Iterable[str], span: tuple[int, int] | None = None
) -> list[tuple[int, str, int]]:
    """Rows (key, filing id, role) of these filings, in no order; of keys in `span` alone, (first, last)."""
    a = appearances.c
    query = select(a.key, a.filing_id, a.role).where(among(connection, a.filing_id, filing_ids))
    if span is not None:
        query = query.where(a.key.between(*span))
    return [(row[0], row[1], row[2]) for row in connection.execute(query).all()]


def newest_linked(connection: Connection) -> Moment | None:
    """`filed_at` of the newest filing linked, None if there is none."""
    newest: Moment | None = connection.execute(select(func.max(mentions.c.filed_at))).scalar_one()
    return newest


def moments_linked(connection: Connection, since: Moment, until: Moment) -> list[Moment]:
    """Moments with `since <= moment <= until` at which a filing that is linked was filed, in order."""
    m = mentions.c.filed_at
    query = select(m).distinct().where(m >= since, m <= until).order_by(m)
    return list(connection.execute(query).scalars())


def unlinked(connection: Connection) -> list[tuple[Moment, str]]:
    """(filed_at, filing id) of every filing not linked yet, in that order."""
    linked = select(claims.c.filing_id).where(claims.c.filing_id == filings.c.filing_id).exists()
    query = select(filings.c.filed_at, filings.c.filing_id).where(filings.c.version == 1, ~linked)
    return sorted((row[0], row[1]) for row in connection.execute(query))


def every_link(connection: Connection) -> Iterator[Link]:
    """Every link of the store, in the order linked."""
    last = 0
    query = select(mentions.c.mention_no, *_LINK).order_by(mentions.c.mention_no).limit(_PAGE)
    while rows := connection.execute(query.where(mentions.c.mention_no > last)).all():
        last = rows[-1][0]
        for row in rows:
            yield Link(*row[1:])


def every_claim(connection: Connection) -> Iterator[tuple[str, str]]:
    """(filing id, claim id) of every filing linked, by filing id."""
    filing_id = in_byte_order(connection, claims.c.filing_id)
    query = select(claims.c.filing_id, claims.c.claim_id).order_by(filing_id).limit(_PAGE)
    last = ""
    while rows := connection.execute(query.where(filing_id > last)).all():
        last = rows[-1][0]
        for row in rows:
            yield row[0], row[1]


_LINK = (
    mentions.c.filing_id,
    mentions.c.record_id,
    mentions.c.kind,
    mentions.c.side,
    mentions.c.entity_id,
    mentions.c.probability,
)
