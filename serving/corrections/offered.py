"""What the linker offers a person (建议与疑问) of bound reach: proposals and questions whole within it, and no other."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from features.link.answers import reject
from features.link.judge import OpenQuestion, open_questions
from xiezhi.accounts.reach import filings_within
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.store import Store
from xiezhi.store.judgements import MentionRef
from xiezhi.store.proposals import Proposal, get_proposal, open_proposals
from xiezhi.store.turn import write_in_turn


def offered_proposals(connection: Connection, courts: Collection[str]) -> list[Proposal]:
    """Open proposals that name filings of `courts` alone (none: every one), the likeliest first."""
    found = open_proposals(connection)
    reach = filings_within(connection, courts, {i for row in found for i in _named(row)})
    return [row for row in found if _named(row) <= reach]


def offered_questions(
    connection: Connection, courts: Collection[str], filing_id: str | None = None
) -> list[OpenQuestion]:
    """Open questions (of one filing) whose two mentions are in filings of `courts` (none: every one), likeliest first."""
    found = open_questions(connection, filing_id)
    asked = [(one.question.filing_id, one.against.filing_id) for one in found]
    reach = filings_within(connection, courts, {filing_id for pair in asked for filing_id in pair})
    return [one for one, pair in zip(found, asked, strict=True) if reach.issuperset(pair)]


def require_offered(connection: Connection, courts: Collection[str], proposal_id: str) -> Proposal:
    """The proposal. Raises NotFound, for one that names a filing of another court, too."""
    proposal = get_proposal(connection, proposal_id)
    if proposal is None or not _named(proposal) <= filings_within(connection, courts, _named(proposal)):
        raise NotFound("没有这项建议。", "There is no such proposal.", code="no-such-proposal")
    return proposal


def reject_offered(
    store: Store, proposal_id: str, courts: Collection[str], *, by: str, reason: str, at: Moment
) -> None:
    """Turn a proposal down. Raises NotFound as `require_offered` does, and what `features.link.answers.reject` raises."""
    with write_in_turn(store) as connection:
        require_offered(connection, courts, proposal_id)
        reject(connection, proposal_id, by=by, reason=reason, at=at)


def require_mentions(connection: Connection, courts: Collection[str], *refs: MentionRef) -> None:
    """Raises NotFound where one of these mentions is in a filing of another court."""
    named = {ref.filing_id for ref in refs}
    if not named <= filings_within(connection, courts, named):
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")


def _named(row: Proposal) -> set[str]:
    return {ref.filing_id for part in row.parts for ref in part.mentions}
