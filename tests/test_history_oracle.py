"""The fast kernel against a slow, independent reading of docs/point-in-time.md."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from dockets import KEYS, PARTIES, Asker, Row, Rows, ask, ask_as_filed, ask_slowly, askers, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from features.history import kernel
from features.history.aggregate import SMALLEST, Aggregate, Slot
from features.history.around import docket_around
from features.history.docket import FOUND_BAD, FOUND_GENUINE
from features.history.kernel import History
from features.history.part import in_good_order
from features.history.reading import Queries
from features.history.timeline import join_halves, make_half, make_index
from xiezhi.clock import DAY

LOANS = ("private_loan",)
OVER = ("closed", "withdrawn")
QUESTIONS = [
    Aggregate("count", "plaintiff"),
    Aggregate("count", "plaintiff", (0,), window_days=3),
    Aggregate("count", "plaintiff", (1, 2), ("private_loan", "divorce"), window_days=10),
    Aggregate("count", "plaintiff", proceedings=("enforcement",)),
    Aggregate("count", "plaintiff", happened=("mediated", "withdrawn"), window_days=7),
    Aggregate("count", "plaintiff", happened=(FOUND_BAD,)),
    Aggregate("count", "plaintiff", (0, 1), happened=(FOUND_BAD,), window_days=9),
    Aggregate("count", "plaintiff", happened=(FOUND_GENUINE, "withdrawn"), window_days=12),
    Aggregate("days_since", "plaintiff", happened=(FOUND_BAD,)),
    Aggregate("days_since_first", "plaintiff", happened=(FOUND_BAD, "seizure"), window_days=12),
    Aggregate("share", "plaintiff", (0, 1), happened=(FOUND_BAD,)),
    Aggregate("share", "plaintiff", happened=(FOUND_GENUINE,), window_days=14),
    Aggregate("sum", "plaintiff", (0, 1), window_days=10),
    Aggregate("largest", "plaintiff", (0, 1), window_days=10),
    Aggregate("largest", "plaintiff", (), LOANS),
    Aggregate("days_since", "plaintiff", (0,)),
    Aggregate("days_since", "plaintiff", happened=("seizure",), window_days=9),
    Aggregate("days_since", "plaintiff", (0, 1), LOANS, happened=("seizure", "mediated")),
    Aggregate("days_since_first", "plaintiff", (0,), window_days=12),
    Aggregate("days_since_first", "plaintiff", happened=("seizure", "closed"), window_days=12),
    Aggregate("shortest_gap", "plaintiff"),
    Aggregate("shortest_gap", "plaintiff", (0, 1), window_days=15),
    Aggregate("burst", "plaintiff"),
    Aggregate("burst", "plaintiff", (0, 1), window_days=4),
    Aggregate("burst", "plaintiff", (0, 2), window_days=20),
    Aggregate("share", "plaintiff", happened=("mediated",), window_days=10),
    Aggregate("share", "plaintiff", (0,), happened=("mediated", "seizure")),
    Aggregate("open", "plaintiff", (1,), happened=OVER),
    Aggregate("open", "plaintiff", happened=OVER, window_days=8),
    Aggregate("open_sum", "plaintiff", happened=OVER, window_days=14),
    Aggregate("open_days", "plaintiff", happened=OVER),
    Aggregate("open_days", "plaintiff", (0, 1), happened=OVER, window_days=14),
    Aggregate("opponents", "plaintiff", (0, 1), window_days=6),
    Aggregate("principals", "plaintiff", (0,), LOANS),
    Aggregate("opponents", "plaintiff"),
    Aggregate("courts", "plaintiff", window_days=12),
    Aggregate("causes", "plaintiff", (0, 1)),
]
SCOPED = [
    *(replace(question, scope=scope) for scope in ("court", "prefecture", "cause", "amount")
      for question in QUESTIONS[::3]),
    Aggregate("count", "plaintiff", window_days=10, scope="elsewhere"),
    Aggregate("sum", "plaintiff", (0, 1), scope="elsewhere"),
    Aggregate("open", "plaintiff", happened=OVER, window_days=10, scope="elsewhere"),
    Aggregate("open_sum", "plaintiff", happened=OVER, scope="elsewhere"),
    Aggregate("count", "plaintiff", happened=("mediated",), scope="elsewhere"),
    Aggregate("count", "plaintiff", happened=(FOUND_BAD,), scope="elsewhere"),
]  # fmt: skip
SLOTS: tuple[Slot, ...] = ("plaintiff", "agent", "phone")
bounds = st.sampled_from([1, 2, 3, 5, 1_000])


def answer(history: History, question: Aggregate, queries: Queries) -> list[float]:
    """The answers for keys of all three slots."""
    found = [history.answer(replace(question, slot=slot), queries) for slot in SLOTS]
    return np.fmax.reduce(found).tolist()  # type: ignore[no-any-return]


@settings(max_examples=120, deadline=None)
@given(rows(), askers, bounds)
def test_kernel_agrees_with_the_oracle(docket: Rows, asker: Asker, most: int) -> None:
    """Questions asked one after the other, so that what they share is shared as in a whole run."""
    built = docket.docket()
    history, queries = History(built, most), ask(KEYS, asker, built)
    for question in sorted(QUESTIONS + SCOPED, key=in_good_order):
        slow = [ask_slowly(docket, question, k, asker, most) for k in KEYS]
        np.testing.assert_array_equal(answer(history, question, queries), slow, err_msg=str(question))


@settings(max_examples=60, deadline=None)
@given(rows(), bounds)
def test_filings_read_by_their_own_rows_or_by_their_keys_alike(docket: Rows, most: int) -> None:
    """In parts smaller than what is there, on several threads or one."""
    built = docket.docket()
    filed = ask_as_filed(built)
    questions = [replace(question, slot=slot) for slot in SLOTS for question in QUESTIONS + SCOPED]
    own = np.full((len(built.filing_ids), len(questions)), 7.5, order="F")  # nothing of it may stay
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "_ROWS", 3)
        patch.setattr(kernel, "_WORTH_THREADS", 5)
        History(built, most).answer_all(dict(enumerate(questions)), filed, own)
    keyed = History(built, most)
    for place, question in enumerate(questions):
        by_key = keyed.answer(question, replace(filed, filings=None))
        np.testing.assert_array_equal(own[:, place], by_key, err_msg=str(question))


@settings(max_examples=150, deadline=None)
@given(rows(), askers, st.sampled_from(QUESTIONS + SCOPED), bounds)
def test_the_bounded_part_around_a_filing_gives_the_same(
    docket: Rows, asker: Asker, question: Aggregate, most: int
) -> None:
    built = docket.docket()
    for seen_key in PARTIES[:2]:
        one = ask([seen_key], asker, built)
        near = docket_around(built, one, most)
        whole = History(built, most).answer(question, one)
        np.testing.assert_array_equal(History(near, most).answer(question, one), whole)
        read = {near.filing_ids[f] for f in range(len(near.filing_ids))}
        assert set(History(near, most).witnesses(question, one)) <= read
        assert History(near, most).is_cut_short(question, one) == History(built, most).is_cut_short(
            question, one
        )


@settings(max_examples=100, deadline=None)
@given(rows(), askers, st.sampled_from(QUESTIONS + SCOPED), bounds)
def test_a_later_look_leaves_the_filing_itself_out(
    docket: Rows, asker: Asker, question: Aggregate, most: int
) -> None:
    built, own = docket.docket(), docket.filings[0][0]
    for seen_key in PARTIES:
        one = ask([seen_key], asker, built)
        near = docket_around(built, one, most, built.position[own])
        later = History(near, most).answer(question, one)[0]
        np.testing.assert_array_equal(later, ask_slowly(docket.without(own), question, seen_key, asker, most))


@settings(max_examples=120, deadline=None)
@given(rows(), rows(), askers, st.sampled_from(QUESTIONS + SCOPED), bounds)
def test_later_records_change_nothing(
    docket: Rows, more: Rows, asker: Asker, question: Aggregate, most: int
) -> None:
    """Filings and records of later, also late records of earlier filings, in any order of arrival."""
    at = asker.as_of
    ids = {f[0] for f in docket.filings}
    later = Rows(
        [(f"later-{f[0]}", f[1] + at, *f[2:]) for f in more.filings] + docket.filings[::-1],
        [(k, f"later-{i}", r) for k, i, r in more.appearances] + docket.appearances[::-1],
        docket.events[::-1]
        + [e for e in more.events if max(e.at, e.recorded_at) >= at and e.filing_id in ids],
        docket.findings[::-1]
        + [f for f in more.findings if max(f.at, f.recorded_at) >= at and f.filing_id in ids],
    )
    one, other = docket.docket(), later.docket()
    np.testing.assert_array_equal(
        answer(History(one, most), question, ask(KEYS, asker, one)),
        answer(History(other, most), question, ask(KEYS, asker, other)),
    )


def test_an_empty_history_answers() -> None:
    built = Rows([], [], [], []).docket()
    queries = ask([PARTIES[0]], Asker(5), built)
    unknown = ("days_since", "days_since_first", "share", "largest", "shortest_gap", "open_days")
    for question in QUESTIONS + SCOPED:
        value = History(built).answer(question, queries)[0]
        assert isnan(value) if question.kind in unknown else value == 0
        assert isnan(History(built).answer(question, Queries(np.array([5]), {}))[0])


@pytest.mark.parametrize("question", QUESTIONS)
def test_of_several_keys_the_largest_answer_holds(question: Aggregate) -> None:
    appearances = [(PARTIES[0], "a", 0), (PARTIES[1], "b", 0), (PARTIES[1], "c", 0), (PARTIES[2], "a", 1)]
    filings: list[Row] = [
        (i, day * DAY, 10.0, "private_loan", "first_instance", "x") for day, i in enumerate("abc")
    ]
    history = History(Rows(filings, appearances, [], []).docket())
    keys = np.array(PARTIES[:2])
    both = Queries(np.array([5 * DAY]), {"plaintiff": (np.array([0, 0]), keys)})
    one_each = Queries(np.array([5 * DAY] * 2), {"plaintiff": (np.array([0, 1]), keys)})
    together, apart = history.answer(question, both)[0], history.answer(question, one_each)
    if np.isnan(apart).all():
        assert isnan(together)
    else:
        assert together == (np.nanmin if question.kind in SMALLEST else np.nanmax)(apart)


def test_a_key_with_more_than_is_read_says_so() -> None:
    filings: list[Row] = [(f"f{i}", i * DAY, 1.0, "sale", "first_instance", "x") for i in range(6)]
    built = Rows(filings, [(PARTIES[0], f"f{i}", 0) for i in range(6)], [], []).docket()
    asked = ask([PARTIES[0]], Asker(6 * DAY), built)
    for most, window, short in ((3, None, True), (3, 3, False), (3, 4, True), (6, None, False)):
        question = Aggregate("count", "plaintiff", window_days=window)
        assert History(built, most).is_cut_short(question, asked) is short
        assert History(built, most).answer(question, asked)[0] == min(most, window or 6)


@given(rows())
def test_halves_of_a_namespace_join_to_the_whole(docket: Rows) -> None:
    whole = docket.docket()
    for namespace in ("party", "agent", "right"):
        joined = join_halves(*(make_half(whole, namespace, upper=upper) for upper in (False, True)))
        expected = make_index(whole, namespace)
        for column in ("keys", "start", "filing", "role"):
            np.testing.assert_array_equal(getattr(joined, column), getattr(expected, column))
