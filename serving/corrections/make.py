"""A link corrected (更正关联): said by a person, put on record, and what it touches told beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from features.link.answers import accept
from features.link.judge import judge
from features.link.people import People
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.store import Store
from xiezhi.store.corrections import Correction, add_correction
from xiezhi.store.judgements import MentionRef, Verdict, newest_judgement
from xiezhi.store.mentions import mentions_of_entity
from xiezhi.store.proposals import flagged_among, get_proposal
from xiezhi.store.readers import filings_of_entities, scored_after
from xiezhi.store.turn import write_in_turn


@dataclass(frozen=True, slots=True)
class Touched:
    """What rests on entities: filings that mention them, scores of these, and how many of the scores are flags."""

    entities: tuple[str, ...]
    filings: int
    scores: int
    flags: int


def correct_pair(
    store: Store, a: MentionRef, b: MentionRef, verdict: Verdict, *, by: str, reason: str, at: Moment
) -> Correction:
    """Say that two mentions are the same, are different, or neither any more, for every filing.

    Kept at once; `carry.carry_through` does what follows. Raises what `features.link.judge.judge` raises.
    """
    with write_in_turn(store) as connection:
        entities = _entities(connection, (a, b))
        judge(connection, a, b, verdict, by=by, reason=reason, at=at)
        number = newest_judgement(connection)
        return _correction(connection, verdict, a.kind, entities, by, reason, at, judgement_no=number)


def correct_by_proposal(store: Store, proposal_id: str, *, by: str, reason: str, at: Moment) -> Correction:
    """Take a nightly proposal up, for every filing. Raises what `features.link.answers.accept` raises."""
    with write_in_turn(store) as connection:
        entities = _entities(connection, _proposed(connection, proposal_id))
        proposal = accept(connection, proposal_id, by=by, reason=reason, at=at)
        return _correction(
            connection, proposal.action, proposal.kind, entities, by, reason, at, proposal_id=proposal_id
        )


def preview_pair(store: Store, a: MentionRef, b: MentionRef) -> Touched:
    """What rests on the entities of two mentions. Raises NotFound."""
    with store.read() as connection:
        return _touched(connection, _entities(connection, (a, b)))


def preview_proposal(store: Store, proposal_id: str) -> Touched:
    """What rests on the entities of a proposal. Raises NotFound."""
    with store.read() as connection:
        return _touched(connection, _entities(connection, _proposed(connection, proposal_id)))


def _touched(connection: Connection, entities: Sequence[str]) -> Touched:
    filing_ids = [filing_id for filing_id, _ in filings_of_entities(connection, entities)]
    scored = scored_after(connection, filing_ids, -(2**62))
    return Touched(tuple(entities), len(filing_ids), len(scored), len(flagged_among(connection, filing_ids)))


def _proposed(connection: Connection, proposal_id: str) -> list[MentionRef]:
    proposal = get_proposal(connection, proposal_id)
    if proposal is None:
        raise NotFound(
            f"没有建议 {proposal_id}。", f"There is no proposal {proposal_id}.", code="no-such-proposal"
        )
    return [ref for part in proposal.parts for ref in part.mentions]


def _entities(connection: Connection, refs: Iterable[MentionRef]) -> list[str]:
    """The entities of these mentions, with all ids that stand for them."""
    people, named = People(connection), list(refs)
    people.read(named)
    found = {one for ref in named for one in people.ids_of(people.entity_of(ref))}
    return sorted(found | {people.row(ref).entity_id for ref in named})


def _correction(
    connection: Connection,
    what: str,
    kind: str,
    entities: Sequence[str],
    by: str,
    reason: str,
    at: Moment,
    *,
    judgement_no: int | None = None,
    proposal_id: str | None = None,
) -> Correction:
    firsts = {}
    for entity_id in entities:
        if rows := mentions_of_entity(connection, entity_id):
            firsts[entity_id] = MentionRef(rows[0].filing_id, rows[0].record_id, rows[0].kind)
    told = f"{what}\x1f{judgement_no}\x1f{proposal_id}"
    correction_id = "C-" + blake2b(told.encode(), digest_size=6).hexdigest()
    made = Correction(correction_id, what, kind, at, by, reason, judgement_no, proposal_id, firsts)  # type: ignore[arg-type]
    concerned = [filing_id for filing_id, _ in filings_of_entities(connection, entities)]
    add_correction(connection, made, concerned)
    return made
