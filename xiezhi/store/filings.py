"""Filings as filed: every version kept, identity numbers sealed.

The `body` of a row is `xiezhi.records.to_body` as JSON, with two changes: each `parties[].id_number` is
sealed, and `extra` (keys the format does not know, so they may hold anything) is sealed as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Row,
    Select,
    String,
    Table,
    any_,
    bindparam,
    exists,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from xiezhi.clock import Moment
from xiezhi.records import Filing, filing_from_body, to_body
from xiezhi.store.changes import note_changed
from xiezhi.store.tables import filings
from xiezhi.store.tombstones import buried
from xiezhi.store.vault import Vault

IN_CHUNK = 500
"""Values in one IN list: well below SQLite's oldest limit of 999 variables a statement."""

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

_PAGE = 2_000
"""Filings fetched at a time while iterating; bounds memory."""


@dataclass(frozen=True, slots=True)
class StoredFiling:
    """One version of a filing. Version 1 is the filing as first received."""

    filing: Filing
    version: int
    recorded_at: Moment
    source: str
    cause_family: str


@dataclass(frozen=True, slots=True)
class PutCount:
    """What a write did: records not known before, new versions of known ones, and ones already there."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: PutCount) -> PutCount:
        return PutCount(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged
        )


def put_filings(
    connection: Connection, vault: Vault, rows: Sequence[tuple[Filing, str, str]], received_at: Moment
) -> PutCount:
    """Keep `(filing, cause family, source)` rows; a record the store already holds changes nothing.

    A filing with a new content becomes the next version, known from `received_at` on; version 1 is known
    from its `filed_at`. Content equal to *any* version held counts as already there: an old export read
    again must not undo a correction. So does every version of a filing of which something was erased.
    """
    known = _versions_held(connection, [filing.filing_id for filing, _, _ in rows])
    gone = buried(connection, vault, list(known))
    new: list[dict[str, Any]] = []
    added = changed = 0
    for filing, family, source in rows:
        body = to_body(filing)
        digest = _digest(vault, body)
        held = known.setdefault(filing.filing_id, _Held())
        if digest in held.digests or filing.filing_id in gone:
            continue
        recorded_at = max(received_at, held.recorded_at + 1) if held.version else filing.filed_at
        held.add(digest, recorded_at)
        added += held.version == 1
        changed += held.version > 1
        new.append(
            {
                "filing_id": filing.filing_id,
                "version": held.version,
                "digest": digest,
                "recorded_at": recorded_at,
                "received_at": received_at,
                "source": source,
                "filed_at": filing.filed_at,
                "court": filing.court,
                "proceeding": filing.proceeding,
                "cause": filing.cause,
                "cause_family": family,
                "claim_amount": filing.claim_amount,
                "body": _compact(_seal(vault, body)),
            }
        )
    if new:
        connection.execute(insert_or_ignore(connection, filings), new)
        note_changed(connection, [row["filing_id"] for row in new if row["version"] == 1])
    return PutCount(added, changed, len(rows) - added - changed)


def knows_filing(connection: Connection, filing_id: str) -> bool:
    """Whether some version of a filing is held."""
    return connection.execute(_KNOWN, {"filing_id": filing_id}).first() is not None


_KNOWN = select(filings.c.version).where(filings.c.filing_id == bindparam("filing_id")).limit(1)


def get_filing(
    connection: Connection, vault: Vault, filing_id: str, as_of: Moment | None = None
) -> StoredFiling | None:
    """The newest version recorded at or before `as_of` (None: the newest), or None."""
    return get_filings(connection, vault, [filing_id], as_of).get(filing_id)


def get_filings(
    connection: Connection, vault: Vault, filing_ids: Sequence[str], as_of: Moment | None = None
) -> dict[str, StoredFiling]:
    """The filings there are, each in its newest version recorded at or before `as_of`, by filing id."""
    found: dict[str, StoredFiling] = {}
    for chunk in in_chunks(filing_ids):
        query = _columns().where(filings.c.filing_id.in_(chunk)).order_by(filings.c.version)
        if as_of is not None:
            query = query.where(filings.c.recorded_at <= as_of)
        newest = {row.filing_id: row for row in connection.execute(query)}
        found.update((key, _open_row(vault, row, open_ids=True)) for key, row in newest.items())
    return found


def get_first(connection: Connection, vault: Vault, filing_id: str) -> Filing | None:
    """A filing as first received, the version that was linked; None where there is none."""
    query = _columns().where(filings.c.filing_id == filing_id, filings.c.version == 1)
    row = connection.execute(query).first()
    return None if row is None else _open_row(vault, row, open_ids=True).filing


def case_numbers_of(connection: Connection, filing_ids: Sequence[str], as_of: Moment) -> dict[str, str]:
    """Filing id -> case number (案号) in its newest version recorded by `as_of`; none where that has none."""
    found: dict[str, str] = {}
    for chunk in in_chunks(filing_ids):
        query = select(filings.c.filing_id, filings.c.body).order_by(filings.c.version)
        known = query.where(filings.c.filing_id.in_(chunk), filings.c.recorded_at <= as_of)
        found.update(
            (row.filing_id, json.loads(row.body).get("case_number") or "")
            for row in connection.execute(known)
        )
    return {filing_id: number for filing_id, number in found.items() if number}


def versions_of(
    connection: Connection, vault: Vault, filing_ids: Sequence[str]
) -> dict[str, list[StoredFiling]]:
    """Every version of the filings there are, oldest first, by filing id; what is sealed stays shut."""
    found: dict[str, list[StoredFiling]] = {}
    for chunk in in_chunks(filing_ids):
        query = _columns().where(filings.c.filing_id.in_(chunk)).order_by(filings.c.version)
        for row in connection.execute(query):
            found.setdefault(row.filing_id, []).append(_open_row(vault, row, open_ids=False))
    return found


def iterate_filings(
    connection: Connection,
    vault: Vault,
    *,
    since: Moment | None = None,
    before: Moment | None = None,
    first_version: bool = False,
    open_ids: bool = False,
) -> Iterator[StoredFiling]:
    """Filings with `since <= filed_at < before`, ordered by `(filed_at, filing_id)`, read page by page.

    Each in its newest version, or with `first_version` as first received. Without `open_ids` what is
    sealed stays shut: `id_number` is None and `extra` empty.
    """
    for row in _rows_in_order(connection, since, before, first_version=first_version):
        yield _open_row(vault, row, open_ids=open_ids)


def iterate_bodies(
    connection: Connection, since: Moment | None = None, before: Moment | None = None
) -> Iterator[tuple[str, str]]:
    """(filing id, body) of the filings `iterate_filings` gives as first received: for `read_body` to read elsewhere."""
    for row in _rows_in_order(connection, since, before, first_version=True):
        yield row.filing_id, row.body


def read_body(body: str) -> Filing:
    """The filing of a stored body; what is sealed stays shut."""
    return filing_from_body(_shut(json.loads(body)))


def _rows_in_order(
    connection: Connection, since: Moment | None, before: Moment | None, *, first_version: bool
) -> Iterator[Row[Any]]:
    filing_id = in_byte_order(connection, filings.c.filing_id)
    conditions = [filings.c.version == 1] if first_version else [_is_newest()]
    if since is not None:
        conditions.append(filings.c.filed_at >= since)
    if before is not None:
        conditions.append(filings.c.filed_at < before)
    query = _columns().where(*conditions).order_by(filings.c.filed_at, filing_id).limit(_PAGE)
    page = connection.execute(query).all()
    while page:
        yield from page
        last = page[-1]
        later = tuple_(filings.c.filed_at, filing_id) > tuple_(last.filed_at, last.filing_id)
        # The plain bound beside the pair lets both databases start in the index.
        page = connection.execute(query.where(filings.c.filed_at >= last.filed_at, later)).all()


def count_filings(connection: Connection) -> int:
    """How many filings there are, versions not counted."""
    query = select(func.count()).select_from(filings).where(filings.c.version == 1)
    return connection.execute(query).scalar_one()


def filed_at_of(connection: Connection, filing_ids: Sequence[str]) -> dict[str, Moment]:
    """When each of these filings that is there was filed, by its first version."""
    found: dict[str, Moment] = {}
    for some in in_chunks(filing_ids):
        query = select(filings.c.filing_id, filings.c.filed_at).where(
            filings.c.filing_id.in_(some), filings.c.version == 1
        )
        found.update({row.filing_id: row.filed_at for row in connection.execute(query)})
    return found


def courts_of(connection: Connection, filing_ids: Sequence[str]) -> dict[str, str]:
    """Filing id -> the court it was first filed with, of those that are there."""
    found: dict[str, str] = {}
    for chunk in in_chunks(filing_ids):
        query = select(filings.c.filing_id, filings.c.court)
        query = query.where(filings.c.filing_id.in_(chunk), filings.c.version == 1)
        found.update((row.filing_id, row.court) for row in connection.execute(query))
    return found


def is_within(filing_id: ColumnElement[str], courts: Collection[str]) -> ColumnElement[bool]:
    """Whether a filing was first filed with one of `courts` (none named: any): what one of bound reach may be shown."""
    if not courts:
        return true()
    own = filings.alias()
    return exists().where(own.c.filing_id == filing_id, own.c.version == 1, own.c.court.in_(sorted(courts)))


def in_chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The distinct `values` in pieces that fit an IN list."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), IN_CHUNK):
        yield distinct[start : start + IN_CHUNK]


def among(connection: Connection, column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """`column` is one of `values`, however many, handed over as one parameter: an IN list of a thousand costs the
    statement's making more than its answer."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(String)))
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def listed(dialect: str, column: ColumnElement[str], name: str = "ids") -> ColumnElement[bool]:
    """As `among`, for a statement made once: the values come with each execution, as `list_for` hands them over."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=postgresql.ARRAY(String)))
    return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))


def list_for(dialect: str, values: Iterable[str]) -> list[str] | str:
    """The parameter of `listed`."""
    return list(values) if dialect == "postgresql" else json.dumps(list(values))


def insert_or_ignore(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves a row alone which another writer put first."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def in_byte_order(connection: Connection, column: ColumnElement[str]) -> ColumnElement[str]:
    """`column` compared by bytes: PostgreSQL's own order depends on the database's locale."""
    return column.collate("C") if connection.dialect.name == "postgresql" else column


class _Held:
    """What the store holds of one filing."""

    __slots__ = ("digests", "recorded_at", "version")

    def __init__(self) -> None:
        self.version = 0
        self.recorded_at: Moment = 0
        self.digests: set[str] = set()

    def add(self, digest: str, recorded_at: Moment) -> None:
        self.version += 1
        self.recorded_at = recorded_at
        self.digests.add(digest)


def _versions_held(connection: Connection, ids: Sequence[str]) -> dict[str, _Held]:
    held: dict[str, _Held] = {}
    columns = (filings.c.filing_id, filings.c.digest, filings.c.recorded_at)
    for chunk in in_chunks(ids):
        query = select(*columns).where(filings.c.filing_id.in_(chunk)).order_by(filings.c.version)
        for filing_id, digest, recorded_at in connection.execute(query):
            held.setdefault(filing_id, _Held()).add(digest, recorded_at)
    return held


def _columns() -> Select[Any]:
    c = filings.c
    return select(c.filing_id, c.filed_at, c.version, c.recorded_at, c.source, c.cause_family, c.body)


def _is_newest() -> ColumnElement[bool]:
    later = filings.alias("later")
    newer = (later.c.filing_id == filings.c.filing_id) & (later.c.version > filings.c.version)
    return ~exists(select(later.c.row_no).where(newer))


def _digest(vault: Vault, body: dict[str, Any]) -> str:
    """128 bits over the record. Keyed where a number goes in, so that none can be guessed from it."""
    plain = {key: value for key, value in body.items() if key != "filed_on"}  # `filed_at` says it
    plain["parties"] = [
        {**p, "id_number": vault.search_hash(p["id_number"])} if "id_number" in p else p
        for p in body["parties"]
    ]
    if "extra" in body:
        plain["extra"] = vault.search_hash(_canonical(body["extra"]))
    return blake2b(_canonical(plain).encode(), digest_size=16).hexdigest()


def _seal(vault: Vault, body: dict[str, Any]) -> dict[str, Any]:
    sealed = dict(body)
    sealed["parties"] = [
        {**p, "id_number": vault.seal(p["id_number"])} if "id_number" in p else p for p in body["parties"]
    ]
    if "extra" in body:
        sealed["extra"] = vault.seal(_compact(body["extra"]))
    return sealed


def _open_row(vault: Vault, row: Row[Any], *, open_ids: bool) -> StoredFiling:
    body = json.loads(row.body)
    if open_ids:
        for party in body["parties"]:
            if "id_number" in party:
                party["id_number"] = vault.open(party["id_number"])
        if "extra" in body:
            body["extra"] = json.loads(vault.open(body["extra"]))
    else:
        _shut(body)
    return StoredFiling(filing_from_body(body), row.version, row.recorded_at, row.source, row.cause_family)


def _shut(body: dict[str, Any]) -> dict[str, Any]:
    """A stored body without what is sealed."""
    for party in body["parties"]:
        party.pop("id_number", None)
    body.pop("extra", None)
    return body
