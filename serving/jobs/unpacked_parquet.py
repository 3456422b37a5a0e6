"""How much a Parquet file holds once it is unpacked: by the headers of its pages, and by the texts its pages only point at.

What the footer says of sizes is the writer's word, and a few kilobytes may point a thousand times at one text of a
megabyte. So the pages are walked before anything is unpacked, and texts are then counted as they are read: as pointers.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAGIC: Final = (b"PAR1", b"PARE")
"""The last four bytes of a Parquet file; with the second its footer is encrypted."""

_ROWS_AT_ONCE = 1_000
_DEEPEST = 4
_STOP, _TRUE, _FALSE, _INTEGERS, _BINARY, _STRUCT = 0, 1, 2, range(3, 7), 8, 12
"""Types of fields in Thrift's compact protocol, as far as page headers have them."""
_ENCODING = {5: 2, 7: 2, 8: 4}
"""Fields of a page header: of a data page, a dictionary, a data page of the second kind -> which of its fields names the
encoding. The first counts the values."""
_DELTA_BYTE_ARRAY = 7
"""The encoding in which each text repeats a part of the one before (Parquet's `Encoding`)."""


class _Page(NamedTuple):
    unpacked: int
    packed: int
    values: int
    repeats: bool


class Immeasurable(Exception):
    """The pages are not such as can be walked, or the texts such as can be counted."""


class Parquet:
    """A Parquet file whose footer can be read."""

    def __init__(self, content: bytes) -> None:
        import pyarrow.parquet as pq

        self._content = content
        self._file = pq.ParquetFile(BytesIO(content))
        self._leaves = [self._file.schema.column(number) for number in range(len(self._file.schema))]

    @property
    def rows(self) -> int:
        """How many rows it says it has."""
        return int(self._file.metadata.num_rows)

    def pages(self) -> Iterator[tuple[int, int]]:
        """(bytes, values) of each page once unpacked, without unpacking it. Raises Immeasurable."""
        try:
            for number in range(self._file.metadata.num_row_groups):
                group = self._file.metadata.row_group(number)
                for place in range(group.num_columns):
                    yield from self._pages_of(group.column(place), self._leaves[place])
        except (IndexError, KeyError, StopIteration) as error:
            raise Immeasurable from error

    def _pages_of(self, chunk: pq.ColumnChunkMetaData, leaf: pq.ColumnSchema) -> Iterator[tuple[int, int]]:
        width = leaf.length if leaf.physical_type == "FIXED_LEN_BYTE_ARRAY" else 0
        at = chunk.data_page_offset
        if chunk.has_dictionary_page and chunk.dictionary_page_offset:
            at = min(at, chunk.dictionary_page_offset)
        end = at + chunk.total_compressed_size
        while at < end:
            page, at = _read_page(self._content, at)
            at += page.packed
            # Where values repeat others, each may be as long as all of the page.
            yield max(page.unpacked, page.values * (page.unpacked if page.repeats else width)), page.values

    def texts(self) -> Iterator[tuple[int, int]]:
        """(bytes, 0) of the texts and numbers of some rows, texts as often as they are pointed at. Raises Immeasurable."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        texts = [leaf.path for leaf in self._leaves if leaf.physical_type == "BYTE_ARRAY"]
        try:
            file = pq.ParquetFile(BytesIO(self._content), read_dictionary=texts)
            for group in range(file.metadata.num_row_groups):  # each has dictionaries of its own
                for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=[group]):
                    yield sum(_bytes_of(array) for column in batch.columns for array in _flat(column)), 0
        except (pa.ArrowException, OSError) as error:
            raise Immeasurable from error


def open_parquet(content: bytes) -> Parquet | None:
    """The file; None where its footer cannot be read."""
    import pyarrow as pa

    try:
        return Parquet(content)
    except (pa.ArrowException, OSError):
        return None


def _read_page(content: bytes, at: int) -> tuple[_Page, int]:
    """The header of the page there, and where what it heads begins."""
    header, at = _read_struct(content, at, 0)
    kind = next(kind for kind in _ENCODING if kind in header)
    body = header[kind]
    page = _Page(header[2], header[3], body[1], body.get(_ENCODING[kind]) == _DELTA_BYTE_ARRAY)
    if min(page.unpacked, page.packed, page.values) < 0:
        raise IndexError(at)
    return page, at


def _read_struct(content: bytes, at: int, depth: int) -> tuple[dict[int, Any], int]:
    """A struct of Thrift's compact protocol, by the numbers of its fields; of texts nothing is kept."""
    found: dict[int, Any] = {}
    number = 0
    while (head := content[at]) != _STOP:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            number, at = _read_integer(content, at)
        kind = head & 15
        if kind in _INTEGERS:
            found[number], at = (content[at], at + 1) if kind == 3 else _read_integer(content, at)
        elif kind == _BINARY:
            length, at = _read_varint(content, at)
            at += length
        elif kind == _STRUCT and depth < _DEEPEST:
            found[number], at = _read_struct(content, at, depth + 1)
        elif kind not in (_TRUE, _FALSE):
            raise KeyError(kind)
    return found, at + 1


def _read_integer(content: bytes, at: int) -> tuple[int, int]:
    value, at = _read_varint(content, at)
    return (value >> 1) ^ -(value & 1), at


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise IndexError(at)


def _flat(array: pa.Array) -> Iterator[pa.Array]:
    """The arrays of texts and numbers that a nested one is made of."""
    import pyarrow as pa

    if pa.types.is_map(array.type):
        yield from _flat(array.keys)
        yield from _flat(array.items)
    elif pa.types.is_struct(array.type):
        for child in array.flatten():
            yield from _flat(child)
    elif pa.types.is_nested(array.type):
        yield from _flat(array.flatten())
    else:
        yield array


def _bytes_of(array: pa.Array) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(array.type):
        return int(array.nbytes)
    lengths = pc.cast(pc.binary_length(array.dictionary), pa.int64())
    return int(pc.sum(lengths.take(array.indices)).as_py() or 0)
