"""The columns a general linker is given: the product's own normal forms, and blocking keys no key of which is a hub.

`derive.py records.parquet features.parquet` prints the seconds as JSON. A general tool knows neither Chinese names nor
masked numbers, so all of that is done for it, by the product's code, and its time is told apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from numpy.typing import NDArray

from features.link.table.columns import Column
from features.link.table.read import read_columns
from features.link.workers import Workers

FIELDS: Final = (
    "name", "sound", "bag", "place", "core", "branch", "number", "partial", "birth", "phone", "street", "door",
    "region", "head",
)  # fmt: skip

KEYS: Final[tuple[tuple[tuple[str, ...], int], ...]] = (
    (("number",), 300),
    (("partial", "family"), 300),
    (("name",), 200),
    (("bag",), 12),
    (("name", "year"), 300),
    (("bag", "year"), 300),
    (("name", "phone"), 300),
    (("phone", "family"), 300),
    (("phone",), 12),
    (("street", "door", "family"), 300),
    (("street", "door"), 12),
    (("birth", "family"), 300),
    (("birth", "last"), 60),
    (("core",), 200),
    (("head", "family"), 60),
)
"""Fields that agree, and how many records may share them. Fifteen, all equalities, as Splink wants them."""


def main(records: Path, out: Path) -> None:
    """Derive the columns of `records` and write them to `out`."""
    start = perf_counter()
    table = pq.read_table(records)
    kinds = table.column("kind")
    parts = []
    with Workers() as workers:
        tables = {kind: table.filter(pc.equal(kinds, kind)) for kind in ("person", "organization")}
        for columns, mine in zip(read_columns(tables, (), workers), tables.values(), strict=True):
            derived = derive(mine.column("record_id"), columns.kind, columns.of)
            parts.append(derived.append_column("id_text", pc.utf8_upper(mine.column("id_number"))))
    seconds = perf_counter() - start
    pq.write_table(pa.concat_tables(parts), out)
    print(json.dumps({"features": seconds, "writing": perf_counter() - start - seconds}))


def derive(ids: Any, kind: str, of: Mapping[str, Column]) -> pa.Table:
    """One kind's columns as texts, null where unknown, and its blocking keys key_0, key_1 …"""
    size = len(ids)
    codes = {name: of[name].codes if name in of else np.full(size, -1, np.int32) for name in FIELDS}
    texts = {name: _texts(of[name]) if name in of else pa.nulls(size, pa.string()) for name in FIELDS}
    texts["address"] = pc.binary_join_element_wise(texts["street"], texts["door"], " ")
    person = kind == "person"
    parts = {
        # Surname by sound, or the first two characters of a core.
        "family": _part(texts["sound"], r"^(?P<part>\S+)")
        if person
        else pc.utf8_slice_codeunits(texts["core"], 0, 2),
        "last": _part(texts["sound"], r" (?P<part>\S+)$"),
        "year": pc.utf8_slice_codeunits(texts["birth"], 0, 4),
    }
    for name, column in parts.items():
        codes[name] = pc.fill_null(column.dictionary_encode().indices, -1).to_numpy().astype(np.int32)
    keys = {
        f"key_{i}": _key([codes[name] for name in names], cap, kind) for i, (names, cap) in enumerate(KEYS)
    }
    kinds = pa.array([kind] * size)
    return pa.table({"unique_id": ids, "kind": kinds, **texts, **keys})


def _texts(column: Column) -> pa.Array:
    return column.values.take(pa.array(column.codes, mask=column.codes < 0))


def _part(column: pa.Array, pattern: str) -> pa.Array:
    return pc.struct_field(pc.extract_regex(column, pattern), "part")


def _key(parts: list[NDArray[np.int32]], cap: int, kind: str) -> pa.Array:
    """One number for a combination of codes; null where one is missing or more than `cap` records share it.

    Persons' keys are even and organisations' odd.
    """
    key = np.zeros(len(parts[0]), dtype=np.int64)
    missing = np.zeros(len(key), dtype=bool)
    for part in parts:
        _, key = np.unique(key * (int(part.max(initial=0)) + 2) + part + 1, return_inverse=True)
        missing |= part < 0
    shared = np.bincount(key[~missing], minlength=int(key.max(initial=0)) + 1)
    return pa.array(
        2 * key + (kind == "organization"), mask=missing | (shared[key] > cap) | (shared[key] < 2)
    )


if __name__ == "__main__":
    typer.run(main)
