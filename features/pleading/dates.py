"""Dates the filing tells, as days to the filing or to one another."""

from __future__ import annotations

from math import nan

from features.pleading.reading import Pleading, days_before_filing, element_date, to_date
from xiezhi.records import EvidenceKind, Filing

_INSTRUMENTS: tuple[EvidenceKind, ...] = (
    "iou",
    "contract",
    "wage_note",
    "mediation_agreement",
    "arbitration_award",
)


def age_of(*kinds: EvidenceKind) -> Pleading:
    """Days from the earliest dated evidence of these kinds to the filing."""

    def read(filing: Filing) -> float:
        dates = [day for e in filing.evidence if e.kind in kinds and (day := to_date(e.dated)) is not None]
        return days_before_filing(filing, min(dates)) if dates else nan

    return read


instrument_age_days = age_of(*_INSTRUMENTS)


def days_since(key: str) -> Pleading:
    """Days from a date of the element form to the filing."""

    def read(filing: Filing) -> float:
        day = element_date(filing, key)
        return nan if day is None else days_before_filing(filing, day)

    return read


def days_between(first: str, then: str) -> Pleading:
    """Days from one date of the element form to another, below 0 where it came later."""

    def read(filing: Filing) -> float:
        start, end = element_date(filing, first), element_date(filing, then)
        return float((end - start).days) if start and end else nan

    return read


loan_term_days = days_between("provided_on", "due_on")
"""Days from handing over the loan to its due date."""
