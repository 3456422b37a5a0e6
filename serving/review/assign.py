"""Assignment (分派): a reviewer drawn by lot among the eligible, recorded so that it can be drawn again; reassignment."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from serving.review.bench import Review, give, open_review, read_reviews
from serving.review.eligible import Bench, read_bench, read_load
from serving.review.reviewer import OVERSEE, Reviewer, require
from xiezhi.clock import Moment
from xiezhi.decisions import check_reason
from xiezhi.errors import Conflict
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.draws import Draw, add_draw, draw
from xiezhi.store.review_policies import current_policy
from xiezhi.store.reviews import DRAWN, FIRST, REASSIGNED, SECOND, ReviewAct, add_act

MOST_AT_ONCE = 50
"""Reviews one press of the button gives out."""

Seed = Callable[[], str]


def fresh_seed() -> str:
    """128 random bits of the operating system, as hex."""
    return secrets.token_hex(16)


def assign(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, now: Moment, seed: Seed = fresh_seed
) -> Draw:
    """Draw a reviewer for this review. Raises NotFound, Conflict (`review-held`, `nobody-eligible`)."""
    require(by, OVERSEE)
    with store.write() as connection:
        lock_trail(connection)
        policy = current_policy(connection)
        review = open_review(connection, settings, policy, screening_id, by, now)
        if not review.waits:
            raise Conflict("已由他人领取或待确认。", "Somebody holds it already.", code="review-held")
        bench = read_bench(connection, [review.work], policy, now, settings.zone)
        made = _draw(connection, bench, review, by, now, seed)
        if made is None:
            raise Conflict(
                "没有可分派的审查人员。", "There is no reviewer it could be given to.", code="nobody-eligible"
            )
        return made


def assign_waiting(
    store: Store,
    settings: Settings,
    by: Reviewer,
    now: Moment,
    most: int = MOST_AT_ONCE,
    seed: Seed = fresh_seed,
) -> list[Draw]:
    """Draw reviewers for what waits, the oldest due first, until `most` are given out. A series goes whole to one person."""
    require(by, OVERSEE)
    with store.write() as connection:
        lock_trail(connection)
        policy = current_policy(connection)
        given: dict[str, str] = {}
        made: list[Draw] = []
        waiting = [r for r in read_reviews(connection, settings, policy, now, by.courts) if r.waits]
        # Nobody else writes meanwhile: the bench is read once, and after a draw only how much each holds.
        benches = {
            seat: read_bench(
                connection, [r.work for r in waiting if r.work.seat == seat], policy, now, settings.zone
            )
            for seat in (FIRST, SECOND)
        }
        load = benches[FIRST].load
        for review in waiting:
            if len(made) == most:
                break
            to = given.get(review.series) if review.series else None
            bench = replace(benches[review.work.seat], load=load)
            found = _draw(connection, bench, review, by, now, seed, with_series=to)
            if found is not None:
                load = read_load(connection, now)
                made.append(found)
                if review.series:
                    given[review.series] = found.chosen
        return made


def reassign(
    store: Store, settings: Settings, screening_id: str, by: Reviewer, to: str, reason: str, now: Moment
) -> None:
    """Give the review to another, whoever holds it, with a reason. Raises as `serving.review.bench.give` does."""
    reason = check_reason(reason)
    require(by, OVERSEE)
    with store.write() as connection:
        lock_trail(connection)
        policy = current_policy(connection)
        review = open_review(connection, settings, policy, screening_id, by, now)
        give(connection, settings, policy, review, REASSIGNED, to=to, by=by, reason=reason, now=now)


def _draw(
    connection: Connection,
    bench: Bench,
    review: Review,
    by: Reviewer,
    now: Moment,
    seed: Seed,
    with_series: str | None = None,
) -> Draw | None:
    work = review.work
    eligible, barred = bench.sift(work)
    if with_series in eligible:
        barred = {**barred, **{name: "series" for name in eligible if name != with_series}}
        eligible = (str(with_series),)
    if not eligible:
        return None
    sown = seed()
    chosen = draw(sown, work.filing_id, eligible)
    made = Draw(work.filing_id, work.seat, now, by.key, sown, eligible, barred, chosen)
    made = add_draw(connection, made)
    add_act(connection, ReviewAct(work.filing_id, work.seat, now, by.key, DRAWN, chosen))
    return made
