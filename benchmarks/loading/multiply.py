"""A large store out of a linked one: `python -m loading.multiply HOME TARGET --times 10 [--postgres]`, in `benchmarks/`.

Writes every filing of HOME so many times over, straight into the tables, with all that was linked and learned of it: a
docket as dense as that of a court so many times as large. Each copy has people, agents, firms and claims of its own; with
the others it shares its courts, its causes and the commonness of its names, by which the linker weighs them: name, sound,
surname, given name, day of birth, core of an organisation's name. The first copy keeps its ids, so that whoever is on record
in HOME is found in TARGET; the others are the crowd he is found in. HOME's secret and bundles are copied.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from resolving.server import postgres
from sqlalchemy import Connection, PrimaryKeyConstraint, Table, UniqueConstraint, func, select, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from features.history.keys import NAMESPACE_SHIFT
from features.link.profile import Profile
from features.link.profile import blocking_keys as keys_of
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.tables import (
    appearances,
    blocking_keys,
    claim_relations,
    claims,
    events,
    filings,
    findings,
    mentions,
    questions,
)

Row = tuple[Any, ...]
Copy = Callable[[Row, int], Row]
"""A row as it stands in a copy, the first of which is 0."""

_PAGE: Final = 20_000
_STEP: Final = 0x9E3779B97F4A7C15 >> 6
"""By which keys of one copy stand away from those of the next."""

_SHARED: Final = frozenset({"name", "sound", "bag", "surname", "given", "birth", "core"})
"""Keys by which many are found and counted; the others are one person's, one firm's or one claim's."""

_OWN: Final = re.compile(r'"(number|known|partial|repairs|phone|door)":"([^"]*)"')
"""What of a profile is its bearer's own."""


def main(
    home: Path,
    target: Path,
    times: Annotated[int, typer.Option(min=2, max=10)] = 10,
    is_postgres: Annotated[
        bool, typer.Option("--postgres", help="Into a server's data below TARGET.")
    ] = False,
) -> None:
    """Write TARGET, which must not be there."""
    target.mkdir()
    for path in home.iterdir():
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        elif path.name == "secret.key":
            shutil.copy(path, target)
    source = open_store(Settings(home=home, database_url=""))
    folder = target / "postgres"
    if is_postgres:
        folder.mkdir()
    with postgres(folder) if is_postgres else nullcontext("") as url:
        into = open_store(Settings(home=target, database_url=url))
        multiply(source, into, times)
        into.close()
    source.close()


def multiply(source: Store, into: Store, times: int) -> None:
    """Write all rows; says how many, and how long it took."""
    writer = _Postgres(into) if into.engine.dialect.name == "postgresql" else _Sqlite(into)
    writer.begin()
    for table, rows in _tables(source, times):
        start, number = perf_counter(), 0
        for page in rows:
            writer.write(table, page)
            number += len(page)
        print(f"{table.name}: {number:,} rows, {perf_counter() - start:.0f} s", flush=True)
    start = perf_counter()
    writer.end()
    print(f"indexes: {perf_counter() - start:.0f} s", flush=True)


def _tables(source: Store, times: int) -> Iterator[tuple[Table, Iterable[Sequence[Row]]]]:
    for table, copy in _COPIES.items():
        yield table, _copied(source, table, copy, times)
    yield blocking_keys, _copied_keys(source, times)
    yield appearances, _copied_appearances(source, times)


def _copied(source: Store, table: Table, copy: Copy, times: int) -> Iterator[list[Row]]:
    """All copies of a row one after the other, so that what was filed together stands together."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_PAGE)
    with source.read() as connection:
        for part in connection.execute(query).partitions():
            yield [copy(row, n) for row in map(tuple, part) for n in range(times)]


def _happening(row: Row, n: int) -> Row:
    """A number and a digest of its own."""
    digest = f"x{n}{row[-1][2:]}" if n else row[-1]  # hexadecimal otherwise
    return (row[0] * 10 + n, name_in(row[1], n), *row[2:-1], digest)


def _filing(row: Row, n: int) -> Row:
    name = name_in(row[1], n)
    own = json.dumps(row[1], ensure_ascii=False)
    body = row[-1].replace(f'"filing_id":{own}', f'"filing_id":{json.dumps(name, ensure_ascii=False)}', 1)
    return (row[0] * 10 + n, name, *row[2:-1], body)


def _mention(row: Row, n: int) -> Row:
    number, filing_id, record_id, kind, side, filed_at, said, entity_id, probability = row
    said = _OWN.sub(lambda found: f'"{found[1]}":"{_moved(found[2], n)}"', said) if n else said
    named = (name_in(filing_id, n), record_id, kind, side, filed_at, said, name_in(entity_id, n))
    return (number * 10 + n, *named, probability)


def _moved(value: str, n: int) -> str:
    """Another number of the same length; the scheme before a colon stays."""
    scheme, colon, rest = value.rpartition(":")
    return f"{scheme}{colon}{rest.translate(_DIGITS[n])}"


def name_in(name: str, n: int) -> str:
    """An id in a copy."""
    return f"{name}~{n}" if n else name


_DIGITS: Final = [str.maketrans("0123456789", "0123456789"[n:] + "0123456789"[:n]) for n in range(10)]
_COPIES: Final[dict[Table, Copy]] = {
    filings: _filing,
    events: _happening,
    findings: _happening,
    mentions: _mention,
    claims: lambda row, n: (name_in(row[0], n), name_in(row[1], n), row[2]),
    claim_relations: lambda row, n: (name_in(row[0], n), name_in(row[1], n), *row[2:]),
    questions: lambda row, n: (name_in(row[0], n), *row[1:4], name_in(row[4], n), row[5]),
}


def _copied_keys(source: Store, times: int) -> Iterator[list[Row]]:
    """In order of key."""
    key, filed_at, number = _read(source, f"SELECT key, filed_at, mention_no FROM {blocking_keys.name}")
    is_own = ~np.isin(key, np.array(sorted(_shared_keys(source)), np.int64))
    moved = [key + is_own * _step(n) for n in range(times)]
    yield from _in_order(moved, lambda at, n: (filed_at[at], number[at] * 10 + n))


def _copied_appearances(source: Store, times: int) -> Iterator[list[Row]]:
    """In order of key; every key names its namespace, and stays in it."""
    key, filed_at, role = _read(
        source, f"SELECT key, filed_at, role FROM {appearances.name} ORDER BY 1, 2, filing_id, 3"
    )
    with source.read() as connection:
        found = connection.execute(
            text(f"SELECT filing_id FROM {appearances.name} ORDER BY key, filed_at, 1, role")
        )
        filing_id = np.array(list(found.scalars()), dtype=object)
    low = (1 << NAMESPACE_SHIFT) - 1
    moved = [(key & ~low) | ((key + _step(n)) & low) for n in range(times)]
    for page in _in_order(moved, lambda at, n: (filed_at[at], at, role[at], n)):
        yield [(k, when, name_in(str(filing_id[at]), n), as_role) for k, when, at, as_role, n in page]


def _in_order(
    moved: Sequence[NDArray[np.int64]], columns: Callable[[Any, Any], tuple[Any, ...]]
) -> Iterator[list[Row]]:
    size = len(moved[0])
    keys = np.concatenate(moved)
    order = np.argsort(keys, kind="stable")
    for start in range(0, len(order), _PAGE * 10):
        n, at = np.divmod(order[start : start + _PAGE * 10], size)
        values = columns(at, n)
        own = keys[order[start : start + _PAGE * 10]]
        yield list(zip(own.tolist(), *(value.tolist() for value in values), strict=True))


def _read(source: Store, query: str) -> list[NDArray[np.int64]]:
    """Three columns of numbers."""
    parts = []
    with source.read() as connection:
        for part in connection.execute(text(query), execution_options={"yield_per": _PAGE * 10}).partitions():
            parts.append(np.array([tuple(row) for row in part], np.int64))
    return [np.ascontiguousarray(column) for column in np.concatenate(parts).T]


def _shared_keys(source: Store) -> set[int]:
    shared: set[int] = set()
    with source.read() as connection:
        said = connection.execute(
            select(mentions.c.normalised).distinct(), execution_options={"yield_per": _PAGE}
        )
        for normalised in said.scalars():
            held = keys_of(Profile.loads(normalised))
            shared.update(key for name, key in held.items() if name in _SHARED)
    return shared


def _step(n: int) -> int:
    return n * _STEP


class _Sqlite:
    """Rows as they come; indexes after them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self) -> None:
        with self._store.read() as connection:
            for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "cache_size = -524288"):  # KiB
                _driver(connection).execute(f"PRAGMA {pragma}")
        with self._store.write() as connection:
            for table in _written():
                for index in table.indexes:
                    index.drop(connection)

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        into = f"{table.name} ({_columns(table)}) VALUES ({', '.join('?' * len(table.c))})"
        with self._store.write() as connection:
            _driver(connection).executemany(f"INSERT INTO {into}", rows)

    def end(self) -> None:
        with self._store.write() as connection:
            for table in _written():
                for index in table.indexes:
                    index.create(connection)


class _Postgres:
    """COPY; keys and indexes after it. Vacuumed, as autovacuum does after so many rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self) -> None:
        with self._store.write() as connection:
            for table in _written():
                for index in table.indexes:
                    index.drop(connection)
                for constraint in _keys(table):
                    connection.execute(DropConstraint(constraint))

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        with (
            self._store.write() as connection,
            _driver(connection).cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({_columns(table)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def end(self) -> None:
        with self._store.write() as connection:
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            for table in _written():
                for constraint in _keys(table):
                    connection.execute(AddConstraint(constraint))
                for index in table.indexes:
                    index.create(connection)
                _count_on(connection, table)
        with self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _count_on(connection: Connection, table: Table) -> None:
    """Let the server's own numbering go on after the rows copied."""
    first = next(iter(table.primary_key))
    asked = {"table": table.name, "column": first.name}
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), asked)
    if sequence is not None:
        newest = connection.scalar(select(func.max(first)))
        connection.execute(text("SELECT setval(:name, :value)"), {"name": sequence, "value": newest})


def _written() -> list[Table]:
    return [*_COPIES, blocking_keys, appearances]


def _keys(table: Table) -> list[Any]:
    return [c for c in table.constraints if isinstance(c, PrimaryKeyConstraint | UniqueConstraint)]


def _columns(table: Table) -> str:
    return ", ".join(table.c.keys())


def _driver(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver


if __name__ == "__main__":
    typer.run(main)
