"""Flat tables: CSV files and the sheets of XLSX workbooks. Every cell is handed on as text."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any

from features.intake.encodings import DAMAGED, detect_encoding, read_text
from features.intake.inputs import Input
from features.intake.outcome import Place, Rejected, Row, reject

_SEPARATORS = ",;\t|"
csv.field_size_limit(2**31 - 1)  # a statement of facts is longer than the module's 128 KiB


def read_csv(source: Input) -> Iterator[Row | Rejected]:
    """The rows of a CSV file; the header is row 1. The separator is the one the header uses most."""
    number = 0
    try:
        with source.open() as stream, read_text(stream, detect_encoding(stream)) as text:
            first = text.readline().removeprefix("\ufeff")
            separator = max(_SEPARATORS, key=first.count)
            lines = csv.reader(chain([first], text), delimiter=separator)
            for outcome in _rows(source.name, lines):
                number = outcome.place.row
                yield outcome
    except (csv.Error, OSError, EOFError, zlib.error):
        yield reject(Place(source.name, number + 1), "file", "not-readable")


def sheet_names(source: Input) -> list[str] | Rejected:
    """The names of the sheets of a workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return list(CalamineWorkbook.from_path(source.path).sheet_names)
    except (CalamineError, OSError):
        return reject(Place(source.name, 0), "file", "not-readable")


def read_sheet(source: Input, sheet: str) -> Iterator[Row | Rejected]:
    """The rows of one sheet, numbered as the spreadsheet numbers them."""
    from python_calamine import CalamineError, CalamineWorkbook

    name = f"{source.name}#{sheet}"
    try:
        with source.open() as stream:
            cells = CalamineWorkbook.from_filelike(stream).get_sheet_by_name(sheet)
            rows = cells.to_python(skip_empty_area=False)
    except (CalamineError, OSError):
        yield reject(Place(name, 0), "file", "not-readable")
        return
    yield from _rows(name, ([_text(cell) for cell in row] for row in rows))


def _rows(file: str, lines: Iterable[list[str]]) -> Iterator[Row | Rejected]:
    header: list[str] = []
    columns: tuple[str, ...] = ()
    for number, cells in enumerate(lines, 1):
        if not any(cell.strip() for cell in cells):
            continue
        place = Place(file, number)
        if not header:
            header = [cell.strip() for cell in cells]
            columns = tuple(name for name in header if name)
            if len(set(columns)) < len(columns):
                yield reject(place, "header", "duplicate-column")
                return
            continue
        if any(DAMAGED in cell for cell in cells):
            yield reject(place, "record", "not-decodable")
        elif any(cell.strip() for cell in cells[len(header) :]):
            yield reject(place, "record", "wrong-columns")
        else:
            pairs = zip(header, cells, strict=False)
            yield Row(place, {name: cell for name, cell in pairs if name and cell}, columns)
    if not header:
        yield reject(Place(file, 0), "header", "no-header")


def _text(cell: Any) -> str:
    """A spreadsheet's cell as a CSV file would hold it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
