"""Every appearance and event of a store in columns, many at a time: what a process reads to hold a history in memory.

PostgreSQL gathers whole columns itself and tells a filing by a hash of its id, so that no row becomes a Python object:
of millions, that took most of the time, and held up whoever asked meanwhile. SQLite reads within the process; its rows
cost little more than their reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select, text

from features.history.docket import HAPPENINGS, Ints, happening_code
from features.history.fetch import pages
from xiezhi.store.tables import appearances, events

_BLOCKS = 1_000
"""Blocks of a table read at once: some hundred thousand rows."""
_IDS = 100_000
"""Ids sent at once."""


class Numbers:
    """The numbers of filings by their ids: places among `ids`, which are distinct."""

    def __init__(self, connection: Connection, ids: NDArray[Any]) -> None:
        self._connection, self._ids = connection, ids
        self._hashes, self._order = _NONE, _NONE
        if connection.dialect.name == "postgresql":
            hashes = _hashes(connection, ids)
            self._order = hashes.argsort()
            self._hashes = hashes[self._order]
        # Two of ten million ids share a hash of 64 bits once in 370,000 stores. Then all are told by name.
        self._is_hashed = len(self._hashes) > 0 and bool((self._hashes[1:] != self._hashes[:-1]).all())

    def appearances(self) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """Keys, numbers of filings (-1: none of them), roles, moments of filing. In no order."""
        if self._is_hashed:
            for key, of, role, filed_at in self._columns(
                "appearances", _HASH, "role", "filed_at", first="key"
            ):
                yield key, self._numbers(of), role, filed_at
            return
        a, number = appearances.c, self.by_name
        for page in pages(self._connection, select(a.key, a.filing_id, a.role, a.filed_at)):
            keys, ids, roles, moments = zip(*page, strict=True)
            yield _ints(keys), _ints(list(map(number.get, ids, repeat(-1)))), _ints(roles), _ints(moments)

    def events(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Numbers of filings (-1: none of them), kinds of happenings, moments from which they were known. In no order."""
        if self._is_hashed:
            kind = f"array_position(ARRAY[{', '.join(map(repr, HAPPENINGS))}]::text[], kind::text) - 1"
            for of, code, known in self._columns("events", kind, "greatest(at, recorded_at)", first=_HASH):
                yield self._numbers(of), code, known
            return
        e, number = events.c, self.by_name
        for page in pages(self._connection, select(e.filing_id, e.kind, e.at, e.recorded_at)):
            ids, kinds, at, recorded = zip(*page, strict=True)
            of = _ints(list(map(number.get, ids, repeat(-1))))
            yield of, _ints(list(map(happening_code, kinds))), np.maximum(_ints(at), _ints(recorded))

    @cached_property
    def by_name(self) -> dict[str, int]:
        """Filing id -> number."""
        return {filing_id: place for place, filing_id in enumerate(self._ids)}

    def _numbers(self, hashes: Ints) -> Ints:
        place = np.minimum(self._hashes.searchsorted(hashes), len(self._hashes) - 1)
        return np.where(self._hashes[place] == hashes, self._order[place], -1)

    def _columns(self, table: str, *more: str, first: str) -> Iterator[list[Ints]]:
        """Whole numbers of every row of a table, some blocks at a time as they lie on disk."""
        told = ", ".join(_gathered(column) for column in (first, *more))
        query = text(
            f"SELECT {told} FROM {table} WHERE ctid >= CAST(:low AS tid) AND ctid < CAST(:high AS tid)"
        )
        size = text(f"SELECT pg_relation_size('{table}') / current_setting('block_size')::int")
        for block in range(0, self._connection.execute(size).scalar_one(), _BLOCKS):
            ends = {"low": f"({block},0)", "high": f"({block + _BLOCKS},0)"}
            row = self._connection.execute(query, ends).one()
            if row[0] is not None:
                yield [_read(column) for column in row]


def _gathered(column: str, order: str = "") -> str:
    return f"array_send(array_agg(({column})::bigint{order}))"


def _hashes(connection: Connection, ids: NDArray[Any]) -> Ints:
    told = _gathered("hashtextextended(id, 0)", " ORDER BY place")
    query = text(f"SELECT {told} FROM unnest(CAST(:ids AS text[])) WITH ORDINALITY AS t(id, place)")
    found = [_NONE]
    for start in range(0, len(ids), _IDS):
        row = connection.execute(query, {"ids": ids[start : start + _IDS].tolist()}).one()
        found.append(_read(row[0]))
    return np.concatenate(found)


def _read(sent: bytes) -> Ints:
    """An array of PostgreSQL's as it sends it: twenty bytes of its kind, then each number after its size."""
    return np.frombuffer(sent, dtype=_SENT, offset=20)["number"].astype(np.int64)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


_HASH = "hashtextextended(filing_id, 0)"
_SENT = np.dtype([("size", ">i4"), ("number", ">i8")])
_NONE: Ints = np.zeros(0, dtype=np.int64)
