"""Dates as people write them, in ISO form, maybe cut short."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final

from features.normalise.text import fold

_YEAR_FIRST: Final = re.compile(
    r"([0-9]{4})(?![0-9])(?:\s*[-/.年]\s*([0-9]{1,2})(?![0-9])(?:\s*[-/.月]\s*([0-9]{1,2})(?![0-9]))?)?"
)
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?(?:\.0)?$")
_NUMERAL: Final = re.compile(r"[〇零一二三四五六七八九十]{4}年")
_DAY: Final = re.compile(r"([二三]?十)?([一二三四五六七八九])?(?=[月日号])")
_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_MONTH: Final = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of )?({'|'.join(_MONTHS)})[a-z]*[.,\s-]+([0-9]{{4}})\b"
)
_MONTH_DAY: Final = re.compile(
    rf"({'|'.join(_MONTHS)})[a-z]*[.\s]+(?:([0-9]{{1,2}})(?:st|nd|rd|th)?[,\s]+)?([0-9]{{4}})\b"
)
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?![0-9])")


def iso_date(text: str) -> str:
    """`text` as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; empty where it is no date.

    Dates with the year last count only where one number cannot be a month: 13/5/1976, but not 5/3/1976, which is
    March in one country and May in another.
    """
    folded = fold(text)
    if _NUMERAL.match(folded):
        folded = _in_digits(folded)
    found = _COMPACT.match(folded) or _YEAR_FIRST.match(folded)
    if found is None:
        return _named_month(folded) or _year_last(folded)
    year, month, day = (int(part or 0) for part in found.groups())
    return _iso(year, month, day)


def _iso(year: int, month: int, day: int) -> str:
    """Zero stands for a part that is not told."""
    if not 1 <= year <= 9999 or month > 12 or (month and day > monthrange(year, month)[1]):
        return ""
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")


def _named_month(folded: str) -> str:
    if found := _DAY_MONTH.match(folded):
        return _iso(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    if found := _MONTH_DAY.match(folded):
        return _iso(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2] or 0))
    return ""


def _year_last(folded: str) -> str:
    found = _YEAR_LAST.match(folded)
    if not found:
        return ""
    one, other = int(found[1]), int(found[2])
    if one == other or 12 < one <= 31:
        return _iso(int(found[3]), other, one)
    return _iso(int(found[3]), one, other) if 12 < other <= 31 else ""


def _in_digits(folded: str) -> str:
    """一九七六年十二月三十一日 in digits."""
    year, rest = folded[:4].translate(_DIGITS), folded[4:]
    return year + _DAY.sub(_number, rest)


def _number(found: re.Match[str]) -> str:
    tens, ones = found[1] or "", found[2] or ""
    if not tens and not ones:
        return ""
    ten = {"": 0, "十": 10, "二十": 20, "三十": 30}[tens]
    return str(ten + (int(ones.translate(_DIGITS)) if ones else 0))
