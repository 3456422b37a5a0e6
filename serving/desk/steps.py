"""The steps the law allows at the desk (核验步骤), as a check-list. Refusing or delaying a filing is never one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from serving.review.masking import mask_text
from xiezhi.clock import Moment
from xiezhi.decisions import check_person
from xiezhi.errors import InputError, NotFound
from xiezhi.reasons import LegalBasis
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.desk_steps import DeskStep, What, add_steps, steps_of
from xiezhi.store.screenings import get_screening

LONGEST_NOTE = 500
"""Characters: a line or two of who was met and what was handed over."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its ground, None where no law is named for it. Its words are `desk_step.<code>`."""

    code: str
    legal_basis: LegalBasis | None


_OPINION = LegalBasis("最高人民法院关于深入开展虚假诉讼整治工作的意见", "六", "法〔2021〕281号")
_INTERPRETATION = LegalBasis("最高人民法院关于适用民事诉讼法的解释", "第110条", "2022年修正")

STEPS: Final = (
    Step("risk_notice", _OPINION),  # 《虚假诉讼法律责任风险告知书》
    Step("undertaking", _OPINION),  # 《诚信诉讼承诺书》
    Step("identity_check", _OPINION),
    Step("related_search", _OPINION),
    Step("attendance", _INTERPRETATION),  # the judge summons; the desk suggests it
)
"""The same grounds as the steps of the rule pack `cn`."""


NEUTRAL: Final = (Step("identity_check", None), Step("related_search", None))
"""What any desk may do and put on record: it asks nothing of a party and rests on no article."""


def list_steps(jurisdiction: str) -> tuple[Step, ...]:
    """The check-list of a jurisdiction; the neutral one where it has none of its own."""
    return STEPS if jurisdiction == "cn" else NEUTRAL


def standing(entries: Sequence[DeskStep]) -> Mapping[str, DeskStep]:
    """The steps that are done, by code: those whose newest entry says so."""
    newest = {entry.step: entry for entry in entries}
    return {code: entry for code, entry in newest.items() if entry.what == "done"}


def record_steps(
    store: Store, screening_id: str, codes: Sequence[str], *, what: What, note: str, by: str, at: Moment
) -> None:
    """Put on record that steps were done, or entered by mistake; what stands so already is left alone.

    Raises NotFound for no such answer, InputError for no step, an unknown one, no name or a note too long. Identity numbers in the note are masked before it is kept.
    """
    by, note = check_person(by), mask_text(note.strip())
    known = {step.code for step in STEPS}
    if not codes or not known.issuperset(codes):
        raise InputError("请勾选已办理的步骤。", "Tick the steps that were done.", code="no-step")
    if len(note) > LONGEST_NOTE:
        raise InputError(
            f"备注最多 {LONGEST_NOTE} 字。", f"A note has at most {LONGEST_NOTE} characters.", code="too-long"
        )
    with store.write() as connection:
        lock_trail(connection)  # sent twice at once, a step is recorded once
        screening = get_screening(connection, screening_id)
        if screening is None:
            raise NotFound("没有这次筛查。", "There is no such screening.", code="no-screening")
        done = standing(steps_of(connection, screening.filing_id))
        changed = [code for code in dict.fromkeys(codes) if (code in done) != (what == "done")]
        add_steps(
            connection,
            [DeskStep(screening.filing_id, screening_id, code, what, note, at, by) for code in changed],
        )
