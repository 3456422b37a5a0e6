"""Which encoding a text file is in: UTF-8, UTF-16 or GB18030, with or without a byte order mark."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

_HEAD = 4_096
_VOTES = 200
"""Lines with letters beyond ASCII that decide between UTF-8 and GB18030."""

DAMAGED = "\udcff"
"""Stands where bytes could not be decoded. No decoder yields a lone surrogate, so it is unambiguous."""


def detect_encoding(stream: BinaryIO) -> str:
    """The Python codec of the text in `stream`, which is left at its start.

    Chinese text in GB18030 is practically never valid UTF-8, so single lines vote: one damaged line in a
    UTF-8 file then costs that line and not the file. Pure ASCII counts as UTF-8.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        return _which_utf16(head)
    try:
        return _vote(stream)
    finally:
        stream.seek(0)


@contextmanager
def read_text(stream: BinaryIO, encoding: str) -> Iterator[TextIO]:
    """`stream` as text with its own line ends; `DAMAGED` where it cannot be decoded."""
    text = io.TextIOWrapper(stream, encoding, errors=_MARK, newline="")
    try:
        yield text
    finally:
        text.detach()  # closing is the business of whoever opened it


def _which_utf16(head: bytes) -> str:
    """The byte order in which more code units are ASCII: separators, digits and line ends are."""
    even, odd = head[0::2], head[1::2]
    little = sum(low < 0x80 and high == 0 for low, high in zip(even, odd, strict=False))
    big = sum(high == 0 and low < 0x80 for high, low in zip(even, odd, strict=False))
    if max(little, big) * 50 < len(even):  # a stray NUL in text of another encoding
        return "utf-8"
    return "utf-16-le" if little >= big else "utf-16-be"


def _vote(stream: BinaryIO) -> str:
    utf8 = gb18030 = 0
    for line in stream:
        if line.isascii():
            continue
        if _decodes(line, "utf-8"):
            utf8 += 1
        elif _decodes(line, "gb18030"):
            gb18030 += 1
        if utf8 + gb18030 >= _VOTES:
            break
    return "gb18030" if gb18030 > utf8 else "utf-8"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _mark_damage(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return DAMAGED, error.end


_MARK = "xiezhi-mark-damage"
codecs.register_error(_MARK, _mark_damage)
