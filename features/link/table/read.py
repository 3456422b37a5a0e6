"""A table of party records as columns: each distinct text is normalised once, on every core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.link import fields
from features.link.table.columns import Column, Columns, encode, match_repairs
from features.normalise.dates import iso_date
from features.normalise.names import person_name
from features.normalise.phones import phone_number
from features.normalise.text import fold
from xiezhi.records import IdType

_PART: Final = 20_000
"""Texts handed to a core at a time."""

_WORTH: Final = 60_000
"""Rows from which starting further processes pays (each takes about a second to start)."""

Fields = dict[str, pa.StringArray]


def open_pool(rows: int) -> AbstractContextManager[Executor | None]:
    """Processes to normalise with; None for a small table."""
    if rows < _WORTH:
        return nullcontext()
    # Not forked: a fork of a process that runs Arrow's threads may hang.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=os.cpu_count() or 1, mp_context=context)


def read_columns(table: pa.Table, kind: str, also: Sequence[str], pool: Executor | None) -> Columns:
    """Comparison fields of all records of one kind; `also`: further columns, compared as they are."""
    person = kind == "person"
    of = _spread(table, ("name",), _names if person else _organisations, pool)
    typed = ("id_number", "id_type") if "id_type" in table.column_names else ("id_number",)
    of |= _spread(table, typed, _resident_ids if person else _credit_codes, pool)
    if (declared := _spread(table, ("birth_date",), _births, pool).get("declared")) is not None:
        of["birth"] = _first_known(of["birth"], declared) if "birth" in of else declared
    of |= _spread(table, ("phone",), _phones, pool)
    of |= _spread(table, ("address",), _addresses, pool)
    of |= _spread(table, ("legal_representative",), _heads, pool)
    for column in also:
        # Nothing where the table holds none of this kind.
        if found := _spread(table, (column,), _plain, None):
            of[column] = found["as filed"]
    of = {name: column for name, column in of.items() if len(column.values)}
    return Columns(kind, table.num_rows, of, match_repairs(of.get("number"), of.get("repairs")))


Normalise = Callable[[Iterable[str]], dict[str, Sequence[str]]]
"""From distinct texts to the values of fields, in their order."""


def _spread(
    table: pa.Table, names: tuple[str, ...], normalise: Normalise, pool: Executor | None
) -> dict[str, Column]:
    """Columns that a raw column gives; nothing where the table has no such column."""
    if names[0] not in table.column_names:
        return {}
    raw = table.column(names[0])
    for more in names[1:]:
        raw = pc.binary_join_element_wise(raw, pc.fill_null(table.column(more), ""), "\x1f")
    column = encode(raw)
    parts = [column.values.slice(i, _PART) for i in range(0, len(column.values), _PART)]
    run = _Normaliser(normalise)
    done: Iterable[Fields] = pool.map(run, parts) if pool else map(run, parts)
    found: dict[str, list[pa.Array]] = {}
    for fields_of_part in done:
        for name, values in fields_of_part.items():
            found.setdefault(name, []).append(values)
    return {name: _taken(column, pa.chunked_array(chunks)) for name, chunks in found.items()}


class _Normaliser:
    """A normaliser over Arrow strings, so that little is copied between processes."""

    def __init__(self, normalise: Normalise) -> None:
        self._normalise = normalise

    def __call__(self, values: pa.StringArray) -> Fields:
        found = self._normalise(values.to_pylist())
        return {name: pa.array(texts, pa.string()) for name, texts in found.items()}


def _taken(raw: Column, normal: pa.ChunkedArray) -> Column:
    part = encode(normal)
    codes = np.append(part.codes, np.int32(-1))  # so that -1 stays -1
    return Column(codes[raw.codes], part.values)


def _first_known(a: Column, b: Column | None) -> Column:
    if b is None:
        return a
    return encode(pc.coalesce(_texts(a), _texts(b)))


def _texts(column: Column) -> pa.Array:
    return column.values.take(pa.array(column.codes, mask=column.codes < 0))


def _by_field(names: Sequence[str], rows: Iterable[tuple[str, ...]]) -> dict[str, Sequence[str]]:
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _names(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return _by_field(fields.PERSON, map(fields.person_fields, texts))


def _organisations(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return _by_field(fields.ORGANISATION, map(fields.organisation_fields, texts))


def _addresses(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return _by_field(fields.ADDRESS, map(fields.address_fields, texts))


def _heads(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return {"head": [person_name(text).key for text in texts]}


def _phones(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return {"phone": [phone_number(text) or "" for text in texts]}


def _births(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return {"declared": [iso_date(text) for text in texts]}


def _plain(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return {"as filed": [fold(text) for text in texts]}


def _resident_ids(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return _by_field(fields.NUMBER, (_number(text, person=True) for text in texts))


def _credit_codes(texts: Iterable[str]) -> dict[str, Sequence[str]]:
    return _by_field(fields.NUMBER, (_number(text, person=False) for text in texts))


def _number(text: str, *, person: bool) -> tuple[str, ...]:
    number, _, said = text.partition("\x1f")
    id_type = cast("IdType", said) if said in ("resident_id", "credit_code", "passport", "other") else None
    if id_type is None and len(number) < 15:
        id_type = "other"  # neither a resident id nor a credit code, so never a veto
    return fields.number_fields(number, id_type, str, person=person)
