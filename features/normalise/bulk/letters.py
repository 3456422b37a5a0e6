"""Columns of texts as matrices of letters, and back."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.normalise.text import simplified_table

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Letters = NDArray[np.uint16]

ALL_CODES: Final = 1 << 16
"""Codes of the Basic Multilingual Plane."""
HAN_BYTES: Final = 3
"""Bytes of a Chinese character of the Basic Multilingual Plane in UTF-8."""


def bytes_of(texts: pa.StringArray) -> Bytes:
    """UTF-8 of the whole column, to be read by `bounds_of`."""
    return np.frombuffer(texts.buffers()[2] or b"", np.uint8)


def bounds_of(texts: pa.StringArray) -> tuple[Rows, Rows]:
    """Where each text begins and ends in `bytes_of` the column."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, texts.offset * 4).astype(np.int64)
    return offsets[:-1], offsets[1:]


def texts_of_size(texts: pa.StringArray, size: int) -> tuple[Rows, Bytes]:
    """Rows whose text has `size` bytes, and those bytes: (rows, size)."""
    starts, ends = bounds_of(texts)
    rows = np.flatnonzero(ends - starts == size)
    return rows, bytes_of(texts)[starts[rows, None] + np.arange(size)]


def as_texts(letters: Bytes) -> pa.StringArray:
    """One text a row of a matrix of UTF-8 bytes."""
    rows, size = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * size
    data = np.ascontiguousarray(letters)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def han_of_length(texts: pa.StringArray, length: int) -> tuple[Rows, Letters]:
    """Rows that are `length` Chinese characters of extension A or the unified block, and their codes."""
    rows, letters = texts_of_size(texts, length * HAN_BYTES)
    parts = letters.reshape(len(rows), length, HAN_BYTES)
    codes = codes_of(parts)
    lead = parts[..., 0] >> 4 == 0xE  # else the bytes are letters of other sizes
    han = lead & (((codes >= 0x3400) & (codes <= 0x4DBF)) | ((codes >= 0x4E00) & (codes <= 0x9FFF)))
    chosen = han.all(axis=1)
    return rows[chosen], codes[chosen]


def codes_of(parts: Bytes) -> Letters:
    """Codes of letters of three bytes each: (..., 3)."""
    first, second, third = np.moveaxis(parts.astype(np.uint16), -1, 0)
    return np.asarray((first << 12) | ((second & 0x3F) << 6) | (third & 0x3F), np.uint16)


def as_han(codes: Letters) -> pa.StringArray:
    """One text a row of a matrix of characters of three bytes each."""
    return as_texts(_as_bytes(codes).reshape(len(codes), codes.shape[1] * HAN_BYTES))


def _as_bytes(codes: Letters) -> Bytes:
    """UTF-8 of characters of three bytes each: (..., 3)."""
    parts = np.empty((*codes.shape, HAN_BYTES), np.uint8)
    parts[..., 0] = 0xE0 | (codes >> 12)
    parts[..., 1] = 0x80 | ((codes >> 6) & 0x3F)
    parts[..., 2] = 0x80 | (codes & 0x3F)
    return parts


def han_codes(texts: pa.StringArray) -> tuple[Letters, Rows]:
    """Codes of all characters of texts of three bytes a character, and where each text begins and the last ends."""
    starts, ends = bounds_of(texts)
    bounds = np.append(starts, ends[-1:]) if len(texts) else np.zeros(1, np.int64)
    letters = bytes_of(texts)[bounds[0] : bounds[-1]]
    return codes_of(letters.reshape(-1, HAN_BYTES)), (bounds - bounds[0]) // HAN_BYTES


def any_within(bounds: Rows, marked: Bools) -> Bools:
    """Which texts, `bounds` as of `han_codes`, hold a marked character."""
    at = np.searchsorted(np.flatnonzero(marked), bounds)
    return np.asarray(at[:-1] < at[1:])


def simplified_texts(texts: pa.StringArray) -> tuple[pa.StringArray, Bools]:
    """Texts of three bytes a character in simplified ones (繁转简), and those that hold one with none of that size."""
    codes, bounds = han_codes(texts)
    simple = simplified_codes()[codes]
    large = simple == 0
    data = pa.py_buffer(_as_bytes(np.where(large, codes, simple)))
    offsets = pa.py_buffer((bounds * HAN_BYTES).astype(np.int32))
    return pa.StringArray.from_buffers(len(texts), offsets, data), any_within(bounds, large)


def cut(texts: pa.StringArray, starts: Rows, ends: Rows) -> pa.StringArray:
    """Texts between these places of `bytes_of` a column."""
    sizes = ends - starts
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int32)
    data = bytes_of(texts)[np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], sizes)]
    return pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(data))


def joined(*texts: pa.StringArray) -> pa.StringArray:
    """Each row's texts put together."""
    return pc.binary_join_element_wise(*texts, "")


def ending_with(texts: pa.StringArray, endings: pa.StringArray) -> pa.BooleanArray:
    """Whether each text ends with the one beside it."""
    (starts, ends), (first, last) = bounds_of(texts), bounds_of(endings)
    return pc.equal(cut(texts, np.maximum(starts, ends - (last - first)), ends), endings)


@cache
def simplified_codes() -> Letters:
    """(65536,) each character's simplified one (繁转简); 0 where that takes more than 16 bits."""
    table = np.arange(ALL_CODES, dtype=np.uint16)
    for code, simple in simplified_table().items():
        if code < ALL_CODES:
            table[code] = ord(simple) if ord(simple) < ALL_CODES else 0
    return table


@cache
def traditional() -> str:
    """A pattern for one character of three bytes that has a simplified one."""
    changed = np.flatnonzero(simplified_codes() != np.arange(ALL_CODES))
    return f"[{''.join(chr(code) for code in changed if code >= 0x3400)}]"


@cache
def among(characters: str) -> Bools:
    """(65536,) whether a character is one of these."""
    table = np.zeros(ALL_CODES, bool)
    table[[ord(c) for c in characters]] = True
    return table
