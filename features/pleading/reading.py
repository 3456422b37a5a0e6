"""How a filing is read: numbers, dates and answers of its element form (要素式), NaN where it does not say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isfinite, nan
from typing import Any

from xiezhi.clock import to_datetime
from xiezhi.records import Filing

Pleading = Callable[[Filing], float]
"""A number read off one filing; NaN where the filing does not say."""


def number(filing: Filing, key: str) -> float:
    """An element of the form as a number."""
    value = filing.elements.get(key)
    if isinstance(value, bool) or value is None:
        return nan
    try:
        found = float(value)
    except (TypeError, ValueError):
        return nan
    return found if isfinite(found) else nan


def element(key: str) -> Pleading:
    """An element of the form as a number."""
    return lambda filing: number(filing, key)


def element_flag(key: str) -> Pleading:
    """A yes or no of the element form."""

    def read(filing: Filing) -> float:
        value = filing.elements.get(key)
        return float(value) if isinstance(value, bool) else nan

    return read


def said(key: str) -> Pleading:
    """A yes or no of the filing itself, e.g. `mediation_requested`."""

    def read(filing: Filing) -> float:
        value = getattr(filing, key)
        return nan if value is None else float(value)

    return read


def claim_amount(filing: Filing) -> float:
    """Claimed amount in currency units."""
    return nan if filing.claim_amount is None else filing.claim_amount


def to_date(text: Any) -> date | None:
    """An ISO date out of `text`, None where there is none (a date cut short counts as none)."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def element_date(filing: Filing, key: str) -> date | None:
    """A date of the element form."""
    return to_date(filing.elements.get(key))


def days_before_filing(filing: Filing, day: date) -> float:
    """Days from `day` to the day of filing, that of the court's zone; negative where it lies ahead."""
    filed = date.fromisoformat(filing.filed_on) if filing.filed_on else to_datetime(filing.filed_at).date()
    return float((filed - day).days)


def ratio(part: float, whole: float) -> float:
    """`part` over `whole`; NaN where either is unknown or the whole is not above zero."""
    return part / whole if whole > 0 else nan
