"""Proposals (建议): merges and splits that linking everything at once would make, and what people answered.

A run writes what it proposes in place of what the one before did; what was answered stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.filings import in_chunks
from xiezhi.store.judgements import MentionRef
from xiezhi.store.screenings import is_newest
from xiezhi.store.tables import proposal_answers, proposals, screenings

Action = Literal["merge", "split"]


@dataclass(frozen=True, slots=True)
class Part:
    """Mentions that stay together, oldest first, and the entity they are now."""

    entity_id: str
    mentions: tuple[MentionRef, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What one field adds to the log-odds of a pair, in bits."""

    field: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The likeliest pair of mentions of two parts. `bits`: log-odds; None where a veto forbids even that pair."""

    left: MentionRef
    right: MentionRef
    bits: float | None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """How many mentions and filings are concerned; flagged filings whose history would change."""

    mentions: int
    filings: int
    flagged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`merge`: the parts, each an entity, are one. `split`: the parts of one entity are as many."""

    proposal_id: str
    action: Action
    kind: str
    made_at: Moment
    probability: float
    parts: tuple[Part, ...]
    evidence: Evidence
    effect: Effect


@dataclass(frozen=True, slots=True)
class ProposalAnswer:
    """What somebody said of a proposal."""

    proposal_id: str
    answer: Literal["accepted", "rejected"]
    answered_at: Moment
    answered_by: str
    reason: str


def replace_proposals(connection: Connection, rows: Sequence[Proposal]) -> int:
    """Put `rows` in place of every proposal nobody answered; how many are open now."""
    connection.execute(delete(proposals).where(~_answered()))
    answered = set(connection.execute(select(proposals.c.proposal_id)).scalars())
    new = {row.proposal_id: row for row in rows if row.proposal_id not in answered}
    if new:
        connection.execute(insert(proposals), [_to_row(row) for row in new.values()])
    return len(new)


def open_proposals(connection: Connection) -> list[Proposal]:
    """Proposals nobody answered, the likeliest first."""
    query = select(proposals).where(~_answered())
    query = query.order_by(proposals.c.probability.desc(), proposals.c.proposal_id)
    return [_from_row(row._mapping) for row in connection.execute(query)]


def get_proposal(connection: Connection, proposal_id: str) -> Proposal | None:
    """The proposal with this id, answered or not; None where it was never made or no longer is."""
    row = connection.execute(select(proposals).where(proposals.c.proposal_id == proposal_id)).first()
    return None if row is None else _from_row(row._mapping)


def add_answer(connection: Connection, answer: ProposalAnswer) -> None:
    """Append. Whether it may follow the one before is the caller's business."""
    names = ProposalAnswer.__dataclass_fields__
    row = {name: getattr(answer, name) for name in names}
    keep_told(connection, "proposal_answer", row, at=answer.answered_at, actor=answer.answered_by)


def answers_to(connection: Connection, proposal_ids: Iterable[str]) -> dict[str, ProposalAnswer]:
    """Proposal id -> its newest answer, of those that were answered."""
    found: dict[str, ProposalAnswer] = {}
    columns = [proposal_answers.c[name] for name in ProposalAnswer.__dataclass_fields__]
    for chunk in in_chunks(proposal_ids):
        query = select(*columns).where(proposal_answers.c.proposal_id.in_(chunk))
        for row in connection.execute(query.order_by(proposal_answers.c.answer_no)):
            found[row.proposal_id] = ProposalAnswer(*row)
    return found


def flagged_among(connection: Connection, filing_ids: Iterable[str]) -> set[str]:
    """Those of these filings whose newest screening is a flag."""
    found: set[str] = set()
    for chunk in in_chunks(filing_ids):
        flagged = (screenings.c.filing_id.in_(chunk), screenings.c.band != "none", is_newest())
        found.update(connection.execute(select(screenings.c.filing_id).where(*flagged)).scalars())
    return found


def to_json(row: Proposal) -> dict[str, Any]:
    """A proposal as commands and pages tell it."""
    e = row.evidence
    return {
        "proposal_id": row.proposal_id,
        "action": row.action,
        "kind": row.kind,
        "made_at": row.made_at,
        "probability": row.probability,
        "parts": [
            {"entity_id": part.entity_id, "mentions": [list(ref) for ref in part.mentions]}
            for part in row.parts
        ],
        "evidence": {
            "left": list(e.left),
            "right": list(e.right),
            "bits": e.bits,
            "steps": [[step.field, step.level, step.bits] for step in e.steps],
        },
        "effect": {
            "mentions": row.effect.mentions,
            "filings": row.effect.filings,
            "flagged": list(row.effect.flagged),
        },
    }


_HEAD = ("proposal_id", "action", "kind", "made_at", "probability")


def _answered() -> ColumnElement[bool]:
    return exists().where(proposal_answers.c.proposal_id == proposals.c.proposal_id)


def _to_row(row: Proposal) -> dict[str, Any]:
    told = to_json(row)
    head = {name: told.pop(name) for name in _HEAD}
    return head | {"body": json.dumps(told, ensure_ascii=False, separators=(",", ":"))}


def _from_row(row: Any) -> Proposal:
    body = json.loads(row["body"])
    evidence = body["evidence"]
    return Proposal(
        proposal_id=row["proposal_id"],
        action=row["action"],
        kind=row["kind"],
        made_at=row["made_at"],
        probability=row["probability"],
        parts=tuple(
            Part(part["entity_id"], tuple(MentionRef(*ref) for ref in part["mentions"]))
            for part in body["parts"]
        ),
        evidence=Evidence(
            MentionRef(*evidence["left"]),
            MentionRef(*evidence["right"]),
            evidence["bits"],
            tuple(Step(*step) for step in evidence["steps"]),
        ),
        effect=Effect(
            body["effect"]["mentions"], body["effect"]["filings"], tuple(body["effect"]["flagged"])
        ),
    )
