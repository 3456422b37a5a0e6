"""Proposals answered: accepted ones become judgements and referents, rejected ones are remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from sqlalchemy import Connection

from features.link.judge import name_referents, require_who_and_why, undo_referents
from features.link.people import People, refuse_two_numbers
from xiezhi.clock import Moment
from xiezhi.errors import Conflict, NotFound
from xiezhi.store.judgements import (
    Judgement,
    MentionRef,
    Referent,
    Verdict,
    add_judgements,
    every_referent,
    judgements_of_proposal,
)
from xiezhi.store.links import begin_linking
from xiezhi.store.proposals import Proposal, ProposalAnswer, add_answer, answers_to, get_proposal


def accept(connection: Connection, proposal_id: str, *, by: str, reason: str, at: Moment) -> Proposal:
    """Take a proposal up: its mentions are judged the same or different as it has them.

    A merge lets one entity stand for the others from `at` on. Links already made follow when the store is linked
    anew. Raises InputError, NotFound; Conflict where it was answered, no longer fits the links, or contradicts
    what was judged.
    """
    require_who_and_why(by, reason)
    begin_linking(connection)
    proposal = _get(connection, proposal_id)
    if (before := answers_to(connection, [proposal_id]).get(proposal_id)) is not None:
        raise Conflict(
            f"建议 {proposal_id} 已被处理（{_ZH[before.answer]}）。",
            f"The proposal {proposal_id} is answered already ({before.answer}).",
            code="answered",
        )
    people = People(connection)
    people.read(ref for part in proposal.parts for ref in part.mentions)
    _refuse_stale(people, proposal)
    rows = [
        Judgement(min(pair), max(pair), verdict, at, by, reason, proposal_id)
        for verdict, pair in _pairs(proposal)
    ]
    for row in rows:
        people.refuse_other_word(row)
    people.refuse_contradiction(rows)
    if proposal.action == "merge":
        refuse_two_numbers(people.row(ref) for part in proposal.parts for ref in part.mentions)
    add_judgements(connection, rows)
    if proposal.action == "merge":
        firsts = [part.mentions[0] for part in proposal.parts]
        name_referents(connection, people, firsts, Referent("", "", at, by, reason, proposal_id=proposal_id))
    add_answer(connection, ProposalAnswer(proposal_id, "accepted", at, by, reason))
    return proposal


def reject(connection: Connection, proposal_id: str, *, by: str, reason: str, at: Moment) -> Proposal:
    """Turn a proposal down; it is not made again unless other evidence speaks for it.

    One that was accepted is taken back: its judgements are withdrawn, its entities stand for themselves again.
    Raises InputError, NotFound; Conflict where it was rejected already.
    """
    require_who_and_why(by, reason)
    begin_linking(connection)
    proposal = _get(connection, proposal_id)
    before = answers_to(connection, [proposal_id]).get(proposal_id)
    if before is not None and before.answer == "rejected":
        raise Conflict(
            f"建议 {proposal_id} 已被否决。",
            f"The proposal {proposal_id} is rejected already.",
            code="answered",
        )
    if before is not None:
        _take_back(connection, proposal_id, Referent("", "", at, by, reason, proposal_id=proposal_id))
    add_answer(connection, ProposalAnswer(proposal_id, "rejected", at, by, reason))
    return proposal


_ZH = {"accepted": "已采纳", "rejected": "已否决"}


def _get(connection: Connection, proposal_id: str) -> Proposal:
    proposal = get_proposal(connection, proposal_id)
    if proposal is None:
        raise NotFound(
            f"没有建议 {proposal_id}；它可能已不再提出，请运行 xiezhi link proposals 查看。",
            f"There is no proposal {proposal_id}; it may be proposed no longer: see xiezhi link proposals.",
            code="no-such-proposal",
        )
    return proposal


def _refuse_stale(people: People, proposal: Proposal) -> None:
    for part in proposal.parts:
        entity_id = people.final(part.entity_id)
        if any(not people.is_linked(ref) or people.entity_of(ref) != entity_id for ref in part.mentions):
            raise Conflict(
                f"建议 {proposal.proposal_id} 提出之后关联已改变；请重新运行 xiezhi link propose。",
                f"The links have changed since {proposal.proposal_id} was proposed; run xiezhi link propose again.",
                code="stale",
            )


def _pairs(proposal: Proposal) -> Iterator[tuple[Verdict, tuple[MentionRef, MentionRef]]]:
    """What an accepted proposal says of pairs: each part hangs together; parts are one, or all are different."""
    for part in proposal.parts:
        yield from (("same", pair) for pair in pairwise(part.mentions))
    firsts: Sequence[MentionRef] = [part.mentions[0] for part in proposal.parts]
    if proposal.action == "merge":
        yield from (("same", pair) for pair in pairwise(firsts))
    else:
        yield from (("different", pair) for pair in combinations(firsts, 2))


def _take_back(connection: Connection, proposal_id: str, taken_back: Referent) -> None:
    standing = People(connection).closure.standing
    rows = judgements_of_proposal(connection, proposal_id)
    stand = [row for row in rows if standing.get((row.left, row.right)) == row]
    add_judgements(
        connection,
        [
            Judgement(
                row.left, row.right, "withdrawn", taken_back.since, taken_back.named_by, taken_back.reason, proposal_id
            )
            for row in stand
        ],
    )  # fmt: skip
    undone = {row.old_id: row for row in every_referent(connection) if row.proposal_id == proposal_id}
    undo_referents(connection, undone, taken_back)
