"""A person's word on who is who: judged, taken back, and asked for.

What contradicts an earlier judgement, or would make one bearer of two valid numbers, is refused when it is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from features.link.people import People, refuse_two_numbers
from features.link.profile import KINDS
from xiezhi.clock import Moment
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.store.judgements import (
    Judgement,
    MentionRef,
    Referent,
    Verdict,
    add_judgements,
    add_referents,
    referents_naming,
)
from xiezhi.store.links import begin_linking
from xiezhi.store.mentions import mentions_of_filings
from xiezhi.store.questions import Question, every_question, mention_of_entity


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a judgement: the row kept, and the entities of its mentions as they stand now."""

    judgement: Judgement
    left_entity: str
    right_entity: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question nobody answered. `entity_id`: what the mention became; `against`: a mention of the entity offered."""

    question: Question
    entity_id: str
    against: MentionRef


def judge(
    connection: Connection,
    a: MentionRef,
    b: MentionRef,
    verdict: Verdict,
    *,
    by: str,
    reason: str,
    at: Moment,
) -> Judged:
    """Say that two mentions are the same, are different, or that neither is said any more.

    Counts for filings filed after `at`, and for all once the store is linked anew. Raises InputError, NotFound;
    Conflict where it contradicts other judgements or the numbers (two-numbers, contradiction, nothing-said).
    """
    require_who_and_why(by, reason)
    if a == b or a.kind != b.kind:
        raise InputError(
            "请给出同一种类的两处不同提及（自然人、单位、代理人、律所）。",
            "Give two different mentions of one kind (person, organization, agent, firm).",
            code="not-a-pair",
        )
    begin_linking(connection)
    left, right = sorted((a, b))
    people = People(connection)
    row = Judgement(left, right, verdict, at, by, reason)
    standing = people.closure.standing.get((left, right))
    if verdict == "withdrawn" and standing is None:
        raise Conflict(
            "这两处没有有效的判定可撤回。", "Nothing that stands was said of these two.", code="nothing-said"
        )
    if verdict != "withdrawn":
        people.refuse_contradiction([row])
    if verdict == "same":
        refuse_two_numbers(people.rows_joined(left, right))
    (number,) = add_judgements(connection, [row])
    if verdict != "same":
        _undo_referents(connection, people.said_of(left, right), row)
    elif not (people.is_moving(left) or people.is_moving(right)):
        name_referents(connection, people, [left, right], Referent("", "", at, by, reason, number))
    now = People(connection)
    return Judged(row, now.entity_of(left), now.entity_of(right))


def require_who_and_why(by: str, reason: str) -> None:
    """Raises InputError where either is blank."""
    if not by.strip() or not reason.strip():
        raise InputError("请写明何人、何故。", "Say who judges, and why.", code="who-and-why")


def name_referents(
    connection: Connection, people: People, refs: Sequence[MentionRef], as_said: Referent
) -> None:
    """Let one entity stand for those of `refs`: the one seen first, whose id linking anew would keep."""
    entities = list(dict.fromkeys(map(people.entity_of, refs)))
    if len(entities) < 2:
        return
    first = {e: min((row.filed_at, row.number) for row in people.rows_of(e)) for e in entities}
    survivor = min(entities, key=lambda e: first[e])
    add_referents(
        connection,
        [
            Referent(
                e, survivor, as_said.since, as_said.named_by, as_said.reason, as_said.judgement_no, as_said.proposal_id
            )
            for e in entities
            if e != survivor
        ],
    )  # fmt: skip


def undo_referents(connection: Connection, undone: Mapping[str, Referent], taken_back: Referent) -> None:
    """Let ids stand for themselves again: those whose newest referent is in `undone`."""
    newest = {row.old_id: row for row in referents_naming(connection, undone)}
    add_referents(
        connection,
        [
            Referent(
                old_id, old_id, taken_back.since, taken_back.named_by, taken_back.reason, taken_back.judgement_no, taken_back.proposal_id
            )
            for old_id, row in undone.items()
            if newest[old_id] == row and row.entity_id != old_id
        ],
    )  # fmt: skip


def open_questions(connection: Connection, filing_id: str | None = None) -> list[OpenQuestion]:
    """Questions (of one filing) that nobody answered yet, the likeliest offers first."""
    asked = every_question(connection, filing_id)
    if not asked:
        return []
    people = People(connection)
    found: list[OpenQuestion] = []
    for question, now in asked:
        offered = people.final(question.entity_id)
        if people.final(now) == offered or _is_answered(people, question, offered):
            continue
        against = mention_of_entity(connection, people.ids_of(offered), question.filing_id, question.filed_at)
        if against is not None:
            found.append(OpenQuestion(question, people.final(now), against))
    return found


def _is_answered(people: People, question: Question, offered: str) -> bool:
    ref = question.mention
    said = (people.closure.together(ref) | people.closure.apart(ref)) - {ref}
    if not said:
        return False
    people.read(said)
    return any(people.entity_of(other) == offered for other in said)


def find_mention(connection: Connection, text: str) -> MentionRef:
    """The mention written `FILING/RECORD`, with `:kind` where it is needed. Raises InputError, NotFound.

    Without a kind a firm is never meant: it shares the record of its agent.
    """
    name, _, kind = text.rpartition(":")
    if not name or kind not in KINDS:
        name, kind = text, ""
    splits = [(name[:i], name[i + 1 :]) for i, letter in enumerate(name) if letter == "/"]
    if not splits:
        raise InputError(
            "请写作 案件/记录，例如 F-1024/p1；律所写作 F-1024/a1:firm。",
            "Write FILING/RECORD, as in F-1024/p1; a law firm as F-1024/a1:firm.",
            code="not-a-mention",
        )
    rows = mentions_of_filings(connection, [filing_id for filing_id, _ in splits])
    found = [
        MentionRef(row.filing_id, row.record_id, row.kind)
        for row in rows
        if (row.filing_id, row.record_id) in splits and (row.kind == kind if kind else row.kind != "firm")
    ]
    if len(found) > 1:
        kinds = ", ".join(ref.kind for ref in found)
        raise InputError(
            f"{text} 有多种：{kinds}。请在后面注明，例如 {text}:{found[0].kind}。",
            f"{text} names several: {kinds}. Say which, as in {text}:{found[0].kind}.",
            code="ambiguous",
        )
    if not found:
        raise NotFound(
            f"没有已关联的提及 {text}；请先运行 xiezhi link，并核对案件与记录编号。",
            f"There is no linked mention {text}; run xiezhi link first, and check the ids of filing and record.",
            code="no-such-mention",
        )
    return found[0]


def _undo_referents(connection: Connection, said: Sequence[Judgement], row: Judgement) -> None:
    """Take back the referents that followed from earlier judgements on a pair."""
    people = People(connection)
    ids = {people.row(ref).entity_id for ref in (row.left, row.right)}
    named = referents_naming(connection, chain(ids, map(people.final, ids)))
    causes = {one.judgement_no for one in said}, {one.proposal_id for one in said} - {None}
    undone = {
        one.old_id: one for one in named if one.judgement_no in causes[0] or one.proposal_id in causes[1]
    }
    undo_referents(connection, undone, Referent("", "", row.judged_at, row.judged_by, row.reason))
