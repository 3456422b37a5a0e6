"""Entities (主体): what became of each, and what of it a person said. Everything is read from rows kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from xiezhi.clock import Moment
from xiezhi.store.judgements import Judgement, MentionRef, judgements_on, referents_naming
from xiezhi.store.mentions import MentionRow, mentions_of_entity
from xiezhi.store.proposals import answers_to, get_proposal

What = Literal["created", "joined", "merged", "merged_into", "unmerged", "split", "judged"]


@dataclass(frozen=True, slots=True)
class EntityEvent:
    """One thing that happened to an entity.

    created, joined: `mention` was linked to it, by the linker as of the filing's moment, with `probability`.
    merged: `other_id` stands for it since. merged_into: it stands for `other_id`. unmerged: `other_id` (empty: the
    entity) stands for itself again. split: a proposal to part it was accepted; it takes effect when the store is linked anew. judged: a person
    said `verdict` of `mention` and `against`. by, reason: empty for the linker.
    """

    at: Moment
    what: What
    by: str = ""
    reason: str = ""
    mention: MentionRef | None = None
    against: MentionRef | None = None
    other_id: str = ""
    verdict: str = ""
    probability: float | None = None
    proposal_id: str | None = None


def entity_events(connection: Connection, entity_id: str) -> list[EntityEvent]:
    """What became of an entity, oldest first; empty where there never was one of this id."""
    rows = mentions_of_entity(connection, entity_id)
    events = list(_linked(rows))
    events += _named(connection, entity_id)
    refs = {MentionRef(row.filing_id, row.record_id, row.kind) for row in rows}
    judged = [
        row
        for row in judgements_on(connection, [ref.filing_id for ref in refs])
        if row.left in refs or row.right in refs
    ]
    events += _judged(judged)
    events += _splits(connection, judged, entity_id)
    return sorted(events, key=lambda event: event.at)


def _linked(rows: list[MentionRow]) -> Iterator[EntityEvent]:
    for i, row in enumerate(rows):
        ref = MentionRef(row.filing_id, row.record_id, row.kind)
        what: What = "joined" if i else "created"
        yield EntityEvent(row.filed_at, what, mention=ref, probability=row.probability)


def _named(connection: Connection, entity_id: str) -> Iterator[EntityEvent]:
    near = referents_naming(connection, [entity_id])
    olds = {row.old_id for row in near}
    for row in referents_naming(connection, olds):
        own, away = row.old_id == entity_id, row.entity_id != row.old_id
        if row.old_id not in olds or not (own or not away or row.entity_id == entity_id):
            continue
        what: What = "unmerged" if not away else "merged_into" if own else "merged"
        other = "" if own and not away else row.entity_id if own else row.old_id
        yield EntityEvent(
            row.since, what, row.named_by, row.reason, other_id=other, proposal_id=row.proposal_id
        )


def _judged(rows: list[Judgement]) -> Iterator[EntityEvent]:
    for row in rows:
        if row.proposal_id is None:  # what follows from a proposal is told once, as merged or split
            yield EntityEvent(
                row.judged_at,
                "judged",
                row.judged_by,
                row.reason,
                mention=row.left,
                against=row.right,
                verdict=row.verdict,
            )


def _splits(connection: Connection, judged: list[Judgement], entity_id: str) -> Iterator[EntityEvent]:
    answers = answers_to(connection, {row.proposal_id for row in judged if row.proposal_id})
    for proposal_id, answer in sorted(answers.items()):
        proposal = get_proposal(connection, proposal_id)
        if answer.answer != "accepted" or proposal is None or proposal.action != "split":
            continue
        yield EntityEvent(
            answer.answered_at,
            "split",
            answer.answered_by,
            answer.reason,
            other_id="" if proposal.parts[0].entity_id == entity_id else proposal.parts[0].entity_id,
            probability=proposal.probability,
            proposal_id=proposal_id,
        )
