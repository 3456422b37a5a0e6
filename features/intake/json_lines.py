"""JSON Lines: one record a line."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from features.intake.encodings import DAMAGED, detect_encoding, read_text
from features.intake.inputs import Input
from features.intake.outcome import Place, Rejected, Row, reject, reject_as
from features.intake.schema import parse_json
from xiezhi.errors import RecordError

_BROKEN = (OSError, EOFError, zlib.error)
"""What a truncated or damaged gzip stream raises."""


def read_json_lines(source: Input) -> Iterator[Row | Rejected]:
    """The lines of `source`, in order; blank lines are passed over."""
    number = 0
    try:
        for number, line in _lines(source):
            place = Place(source.name, number)
            if _is_damaged(line):
                yield reject(place, "record", "not-decodable")
                continue
            try:
                yield Row(place, parse_json(line))
            except RecordError as error:
                yield reject_as(place, error)
    except _BROKEN:
        yield reject(Place(source.name, number + 1), "file", "not-readable")


def _lines(source: Input) -> Iterator[tuple[int, bytes | str]]:
    with source.open() as stream:
        encoding = detect_encoding(stream)
        if encoding == "utf-8":  # the common case, which the JSON parser reads as bytes
            for number, raw in enumerate(stream, 1):
                if not raw.isspace():
                    yield number, raw
            return
        with read_text(stream, encoding) as lines:
            for number, text in enumerate(lines, 1):
                if not text.isspace():
                    yield number, text.removeprefix("\ufeff")


def _is_damaged(line: bytes | str) -> bool:
    if isinstance(line, str):
        return DAMAGED in line
    if line.isascii():
        return False
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False
