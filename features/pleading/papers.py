"""What is claimed and which evidence (证据) is listed."""

from __future__ import annotations

from math import log10, nan

from features.history.docket import family_code, proceeding_code
from features.normalise.causes import cause_family
from features.pleading.reading import Pleading
from xiezhi.records import EvidenceKind, Filing

SUPPORT = frozenset({"bank_transfer", "chat_log", "notarised_deed", "contract"})
"""Evidence that bears a loan note out (own list after 民间借贷司法解释 第15条)."""
WAGE_PROOF = frozenset({"bank_transfer", "contract", "arbitration_award", "chat_log"})
"""Evidence that bears a wage note out: pay slips, contract, award (own list after 劳动争议司法解释一 第42条)."""


def claim_magnitude(filing: Filing) -> float:
    """Decimal logarithm of 1 + the claimed amount."""
    return nan if filing.claim_amount is None else log10(1 + filing.claim_amount)


def cause_code(filing: Filing) -> float:
    """Number of the cause family (案由)."""
    return float(family_code(cause_family(filing.cause, filing.proceeding)))


def procedure_code(filing: Filing) -> float:
    """Number of the proceeding (程序)."""
    return float(proceeding_code(filing.proceeding))


def received_at_counter(filing: Filing) -> float:
    """1 where the filing was handed in at the counter."""
    return nan if filing.received_via is None else float(filing.received_via == "counter")


def related_cases(filing: Filing) -> float:
    """Related case numbers the filer declares."""
    return float(len(filing.related_case_numbers))


def evidence_count(filing: Filing) -> float:
    """Pieces of evidence listed."""
    return float(len(filing.evidence))


def undated_share(filing: Filing) -> float:
    """Share of the evidence without a date; NaN where none is listed."""
    if not filing.evidence:
        return nan
    return sum(not e.dated for e in filing.evidence) / len(filing.evidence)


def has_evidence(*kinds: EvidenceKind) -> Pleading:
    """1 where evidence of one of the kinds is listed; NaN where none is listed at all."""

    def read(filing: Filing) -> float:
        return float(any(e.kind in kinds for e in filing.evidence)) if filing.evidence else nan

    return read


def note_only(filing: Filing) -> float:
    """1 where a loan note (借条) is listed but neither transfer, chat, notary nor contract beside it."""
    kinds = {e.kind for e in filing.evidence}
    return float("iou" in kinds and not kinds & SUPPORT) if kinds else nan


def wage_note_only(filing: Filing) -> float:
    """1 where a wage note is listed but no pay record, contract or award beside it."""
    kinds = {e.kind for e in filing.evidence}
    return float("wage_note" in kinds and not kinds & WAGE_PROOF) if kinds else nan


def instrument_missing(filing: Filing) -> float:
    """1 where a private loan comes without note, contract or deed; NaN for other causes or without evidence."""
    if cause_family(filing.cause, filing.proceeding) != "private_loan" or not filing.evidence:
        return nan
    return float(not any(e.kind in ("iou", "contract", "notarised_deed") for e in filing.evidence))
