"""How much there is in a file once it is unpacked (解压后的大小), measured before it is read: a few kilobytes of gzip or of a
workbook with one cell in its last corner would otherwise end the server, and keep every filing waiting."""

from __future__ import annotations

import gzip
import re
import zlib
from array import array
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain, pairwise
from typing import IO, Final, NamedTuple
from zipfile import BadZipFile, ZipFile, is_zipfile

from xiezhi.errors import InputError

LARGEST: Final = 256 * 1024 * 1024
"""Bytes: as many records as a job may have, of five thousand bytes each."""

MOST_CELLS: Final = 5_000_000
"""Cells a workbook takes up, empty ones counted, for they are read, too: as many rows, of a hundred columns each."""

_PIECE = 1 << 20
_LONGEST_TAG = 1 << 16
_TAG = re.compile(
    rb"""<(?:[\w.-]+:)?(row|c)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""",
)
_IS_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_VALUE = re.compile(rb"\s*<(?:[\w.-]+:)?v\s*>\s*(\d{1,9})\s*<")
_TEXT = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_TEXT_OPENS = 64  # bytes in which the opening tag of a shared text ends
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")


def check_unpacked(content: bytes) -> None:
    """Raises InputError (`unpacks-too-large`) for more than can be read."""
    if content.startswith(b"\x1f\x8b"):
        _check_gzip(content)
    elif is_zipfile(BytesIO(content)):
        _check_workbook(content)


def _check_gzip(content: bytes) -> None:
    size = 0
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            for piece in _pieces(file):
                size += len(piece)
                _refuse(size > LARGEST)
    except (OSError, EOFError, zlib.error):
        return  # whoever reads it says what is wrong, at its place


def _check_workbook(content: bytes) -> None:
    size = cells = texts = 0
    try:
        with ZipFile(BytesIO(content)) as box:
            shared = _read_shared(box)
            for name in box.namelist():
                with box.open(name) as part:
                    area = 0
                    for piece, area, pointed in _areas(part, shared):
                        size += piece
                        texts += pointed
                        _refuse(max(size, texts) > LARGEST or cells + area > MOST_CELLS)
                    cells += area
    except (BadZipFile, OSError, EOFError, RuntimeError, zlib.error, NotImplementedError):
        # Sizes that do not agree, a lock or an unknown way of packing: what is in it cannot be measured.
        _refuse(True)


class _Shared(NamedTuple):
    """At most so many bytes each text has that cells point at by its number; `longest` where that is not known."""

    lengths: Sequence[int]
    longest: int

    def length(self, number: int | None) -> int:
        """Of the text a cell points at; what points past the last text has none."""
        if number is None or not self.lengths:
            return self.longest
        return self.lengths[number] if number < len(self.lengths) else 0


def _read_shared(box: ZipFile) -> _Shared:
    """How long the shared texts of a workbook are: from where one begins to where the next one does."""
    starts, end, is_plain, parts = array("q"), 0, True, 0
    for name in box.namelist():
        if not name.lower().endswith("sharedstrings.xml"):
            continue
        parts += 1
        with box.open(name) as part:
            rest = b""
            for piece in _pieces(part):
                text = rest + piece
                before = end - len(rest)
                last = 0
                for hit in _TEXT.finditer(text):
                    starts.append(before + hit.start())
                    last = hit.end()
                is_plain &= b"<!" not in text  # what is hidden in a comment would be counted as a text
                end += len(piece)
                _refuse(end > LARGEST)
                opened = text.rfind(b"<", last)
                rest = text[opened:] if opened >= 0 and len(text) - opened < _TEXT_OPENS else b""
    lengths = array("q", (after - start for start, after in pairwise(chain(starts, [end]))))
    return _Shared(lengths if is_plain and parts == 1 else (), max(lengths, default=0))


def _areas(part: IO[bytes], shared: _Shared) -> Iterator[tuple[int, int, int]]:
    """(bytes of each piece, cells taken up so far from the first to the last that holds something, bytes of the
    shared texts its cells point at)."""
    rest, row, column, last_row, last_column = b"", 0, 0, 0, 0
    for piece in _pieces(part):
        text = rest + piece
        end = pointed = 0
        for hit in _TAG.finditer(text):
            end = hit.end()
            place = _PLACE.search(hit[2])
            if hit[1] == b"row":
                row, column = (int(place[2]) if place else row + 1), 0
                continue
            column = _number(place[1]) if place else column + 1
            if _IS_SHARED.search(hit[2]):
                number = _VALUE.match(text, end)
                pointed += shared.length(int(number[1]) if number else None)
            if not hit[3]:
                last_row = max(last_row, int(place[2]) if place else row)
                last_column = max(last_column, column)
        opened = text.rfind(b"<", end)
        rest = text[opened:] if opened >= 0 else b""
        _refuse(len(rest) > _LONGEST_TAG)
        yield len(piece), last_row * last_column, pointed


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
