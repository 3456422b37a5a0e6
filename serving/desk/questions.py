"""Questions to the clerk (存疑关联): is this party the person, organisation or agent seen before? Yes, no, cannot tell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import Connection

from features.link.judge import OpenQuestion, judge
from features.link.people import People
from serving.corrections.offered import offered_questions
from serving.review.masking import mask_number, mask_text
from xiezhi.accounts.reach import filings_within
from xiezhi.clock import Moment
from xiezhi.decisions import check_person
from xiezhi.errors import Conflict, InputError
from xiezhi.records import Agent, Filing, Party
from xiezhi.store import Store
from xiezhi.store.doubts import Doubt, add_doubt, doubts_on
from xiezhi.store.filings import StoredFiling, get_filings
from xiezhi.store.judgements import Judgement, MentionRef, judgements_on
from xiezhi.store.questions import latest_mentions
from xiezhi.store.turn import write_in_turn

Answer = Literal["same", "different", "cannot_tell"]
ANSWERS: Final[tuple[str, ...]] = get_args(Answer)

MOST_SHOWN = 4
"""Earlier mentions laid beside the one asked about, the latest: as many as fit on a screen."""

REASON: Final = "立案窗口核对 / checked at the filing desk"
"""What a judgement says where the clerk gave no reason of his own: both languages, for it is kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one filing tells of a mention, by name of the field; identity and licence numbers are masked."""

    mention: MentionRef
    reference: str
    filed_at: Moment
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put: the mention, and the latest earlier mentions of the entity offered.

    `doubted`: by whom it was left open already. `mine`: the person who looks is among them.
    """

    mention: Told
    entity_id: str
    probability: float
    earlier: tuple[Told, ...]
    doubted: tuple[Doubt, ...]
    mine: bool

    @property
    def code(self) -> str:
        """How the form names it."""
        ref = self.mention.mention
        return f"{ref.record_id}:{ref.kind}"


@dataclass(frozen=True, slots=True)
class Answered:
    """A judgement on a mention of this filing, with what the other filing is called."""

    judgement: Judgement
    mention: MentionRef
    other: MentionRef
    other_reference: str


def read_questions(
    connection: Connection, store: Store, filing: Filing, person: str | None, courts: Collection[str] = ()
) -> tuple[tuple[Asked, ...], tuple[Answered, ...]]:
    """The open questions of a filing as `person` (None: whoever) is asked them, and what was judged of it so far.

    Whose reach is `courts` (none: all) is asked of filings of these alone.
    """
    asked = offered_questions(connection, courts, filing.filing_id)
    judged = judgements_on(connection, [filing.filing_id])
    if not asked and not judged:
        return (), ()
    laid = {one.question.record_id + one.question.kind: _latest(connection, one) for one in asked}
    others = [ref.filing_id for refs in laid.values() for ref in refs]
    reach = filings_within(connection, courts, others)
    laid = {key: [ref for ref in refs if ref.filing_id in reach] for key, refs in laid.items()}
    others += [ref.filing_id for row in judged for ref in (row.left, row.right)]
    known = get_filings(connection, store.vault, list(dict.fromkeys([filing.filing_id, *others])))
    doubts = doubts_on(connection, filing.filing_id)
    return (
        tuple(
            _ask(one, laid[one.question.record_id + one.question.kind], known, doubts, person)
            for one in asked
        ),
        tuple(_answered(row, filing.filing_id, known) for row in judged),
    )


def answer_question(
    store: Store,
    filing_id: str,
    code: str,
    answer: str,
    *,
    by: str,
    reason: str,
    at: Moment,
    courts: Collection[str] = (),
) -> None:
    """Append the answer: a judgement on the mention and the latest of the entity offered, or that nobody could tell.

    Raises InputError for no name or no such answer; Conflict where the question is no longer open, or the answer
    contradicts the numbers or an earlier judgement.
    """
    by = check_person(by)
    if answer not in ANSWERS:
        raise InputError("请选择：是、否、说不准。", "Choose yes, no or cannot tell.", code="no-answer")
    with write_in_turn(store) as connection:
        found = [one for one in offered_questions(connection, courts, filing_id) if _code(one) == code]
        if not found:
            raise Conflict(
                "这个问题已有答复，或关联已改变。",
                "This question is answered already, or the links have changed.",
                code="question-closed",
            )
        question = found[0].question
        if answer == "cannot_tell":
            add_doubt(connection, Doubt(question.mention, question.entity_id, at, by))
            return
        verdict: Literal["same", "different"] = "same" if answer == "same" else "different"
        why = mask_text(reason.strip()) or REASON
        judge(connection, question.mention, found[0].against, verdict, by=by, reason=why, at=at)


def _code(one: OpenQuestion) -> str:
    return f"{one.question.record_id}:{one.question.kind}"


def _latest(connection: Connection, one: OpenQuestion) -> list[MentionRef]:
    people = People(connection)
    ids = people.ids_of(people.final(one.question.entity_id))
    return latest_mentions(connection, ids, one.question.filing_id, one.question.filed_at, MOST_SHOWN)


def _ask(
    one: OpenQuestion,
    earlier: list[MentionRef],
    known: dict[str, StoredFiling],
    doubts: list[Doubt],
    person: str | None,
) -> Asked:
    question = one.question
    mine = [d for d in doubts if d.mention == question.mention and d.entity_id == question.entity_id]
    told = (_tell(ref, known) for ref in earlier)
    mention = _tell(question.mention, known)
    assert mention is not None, "the question is of a filing in the store"
    return Asked(
        mention,
        question.entity_id,
        question.probability,
        tuple(one for one in told if one is not None),
        tuple(mine),
        any(person in (None, d.told_by) for d in mine),
    )


def _answered(row: Judgement, filing_id: str, known: dict[str, StoredFiling]) -> Answered:
    mention, other = (row.left, row.right) if row.left.filing_id == filing_id else (row.right, row.left)
    stored = known.get(other.filing_id)
    return Answered(row, mention, other, _reference(stored) if stored else other.filing_id)


def _tell(ref: MentionRef, known: dict[str, StoredFiling]) -> Told | None:
    stored = known.get(ref.filing_id)
    if stored is None:
        return None
    return Told(ref, _reference(stored), stored.filing.filed_at, _fields(stored.filing, ref))


def _reference(stored: StoredFiling) -> str:
    return stored.filing.case_number or stored.filing.filing_id


def _fields(filing: Filing, ref: MentionRef) -> dict[str, str]:
    party = next((p for p in filing.parties if p.party_id == ref.record_id), None)
    agent = next((a for a in filing.agents if a.agent_id == ref.record_id), None)
    told = _party(party) if party is not None else _agent(agent, ref.kind) if agent is not None else {}
    return {name: value for name, value in told.items() if value}


def _party(party: Party) -> dict[str, str]:
    return {
        "name": party.name,
        "id_number": mask_number(party.id_number) if party.id_number else "",
        "birth_date": party.birth_date or "",
        "phone": party.phone or "",
        "address": mask_text(party.address or ""),
        "legal_representative": party.legal_representative or "",
    }


def _agent(agent: Agent, kind: str) -> dict[str, str]:
    if kind == "firm":
        return {"name": agent.firm or "", "phone": agent.phone or ""}
    return {
        "name": agent.name,
        "licence_number": mask_number(agent.licence_number) if agent.licence_number else "",
        "firm": agent.firm or "",
        "phone": agent.phone or "",
    }
