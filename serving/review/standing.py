"""Where the review of a case stands for one reader (审查状态): what he may do, and what is hidden while he judges blind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from serving.review.bench import Review, find_review, read_reviews
from serving.review.case import Case
from serving.review.decide import open_disagreements
from serving.review.eligible import read_bench
from serving.review.reviewer import REVIEWERS, Reviewer
from xiezhi.clock import Moment
from xiezhi.decisions import FINAL, Act, FlagState, state_of
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.claim_relations import relations_of
from xiezhi.store.decisions import Detail, Opinion, Referral, details_of, opinions_of, referrals_of
from xiezhi.store.review_policies import current_policy
from xiezhi.store.reviews import SECOND, acts_of, fold, seconds_waiting
from xiezhi.store.work import audit_score_of

_OWN: frozenset[Act] = frozenset({"decide", "ask_proof"})
"""For whoever holds the review, where somebody does."""


@dataclass(frozen=True)
class Standing:
    """The review of one case as one reader meets it.

    `screening_id`: the score acts are about, None where there is nothing to decide. `blind`: he has not judged yet and
    may see no score. `acts`: what he may do now. `series`: other filings of its series that are open to him. `takers`:
    whom he may hand it over to: reviewers whom no recusal, court, leave or load bars.
    """

    screening_id: str | None
    state: FlagState | None
    blind: bool
    acts: frozenset[Act]
    review: Review | None
    holds: bool
    details: Mapping[str, Detail]
    opinions: Sequence[Opinion]
    referrals: Sequence[Referral]
    disagreement: bool
    audit: bool
    series: Sequence[Review]
    decided_together: int
    second_person: tuple[str, ...]
    takers: tuple[str, ...]

    @property
    def may_refer(self) -> bool:
        """Whether a referral is to be entered: found false, with that measure."""
        return (
            any(
                d.outcome == "false"
                and d.act in ("decide", "confirm", "adjudicate")
                and "referred" in d.measures
                for d in self.details.values()
            )
            and self.state == "decided"
        )


def read_standing(store: Store, settings: Settings, case: Case, by: Reviewer, now: Moment) -> Standing:
    """The standing of a case for `by`."""
    with store.read() as connection:
        return standing_within(connection, settings, case, by, now)


def standing_within(
    connection: Connection, settings: Settings, case: Case, by: Reviewer, now: Moment
) -> Standing:
    """The standing as the transaction of `connection` sees it."""
    filing_id = case.stored.filing.filing_id
    policy = current_policy(connection)
    audit = None if case.flag else audit_score_of(connection, filing_id)
    target = case.flag.screening_id if case.flag else audit
    # Where a correction changed no band, what was decided on the score before it goes on holding.
    holding = {target, case.effect.carried_from if case.effect and case.flag else None}
    record = [d for d in case.decisions if d.screening_id in holding]
    state = state_of(record[-1].decision if record else None) if target else None
    second = _holds_second(connection, filing_id, by, now)
    blind = second or (audit is not None and not record and by.may(REVIEWERS))
    review = find_review(connection, settings, policy, target, by, now) if target else None
    taken = review is not None and review.holder not in (None, by.key)
    holds = review is not None and review.holder == by.key
    details = details_of(connection, [filing_id])
    disagreement = bool(open_disagreements(connection, record, details))
    last = details.get(record[-1].decision_id) if record else None
    return Standing(
        screening_id=target,
        state="open" if blind else state,
        blind=blind,
        acts=_acts(by, state, last, blind=blind, disagreement=disagreement)
        - (_OWN if taken else frozenset()),
        review=review,
        holds=holds,
        details={} if blind else details,
        opinions=() if blind else opinions_of(connection, [filing_id]),
        referrals=() if blind else referrals_of(connection, filing_id),
        disagreement=disagreement and not blind,
        audit=audit is not None and not blind,
        series=_series(connection, settings, review, by, now) if review and not blind else (),
        decided_together=0 if last is None or blind else _together(details, last),
        second_person=() if by.alone else policy.second_person,
        takers=_takers(connection, settings, policy, review, now)
        if review and holds and not by.alone
        else (),
    )


def hide_scores(case: Case) -> Case:
    """The case without what a blind reviewer may not see: scores, decisions, and what was said of either."""
    return replace(
        case, screenings=(), decisions=(), cited={}, effect=None,
        contests=tuple(one for one in case.contests if one.contest.about != "flag"),
        findings=tuple(finding for finding in case.findings if finding.source != "review"),
    )  # fmt: skip


def blind_filings(store: Store, by: Reviewer, now: Moment) -> frozenset[str]:
    """The filings whose second seat `by` holds: no list may show him their score."""
    with store.read() as connection:
        waiting = [act.filing_id for act in seconds_waiting(connection)]
        stand = fold(acts_of(connection, waiting))
        return frozenset(
            i for (i, seat), hold in stand.items() if seat == SECOND and hold.held_at(now) == by.key
        ) & frozenset(waiting)


def _holds_second(connection: Connection, filing_id: str, by: Reviewer, now: Moment) -> bool:
    if by.alone or not any(act.filing_id == filing_id for act in seconds_waiting(connection)):
        return False
    hold = fold(acts_of(connection, [filing_id])).get((filing_id, SECOND))
    return hold is not None and hold.held_at(now) == by.key


def _takers(
    connection: Connection, settings: Settings, policy: ReviewPolicy, review: Review, now: Moment
) -> tuple[str, ...]:
    eligible, _ = read_bench(connection, [review.work], policy, now, settings.zone).sift(review.work)
    return tuple(name for name in eligible if name != review.holder)


def _acts(
    by: Reviewer, state: FlagState | None, last: Detail | None, *, blind: bool, disagreement: bool
) -> frozenset[Act]:
    if state is None or not by.may(REVIEWERS):
        return frozenset()
    if blind or state in ("open", "needs_proof"):
        return frozenset({"decide", "ask_proof"} if blind or state == "open" else {"decide"})
    found: set[Act] = {"reopen"} if state == "decided" else set()
    other = last is not None and last.actor != by.key
    if state == "proposed" and by.presides and other:
        found |= {"confirm", "return"}
    if disagreement and by.presides:
        found.add("adjudicate")
    return frozenset(found)


def _series(
    connection: Connection, settings: Settings, review: Review, by: Reviewer, now: Moment
) -> list[Review]:
    if not any(r.kind == "series" for r in relations_of(connection, [review.work.filing_id])):
        return []
    policy = current_policy(connection)
    every = read_reviews(connection, settings, policy, now, by.courts)
    mine = next((r for r in every if r.work.key == review.work.key), None)
    if mine is None or mine.series is None:
        return []
    return [
        r for r in every
        if r.series == mine.series and r.work.key != review.work.key and r.holder in (None, by.key)
        and state_of(r.work.latest) in ("open", "needs_proof")
    ]  # fmt: skip


def _together(details: Mapping[str, Detail], last: Detail) -> int:
    """1 where what was decided last was decided for a series at once, else 0."""
    origin = details.get(last.follows) if last.act == "confirm" and last.follows else last
    return int(origin is not None and origin.series is not None and last.outcome in FINAL)
