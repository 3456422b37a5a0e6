"""What humans may decide on a flag (人工审查决定), and what may follow what.

A score decides nothing. A decision names the person who made it and says why; it is appended, never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from xiezhi.errors import Conflict, InputError
from xiezhi.records import FindingKind

DecisionKind = Literal["cleared", "needs_proof", "false", "abusive"]
"""cleared 排除疑点; needs_proof 责令补充证据、到庭说明 (民间借贷规定 art 18); false 虚假诉讼 (民事诉讼法 art 115,
116); abusive 滥用诉权."""

DECISION_KINDS: tuple[str, ...] = get_args(DecisionKind)

FlagState = Literal["open", "needs_proof", "proposed", "decided", "expired"]
"""Where a flag stands: nobody decided, proof was asked for, proposed to a second person, decided; nobody decided
before it expired."""

Act = Literal["decide", "ask_proof", "propose", "confirm", "return", "reopen", "adjudicate"]
"""What a person does: adjudicate 裁断 is a presiding judge's word where two reviewers disagree."""

PROPOSED, RETURNED, REOPENED = "proposed", "returned", "reopened"
"""Rows of the record that are no outcome: 拟定待确认, 退回, 重新审查."""

FINAL = frozenset({"cleared", "false", "abusive"})
ADVERSE = frozenset({"false", "abusive"})

FINDING_OF: dict[str, FindingKind] = {"cleared": "genuine", "false": "false", "abusive": "abusive"}
"""What a decision says to training, as a finding of source `review`; asking for proof says nothing yet."""

LONGEST_REASON = 4000
LONGEST_NAME = 300
"""Characters: an account's signature, its display name and its name, fits."""

MAY: Mapping[FlagState, frozenset[Act]] = MappingProxyType(
    {
        "open": frozenset({"decide", "ask_proof", "propose"}),
        "needs_proof": frozenset({"decide", "propose"}),
        "proposed": frozenset({"confirm", "return", "adjudicate"}),
        "decided": frozenset({"reopen", "adjudicate"}),
    }
)
"""State -> acts it admits. The row an act leaves is its outcome; of propose, return and reopen the words above."""


def state_of(latest: str | None) -> FlagState:
    """The state of a flag whose newest row of the record is `latest`."""
    if latest == "needs_proof":
        return "needs_proof"
    if latest == PROPOSED:
        return "proposed"
    return "decided" if latest in FINAL else "open"


def act_of(decision: str, *, second_person: bool) -> Act:
    """What recording the outcome `decision` is. Raises InputError for an outcome there is not."""
    if decision not in DECISION_KINDS:
        raise InputError(
            f"没有这种决定；可选：{'、'.join(DECISION_KINDS)}。",
            f"There is no such decision; choose one of {', '.join(DECISION_KINDS)}.",
            code="decision-unknown",
        )
    if decision == "needs_proof":
        return "ask_proof"
    return "propose" if second_person else "decide"


def check_act(latest: str | None, act: Act) -> None:
    """Raises Conflict when `act` may not follow `latest`.

    Proof asked for is waited for, so asking twice is a slip; what was decided stands until it is reopened.
    """
    state = state_of(latest)
    if act in MAY[state]:
        return
    zh, en, code = REFUSED.get((state, act)) or REFUSED_IN[state]
    raise Conflict(zh, en, code=code)


def check_second(proposed_by: str, by: str) -> None:
    """Raises Conflict where the second person is the first."""
    if proposed_by == by:
        raise Conflict(
            "须由另一人确认或退回。",
            "Another person has to confirm it or send it back.",
            code="second-person",
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
    return decided_by, check_reason(reason)


def check_person(name: str) -> str:
    """The name of whoever acts, trimmed. Raises InputError when it is missing or too long."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InputError(
            f"请写明您的姓名（不超过 {LONGEST_NAME} 字）。",
            f"Give your name (at most {LONGEST_NAME} characters).",
            code="who",
        )
    return name


def check_reason(reason: str) -> str:
    """The reason, trimmed. Raises InputError when it is missing or too long."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InputError(
            f"请写明理由（不超过 {LONGEST_REASON} 字）。",
            f"Say why (at most {LONGEST_REASON} characters).",
            code="reason",
        )
    return reason


REFUSED: Mapping[tuple[FlagState, Act], tuple[str, str, str]] = MappingProxyType(
    {
        ("needs_proof", "ask_proof"): (
            "已经要求补充证据；请在收到证据后再决定。",
            "Proof has been asked for already; decide when it is in.",
            "proof-already-asked",
        ),
    }
)
"""(zh, en, code) of an act refused in a state; of any other act that is, REFUSED_IN by the state alone."""
REFUSED_IN: Mapping[FlagState, tuple[str, str, str]] = MappingProxyType(
    {
        "open": ("尚无决定。", "Nothing has been decided yet.", "not-decided"),
        "needs_proof": ("尚无决定。", "Nothing has been decided yet.", "not-decided"),
        "proposed": (
            "已有拟定的决定，待第二人确认或退回。",
            "A decision has been proposed and waits for a second person.",
            "awaiting-second",
        ),
        "decided": (
            "这条提示已有决定，不能再次决定。",
            "This flag has been decided and cannot be decided again.",
            "already-decided",
        ),
    }
)
