"""Neighbourhood questions and norms against a slow, independent reading of docs/point-in-time.md."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np
import pytest
from dockets import AGENTS, PARTIES, PHONES, Rows, read_rows, rows, stood_in
from hypothesis import given, settings
from hypothesis import strategies as st

from features.history import around, neighbourhood, recent
from features.history.aggregate import Common, Density, Neighbourhood, Reach, Slot, Together
from features.history.around import docket_around
from features.history.kernel import History
from features.history.keys import NAMESPACE_SHIFT, namespace_code
from features.history.neighbourhood import Neighbours
from features.history.reading import Queries
from features.history.recent import RecentAmounts
from xiezhi.clock import DAY
from xiezhi.records import Filing

READ, FOLLOWED, MOST = 2, 2, 4
"""Small bounds, so that small dockets go beyond them."""

QUESTIONS: list[Neighbourhood] = [
    Together("defendant", (0,), "plaintiff", (1,)),
    Together("plaintiff", (), "phone", ()),
    Together("agent", (0, 1), "defendant", (1, 2)),
    Common("defendant", (0,), (1,), "plaintiff", (1,), (0,), "party"),
    Common("plaintiff", (), (), "defendant", (), (), "phone"),
    Common("plaintiff", (0,), (0,), "defendant", (1,), (1,), "agent"),
    Density("agent", (0,)),
    Density("plaintiff", ()),
    Reach(),
]
Sides = dict[Slot, list[int]]
moments = st.integers(0, 62).map(lambda half_days: half_days * DAY // 2)
some_parties = st.lists(st.sampled_from(PARTIES), unique=True, max_size=2)
sides = st.fixed_dictionaries(
    {
        "plaintiff": some_parties,
        "defendant": some_parties,
        "agent": st.lists(st.sampled_from(AGENTS), unique=True, max_size=2),
        "phone": st.lists(st.sampled_from(PHONES), unique=True, max_size=1),
    }
)


@pytest.fixture(autouse=True, scope="module")
def _small_bounds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbourhood, "READ", READ)
        patch.setattr(neighbourhood, "_AT_ONCE", 3)
        for module in (neighbourhood, around):
            patch.setattr(module, "FOLLOWED", FOLLOWED)
            patch.setattr(module, "MOST_REACHED", MOST)
        yield


def filings_of(docket: Rows, keys: list[int], roles: tuple[int, ...], at: int, most: int) -> set[str]:
    return {i for k in keys for i in list(stood_in(docket, k, at, most, roles))[-READ:]}


def stand(docket: Rows, filing_id: str, roles: tuple[int, ...]) -> set[int]:
    return {k for k, i, role in docket.appearances if i == filing_id and (not roles or role in roles)}


def ask_slowly(docket: Rows, question: Neighbourhood, asks: Sides, at: int, most: int) -> float:
    if isinstance(question, Reach):
        return reach_slowly(docket, asks, at)
    if isinstance(question, Density):
        shares = [density_slowly(docket, question, k, at, most) for k in asks[question.slot]]
        known = [s for s in shares if not np.isnan(s)]
        return max(known) if known else np.nan
    one, other = asks[question.slot], asks[question.other]
    if not one or not other:
        return np.nan
    seen = filings_of(docket, one, question.seen_as, at, most)
    if isinstance(question, Together):
        return float(sum(bool(stand(docket, i, question.other_as) & set(other)) for i in seen))
    found = {k for i in seen for k in stand(docket, i, question.found_as)}
    across = filings_of(docket, other, question.other_as, at, most)
    found &= {k for i in across for k in stand(docket, i, question.other_found_as)}
    through = namespace_code(question.through)
    return float(sum(k >> NAMESPACE_SHIFT == through for k in found - {*one, *other}))


def density_slowly(docket: Rows, question: Density, seen_key: int, at: int, most: int) -> float:
    seen = filings_of(docket, [seen_key], question.seen_as, at, most)
    party = set(PARTIES)
    met = {
        (p, d) for i in seen for p in stand(docket, i, (0,)) & party for d in stand(docket, i, (1,)) & party
    }
    if len(seen) < 2 or not met:
        return np.nan
    return len(met) / (len({p for p, _ in met}) * len({d for _, d in met}))


def reach_slowly(docket: Rows, asks: Sides, at: int) -> float:
    reached = {*asks["plaintiff"], *asks["defendant"]}
    if not reached:
        return np.nan
    for _ in range(2):
        if len(reached) >= MOST:
            break
        filings = {i for k in reached for _, i, _ in read_rows(docket, k, at, FOLLOWED)}
        reached = reached | {k for i in filings for k in stand(docket, i, (0, 1)) & set(PARTIES)}
    return float(min(len(reached), MOST))


def queries_for(asked: list[tuple[Sides, int]]) -> Queries:
    slots = {}
    for slot in ("plaintiff", "defendant", "agent", "phone"):
        pairs = [(i, k) for i, (asks, _) in enumerate(asked) for k in sorted(asks[slot])]
        if pairs:
            slots[slot] = (np.array([i for i, _ in pairs]), np.array([k for _, k in pairs]))
    return Queries(np.array([at for _, at in asked]), slots)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(rows(), st.lists(st.tuples(sides, moments), min_size=1, max_size=5), st.sampled_from([2, 3, 1_000]))
def test_neighbourhoods_agree_with_the_oracle(
    docket: Rows, asked: list[tuple[Sides, int]], most: int
) -> None:
    """All at once on the whole docket, and one by one on the part around each."""
    built, queries = docket.docket(), queries_for(asked)
    whole = Neighbours(History(built, most))
    for question in QUESTIONS:
        slow = [ask_slowly(docket, question, asks, at, most) for asks, at in asked]
        np.testing.assert_array_equal(whole.answer(question, queries), slow, err_msg=str(question))
        for row, value in enumerate(slow):
            one = queries.one(row)
            if one.slots:
                near = Neighbours(History(docket_around(built, one, most), most))
                np.testing.assert_array_equal(near.answer(question, one), [value], err_msg=str(question))


@settings(max_examples=60, deadline=None)
@given(rows(), sides, moments)
def test_the_filings_of_a_meeting_are_named_newest_first(docket: Rows, asks: Sides, at: int) -> None:
    built, one = docket.docket(), queries_for([(asks, at)])
    question = QUESTIONS[0]
    assert isinstance(question, Together)
    found = Neighbours(History(built)).meetings(question, one)
    value = Neighbours(History(built)).answer(question, one)[0]
    assert len(found) == (0 if np.isnan(value) else value)
    assert all(built.filed_at[f] < at for f in found)
    assert [built.filed_at[f] for f in found] == sorted((built.filed_at[f] for f in found), reverse=True)


@settings(max_examples=100, deadline=None)
@given(
    rows(),
    st.lists(st.tuples(moments, st.sampled_from([None, 0.0, 30.0, 100.0])), min_size=1, max_size=4),
    st.integers(1, 4),
    st.sampled_from(["all", "court"]),
    st.sampled_from([0, 32]),
)
def test_the_norm_is_the_median_of_the_latest(
    docket: Rows, asked: list[tuple[int, float | None]], most: int, scope: str, few: int
) -> None:
    filings = [
        Filing(f"q{i}", "甘0702", at, "离婚纠纷", (), claim_amount=amount)
        for i, (at, amount) in enumerate(asked)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recent, "_FEW", few)
        fast = RecentAmounts(docket.docket()).compare(most, scope, filings)  # type: ignore[arg-type]
    slow = []
    for filing in filings:
        of_cause = sorted(
            (f[1], f[0], f[2])
            for f in docket.filings
            if f[3] == "divorce" and f[1] < filing.filed_at and (scope == "all" or f[5] == filing.court)
        )
        amounts = [round(a * 100) for _, _, a in of_cause[-most:] if a is not None]
        norm = median(amounts) if amounts else 0
        known = filing.claim_amount is not None and norm > 0
        slow.append(round((filing.claim_amount or 0) * 100) / norm if known else np.nan)
    np.testing.assert_array_equal(fast, slow)
