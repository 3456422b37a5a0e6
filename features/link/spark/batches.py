"""Arrow batches in and out of Spark's workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame

Maker = Callable[[pa.Table], pa.Table]

_ROWS: Final = 200_000
"""Rows handled at a time: numpy is worth it from some thousands, and memory stays below some hundred megabytes."""


def map_tables(
    frame: DataFrame, schema: Mapping[str, str], make: Maker, rows: int | None = _ROWS
) -> DataFrame:
    """`make` of every so many rows; of each whole partition where `rows` is None. schema: column -> Spark's type."""

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for table in _gather(batches, rows):
            yield from make(table).select(list(schema)).combine_chunks().to_batches()

    ddl = ", ".join(f"`{name}` {kind}" for name, kind in schema.items())
    return frame.mapInArrow(run, ddl)


def _gather(batches: Iterable[pa.RecordBatch], rows: int | None) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if rows is not None and count >= rows:
            yield pa.Table.from_batches(held)
            held, count = [], 0
    if count:
        yield pa.Table.from_batches(held)


def numbers(table: pa.Table, column: str) -> NDArray[Any]:
    """A column of numbers without gaps."""
    found: NDArray[Any] = table.column(column).to_numpy()
    return found


def pack(levels: NDArray[np.uint8]) -> pa.Array:
    """(pairs, fields) levels as one short binary a pair, which Spark can group by."""
    pairs, fields = levels.shape
    offsets = np.arange(pairs + 1, dtype=np.int32) * fields
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(levels))]
    return pa.Array.from_buffers(pa.binary(), pairs, buffers)


def unpack(packed: pa.ChunkedArray, fields: int) -> NDArray[np.uint8]:
    """The levels that `pack` packed."""
    return np.frombuffer(b"".join(packed.to_pylist()), np.uint8).reshape(len(packed), fields)
