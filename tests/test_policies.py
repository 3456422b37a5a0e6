"""A policy is drafted, tried, run in shadow, approved by two, holds, and is taken back; on both databases."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from accounts_samples import open_accounts
from hypothesis import given
from hypothesis import strategies as st
from policy_samples import LARGE, MIDDLE, MORE, SMALL, promote_with_tail, screen_amount
from serving_samples import NOW, promote_toy
from sqlalchemy import select, update

from serving.court import policies
from serving.review.reviewer import Reviewer
from serving.review.second import set_policy
from xiezhi import cli
from xiezhi.audit.check import check_store
from xiezhi.errors import Conflict, InputError, NotFound, NotPermitted, XiezhiError
from xiezhi.policy import CourtPolicy
from xiezhi.policy_cuts import Tail, cut, read_tail
from xiezhi.review_policy import OF_THE_BENCH, ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store, tables
from xiezhi.store.policies import MODEL_S_OWN, live_act, live_policy
from xiezhi.store.review_policies import current_policy, policy_at
from xiezhi.store.users import User

pytestmark = pytest.mark.usefixtures("quick_passwords")

AT = NOW + 1_000


@pytest.fixture
def people(store: Store) -> dict[str, User]:
    return open_accounts(store, "chen", "zhao", "qian", "sun")


def held_number(store: Store) -> int:
    """The number of the policy that holds, `MODEL_S_OWN` for none."""
    with store.read() as connection:
        act = live_act(connection)
    return MODEL_S_OWN if act is None else act.policy_no


def in_shadow(store: Store, by: User, policy: CourtPolicy = MORE) -> int:
    """The number of a policy that was drafted, tried and put in shadow."""
    number = policies.draft(store, Settings(), policy, "年底人手较多", by=by, at=AT).number
    policies.backtest(store, Settings(), number, by=by, at=AT + 1)
    policies.start_shadow(store, number, by=by, at=AT + 2)
    return number


def test_the_whole_life_of_a_policy(store: Store, people: dict[str, User]) -> None:
    promote_with_tail(store, Settings())
    before = [screen_amount(store, n, amount) for n, amount in enumerate((LARGE, MIDDLE, SMALL))]
    assert [one.band for one in before] == ["review", "notice", "none"]
    number = in_shadow(store, people["zhao"])
    told = policies.read_policy(store, number)
    assert told.backtest is not None
    assert told.backtest.shown["steps"] == [["notice", "review", 1]]
    assert told.backtest.shown["changes"] == [["F-001", "notice", "review"]]
    silent = screen_amount(store, 11, MIDDLE)
    assert silent.band == "notice"
    assert "policy_version" not in silent.scores
    assert policies.read_policy(store, number).shadow == {("notice", "review"): 1}
    policies.approve(store, number, by=people["zhao"], at=AT + 3)
    assert policies.read_policy(store, number).state == "shadow"
    with pytest.raises(Conflict, match="You have approved"):
        policies.approve(store, number, by=people["zhao"], at=AT + 4)
    assert policies.approve(store, number, by=people["qian"], at=AT + 5).action == "live"
    with store.read() as connection:
        held = live_policy(connection)
    assert held is not None
    again = screen_amount(store, 11, MIDDLE)
    assert (again.band, again.scores["policy_version"]) == ("review", held.version)
    assert again.screening_id != silent.screening_id, "another policy is another look"
    assert (again.rank_score, again.risk) == (silent.rank_score, silent.risk)
    policies.roll_back(store, "积压", by=people["qian"], at=AT + 6)
    assert held_number(store) == MODEL_S_OWN
    assert screen_amount(store, 12, MIDDLE).band == "notice"
    assert policies.read_policy(store, number).state == "before"
    with store.read() as connection:
        assert check_store(connection).whole


def test_while_it_holds_it_says_who_confirms_and_how_much_is_judged_twice(
    store: Store, people: dict[str, User]
) -> None:
    promote_with_tail(store, Settings())
    number = in_shadow(store, people["zhao"], CourtPolicy(second_person="always", double_review_share=0.5))
    policies.approve(store, number, by=people["zhao"], at=AT + 3)
    policies.approve(store, number, by=people["qian"], at=AT + 5)
    usual = ReviewPolicy()
    with store.read() as connection:
        held, then = current_policy(connection), policy_at(connection, AT + 4)
    assert (held.second_person, held.double_share) == (("abusive", "cleared", "false"), 0.5)
    assert (held.due_days, then) == (usual.due_days, usual)
    policies.roll_back(store, "积压", by=people["qian"], at=AT + 6)
    with store.read() as connection:
        assert current_policy(connection) == usual
        assert policy_at(connection, AT + 5) == held


def test_while_it_holds_it_says_days_lease_and_load_and_one_person_sets_none(
    store: Store, people: dict[str, User]
) -> None:
    promote_with_tail(store, Settings())
    head = Reviewer("zhao", "zhao", frozenset({"supervisor"}), alone=False)
    set_policy(store, {"due_days": 9, "load_cap": 7}, "人手不足", head, AT)
    number = in_shadow(store, people["zhao"], CourtPolicy(due_days=3, lease_hours=12))
    for name in ("zhao", "qian"):
        policies.approve(store, number, by=people[name], at=AT + 5)
    with store.read() as connection:
        held = current_policy(connection)
    assert (held.due_days, held.lease_hours, held.load_cap) == (3, 12, 7), (
        "what it leaves open stays the bench's"
    )
    with pytest.raises(Conflict, match="Two persons approved"):
        set_policy(store, {"due_days": 30}, "一人说了算", head, AT + 6)
    policies.roll_back(store, "积压", by=people["qian"], at=AT + 7)
    with store.read() as connection:
        assert current_policy(connection).due_days == 9
    assert set_policy(store, {"due_days": 30}, "可以了", head, AT + 8).due_days == 30


def test_a_policy_kept_before_it_could_say_days_is_read(sqlite_store: Store, people: dict[str, User]) -> None:
    kept = policies.draft(sqlite_store, Settings(), CourtPolicy(), "x", by=people["zhao"], at=AT)
    with sqlite_store.write() as connection:
        body = json.loads(connection.execute(select(tables.policies.c.body)).scalar_one())
        older = {name: value for name, value in body.items() if name not in OF_THE_BENCH}
        connection.execute(update(tables.policies).values(body=json.dumps(older)))
    assert policies.read_policy(sqlite_store, kept.number).drafted.policy == CourtPolicy()


def test_a_back_test_says_what_screening_under_the_policy_would_have_said(
    store: Store, people: dict[str, User]
) -> None:
    promote_with_tail(store, Settings())
    overlay = CourtPolicy(0.5, 0.0, 10.0, signs='version = "1"\nnotice = 0.1\n')
    amounts = [LARGE, SMALL, MIDDLE, MIDDLE, SMALL, LARGE]
    for n, amount in enumerate(amounts):
        screen_amount(store, n, amount, f"2026-10-{n + 10}")
    number = in_shadow(store, people["zhao"], overlay)
    told = policies.read_policy(store, number).backtest
    assert told is not None
    policies.approve(store, number, by=people["zhao"], at=AT + 3)
    policies.approve(store, number, by=people["qian"], at=AT + 4)
    shown = [screen_amount(store, n, amount, f"2026-10-{n + 10}") for n, amount in enumerate(amounts)]
    assert all("+1." in one.rules_version for one in shown), "judged by the signs of the policy"
    said = {filing_id: after for filing_id, _, after in told.shown["changes"]}
    stayed = {one.filing_id: one.band for one in shown if one.filing_id not in said}
    assert said == {one.filing_id: one.band for one in shown if one.filing_id in said}
    assert len(stayed) + len(said) == len(amounts)
    bands = [one.band for one in shown]
    assert {name: told.shown["after"][name] for name in ("review", "notice", "none")} == {
        name: bands.count(name) for name in ("review", "notice", "none")
    }
    assert "review" not in bands, "capacity for fewer than tie at the top"


def test_who_may_do_what(store: Store, people: dict[str, User]) -> None:
    promote_with_tail(store, Settings())
    with pytest.raises(NotPermitted):
        policies.draft(store, Settings(), MORE, "x", by=people["sun"], at=AT)
    number = in_shadow(store, people["chen"])
    for name in ("chen", "sun", "root"):
        with pytest.raises(NotPermitted):
            policies.approve(store, number, by=people[name], at=AT + 3)
    with pytest.raises(NotPermitted):
        policies.roll_back(store, "x", by=people["chen"], at=AT + 3)
    policies.approve(store, number, by=people["zhao"], at=AT + 3)
    policies.reject(store, number, "不妥", by=people["qian"], at=AT + 4)
    with pytest.raises(Conflict):
        policies.approve(store, number, by=people["qian"], at=AT + 5)


def test_no_step_is_left_out(store: Store, people: dict[str, User]) -> None:
    promote_with_tail(store, Settings())
    number = policies.draft(store, Settings(), MORE, "x", by=people["zhao"], at=AT).number
    for act in (policies.start_shadow, policies.approve, policies.end_shadow):
        with pytest.raises(Conflict):
            act(store, number, by=people["zhao"], at=AT)
    with pytest.raises(NotFound):
        policies.approve(store, number + 1, by=people["zhao"], at=AT)
    with pytest.raises(NotFound):
        policies.roll_back(store, "x", by=people["zhao"], at=AT)


def test_what_was_tried_against_another_policy_is_tried_again(store: Store, people: dict[str, User]) -> None:
    promote_with_tail(store, Settings())
    first, second = (in_shadow(store, people["zhao"], replace(MORE, floor=x)) for x in (0.0, 0.5))
    for name in ("zhao", "qian"):
        policies.approve(store, first, by=people[name], at=AT + 3)
    with pytest.raises(Conflict, match="try it again"):
        policies.approve(store, second, by=people["qian"], at=AT + 4)
    policies.backtest(store, Settings(), second, by=people["zhao"], at=AT + 5)
    for name in ("zhao", "qian"):
        policies.approve(store, second, by=people[name], at=AT + 6)
    assert held_number(store) == second
    policies.roll_back(store, "x", by=people["zhao"], at=AT + 7)
    assert held_number(store) == first


def test_an_approval_is_of_what_the_back_test_showed(store: Store, people: dict[str, User]) -> None:
    promote_with_tail(store, Settings())
    number = in_shadow(store, people["zhao"])
    policies.approve(store, number, by=people["zhao"], at=AT + 3)
    policies.backtest(store, Settings(), number, by=people["zhao"], at=AT + 4)
    assert policies.approve(store, number, by=people["qian"], at=AT + 5).action == "approved"
    assert policies.approve(store, number, by=people["zhao"], at=AT + 6).action == "live"


def test_two_approvals_at_once_let_it_hold_once(store: Store, people: dict[str, User]) -> None:
    promote_with_tail(store, Settings())
    number = in_shadow(store, people["chen"])
    start, refused = threading.Barrier(2), []

    def do(name: str) -> None:
        start.wait()
        try:
            policies.approve(store, number, by=people[name], at=AT + 3)
        except XiezhiError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=do, args=(name,)) for name in ("zhao", "qian")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acts = [act.action for act in policies.read_policy(store, number).acts]
    assert (acts.count("approved"), acts.count("live"), refused) == (2, 1, [])
    assert held_number(store) == number


@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity_per_day": 0.0},
        {"capacity_per_day": float("nan")},
        {"audit_rate": 1.1},
        {"notice_factor": 0.5},
        {"second_person": "sometimes"},
        {"due_days": 0},
        {"lease_hours": 10_000},
        {"load_cap": -1},
        {"signs": "this is no TOML"},
        {"signs": 'version = "1"\n[[rules]]\ncode = "X"\n'},
    ],
)
def test_a_draft_that_cannot_hold_is_told(sqlite_store: Store, wrong: dict[str, Any]) -> None:
    people = open_accounts(sqlite_store, "zhao")
    with pytest.raises(InputError):
        policies.draft(
            sqlite_store,
            Settings(),
            replace(CourtPolicy(), **wrong),
            "x",
            by=people["zhao"],
            at=AT,
        )


def test_a_model_that_keeps_no_scores_says_so_and_screens_on(sqlite_store: Store) -> None:
    people = open_accounts(sqlite_store, "zhao", "qian")
    promote_with_tail(sqlite_store, Settings())
    number = in_shadow(sqlite_store, people["zhao"])
    for name in ("zhao", "qian"):
        policies.approve(sqlite_store, number, by=people[name], at=AT + 3)
    assert policies.why_own_cuts(sqlite_store, Settings()) is None
    promote_toy(sqlite_store, Settings(), as_of="2026-03-01")
    assert screen_amount(sqlite_store, 1, MIDDLE).band == "notice", "by the new model's own cuts"
    told = policies.why_own_cuts(sqlite_store, Settings())
    assert told is not None
    assert told.code == "policy-scale"
    other = policies.draft(sqlite_store, Settings(), MORE, "x", by=people["zhao"], at=AT).number
    with pytest.raises(NotFound, match="keeps no scores"):
        policies.backtest(sqlite_store, Settings(), other, by=people["zhao"], at=AT)


def test_scores_given_live_stand_in_for_those_kept(sqlite_store: Store) -> None:
    people = open_accounts(sqlite_store, "zhao")
    promote_toy(sqlite_store, Settings())
    for n in range(25):
        screen_amount(sqlite_store, n, (LARGE, MIDDLE, SMALL, SMALL, SMALL)[n % 5], f"2026-10-{n + 1:02}")
    asked = CourtPolicy(capacity_per_day=0.5, floor=0.0, notice_factor=1.0)
    number = policies.draft(sqlite_store, Settings(), asked, "x", by=people["zhao"], at=AT).number
    shown = policies.backtest(sqlite_store, Settings(), number, by=people["zhao"], at=AT).shown
    assert (shown["before"]["review"], shown["after"]["review"]) == (5, 5)
    assert shown["after"]["a_day"] <= 0.5


def test_rules_alone_take_a_policy_of_lots_and_signs(sqlite_store: Store) -> None:
    people = open_accounts(sqlite_store, "zhao", "qian")
    number = in_shadow(sqlite_store, people["zhao"], CourtPolicy(audit_rate=1.0))
    for name in ("zhao", "qian"):
        policies.approve(sqlite_store, number, by=people[name], at=AT + 3)
    drawn = screen_amount(sqlite_store, 1, SMALL)
    assert drawn.band == "none"
    assert drawn.scores["audit"] == 1.0


@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=60),
    st.floats(0.01, 20),
    st.floats(1, 4),
)
def test_cuts_let_through_no_more_than_capacity(scores: list[int], capacity: float, factor: float) -> None:
    raw = np.sort(np.array(scores, dtype=np.float64))[::-1]
    tail = Tail(raw, len(raw), 5.0, 0.01)
    cuts = cut(tail, CourtPolicy(capacity, 3.0, factor))
    assert (raw >= cuts.review).sum() <= max(capacity * 5, 0) or len(raw) <= capacity * 5
    assert (raw >= cuts.notice).sum() <= capacity * factor * 5 or len(raw) <= capacity * factor * 5
    assert cuts.notice <= cuts.review
    back = read_tail(tail.to_json())
    assert back is not None
    assert cut(back, CourtPolicy(capacity, 3.0, factor)) == cuts


def test_a_tail_cut_short_says_that_it_is(sqlite_store: Store) -> None:
    short = Tail(np.array([3.0, 2.0]), 100, 10.0, 0.01)
    assert cut(short, CourtPolicy(0.1, 3.0, 1.0)).review > 2.0
    for capacity in (1.0, 10.0, 1_000.0):  # a few, just all, and more than all of the year's filings
        with pytest.raises(NotFound, match="too few for so large"):
            cut(short, CourtPolicy(capacity))


def test_the_commands(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    promote_with_tail(sqlite_store, Settings())
    monkeypatch.setenv("USER", "li")
    assert (
        cli.run(["policy", "draft", "--capacity", "4.5", "--floor", "0", "--reason", "more hands"])
        == cli.DONE
    )
    assert cli.run(["policy", "backtest", "1"]) == cli.DONE
    assert cli.run(["policy", "shadow", "1"]) == cli.DONE
    assert cli.run(["policy", "approve", "1"]) == cli.NOTHING_DONE
    assert "needs two persons" in capsys.readouterr().err
    assert cli.run(["policy", "reject", "1", "--reason", "x"]) == cli.DONE
    assert cli.run(["policy", "list"]) == cli.DONE
    assert "rejected" in capsys.readouterr().out
