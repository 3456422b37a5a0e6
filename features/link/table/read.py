"""A table of party records as columns: each distinct text is normalised once, on every core."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
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
from features.link.table.columns import Codes, Column, Columns, encode, first_known, match_repairs
from features.link.workers import Workers

_PART: Final = 30_000
"""Texts handed to a core at a time: what is made of them stays in its cache."""


def read_columns(
    tables: Mapping[str, pa.Table], also: Sequence[str], workers: Workers | None
) -> Iterator[Columns]:
    """Comparison fields of all records, kind by kind; `also`: further columns, compared as they are."""
    # Arrow and NumPy let go of the interpreter while they work, so that threads share the cores.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        jobs = list(_jobs(tables, also))
        raw = list(threads.map(lambda job: _encoded(tables[job[0]], job[1]), jobs))
        begun = [
            threads.map(lambda part, how=job[2]: how(part, workers), _parts(column.values))
            for job, column in zip(jobs, raw, strict=True)
        ]
        for kind, table in tables.items():
            of: dict[str, Column] = {}
            for (mine, _, _, called), column, parts in zip(jobs, raw, begun, strict=True):
                if mine == kind:
                    found = _normalised(column.codes, parts, threads)
                    of |= {called or name: field for name, field in found.items()}
            if (declared := of.pop("declared", None)) is not None:
                of["birth"] = first_known(of["birth"], declared) if "birth" in of else declared
            of = {name: column for name, column in of.items() if len(column.values)}
            yield Columns(kind, table.num_rows, of, match_repairs(of.get("number"), of.get("repairs")))


def _parts(texts: pa.StringArray) -> Iterator[pa.StringArray]:
    """Taken, not sliced: of a slice some functions read all that it was cut from."""
    for i in range(0, len(texts), _PART):
        yield texts.take(pa.array(np.arange(i, min(i + _PART, len(texts)))))


def _jobs(
    tables: Mapping[str, pa.Table], also: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...], Normaliser, str]]:
    """The raw columns there are: kind, names, what reads them, and what its only field is called, if not by itself."""
    for kind, table in tables.items():
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
        yield from ((kind, names, how, "") for names, how in asked if names[0] in table.column_names)
        # Nothing where the table holds none of this kind.
        yield from ((kind, (name,), FOLDED, name) for name in also if table.num_rows)


def _encoded(table: pa.Table, names: tuple[str, ...]) -> Column:
    raw = table.column(names[0])
    for more in names[1:]:
        raw = pc.binary_join_element_wise(raw, pc.fill_null(table.column(more), ""), TYPED)
    return encode(raw)


def _normalised(raw: Codes, parts: Iterable[Fields], threads: Executor) -> dict[str, Column]:
    """The fields of a raw column, given those of its distinct texts."""
    found: dict[str, list[pa.Array]] = {}
    for part in parts:
        for name, values in part.items():
            found.setdefault(name, []).append(values)
    taken = threads.map(lambda chunks: _taken(raw, pa.chunked_array(chunks)), found.values())
    return dict(zip(found, taken, strict=True))


def _taken(raw: Codes, normal: pa.ChunkedArray) -> Column:
    part = encode(normal)
    codes = np.append(part.codes, np.int32(-1))  # so that -1 stays -1
    return Column(codes[raw], part.values)
