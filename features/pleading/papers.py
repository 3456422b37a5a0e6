"""Claim, evidence and the element form (要素式) of one filing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isfinite, log10, nan
from typing import Any

from features.history.docket import family_code, proceeding_code
from features.normalise.causes import cause_family
from xiezhi.clock import to_datetime
from xiezhi.records import EvidenceKind, Filing

Pleading = Callable[[Filing], float]
"""A number read off one filing; NaN where the filing does not say."""

ROUND_AMOUNT = 10_000
"""Amounts of fabricated loans are mostly multiples of this (domain research 2.4)."""


def claim_amount(filing: Filing) -> float:
    """Claimed amount in currency units."""
    return nan if filing.claim_amount is None else filing.claim_amount


def claim_magnitude(filing: Filing) -> float:
    """Decimal logarithm of 1 + the claimed amount."""
    return nan if filing.claim_amount is None else log10(1 + filing.claim_amount)


def amount_is_round(filing: Filing) -> float:
    """1 where the principal, or else the claim, is a whole number of ten thousands."""
    amount = number(filing, "principal_agreed")
    amount = claim_amount(filing) if amount != amount else amount
    if amount != amount or amount <= 0:
        return nan
    return float(amount % ROUND_AMOUNT == 0)


def cause_code(filing: Filing) -> float:
    """Number of the cause family (案由)."""
    return float(family_code(cause_family(filing.cause, filing.proceeding)))


def procedure_code(filing: Filing) -> float:
    """Number of the proceeding (程序)."""
    return float(proceeding_code(filing.proceeding))


def received_at_counter(filing: Filing) -> float:
    """1 where the filing was handed in at the counter."""
    return nan if filing.received_via is None else float(filing.received_via == "counter")


def said(key: str) -> Pleading:
    """A yes or no of the filing itself, e.g. `mediation_requested`."""

    def read(filing: Filing) -> float:
        value = getattr(filing, key)
        return nan if value is None else float(value)

    return read


def evidence_count(filing: Filing) -> float:
    """Pieces of evidence listed."""
    return float(len(filing.evidence))


def has_evidence(*kinds: EvidenceKind) -> Pleading:
    """1 where evidence of one of the kinds is listed; NaN where none is listed at all."""

    def read(filing: Filing) -> float:
        return float(any(e.kind in kinds for e in filing.evidence)) if filing.evidence else nan

    return read


def note_only(filing: Filing) -> float:
    """1 where a loan note (借条) is listed but neither transfer, chat, notary nor contract beside it."""
    kinds = {e.kind for e in filing.evidence}
    if not kinds:
        return nan
    return float("iou" in kinds and not kinds & {"bank_transfer", "chat_log", "notarised_deed", "contract"})


def instrument_age_days(filing: Filing) -> float:
    """Days from the earliest dated loan note, contract or wage note to the filing."""
    dates = [
        day
        for e in filing.evidence
        if e.kind in ("iou", "contract", "wage_note", "mediation_agreement", "arbitration_award")
        and (day := to_date(e.dated)) is not None
    ]
    return _days_before_filing(filing, min(dates)) if dates else nan


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


def paid_in_cash(filing: Filing) -> float:
    """1 where the loan was handed over or the rent paid in cash, 0.5 where partly."""
    how = filing.elements.get("provided_by") or filing.elements.get("paid_by")
    return {"cash": 1.0, "mixed": 0.5, "transfer": 0.0}.get(str(how), nan)


def principal_shortfall(filing: Filing) -> float:
    """Share of the agreed principal that was not provided (砍头息、虚增本金)."""
    agreed, provided = number(filing, "principal_agreed"), number(filing, "principal_provided")
    return (agreed - provided) / agreed if agreed > 0 and provided == provided else nan


def repaid_share(filing: Filing) -> float:
    """Share of the principal already repaid as the filing tells it."""
    repaid, agreed = number(filing, "repaid"), number(filing, "principal_agreed")
    return repaid / agreed if agreed > 0 and repaid == repaid else nan


def price_ratio(filing: Filing) -> float:
    """Price against the reference price of the asset."""
    price, reference = number(filing, "price"), number(filing, "reference_price")
    return price / reference if reference > 0 else nan


def rent_prepaid_years(filing: Filing) -> float:
    """Years of rent paid in advance."""
    prepaid, yearly = number(filing, "rent_prepaid"), number(filing, "rent_per_year")
    return prepaid / yearly if yearly > 0 else nan


def loan_term_days(filing: Filing) -> float:
    """Days from handing over the loan to its due date."""
    start, end = _element_date(filing, "provided_on"), _element_date(filing, "due_on")
    return float((end - start).days) if start and end else nan


def days_since(key: str) -> Pleading:
    """Days from a date of the element form to the filing."""

    def read(filing: Filing) -> float:
        day = _element_date(filing, key)
        return nan if day is None else _days_before_filing(filing, day)

    return read


def facts_length(filing: Filing) -> float:
    """Characters of facts and reasons (事实与理由)."""
    return nan if filing.facts is None else float(len(filing.facts))


def to_date(text: Any) -> date | None:
    """An ISO date out of `text`, None where there is none (a date cut short counts as none)."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _element_date(filing: Filing, key: str) -> date | None:
    return to_date(filing.elements.get(key))


def _days_before_filing(filing: Filing, day: date) -> float:
    return float((to_datetime(filing.filed_at).date() - day).days)
