"""Dates as people write them, in ISO form, maybe cut short."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from features.normalise.text import fold

_YEAR_FIRST: Final = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})|\b|月)?)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})$")


def iso_date(text: str) -> str:
    """`text` as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; empty where it is no date that starts with its year."""
    folded = fold(text)
    found = _COMPACT.match(folded) or _YEAR_FIRST.match(folded)
    if found is None:
        return ""
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return ""
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")
