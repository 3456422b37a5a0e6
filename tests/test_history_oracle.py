"""The fast kernel against a slow, independent reading of docs/point-in-time.md."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from dockets import AGENTS, PARTIES, PHONES, Row, Rows, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from features.history.aggregate import Aggregate
from features.history.docket import FOUND_BAD
from features.history.kernel import History, Queries
from features.history.keys import NAMESPACE_SHIFT, namespace_code
from xiezhi.clock import DAY

QUESTIONS = [
    Aggregate("count", "plaintiff"),
    Aggregate("count", "plaintiff", (0,), window_days=3),
    Aggregate("count", "plaintiff", (1, 2), ("private_loan", "divorce"), window_days=10),
    Aggregate("count", "plaintiff", proceedings=("enforcement",)),
    Aggregate("count", "plaintiff", happened=("mediated", "withdrawn"), window_days=7),
    Aggregate("count", "plaintiff", (0,), happened=(FOUND_BAD,)),
    Aggregate("sum", "plaintiff", (0, 1), window_days=10),
    Aggregate("days_since", "plaintiff", (0,)),
    Aggregate("days_since", "plaintiff", happened=("seizure",), window_days=9),
    Aggregate("share", "plaintiff", happened=("mediated",), window_days=10),
    Aggregate("open", "plaintiff", (1,), happened=("closed", "withdrawn")),
    Aggregate("opponents", "plaintiff", (0, 1), window_days=6),
    Aggregate("principals", "plaintiff", (0,), ("private_loan",)),
    Aggregate("opponents", "plaintiff"),
]


def ask_slowly(docket: Rows, question: Aggregate, key: int, as_of: int, own: str = "") -> float:
    """One key's answer by plain loops over plain rows."""
    since = -(10**30) if question.window_days is None else as_of - question.window_days * DAY
    filings = {f[0]: f for f in docket.filings if f[0] != own}
    roles: dict[str, set[int]] = {}
    for k, filing_id, role in docket.appearances:
        wanted = filing_id in filings and k == key
        if wanted and (not question.seen_as or role in question.seen_as):
            roles.setdefault(filing_id, set()).add(role)
    counting = [
        filings[i]
        for i in roles
        if (not question.families or filings[i][3] in question.families)
        and (not question.proceedings or filings[i][4] in question.proceedings)
    ]
    known: list[tuple[str, str, int]] = [
        (e.filing_id, e.kind, max(e.at, e.recorded_at)) for e in docket.events
    ]
    known += [(f.filing_id, FOUND_BAD, f.at) for f in docket.findings if f.finding != "genuine"]
    happened = [(i, at) for i, kind, at in known if kind in question.happened]
    window = [f for f in counting if since <= f[1] < as_of]
    learned = [at for i, at in happened if i in {f[0] for f in counting} and since <= at < as_of]
    if question.kind == "count":
        return float(len(learned) if question.happened else len(window))
    if question.kind == "sum":
        return sum(round((f[2] or 0) * 100) for f in window) / 100
    if question.kind == "days_since":
        times = learned if question.happened else [f[1] for f in window]
        return (as_of - max(times)) / DAY if times else np.nan
    if question.kind in ("opponents", "principals"):
        return float(len(_parties(docket, question, {f[0] for f in window}, roles, key)))
    done = {i for i, at in happened if at < as_of}
    hits = sum(f[0] in done for f in window)
    if question.kind == "open":
        return float(len(window) - hits)
    return hits / len(window) if window else np.nan


def _parties(
    docket: Rows, question: Aggregate, window: set[str], roles: dict[str, set[int]], key: int
) -> set[int]:
    found = set()
    for k, filing_id, role in docket.appearances:
        if filing_id not in window or k >> NAMESPACE_SHIFT != namespace_code("party") or role > 1:
            continue
        # of a key seen in several roles of one filing, the lowest counts
        stood = min(roles[filing_id])
        if stood > 1:
            continue
        side = 1 - stood if question.kind == "opponents" else stood
        if role == side:
            found.add(k)
    return found


@settings(max_examples=150, deadline=None)
@given(rows(), st.integers(0, 62), st.sampled_from(QUESTIONS))
def test_kernel_agrees_with_the_oracle(docket: Rows, half_days: int, question: Aggregate) -> None:
    as_of = half_days * DAY // 2
    keys = [*PARTIES, *AGENTS, *PHONES]
    history = History(docket.docket())
    queries = Queries(
        as_of=np.full(len(keys), as_of),
        slots={"plaintiff": (np.arange(len(keys)), np.array(keys))},
    )
    fast = history.answer(question, queries)
    slow = [ask_slowly(docket, question, k, as_of) for k in keys]
    one_by_one = [history.answer_one(question, np.array([k]), as_of, -1) for k in keys]
    np.testing.assert_array_equal(fast, slow)
    np.testing.assert_array_equal(one_by_one, slow)


@settings(max_examples=80, deadline=None)
@given(rows(), st.integers(0, 62), st.sampled_from(QUESTIONS))
def test_a_later_look_leaves_the_filing_itself_out(docket: Rows, half_days: int, question: Aggregate) -> None:
    as_of, own = half_days * DAY // 2, docket.filings[0][0]
    built = docket.docket()
    for key in PARTIES:
        later = History(built).answer_one(question, np.array([key]), as_of, built.position[own])
        np.testing.assert_array_equal(later, ask_slowly(docket, question, key, as_of, own))


@settings(max_examples=80, deadline=None)
@given(rows(), rows(), st.integers(0, 62), st.sampled_from(QUESTIONS))
def test_later_records_change_nothing(docket: Rows, more: Rows, half_days: int, question: Aggregate) -> None:
    as_of = half_days * DAY // 2
    later = Rows(
        docket.filings + [(f"later-{f[0]}", f[1] + as_of, *f[2:]) for f in more.filings],
        docket.appearances + [(k, f"later-{i}", r) for k, i, r in more.appearances],
        docket.events + [e for e in more.events if max(e.at, e.recorded_at) >= as_of],
        docket.findings + [f for f in more.findings if f.at >= as_of],
    )
    before, after = History(docket.docket()), History(later.docket())
    for key in PARTIES:
        one = before.answer_one(question, np.array([key]), as_of, -1)
        other = after.answer_one(question, np.array([key]), as_of, -1)
        assert one == other or (isnan(one) and isnan(other))


def test_an_empty_history_answers() -> None:
    history = History(Rows([], [], [], []).docket())
    queries = Queries(np.array([5]), {"plaintiff": (np.array([0]), np.array([PARTIES[0]]))})
    for question in QUESTIONS:
        value = history.answer(question, queries)[0]
        assert isnan(value) if question.kind in ("days_since", "share") else value == 0
        assert isnan(history.answer(question, Queries(np.array([5]), {}))[0])


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_largest_answer_of_several_keys_holds(question: Aggregate) -> None:
    appearances = [(PARTIES[0], "a", 0), (PARTIES[1], "b", 0), (PARTIES[1], "c", 0), (PARTIES[2], "a", 1)]
    filings: list[Row] = [
        (i, day * DAY, 10.0, "private_loan", "first_instance", "x") for day, i in enumerate("abc")
    ]
    history = History(Rows(filings, appearances, [], []).docket())
    keys = np.array(PARTIES[:2])
    together = history.answer(
        question, Queries(np.array([5 * DAY]), {"plaintiff": (np.array([0, 0]), keys)})
    )[0]
    apart = [history.answer_one(question, np.array([k]), 5 * DAY, -1) for k in keys]
    choose = np.nanmin if question.kind == "days_since" else np.nanmax
    if np.isnan(apart).all():
        assert isnan(together)
    else:
        assert together == choose(apart)
