"""What reading yields: records with the place they came from, and the ones that cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from features.intake.mends import mend
from xiezhi.errors import RecordError
from xiezhi.records import Record


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person finds a record: the file, and its line or spreadsheet row (0: the file itself)."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row or line as read, before it is checked."""

    place: Place
    values: dict[str, Any]
    columns: tuple[str, ...] = ()
    """Every column of the table the row is from, where it is from a table."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A record that can be kept."""

    record: Record
    place: Place


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record or file that cannot be taken, and how to mend it. Holds no personal data."""

    place: Place
    field: str
    code: str
    zh: str
    en: str


def reject(place: Place, field: str, code: str) -> Rejected:
    """A rejection with the mend of `code`."""
    zh, en = mend(code)
    return Rejected(place, field, code, zh, en)


def reject_as(place: Place, error: RecordError) -> Rejected:
    """A rejection that says what `error` says."""
    return Rejected(place, error.field, error.code, error.zh, error.en)
