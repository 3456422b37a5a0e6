"""The results of a job as a spreadsheet (CSV), in the order of the input."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from xiezhi.store.jobs import Result

MARK: Final = "\ufeff"
"""Before the file: by it spreadsheet programs see UTF-8."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with (OWASP, "CSV Injection"); in Chinese settings the full-width signs do, too."""

COLUMNS = ("file", "row", "filing_id", "code", "band", "zh", "en", "field", "screening_id")


def write_sheet(results: Iterable[Result]) -> str:
    """The whole file, a line a result."""
    rows = ([getattr(row, column) for column in COLUMNS] for _, row in results)
    return MARK + "".join(write_line(cells) for cells in (COLUMNS, *rows))


def write_line(cells: Iterable[object]) -> str:
    """A line of CSV in which no cell is a formula; None is an empty one."""
    written = StringIO()
    csv.writer(written).writerow(["" if cell is None else _harmless(str(cell)) for cell in cells])
    return written.getvalue()


def _harmless(text: str) -> str:
    """A cell no spreadsheet program takes for a formula: what was filed must not run at the clerk's desk."""
    return f"'{text}" if text.startswith(_FORMULA) else text
