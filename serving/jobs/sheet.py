"""The results of a job as a spreadsheet (CSV), in the order of the input."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from xiezhi.store.jobs import Result

COLUMNS = ("file", "row", "filing_id", "code", "band", "zh", "en", "field", "screening_id")


def write_sheet(results: Iterable[Result]) -> str:
    """CSV with a mark that lets spreadsheet programs see that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for _, row in results:
        writer.writerow([_harmless(getattr(row, column)) for column in COLUMNS])
    return "\ufeff" + text.getvalue()


def _harmless(value: object) -> str:
    """A cell no spreadsheet program takes for a formula: what was filed must not run at the clerk's desk."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
