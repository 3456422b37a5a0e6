"""What people wrote beside filings, taken out when something of a filing is erased: which column, and of which rows.

Such a text may name anybody, so it goes as a whole; who wrote it, when, and what was decided stays. Where the audit
trail tells of a row, a new entry says what the row is from now on (`xiezhi.store.audit.retell`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, or_, select, update

from xiezhi.clock import Moment
from xiezhi.store.audit import TOLD, retell
from xiezhi.store.filings import among
from xiezhi.store.reviews import SECOND_ASKED
from xiezhi.store.tables import (
    case_attachments,
    case_checks,
    case_notes,
    contest_answers,
    contests,
    corrections,
    decisions,
    desk_steps,
    events,
    filings,
    findings,
    judgements,
    opinions,
    proposal_answers,
    proposals,
    recusals,
    referents,
    referrals,
    review_acts,
)

ERASED: Final = "×××"
"""What stands where a name or a text stood: the linker takes it for a masked name, which links to nobody."""


@dataclass(frozen=True)
class Concerned:
    """What an erasure touches: filings, the entities of those erased, and the proposals about these filings.

    neighbours: every entity that appears in these filings.
    """

    connection: Connection
    filings: Sequence[str]
    entities: Sequence[str]
    neighbours: Sequence[str]
    proposals: Sequence[str]

    def filing(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """`column` is one of the filings."""
        return among(self.connection, column, self.filings)

    def entity(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """`column` is one of the entities."""
        return among(self.connection, column, self.entities)

    def neighbour(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """`column` is one of the neighbours."""
        return among(self.connection, column, self.neighbours)

    def proposal(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """`column` is one of the proposals."""
        return among(self.connection, column, self.proposals)

    def judgement(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """`column` is a judgement about mentions of one of the filings."""
        return column.in_(select(judgements.c.judgement_no).where(_judged(self)))


Which = Callable[[Concerned], ColumnElement[bool]]


class Goes(NamedTuple):
    """A column that goes, and of which rows."""

    column: Column[Any]
    which: Which


def _of_filing(column: Column[Any]) -> Goes:
    return Goes(column, lambda about: about.filing(column.table.c.filing_id))


def _judged(about: Concerned) -> ColumnElement[bool]:
    return or_(about.filing(judgements.c.left_filing), about.filing(judgements.c.right_filing))


def _corrected(about: Concerned) -> ColumnElement[bool]:
    c = corrections.c
    return or_(about.judgement(c.judgement_no), about.proposal(c.proposal_id))


def _named(about: Concerned) -> ColumnElement[bool]:
    c = referents.c
    follows = or_(about.judgement(c.judgement_no), about.proposal(c.proposal_id))
    # Those of a correction carried through name no judgement, and give its reason.
    return or_(follows, about.neighbour(c.old_id), about.neighbour(c.entity_id))


def _recused(about: Concerned) -> ColumnElement[bool]:
    c = recusals.c
    return or_(
        and_(c.kind == "filing", about.filing(c.subject)), and_(c.kind == "entity", about.entity(c.subject))
    )


def _answered(about: Concerned) -> ColumnElement[bool]:
    mine = select(contests.c.contest_id).where(about.filing(contests.c.filing_id))
    return contest_answers.c.contest_id.in_(mine)


def _acted(about: Concerned) -> ColumnElement[bool]:
    # A second review that was asked for holds the id of the decision there.
    return and_(about.filing(review_acts.c.filing_id), review_acts.c.act != SECOND_ASKED)


GOES: Final = (
    _of_filing(filings.c.source),  # a file is often named after a party
    _of_filing(events.c.origin),
    _of_filing(events.c.detail),
    _of_filing(findings.c.origin),
    _of_filing(findings.c.detail),
    _of_filing(case_notes.c.text),
    _of_filing(case_attachments.c.name),
    _of_filing(case_checks.c.note),
    _of_filing(desk_steps.c.note),
    _of_filing(decisions.c.reason),
    _of_filing(opinions.c.reason),
    _of_filing(referrals.c.reference),
    Goes(review_acts.c.reason, _acted),
    Goes(recusals.c.reason, _recused),
    _of_filing(contests.c.text),
    Goes(contest_answers.c.reason, _answered),
    Goes(judgements.c.reason, _judged),
    Goes(corrections.c.reason, _corrected),
    Goes(proposal_answers.c.reason, lambda about: about.proposal(proposal_answers.c.proposal_id)),
    Goes(referents.c.reason, _named),
)
"""Texts that go as a whole."""

_ACTIONS: Final[Mapping[str, str]] = {told.table.name: action for action, told in TOLD.items()}


def erase_texts(connection: Connection, about: Concerned, *, at: Moment, by: str) -> Counter[str]:
    """Put `ERASED` (null where the column may be null) for each of these texts; how many by table and column."""
    counts = Counter[str]()
    for column, which in GOES:
        table = column.table
        new = None if column.nullable else ERASED
        wanted = and_(which(about), column.is_not(None), column.not_in(("", ERASED)))
        rows = [dict(row) for row in connection.execute(select(table).where(wanted)).mappings()]
        if not rows:
            continue
        connection.execute(update(table).where(wanted).values({column.name: new}))
        counts[f"{table.name}.{column.name}"] = len(rows)
        if table.name in _ACTIONS:
            changed = [row | {column.name: new} for row in rows]
            retell(connection, _ACTIONS[table.name], changed, at=at, actor=by)
    return counts


def proposals_about(connection: Connection, filing_ids: Sequence[str]) -> list[str]:
    """The answered proposals in which one of these filings stands."""
    wanted = set(filing_ids)
    query = select(proposals.c.proposal_id, proposals.c.body).where(
        proposals.c.proposal_id.in_(select(proposal_answers.c.proposal_id))
    )
    return [row.proposal_id for row in connection.execute(query) if not wanted.isdisjoint(_strings(row.body))]


def _strings(body: str) -> list[str]:
    """Every string in a JSON text."""
    found: list[str] = []
    waiting = [json.loads(body)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found
