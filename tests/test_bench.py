"""Claims and their locks, hand-overs, the lot, recusals, the clock: on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from bench_samples import NOTHING, REVIEW, flag, open_bench, screen
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import NOW, ZONE

from serving.review.absence import declare_recusal, end_recusal, end_time_off, take_time_off
from serving.review.assign import assign, assign_waiting, reassign
from serving.review.bench import HOUR, claim, claim_next, hand_over, pause, read_reviews, release, resume
from serving.review.case import read_case
from serving.review.decide import Judgement, judge, reopen
from serving.review.due import WorkingClock
from serving.review.reviewer import sole_reviewer
from serving.review.standing import read_standing
from xiezhi.calendar import load_calendar
from xiezhi.clock import DAY, Moment, parse_moment
from xiezhi.errors import Conflict, InputError, NotPermitted, XiezhiError
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.absences import recusals_in_force
from xiezhi.store.draws import draw, newest_draws
from xiezhi.store.links import links_of
from xiezhi.store.review_policies import add_policy, current_policy

LATER = NOW + HOUR

pytestmark = pytest.mark.usefixtures("quick_passwords")


def holders(store: Store, now: Moment = LATER) -> dict[str, str | None]:
    with store.read() as connection:
        found = read_reviews(connection, Settings(), current_policy(connection), now)
    return {review.work.filing_id: review.holder for review in found}


def set_policy(store: Store, policy: ReviewPolicy) -> None:
    with store.write() as connection:
        add_policy(connection, policy, reason="test", at=NOW - 1, actor="sun")


def told(error: pytest.ExceptionInfo[XiezhiError]) -> str:
    return error.value.code


def test_two_at_once_never_get_the_same(store: Store) -> None:
    people = open_bench(store, ["li", "wang"])
    flag(store, *(f"F-{n:03}" for n in range(12)))
    start = Barrier(4)

    def work(name: str) -> list[str]:
        start.wait()
        got = []
        for _ in range(3):
            got += [r.work.filing_id for r in claim_next(store, Settings(), people[name], LATER, blind=False)]
        return got

    with ThreadPoolExecutor(4) as pool:
        taken = [filing for some in pool.map(work, ["li", "wang", "li", "wang"]) for filing in some]
    assert sorted(taken) == [f"F-{n:03}" for n in range(12)]
    assert None not in holders(store).values()


def test_the_oldest_due_is_claimed_first_and_a_claim_lapses(store: Store) -> None:
    people = open_bench(store)
    flag(store, "F-001", "F-002")
    (first,) = claim_next(store, Settings(), people["li"], LATER, blind=False)
    assert first.work.filing_id == "F-001"
    with pytest.raises(Conflict):
        claim(store, Settings(), first.work.screening_id, people["wang"], LATER)
    lapsed = LATER + ReviewPolicy().lease_hours * HOUR
    assert holders(store, lapsed - 1)["F-001"] == "li"
    assert holders(store, lapsed)["F-001"] is None
    claim(store, Settings(), first.work.screening_id, people["wang"], lapsed)
    assert holders(store, lapsed + 1)["F-001"] == "wang"


def test_release_and_hand_over_need_a_reason_and_the_hold(store: Store) -> None:
    people = open_bench(store)
    (one,) = flag(store, "F-001")
    claim(store, Settings(), one, people["li"], LATER)
    with pytest.raises(InputError) as error:
        release(store, Settings(), one, people["li"], " ", LATER)
    assert told(error) == "reason"
    with pytest.raises(Conflict) as conflict:
        release(store, Settings(), one, people["wang"], "不是我的", LATER)
    assert told(conflict) == "review-not-held"
    hand_over(store, Settings(), one, people["li"], "wang", "另案开庭", LATER)
    assert holders(store) == {"F-001": "wang"}
    with pytest.raises(InputError):
        hand_over(store, Settings(), one, people["wang"], "sun", "不是审查人员", LATER)
    release(store, Settings(), one, people["wang"], "交回", LATER)
    assert holders(store) == {"F-001": None}


def test_a_review_is_offered_to_whom_nothing_bars(store: Store) -> None:
    people = open_bench(store)
    (one,) = flag(store, "F-001")
    claim(store, Settings(), one, people["li"], LATER)

    def takers() -> tuple[str, ...]:
        return read_standing(store, Settings(), read_case(store, "F-001"), people["li"], LATER).takers

    assert takers() == ("qian", "wang", "zhao")
    declare_recusal(
        store, filing_id="F-001", record_id="", reviewer="wang", reason="近亲属", by=people["wang"], at=LATER
    )
    take_time_off(
        store, reviewer="qian", first_day="2020-01-01", last_day="2099-01-01", by=people["qian"], at=LATER
    )
    assert takers() == ("zhao",)
    hand_over(store, Settings(), one, people["li"], "zhao", "另案开庭", LATER)
    assert takers() == (), "who does not hold it hands nothing over"


def test_a_load_cap_and_time_off_stop_claims(store: Store) -> None:
    people = open_bench(store)
    flag(store, "F-001", "F-002")
    set_policy(store, ReviewPolicy(load_cap=1))
    claim_next(store, Settings(), people["li"], LATER, blind=False)
    with pytest.raises(Conflict) as error:
        claim_next(store, Settings(), people["li"], LATER, blind=False)
    assert told(error) == "load"
    off = take_time_off(
        store, reviewer="wang", first_day="2026-11-20", last_day="2026-11-30", by=people["wang"], at=NOW
    )
    with pytest.raises(Conflict) as error:
        claim_next(store, Settings(), people["wang"], LATER, blind=False)
    assert told(error) == "time-off"
    with pytest.raises(NotPermitted):
        take_time_off(
            store, reviewer="wang", first_day="2026-12-01", last_day="2026-12-02", by=people["li"], at=NOW
        )
    end_time_off(store, off.off_no or 1, by=people["sun"], at=NOW)
    assert claim_next(store, Settings(), people["wang"], LATER, blind=False)


def test_recusal_bars_and_can_end(store: Store) -> None:
    people = open_bench(store, ["li", "wang", "sun"])
    flags = screen(store, {"F-001": REVIEW, "F-002": REVIEW})
    declare_recusal(
        store, filing_id="F-001", record_id="p1", reviewer="li", reason="亲属", by=people["li"], at=NOW
    )
    with pytest.raises(NotPermitted) as error:
        claim(store, Settings(), flags["F-002"], people["li"], LATER)  # the same plaintiff stands there, too
    assert told(error) == "recused"
    with pytest.raises(NotPermitted):
        judge(store, [flags["F-001"]], Judgement("cleared", "看过"), people["li"], LATER)
    assert assign(store, Settings(), flags["F-001"], people["sun"], LATER).barred == {"li": "recused"}
    assert claim_next(store, Settings(), people["li"], LATER, blind=False) == []
    with store.read() as connection:
        (held,) = recusals_in_force(connection)
        entity = {link.record_id: link.entity_id for link in links_of(connection, ["F-001"])}["p1"]
    assert (held.kind, held.subject) == ("entity", entity)
    end_recusal(store, held.recusal_no, reason="误报", by=people["li"], at=NOW)
    claim(store, Settings(), flags["F-002"], people["li"], LATER)


def test_the_earlier_decider_does_not_review_again(store: Store) -> None:
    people = open_bench(store, ["li", "wang", "sun"])
    (one,) = flag(store, "F-001")
    judge(store, [one], Judgement("cleared", "有据"), people["li"], LATER)
    reopen(store, one, reason="新证据", by=people["wang"], at=LATER)
    with pytest.raises(Conflict) as error:
        judge(store, [one], Judgement("cleared", "仍有据"), people["li"], LATER)
    assert told(error) == "earlier-decider"
    with pytest.raises(NotPermitted):
        assign(store, Settings(), one, people["li"], LATER)
    made = assign(store, Settings(), one, people["sun"], LATER)
    assert (made.eligible, made.chosen, dict(made.barred)) == (("wang",), "wang", {"li": "earlier_decider"})


def test_a_draw_is_recorded_and_replays(store: Store) -> None:
    people = open_bench(store)
    flag(store, *(f"F-{n:03}" for n in range(8)))
    made = assign_waiting(store, Settings(), people["sun"], LATER)
    assert len(made) == 8
    with store.read() as connection:
        kept = newest_draws(connection, 100)
    assert [one.filing_id for one in reversed(kept)] == [one.filing_id for one in made]
    assert all(one.replays and one.eligible == ("li", "qian", "wang", "zhao") for one in kept)
    assert holders(store) == {one.filing_id: one.chosen for one in kept}
    bent = replace(kept[0], chosen=next(n for n in kept[0].eligible if n != kept[0].chosen))
    assert not bent.replays
    other = next(name for name in ("li", "wang") if name != made[0].chosen)
    with store.read() as connection:
        found = read_reviews(connection, Settings(), ReviewPolicy(), LATER)
    one = next(r.work.screening_id for r in found if r.work.filing_id == made[0].filing_id)
    reassign(store, Settings(), one, people["sun"], other, "专业对口", LATER)
    assert holders(store)[made[0].filing_id] == other


@given(st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=6, unique=True), st.randoms())
def test_a_draw_asks_nothing_of_the_order_of_names(names: list[str], order: object) -> None:
    assert draw("seed", "F", names) == draw("seed", "F", sorted(names)) in names


def test_a_draw_gives_each_his_share() -> None:
    names = ["a", "b", "c"]
    got = [draw(str(seed), "F-001", names) for seed in range(3_000)]
    assert all(900 < got.count(name) < 1_100 for name in names)  # 3.9 standard deviations


def test_a_pause_keeps_the_hold_and_stops_the_clock(store: Store) -> None:
    people = open_bench(store)
    (one,) = flag(store, "F-001")

    def due(now: Moment) -> tuple[date | None, str | None, bool]:
        with store.read() as connection:
            (review,) = read_reviews(connection, Settings(), ReviewPolicy(), now)
        return review.due.day, review.due.unknown, review.due.breached

    claim(store, Settings(), one, people["li"], LATER)
    assert due(LATER) == (date(2026, 11, 30), None, False)
    assert due(LATER + 8 * DAY) == (date(2026, 11, 30), None, True)
    pause(store, Settings(), one, people["li"], "等候银行流水", LATER + HOUR)
    assert due(LATER + 3 * DAY) == (None, "paused", False)
    assert holders(store, LATER + 9 * DAY) == {"F-001": "li"}
    resume(store, Settings(), one, people["li"], "已收到", LATER + 2 * DAY)  # two working days later
    assert due(LATER + 3 * DAY) == (date(2026, 12, 2), None, False)


@pytest.mark.parametrize(
    ("opened", "days", "day", "unknown"),
    [
        ("2026-09-30T09:00", 1, date(2026, 10, 8), None),  # the National Day holidays lie between
        ("2026-12-30T09:00", 5, None, "calendar_years"),
        ("2026-11-20T09:00", 1, date(2026, 11, 23), None),
    ],
)
def test_working_days_of_the_courts_calendar(
    opened: str, days: int, day: date | None, unknown: str | None
) -> None:
    clock = WorkingClock(load_calendar("cn", None), days, ZONE, NOW)
    due = clock.due(parse_moment(opened, ZONE))
    assert (due.day, due.unknown) == (day, unknown)
    assert WorkingClock(None, days, ZONE, NOW).due(NOW).unknown == "no_calendar"


def test_a_home_without_accounts_has_one_reviewer(store: Store) -> None:
    flags = screen(store, {"F-001": REVIEW, "F-002": NOTHING})
    sole = sole_reviewer("李法官")
    (taken,) = claim_next(store, Settings(), sole, LATER, blind=False)
    assert taken.work.screening_id == flags["F-001"]
    (made,) = judge(
        store, [flags["F-001"]], Judgement("false", "虚构借款", ("dismissed",), ("collusion",)), sole, LATER
    )
    assert made.decision == "false"
    assert claim_next(store, Settings(), sole, LATER, blind=False) == []
