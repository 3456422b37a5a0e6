"""Who may not act on a review, and what of it he may not see: recused, of another court, blind; what a lot costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest
from bench_samples import PASSWORD, flag, open_bench, relate
from serving_samples import NOW
from sqlalchemy import Engine, event, insert
from test_bench_api import API, Enter, code, enter  # noqa: F401

from serving.casework.notes import withdraw_note, write_note
from serving.corrections.contest import answer_contest, record_contest
from serving.court.report import read_report
from serving.desk.steps import record_steps
from serving.review.absence import declare_recusal, end_time_off, read_time_off, take_time_off
from serving.review.assign import assign_waiting
from serving.review.bench import claim_next
from serving.review.case import read_case
from serving.review.decide import Judgement, judge, refer, reopen
from serving.review.reviewer import Reviewer
from serving.review.second import give_opinion
from serving.review.standing import hide_scores
from xiezhi.accounts.administer import add_user, set_courts
from xiezhi.clock import DAY
from xiezhi.errors import Conflict, InputError, NotFound, NotPermitted
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.contests import ContestAnswer, add_contest_answer, answers_of
from xiezhi.store.desk_steps import steps_of
from xiezhi.store.review_policies import add_policy
from xiezhi.store.screenings import get_screening, put_screenings
from xiezhi.store.tables import correction_effects
from xiezhi.store.users import User

pytestmark = pytest.mark.usefixtures("quick_passwords")

LATER = NOW + DAY
FALSE = Judgement("false", "虚构债务", ("referred",), ("collusion",))
CLEARED = Judgement("cleared", "转账属实")


def recuse(store: Store, who: Reviewer, filing_id: str) -> None:
    declare_recusal(
        store, filing_id=filing_id, record_id="", reviewer=who.key, reason="亲属", by=who, at=LATER
    )


def doubled(store: Store, share: float, second_person: tuple[str, ...] = ()) -> None:
    with store.write() as connection:
        policy = ReviewPolicy(double_share=share, second_person=second_person)
        add_policy(connection, policy, reason="试", at=NOW, actor="sun")


def test_who_is_recused_neither_reopens_nor_refers(sqlite_store: Store) -> None:
    people = open_bench(sqlite_store)
    doubled(sqlite_store, 0.0)
    (one,) = flag(sqlite_store, "F-001")
    judge(sqlite_store, [one], FALSE, people["li"], LATER)
    recuse(sqlite_store, people["wang"], "F-001")
    with pytest.raises(NotPermitted) as refused:
        reopen(sqlite_store, one, reason="新证据", by=people["wang"], at=LATER)
    assert refused.value.code == "recused"
    told = {"authority": "police", "referred_on": "2026-11-25", "reference": "移送1号", "at": LATER}
    with pytest.raises(NotPermitted):
        refer(sqlite_store, one, by=people["wang"], **told)  # type: ignore[arg-type]
    assert refer(sqlite_store, one, by=people["li"], **told).actor == "li"  # type: ignore[arg-type]


def test_who_recuses_himself_gives_no_second_opinion(sqlite_store: Store) -> None:
    people = open_bench(sqlite_store)
    doubled(sqlite_store, 1.0)
    (one,) = flag(sqlite_store, "F-001")
    judge(sqlite_store, [one], CLEARED, people["li"], LATER)
    assert claim_next(sqlite_store, Settings(), people["wang"], LATER, blind=True)
    recuse(sqlite_store, people["wang"], "F-001")
    with pytest.raises(NotPermitted):
        give_opinion(sqlite_store, one, FALSE, people["wang"], LATER)


def test_a_series_reopens_without_what_was_scored_again(sqlite_store: Store) -> None:
    people = open_bench(sqlite_store)
    doubled(sqlite_store, 0.0)
    ids = flag(sqlite_store, "F-001", "F-002", "F-003")
    relate(sqlite_store, "F-001", "F-002", "F-003")
    judge(sqlite_store, ids, CLEARED, people["li"], LATER)
    with sqlite_store.write() as connection:
        old = get_screening(connection, ids[1])
        assert old is not None
        put_screenings(connection, [replace(old, screening_id="s-newer", scored_at=LATER + 1)], LATER + 1)
    made = reopen(sqlite_store, ids[0], reason="新证据", by=people["wang"], at=LATER + 2, whole_series=True)
    assert {one.filing_id for one in made} == {"F-001", "F-003"}


def test_time_off_is_of_ones_own_court(sqlite_store: Store) -> None:
    people = open_bench(sqlite_store)
    root = User("root", "root", frozenset({"administrator"}))
    for name, court in (("li", "甘0702"), ("wang", "沪0101"), ("zhao", "甘0702")):
        set_courts(sqlite_store, name, [court], by=root, at=NOW)
    zhao = replace(people["zhao"], courts=frozenset({"甘0702"}))
    days = {"first_day": "2026-11-20", "last_day": "2026-11-30", "at": NOW}
    with pytest.raises(InputError) as refused:
        take_time_off(sqlite_store, reviewer="wang", by=zhao, **days)  # type: ignore[arg-type]
    assert refused.value.code == "reviewer-unknown"
    own = take_time_off(sqlite_store, reviewer="li", by=zhao, **days)  # type: ignore[arg-type]
    other = take_time_off(sqlite_store, reviewer="wang", by=people["sun"], **days)  # type: ignore[arg-type]
    with sqlite_store.read() as connection:
        assert read_time_off(connection, zhao, "2026-11-20") == [own]
        assert read_time_off(connection, people["sun"], "2026-11-20") == [own, other]
        assert read_time_off(connection, people["wang"], "2026-11-20") == [other]
    with pytest.raises(NotFound):
        end_time_off(sqlite_store, other.off_no, by=zhao, at=LATER)
    assert end_time_off(sqlite_store, own.off_no, by=zhao, at=LATER).action == "ended"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_lot_nobody_can_take_asks_no_more_for_every_review_that_waits(sqlite_store: Store) -> None:
    people = open_bench(sqlite_store)
    days = {"first_day": "2026-11-20", "last_day": "2026-11-30", "at": NOW}
    for name in ("li", "wang", "zhao", "qian"):
        take_time_off(sqlite_store, reviewer=name, by=people["sun"], **days)  # type: ignore[arg-type]
    asked = []
    for ids in (["F-001"], [f"F-{n:03}" for n in range(2, 12)]):
        flag(sqlite_store, *ids)
        with counted() as sent:
            assert assign_waiting(sqlite_store, Settings(), people["sun"], LATER) == []
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_a_blind_reviewer_reads_no_score_by_its_id(
    sqlite_store: Store,
    enter: Enter,  # noqa: F811
) -> None:
    doubled(sqlite_store, 1.0)
    (one,) = flag(sqlite_store, "F-001")
    li, wang = enter("li"), enter("wang")
    decided = li.post(f"{API}/flags/{one}/decisions", json={"decision": "cleared", "reason": "属实"})
    assert decided.status_code == 201
    assert wang.get(f"{API}/screenings/{one}").status_code == 200, "nothing asks him to be blind yet"
    zhao = enter("zhao")
    (taken,) = zhao.post(f"{API}/reviews/next", json={"blind": True}).json()["items"]
    assert code(zhao.get(f"{API}/screenings/{taken['screening_id']}")) == (403, "judge-first")
    said = {"decision": "cleared", "reason": "属实"}
    assert zhao.post(f"{API}/flags/{one}/decisions", json=said).status_code == 201
    assert zhao.get(f"{API}/screenings/{one}").status_code == 200


def test_a_blind_reviewer_is_not_told_that_a_flag_is_contested(sqlite_store: Store) -> None:
    flag(sqlite_store, "F-001")
    for about in ("flag", "fact"):
        record_contest(
            sqlite_store,
            "F-001",
            party_id="p2",
            about=about,
            subject="",
            text="不属实",
            by="立案员",
            at=LATER,
        )
    case = hide_scores(read_case(sqlite_store, "F-001"))
    assert [one.contest.about for one in case.contests] == ["fact"]
    assert case.effect is None


def test_what_a_decision_holds_for_waits_no_more_in_the_report(store: Store) -> None:
    people = open_bench(store)
    doubled(store, 0.0)
    ids = flag(store, "F-001", "F-002")
    judge(store, [ids[0]], CLEARED, people["li"], LATER)
    with store.write() as connection:
        old = get_screening(connection, ids[0])
        assert old is not None
        put_screenings(connection, [replace(old, screening_id="s-newer", scored_at=LATER + 1)], LATER + 1)
        effect = {
            "correction_id": "C-1", "before_id": ids[0], "after_id": "s-newer", "filing_id": "F-001",
            "at": LATER + 1, "band_before": "review", "band_after": "review", "state_before": "decided",
            "carried_from": ids[0],
        }  # fmt: skip
        connection.execute(insert(correction_effects).values(effect))
    report = read_report(store, Settings(), None, 90, LATER + DAY)
    assert (report.waiting, report.overturned.hits) == (1, 1)


def test_a_long_name_signs(sqlite_store: Store) -> None:
    open_bench(sqlite_store, ())
    root = User("root", "root", frozenset({"administrator"}))
    name, shown = "li.wei" + "x" * 58, "李" * 200
    add_user(sqlite_store, name, display_name=shown, roles=["reviewer"], password=PASSWORD, by=root, at=NOW)
    by = Reviewer(name, f"{shown}（{name}）", frozenset({"reviewer"}), alone=False)
    (one,) = flag(sqlite_store, "F-001")
    assert judge(sqlite_store, [one], CLEARED, by, LATER)[0].decided_by == by.signs


def test_of_two_answers_at_once_one_is_kept(store: Store) -> None:
    flag(store, "F-001")
    made = record_contest(
        store, "F-001", party_id="p2", about="fact", subject="", text="不属实", by="立案员", at=LATER
    )
    told: list[str] = []

    def answer() -> None:
        try:
            answer_contest(store, made.contest_id, outcome="upheld", reason="是", by="乙", at=LATER)
        except Conflict as error:
            told.append(error.code)

    other = Thread(target=answer)
    with store.write() as connection:
        lock_trail(connection)
        add_contest_answer(connection, ContestAnswer(made.contest_id, LATER, "甲", "not_upheld", "否"))
        other.start()
        other.join(0.5)  # it waits for us, wherever it does
    other.join()
    with store.read() as connection:
        assert answers_of(connection, [made.contest_id])[made.contest_id].answered_by == "甲"
    assert told == ["answered"]


def test_a_note_is_taken_back_once_and_a_step_recorded_once(store: Store) -> None:
    (one,) = flag(store, "F-001")
    note = write_note(store, "F-001", text="电话核实", by="甲", at=LATER)
    told: list[str] = []

    def act(number: int) -> None:
        try:
            withdraw_note(store, "F-001", note.note_id, reason="误记", by="甲", at=LATER + number)
        except Conflict as error:
            told.append(error.code)
        record_steps(store, one, ["risk_notice"], what="done", note="", by="甲", at=LATER + number)

    others = [Thread(target=act, args=(n,)) for n in range(6)]
    with store.write() as connection:
        lock_trail(connection)
        for other in others:
            other.start()
        others[0].join(0.5)
    for other in others:
        other.join()
    assert told == ["note-withdrawn"] * 5
    with store.read() as connection:
        assert len(steps_of(connection, "F-001")) == 1
