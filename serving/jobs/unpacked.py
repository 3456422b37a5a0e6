"""How much there is in a file once it is unpacked (解压后的大小), measured before it is read: a few kilobytes of gzip or of a
workbook with one cell in its last corner would otherwise end the server, and keep every filing waiting."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, is_zipfile

from serving.jobs.unpacked_parquet import MAGIC, Immeasurable, open_parquet
from xiezhi.errors import InputError

LARGEST: Final = 256 * 1024 * 1024
"""Bytes: as many records as a job may have, of five thousand bytes each."""

MOST_CELLS: Final = 5_000_000
"""Cells a workbook takes up, empty ones counted, for they are read, too: as many rows, of a hundred columns each. Of a
Parquet file the values, and those of its dictionaries."""

_PIECE = 1 << 20
_LONGEST_TAG = 1 << 16
_TAG = re.compile(
    rb"""<(?:[\w.-]+:)?(row|c)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""",
)
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")


def check_unpacked(content: bytes) -> None:
    """Raises InputError (`unpacks-too-large`) for more than can be read."""
    if content.startswith(b"\x1f\x8b"):
        _check_gzip(content)
    _check_container(content)


def _check_container(content: bytes) -> None:
    """A file may be several things at once, and by its name it is read as any of them."""
    if content.endswith(MAGIC):
        _check_parquet(content)
    if is_zipfile(BytesIO(content)):
        _check_workbook(content)


def _check_gzip(content: bytes) -> None:
    size = 0
    with TemporaryFile() as inner:
        try:
            with gzip.GzipFile(fileobj=BytesIO(content)) as file:
                for piece in _pieces(file):
                    size += len(piece)
                    _refuse(size > LARGEST)
                    inner.write(piece)
        except (OSError, EOFError, zlib.error):
            pass  # whoever reads it says what is wrong, at its place
        inner.seek(max(size - len(MAGIC[0]), 0))
        if inner.read() in MAGIC or is_zipfile(inner):
            inner.seek(0)
            _check_container(inner.read())


def _check_parquet(content: bytes) -> None:
    file = open_parquet(content)
    if file is None:
        return  # whoever reads it says what is wrong, at its place
    _refuse(file.rows > MOST_CELLS)
    try:
        for measure in (file.pages, file.texts):
            size = values = 0
            for more, further in measure():
                size, values = size + more, values + further
                _refuse(size > LARGEST or values > MOST_CELLS)
    except Immeasurable:
        _refuse(True)


def _check_workbook(content: bytes) -> None:
    size = cells = 0
    try:
        with ZipFile(BytesIO(content)) as box:
            for name in box.namelist():
                with box.open(name) as part:
                    area = 0
                    for piece, area in _areas(part):
                        size += piece
                        _refuse(size > LARGEST or cells + area > MOST_CELLS)
                    cells += area
    except (BadZipFile, OSError, EOFError, RuntimeError, zlib.error, NotImplementedError):
        # Sizes that do not agree, a lock or an unknown way of packing: what is in it cannot be measured.
        _refuse(True)


def _areas(part: IO[bytes]) -> Iterator[tuple[int, int]]:
    """(bytes of each piece, cells taken up so far from the first to the last that holds something)."""
    rest, row, column, last_row, last_column = b"", 0, 0, 0, 0
    for piece in _pieces(part):
        text = rest + piece
        end = 0
        for hit in _TAG.finditer(text):
            end = hit.end()
            place = _PLACE.search(hit[2])
            if hit[1] == b"row":
                row, column = (int(place[2]) if place else row + 1), 0
                continue
            column = _number(place[1]) if place else column + 1
            if not hit[3]:
                last_row = max(last_row, int(place[2]) if place else row)
                last_column = max(last_column, column)
        opened = text.rfind(b"<", end)
        rest = text[opened:] if opened >= 0 else b""
        _refuse(len(rest) > _LONGEST_TAG)
        yield len(piece), last_row * last_column


def _number(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    found = 0
    for letter in letters.upper():
        found = found * 26 + letter - 64
    return found


def _pieces(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _refuse(is_too_much: bool) -> None:
    if is_too_much:
        raise InputError(
            "文件解压后过大，或工作表的单元格过多；请清除空白区域或拆分后再提交。",
            "The file is too large once unpacked, or its sheets have too many cells; clear empty areas or hand it in in parts.",
            code="unpacks-too-large",
        )
