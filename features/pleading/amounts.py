"""The shape of the amounts (金额): how round, what they rest on, whether the papers agree."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import nan

from features.normalise.causes import cause_family
from features.pleading.reading import claim_amount, element_date, number, ratio, to_date
from xiezhi.records import Filing

ROUND_AMOUNT = 10_000
"""Amounts of fabricated loans are mostly multiples of this (domain research 2.4)."""
STATUTORY_MINIMUM = 1_000
"""Least damages for unsafe food, CNY: suits for many small purchases ask for it (食品安全法 第148条)."""
LARGE = 300_000
"""A claim from here on is large: the invented wages of case W2 began so (CNY)."""
NEAR = 0.1
"""Up to a tenth off counts as near (own limit)."""
TOLD_APART = 0.01
"""From a hundredth on two amounts of one debt differ (own limit: rounding stays below)."""
TOLD_LATER = 30
"""Days from which a paper is of another time than the loan told (own limit: notes are often written weeks later)."""
_NOTES = ("iou", "contract", "wage_note", "mediation_agreement", "arbitration_award")


def principal(filing: Filing) -> float:
    """Agreed principal of the form, or else the claimed amount."""
    agreed = number(filing, "principal_agreed")
    return claim_amount(filing) if agreed != agreed else agreed


def amount_is_round(filing: Filing) -> float:
    """1 where the principal, or else the claim, is a whole number of ten thousands."""
    amount = principal(filing)
    return float(amount % ROUND_AMOUNT == 0) if amount > 0 else nan


def amount_zeros(filing: Filing) -> float:
    """Zeros at the end of the principal, or else the claim: 120,000 has four, 1,234.50 none."""
    amount = principal(filing)
    if not amount > 0:
        return nan
    zeros = 0
    while amount >= 10 and amount % 10 == 0:
        amount, zeros = amount / 10, zeros + 1
    return float(zeros)


def amount_near_minimum(filing: Filing) -> float:
    """1 where the claim lies near the statutory least damages; NaN in another currency than theirs."""
    amount = claim_amount(filing)
    if amount != amount or not _in_yuan(filing):
        return nan
    return float(abs(amount - STATUTORY_MINIMUM) <= NEAR * STATUTORY_MINIMUM)


def waiver_and_large_claim(filing: Filing) -> float:
    """1 where relief from court fees is asked for on a large claim: neither need nor size alone counts.

    NaN in another currency than the limit's.
    """
    amount = claim_amount(filing)
    if filing.fee_waiver_requested is None or amount != amount or not _in_yuan(filing):
        return nan
    return float(filing.fee_waiver_requested and amount >= LARGE)


def paid_in_cash(filing: Filing) -> float:
    """1 where the loan was handed over or the rent paid in cash, 0.5 where partly."""
    how = filing.elements.get("provided_by") or filing.elements.get("paid_by")
    return {"cash": 1.0, "mixed": 0.5, "transfer": 0.0}.get(str(how), nan)


def unproved_share(filing: Filing) -> float:
    """Share of a private loan's principal that no bank transfer listed covers; NaN where an amount is missing."""
    if cause_family(filing.cause, filing.proceeding) != "private_loan" or not filing.evidence:
        return nan
    transfers = [e.amount for e in filing.evidence if e.kind == "bank_transfer"]
    covered = ratio(sum(t for t in transfers if t is not None), principal(filing))
    return nan if None in transfers or covered != covered else max(0.0, 1.0 - covered)


def repeated_transfers(filing: Filing) -> float:
    """Most transfers of one and the same amount: money led in a circle shows so (走账); NaN without evidence."""
    if not filing.evidence:
        return nan
    amounts = Counter(e.amount for e in filing.evidence if e.kind == "bank_transfer" and e.amount)
    return float(max(amounts.values(), default=0))


def principal_shortfall(filing: Filing) -> float:
    """Share of the agreed principal that was not provided (砍头息、虚增本金)."""
    agreed, provided = number(filing, "principal_agreed"), number(filing, "principal_provided")
    return ratio(agreed - provided, agreed)


def claim_over_note(filing: Filing) -> float:
    """Claimed amount over the largest instrument listed (note, contract, award)."""
    noted = [e.amount for e in filing.evidence if e.kind in _NOTES and e.amount]
    return ratio(claim_amount(filing), max(noted)) if noted else nan


def papers_disagree(filing: Filing) -> float:
    """1 where no loan note or contract listed bears the principal the form tells, or the month it was lent in."""
    agreed, lent = number(filing, "principal_agreed"), element_date(filing, "provided_on")
    noted = [e for e in filing.evidence if e.kind in ("iou", "contract") and e.amount]
    if not noted or not agreed > 0:
        return nan
    apart = min(abs((e.amount or 0.0) - agreed) for e in noted) > TOLD_APART * agreed
    days = [abs((day - lent).days) for e in noted if lent and (day := to_date(e.dated)) is not None]
    return float(apart or (bool(days) and min(days) > TOLD_LATER))


def repaid_share(filing: Filing) -> float:
    """Share of the principal already repaid as the filing tells it."""
    return ratio(number(filing, "repaid"), number(filing, "principal_agreed"))


def price_ratio(filing: Filing) -> float:
    """Price against the reference price of the asset."""
    return ratio(number(filing, "price"), number(filing, "reference_price"))


def rent_prepaid_years(filing: Filing) -> float:
    """Years of rent paid in advance; where the form only says that it was, what the receipts or the term tell."""
    yearly = number(filing, "rent_per_year")
    prepaid = filing.elements.get("rent_prepaid")
    if not isinstance(prepaid, bool):
        return ratio(number(filing, "rent_prepaid"), yearly)
    if not prepaid:
        return 0.0
    receipts = [e.amount for e in filing.evidence if e.kind in ("cash_receipt", "bank_transfer") and e.amount]
    return ratio(sum(receipts), yearly) if receipts else number(filing, "term_years")


def wage_per_month(filing: Filing) -> float:
    """Wages claimed for each month of the period told, at least one."""
    start, end = element_date(filing, "period_from"), element_date(filing, "period_to")
    if start is None or end is None or end < start:
        return nan
    return number(filing, "wage_claimed") / max((end - start).days / 30.4, 1.0)


def rate_over_cap(filing: Filing) -> float:
    """Yearly rate over what the law allowed when the loan was made; NaN where it is not in yuan."""
    if not _in_yuan(filing):
        return nan
    lent = element_date(filing, "provided_on") or min(
        (day for e in filing.evidence if e.kind == "iou" and (day := to_date(e.dated)) is not None),
        default=None,
    )
    return nan if lent is None else ratio(number(filing, "rate_per_year"), highest_rate(lent))


def _in_yuan(filing: Filing) -> bool:
    """Whether the amounts are in CNY, as they are where a Chinese court names no currency."""
    return filing.currency in (None, "CNY")


def highest_rate(day: date) -> float:
    """Highest yearly rate a court enforces for a private loan made on a day.

    24 % until 2020-08-19 (民间借贷司法解释 2015 第26条), since then four times the one-year LPR (2020-12 第25条).
    """
    if day < date(2020, 8, 20):
        return 0.24
    return 4 * next(rate for since, rate in reversed(_LPR) if day >= since)


_LPR = (
    (date(2020, 4, 20), 0.0385),
    (date(2021, 12, 20), 0.0380),
    (date(2022, 1, 20), 0.0370),
    (date(2022, 8, 22), 0.0365),
    (date(2023, 6, 20), 0.0355),
    (date(2023, 8, 21), 0.0345),
    (date(2024, 7, 22), 0.0335),
    (date(2024, 10, 21), 0.0310),
    (date(2025, 5, 20), 0.0300),
)
"""One-year LPR from the day on which it changed, as 全国银行间同业拆借中心 published it."""
