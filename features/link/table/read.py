"""A table of party records as columns: each distinct text is normalised once, on every core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.link.normalisers import (
    ADDRESSES,
    BIRTHS,
    CREDIT_CODES,
    FOLDED,
    HEADS,
    ORGANISATION_NAMES,
    PERSON_NAMES,
    PHONES,
    RESIDENT_IDS,
    TYPED,
    Fields,
    Normaliser,
)
from features.link.table.columns import Codes, Column, Columns, encode, match_repairs

_PART: Final = 20_000
"""Texts handed to a core at a time."""

_WORTH: Final = 60_000
"""Rows from which starting further processes pays (each takes about a second to start)."""


@contextmanager
def open_pool(rows: int) -> Iterator[Executor | None]:
    """Processes to normalise with, which start while the table is still being got ready; None for a small table."""
    if rows < _WORTH:
        yield None
        return
    cores = os.cpu_count() or 1
    # Not forked: a fork of a process that runs Arrow's threads may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max_workers=cores, mp_context=context)
    try:
        for _ in range(cores):
            pool.submit(HEADS, pa.array([], pa.string()))  # one each, to be there in time
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def read_columns(
    tables: Mapping[str, pa.Table], also: Sequence[str], pool: Executor | None
) -> Iterator[Columns]:
    """Comparison fields of all records, kind by kind; `also`: further columns, compared as they are."""
    jobs = [(kind, names, how) for kind, table in tables.items() for names, how in _asked(kind, table)]
    jobs.sort(key=lambda job: job[2] is not ORGANISATION_NAMES)  # what takes longest first
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        # All is begun before the first is waited for.
        begun = [threads.submit(_begin, tables[kind], names, how, pool) for kind, names, how in jobs]
        for kind, table in tables.items():
            of: dict[str, Column] = {}
            for job, one in zip(jobs, begun, strict=True):
                if job[0] == kind:
                    of |= one.result().columns(threads)
            if (declared := of.pop("declared", None)) is not None:
                of["birth"] = _first_known(of["birth"], declared) if "birth" in of else declared
            # Nothing where the table holds none of this kind.
            for name in also if table.num_rows else ():
                of[name] = _begin(table, (name,), FOLDED, None).columns(threads)["as filed"]
            of = {name: column for name, column in of.items() if len(column.values)}
            yield Columns(kind, table.num_rows, of, match_repairs(of.get("number"), of.get("repairs")))


def _asked(kind: str, table: pa.Table) -> list[tuple[tuple[str, ...], Normaliser]]:
    """The raw columns there are, and what reads them."""
    person = kind == "person"
    typed = ("id_number", "id_type") if "id_type" in table.column_names else ("id_number",)
    asked: list[tuple[tuple[str, ...], Normaliser]] = [
        (("address",), ADDRESSES),
        (("name",), PERSON_NAMES if person else ORGANISATION_NAMES),
        (typed, RESIDENT_IDS if person else CREDIT_CODES),
        (("phone",), PHONES),
        (("birth_date",), BIRTHS),
        (("legal_representative",), HEADS),
    ]
    return [(names, how) for names, how in asked if names[0] in table.column_names]


@dataclass(frozen=True)
class _Begun:
    """A raw column whose distinct texts are being normalised."""

    raw: Codes
    parts: Iterator[Fields]

    def columns(self, threads: Executor) -> dict[str, Column]:
        """The fields it gives, when they are there."""
        found: dict[str, list[pa.Array]] = {}
        for part in self.parts:
            for name, values in part.items():
                found.setdefault(name, []).append(values)
        taken = threads.map(lambda chunks: _taken(self.raw, pa.chunked_array(chunks)), found.values())
        return dict(zip(found, taken, strict=True))


def _begin(table: pa.Table, names: tuple[str, ...], normalise: Normaliser, pool: Executor | None) -> _Begun:
    raw = table.column(names[0])
    for more in names[1:]:
        raw = pc.binary_join_element_wise(raw, pc.fill_null(table.column(more), ""), TYPED)
    column = encode(raw)
    size = len(column.values)
    # Taken, not sliced: a slice takes the whole column along to the other process.
    parts = [column.values.take(pa.array(np.arange(i, min(i + _PART, size)))) for i in range(0, size, _PART)]
    return _Begun(column.codes, pool.map(normalise, parts) if pool else map(normalise, parts))


def _taken(raw: Codes, normal: pa.ChunkedArray) -> Column:
    part = encode(normal)
    codes = np.append(part.codes, np.int32(-1))  # so that -1 stays -1
    return Column(codes[raw], part.values)


def _first_known(a: Column, b: Column | None) -> Column:
    if b is None:
        return a
    return encode(pc.coalesce(_texts(a), _texts(b)))


def _texts(column: Column) -> pa.Array:
    return column.values.take(pa.array(column.codes, mask=column.codes < 0))
