"""The bench (待办): what waits, who holds it, by when; claim the next, give back, hand on, pause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from serving.review.due import Due, WorkingClock, working_clock
from serving.review.eligible import Bench, read_bench
from serving.review.reviewer import REVIEWERS, Reviewer, require
from xiezhi.clock import SECOND as A_SECOND
from xiezhi.clock import Moment
from xiezhi.decisions import FINAL, check_reason, state_of
from xiezhi.errors import Conflict, InputError, NotFound, NotPermitted
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.claim_relations import relations_of
from xiezhi.store.decisions import decisions_of
from xiezhi.store.review_policies import current_policy
from xiezhi.store.reviews import (
    CLAIMED,
    FREE,
    HANDED,
    PAUSED,
    RELEASED,
    RESUMED,
    Hold,
    ReviewAct,
    acts_of,
    add_act,
    fold,
    seconds_waiting,
)
from xiezhi.store.screenings import get_screening
from xiezhi.store.work import Work, flagged_since, open_audits, open_flags, second_reviews

HOUR: Moment = 3_600 * A_SECOND


@dataclass(frozen=True)
class Review:
    """One piece of work with who holds it at the moment asked for, its last day, and its series."""

    work: Work
    hold: Hold
    holder: str | None
    due: Due
    series: str | None

    @property
    def waits(self) -> bool:
        """Whether somebody may claim it: open, not held, not waiting for proof."""
        return self.holder is None and not self.hold.is_paused and self.work.latest != "proposed"

    @property
    def order(self) -> tuple[str, Moment, str]:
        """Oldest due first; without a day by when it was opened."""
        return (
            (self.due.day.isoformat() if self.due.day else "9999"),
            self.work.opened_at,
            self.work.filing_id,
        )


def read_reviews(
    connection: Connection,
    settings: Settings,
    policy: ReviewPolicy,
    now: Moment,
    courts: Collection[str] = (),
) -> list[Review]:
    """All that is open, oldest due first; of filings of `courts` (none: of all)."""
    works = open_flags(connection, courts=courts) + open_audits(connection, courts=courts)
    works += second_reviews(connection, seconds_waiting(connection), courts)
    opened = _opened_at(connection, works)
    acts = acts_of(connection, [work.filing_id for work in works])
    holds = fold(acts)
    series = _series(connection, [work.filing_id for work in works])
    clock = working_clock(settings, policy.due_days, now)
    found = [_review(work, opened, holds, series, clock) for work in works]
    return sorted(found, key=lambda review: review.order)


def claim_next(
    store: Store, settings: Settings, by: Reviewer, now: Moment, *, blind: bool, court: str | None = None
) -> list[Review]:
    """Give `by` the review due next that nobody holds and nothing bars him from, with what is left of its series.

    Empty where nothing is left. Raises Conflict where he is away or holds as many as the policy allows.
    """
    require(by, REVIEWERS)
    with store.write() as connection:
        lock_trail(connection)  # one claims at a time: no two get the same
        policy = current_policy(connection)
        found = read_reviews(connection, settings, policy, now, by.courts)
        free = [r for r in found if r.waits and r.work.blind == blind and court in (None, r.work.court)]
        bench = read_bench(connection, [r.work for r in free], policy, now, settings.zone)
        _check_room(bench, by)
        may = [r for r in free if by.alone or bench.bars(r.work, by.key) is None]
        if not may:
            return []
        first = may[0]
        taken = [r for r in may if r is first or (first.series is not None and r.series == first.series)]
        until = now + policy.lease_hours * HOUR
        for review in taken:
            add_act(connection, _claim(review.work, by, now, until))
        return [
            replace(r, holder=by.key, hold=replace(r.hold, person=by.key, since=now, until=until))
            for r in taken
        ]


def claim(store: Store, settings: Settings, screening_id: str, by: Reviewer, now: Moment) -> None:
    """Give `by` the review of this flag. Raises NotFound, Conflict (held, barred), NotPermitted (recused)."""
    require(by, REVIEWERS)
    with store.write() as connection:
        lock_trail(connection)
        policy = current_policy(connection)
        review = open_review(connection, settings, policy, screening_id, by, now)
        if review.holder == by.key:
            return
        if not review.waits:
            raise _held()
        bench = read_bench(connection, [review.work], policy, now, settings.zone)
        _check_room(bench, by)
        check_bar(None if by.alone else bench.bars(review.work, by.key))
        add_act(connection, _claim(review.work, by, now, now + policy.lease_hours * HOUR))


def release(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, reason: str, now: Moment
) -> None:
    """Give the review back to the queue. Raises Conflict where he does not hold it."""
    _act(store, settings, screening_id, by, now, RELEASED, check_reason(reason))


def pause(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, reason: str, now: Moment
) -> None:
    """Stop the clock while proof is awaited. Raises Conflict where he does not hold it or it waits already."""
    _act(store, settings, screening_id, by, now, PAUSED, check_reason(reason))


def resume(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, reason: str, now: Moment
) -> None:
    """Let the clock run on. Raises Conflict where it does not wait."""
    _act(store, settings, screening_id, by, now, RESUMED, check_reason(reason))


def hand_over(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, to: str, reason: str, now: Moment
) -> None:
    """Hand the review to another reviewer. Raises InputError (nobody of this name), Conflict (barred, not held)."""
    reason = check_reason(reason)
    with store.write() as connection:
        lock_trail(connection)
        policy = current_policy(connection)
        review = open_review(connection, settings, policy, screening_id, by, now)
        if review.holder != by.key:
            raise _not_held()
        give(connection, settings, policy, review, HANDED, to=to, by=by, reason=reason, now=now)


def give(
    connection: Connection,
    settings: Settings,
    policy: ReviewPolicy,
    review: Review,
    act: str,
    *,
    to: str,
    by: Reviewer,
    reason: str,
    now: Moment,
) -> None:
    """Put the review into the hands of `to`, whom nothing may bar. Raises InputError, Conflict, NotPermitted."""
    bench = read_bench(connection, [review.work], policy, now, settings.zone)
    if to not in bench.reviewers or to == review.holder:
        raise InputError("没有这名审查人员。", "There is no such reviewer.", code="reviewer-unknown")
    check_bar(bench.bars(review.work, to))
    work = review.work
    add_act(connection, ReviewAct(work.filing_id, work.seat, now, by.key, act, to, None, reason))


def find_review(
    connection: Connection,
    settings: Settings,
    policy: ReviewPolicy,
    screening_id: str,
    by: Reviewer,
    now: Moment,
) -> Review | None:
    """The open review of this score: the seat `by` holds, else the first. None where nothing within his reach is open."""
    works = _work_of(connection, screening_id, by.courts)
    if not works:
        return None
    holds = fold(acts_of(connection, [works[0].filing_id]))
    opened = _opened_at(connection, works)
    clock = working_clock(settings, policy.due_days, now)
    found = [_review(work, opened, holds, {}, clock) for work in sorted(works, key=lambda w: w.seat)]
    return next((r for r in found if r.holder == by.key), found[0])


def check_bar(bar: str | None) -> None:
    """Raises NotPermitted or Conflict for what bars a reviewer (`serving.review.eligible.Barred`)."""
    if bar is None:
        return
    zh, en = _BARS[bar]
    kind = NotPermitted if bar in ("recused", "other_court") else Conflict
    raise kind(zh, en, code=bar.replace("_", "-"))


def _work_of(connection: Connection, screening_id: str, courts: Collection[str]) -> list[Work]:
    screening = get_screening(connection, screening_id)
    if screening is None:
        return []
    asked = [act for act in seconds_waiting(connection) if act.filing_id == screening.filing_id]
    first = open_flags(connection, screening_id, courts) or open_audits(connection, screening_id, courts)
    return first + [w for w in second_reviews(connection, asked, courts) if w.screening_id == screening_id]


def _act(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, now: Moment, act: str, reason: str
) -> None:
    with store.write() as connection:
        lock_trail(connection)
        policy = current_policy(connection)
        review = open_review(connection, settings, policy, screening_id, by, now)
        if review.holder != by.key:
            raise _not_held()
        if act != RELEASED and review.hold.is_paused == (act == PAUSED):
            raise Conflict("期限状态未变。", "The clock is in that state already.", code="clock-state")
        work = review.work
        leased = review.hold.until is not None and act == RESUMED
        until = now + policy.lease_hours * HOUR if leased else None
        add_act(connection, ReviewAct(work.filing_id, work.seat, now, by.key, act, None, until, reason))


def open_review(
    connection: Connection,
    settings: Settings,
    policy: ReviewPolicy,
    screening_id: str,
    by: Reviewer,
    now: Moment,
) -> Review:
    """What `find_review` finds. Raises NotFound."""
    found = find_review(connection, settings, policy, screening_id, by, now)
    if found is None:
        raise NotFound("没有这项待办审查。", "There is no such review to be done.", code="no-review")
    return found


def _review(
    work: Work,
    opened: Mapping[str, Moment],
    holds: Mapping[tuple[str, int], Hold],
    series: Mapping[str, str],
    clock: WorkingClock,
) -> Review:
    hold = holds.get(work.key, FREE)
    since = opened.get(work.filing_id, work.opened_at) if not work.blind else work.opened_at
    return Review(
        work, hold, hold.held_at(clock.now), clock.due(since, hold.pauses),
        None if work.blind else series.get(work.filing_id),
    )  # fmt: skip


def _opened_at(connection: Connection, works: Sequence[Work]) -> dict[str, Moment]:
    """From when the days of each flag count: its first score in a band after what was decided last."""
    flags = [work.filing_id for work in works if not work.blind]
    closed: dict[str, Moment] = {}
    again: dict[str, Moment] = {}
    for decision in decisions_of(connection, flags):
        if decision.decision in FINAL:
            closed[decision.filing_id] = decision.decided_at
        elif state_of(decision.decision) == "open":  # sent back or reopened
            again[decision.filing_id] = decision.decided_at
    opened = {}
    for filing_id, moments in flagged_since(connection, flags).items():
        later = [moment for moment in moments if moment > closed.get(filing_id, -1)]
        opened[filing_id] = max(later[0] if later else moments[-1], again.get(filing_id, moments[0]))
    return opened


def _series(connection: Connection, filing_ids: Sequence[str]) -> dict[str, str]:
    """Filing id -> name of its series (its smallest filing id), for those open that share one."""
    here = set(filing_ids)
    parent = {filing_id: filing_id for filing_id in here}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for relation in relations_of(connection, sorted(here)):
        if relation.kind == "series":
            for end in (relation.filing_id, relation.other_filing_id):
                parent.setdefault(end, end)
            low, high = sorted((root(relation.filing_id), root(relation.other_filing_id)))
            parent[high] = low
    members: dict[str, list[str]] = {}
    for filing_id in here:
        members.setdefault(root(filing_id), []).append(filing_id)
    return {member: min(some) for some in members.values() if len(some) > 1 for member in some}


def _claim(work: Work, by: Reviewer, now: Moment, until: Moment) -> ReviewAct:
    return ReviewAct(work.filing_id, work.seat, now, by.key, CLAIMED, by.key, until)


def _check_room(bench: Bench, by: Reviewer) -> None:
    if by.alone:
        return
    if by.key in bench.away:
        check_bar("time_off")
    if bench.load.get(by.key, 0) >= bench.cap:
        check_bar("load")


def _held() -> Conflict:
    return Conflict(
        "已由他人领取或待确认。", "Somebody holds it, or it waits for a second person.", code="review-held"
    )


def _not_held() -> Conflict:
    return Conflict("您没有领取这项审查。", "You do not hold this review.", code="review-not-held")


_BARS: Mapping[str, tuple[str, str]] = {
    "other_court": (
        "此人账户限定于其他法院，不得审查此案。",
        "His account is bound to other courts than this filing's.",
    ),
    "recused": ("已申报回避，不得审查此案。", "Recusal was declared for this filing or somebody in it."),
    "earlier_decider": (
        "曾就此案作出决定，须由他人审查。",
        "He decided on this filing before; another must review it.",
    ),
    "has_seen": ("已看过评分，不能再作盲审。", "He has seen the score and cannot review it blind."),
    "time_off": ("此人休假。", "He is away."),
    "load": ("手中待办已达上限。", "He holds as many reviews as the policy allows."),
}
