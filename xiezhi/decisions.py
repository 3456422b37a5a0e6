"""What a human may decide on a flag (人工审查决定), and what may follow what.

A score decides nothing. A decision names the person who made it and says why; it is appended, never changed.
"""

from __future__ import annotations

from typing import Literal, get_args

from xiezhi.errors import Conflict, InputError
from xiezhi.records import FindingKind

DecisionKind = Literal["cleared", "needs_proof", "false", "abusive"]
"""cleared 排除疑点; needs_proof 责令补充证据、到庭说明 (民间借贷规定 art 18); false 虚假诉讼 (民事诉讼法 art 115,
116); abusive 滥用诉权."""

DECISION_KINDS: tuple[str, ...] = get_args(DecisionKind)

FlagState = Literal["open", "needs_proof", "decided", "expired"]
"""Where a flag stands: nobody decided, proof was asked for, decided; nobody decided before it expired."""

FINDING_OF: dict[str, FindingKind] = {"cleared": "genuine", "false": "false", "abusive": "abusive"}
"""What a decision says to training, as a finding of source `review`; asking for proof says nothing yet."""

LONGEST_REASON = 4000
LONGEST_NAME = 60


def state_of(latest: str | None) -> FlagState:
    """The state of a flag whose newest decision is `latest`."""
    if latest is None:
        return "open"
    return "needs_proof" if latest == "needs_proof" else "decided"


def check_transition(latest: str | None, decision: str) -> None:
    """Raises Conflict when `decision` may not follow `latest`.

    Proof asked for is waited for, so asking twice is a slip; what was decided stands until it is reopened.
    """
    if decision not in DECISION_KINDS:
        raise InputError(
            f"没有这种决定；可选：{'、'.join(DECISION_KINDS)}。",
            f"There is no such decision; choose one of {', '.join(DECISION_KINDS)}.",
            code="decision-unknown",
        )
    if state_of(latest) == "decided":
        raise Conflict(
            "这条提示已有决定，不能再次决定。",
            "This flag has been decided and cannot be decided again.",
            code="already-decided",
        )
    if latest == decision:
        raise Conflict(
            "已经要求补充证据；请在收到证据后再决定。",
            "Proof has been asked for already; decide when it is in.",
            code="proof-already-asked",
        )


def check_words(decided_by: str, reason: str) -> tuple[str, str]:
    """The person's name and the reason, trimmed. Raises InputError when one is missing or too long."""
    decided_by, reason = decided_by.strip(), reason.strip()
    if not decided_by or len(decided_by) > LONGEST_NAME:
        raise InputError(
            f"请写明作出决定的人的姓名（不超过 {LONGEST_NAME} 字）。",
            f"Name the person who decides (at most {LONGEST_NAME} characters).",
            code="decided-by",
        )
    if not reason or len(reason) > LONGEST_REASON:
        raise InputError(
            f"请写明理由（不超过 {LONGEST_REASON} 字）。",
            f"Say why (at most {LONGEST_REASON} characters).",
            code="reason",
        )
    return decided_by, reason
