"""Text columns put together from tables, a whole column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Texts = Any  # a pyarrow array of strings; pyarrow has no types

DIGITS: Final = np.frombuffer(b"0123456789", dtype=np.uint8)


def take(table: Texts | Sequence[str], rows: NDArray[Any]) -> Texts:
    """The texts at `rows` of a table."""
    if not isinstance(table, pa.Array):
        table = pa.array(table)
    return table.take(pa.array(rows))


def join(*parts: Texts | str) -> Texts:
    """Parts one after the other; null where any is null."""
    return pc.binary_join_element_wise(*parts, "")


def put(column: Texts, rows: NDArray[np.intp], texts: Texts) -> Texts:
    """`column` with `texts` at `rows`, which ascend."""
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), texts)


def drop(column: Texts, missing: NDArray[np.bool_]) -> Texts:
    """`column`, null where missing."""
    return pc.if_else(pa.array(~missing), column, pa.scalar(None, pa.string()))


def blank(column: Texts, empty: NDArray[np.bool_]) -> Texts:
    """`column`, an empty text where `empty`."""
    return pc.if_else(pa.array(empty), "", column)


def numerals(values: NDArray[Any]) -> Texts:
    """Numbers below 10,000 in digits."""
    return take(_numerals(), values)


def ascii_texts(matrix: NDArray[np.uint8]) -> Texts:
    """Rows of ASCII codes, one width, as texts."""
    count, width = matrix.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(matrix)
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def digits_of(values: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """Decimal digits, most significant first, one row a number."""
    table = np.empty((len(values), width), dtype=np.uint8)
    rest = values.copy()
    for column in range(width - 1, -1, -1):
        rest, table[:, column] = np.divmod(rest, 10)
    return table


@cache
def _numerals() -> Texts:
    return pa.array([str(i) for i in range(10_000)])
