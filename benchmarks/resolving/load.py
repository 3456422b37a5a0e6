"""A docket taken into a store's tables as fast as the database takes it, past the linker."""

from __future__ import annotations

import gc
import struct
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Index, PrimaryKeyConstraint, Table, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from resolving.docket import MENTIONS, Docket
from resolving.rows import Rows, rows_of
from xiezhi.progress import Advance
from xiezhi.store import Store
from xiezhi.store.tables import blocking_keys, claims, filings, mentions

_TOGETHER: Final = 10_000
"""Filings a batch: 90,000 mentions, about 800,000 keys."""

_BUCKETS: Final = 64
"""Parts of the keys' range that are sorted one by one (SQLite)."""

_TABLES: Final = (filings, mentions, blocking_keys, claims)


def load(store: Store, docket: Docket, advance: Advance) -> dict[str, float]:
    """Write the whole docket; seconds it took by stage. The store must be new."""
    loader = _Postgres(store) if store.engine.dialect.name == "postgresql" else _Sqlite(store)
    seconds = {"make": 0.0, "write": 0.0}
    loader.begin()
    gc.disable()  # nothing here makes cycles, and the docket's people are many
    for done in range(0, docket.filings, _TOGETHER):
        start = perf_counter()
        suits = list(docket.write(min(_TOGETHER, docket.filings - done)))
        rows = rows_of(suits, store.vault, done * MENTIONS + 1, done + 1)
        middle = perf_counter()
        loader.take(rows)
        seconds["make"] += middle - start
        seconds["write"] += perf_counter() - middle
        advance((done + len(suits)) * MENTIONS, docket.filings * MENTIONS)
    gc.enable()
    start = perf_counter()
    loader.end()
    seconds["index"] = perf_counter() - start
    return seconds


class _Sqlite:
    """Keys wait in memory, 16 bytes each, and are written last, in order: one pass over their tree."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts: list[list[NDArray[np.int64]]] = [[] for _ in range(_BUCKETS)]
        self._moments: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]

    def begin(self) -> None:
        with self._store.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA journal_mode = MEMORY")
            driver.execute("PRAGMA synchronous = OFF")
            driver.execute("PRAGMA cache_size = -524288")  # KiB
        with self._store.write() as connection:
            for index in _indexes():
                index.drop(connection)

    def take(self, rows: Rows) -> None:
        with self._store.write() as connection:
            for table, of in ((filings, rows.filings), (mentions, rows.mentions), (claims, rows.claims)):
                _insert(connection, table, of)
        keys = rows.key_rows()
        self._moments.append(np.array(rows.moments))
        edges = np.searchsorted(keys[:, 0], _bucket_edges())
        for part, held in zip(self._parts, np.split(keys[:, ::2], edges), strict=True):
            part.append(held.copy())

    def end(self) -> None:
        moments = np.concatenate(self._moments)
        for i, part in enumerate(self._parts):
            keys = np.concatenate(part)
            self._parts[i] = []
            keys = keys[np.argsort(keys[:, 0], kind="stable")]
            with self._store.write() as connection:
                rows = zip(
                    keys[:, 0].tolist(), moments[keys[:, 1]].tolist(), keys[:, 1].tolist(), strict=True
                )
                _insert(connection, blocking_keys, rows)
        with self._store.write() as connection:
            for index in _indexes():
                index.create(connection)
        # As the service opens it.
        self._store.engine.dispose()


class _Postgres:
    """COPY, in the order linked; indexes after it. Vacuumed, as autovacuum does after so many rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self) -> None:
        with self._store.write() as connection:
            for index in _indexes():
                index.drop(connection)
            for constraint in _keys():
                connection.execute(DropConstraint(constraint))

    def take(self, rows: Rows) -> None:
        with self._store.write() as connection:
            for table, of in ((filings, rows.filings), (mentions, rows.mentions), (claims, rows.claims)):
                with _cursor(connection).copy(f"COPY {table.name} ({_columns(table)}) FROM STDIN") as copy:
                    for row in of:
                        copy.write_row(row)
            sql = f"COPY {blocking_keys.name} ({_columns(blocking_keys)}) FROM STDIN (FORMAT binary)"
            with _cursor(connection).copy(sql) as copy:
                copy.write(_binary(rows.key_rows()))

    def end(self) -> None:
        with self._store.write() as connection:
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            for constraint in _keys():
                connection.execute(AddConstraint(constraint))
            for index in _indexes():
                index.create(connection)
        with self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _indexes() -> Iterator[Index]:
    for table in _TABLES:
        yield from sorted(table.indexes, key=lambda index: str(index.name))


def _keys() -> list[PrimaryKeyConstraint]:
    return [table.primary_key for table in (blocking_keys, mentions, claims)]


def _bucket_edges() -> NDArray[np.int64]:
    return np.array([i * (2**64 // _BUCKETS) - 2**63 for i in range(1, _BUCKETS)], np.int64)


def _columns(table: Table) -> str:
    return ", ".join(table.c.keys())


def _insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    marks = ", ".join(["?"] * len(table.c))
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.executemany(f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({marks})", rows)


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver.cursor()


def _binary(rows: NDArray[np.int64]) -> bytes:
    """Rows of three 64-bit integers as COPY reads them (PostgreSQL, COPY, Binary Format)."""
    record = np.dtype([("fields", ">i2"), *((f"{name}{i}", kind) for i in range(3) for name, kind in (("size", ">i4"), ("value", ">i8")))])  # fmt: skip
    table = np.zeros(len(rows), record)
    table["fields"] = 3
    for i in range(3):
        table[f"size{i}"], table[f"value{i}"] = 8, rows[:, i]
    return b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0) + table.tobytes() + struct.pack(">h", -1)
