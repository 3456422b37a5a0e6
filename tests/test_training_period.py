"""What is known of a period: how ripe it is, what stands together, and what exact names would count."""

from __future__ import annotations

import numpy as np
import pytest
from court_samples import CUT, END, LABELS, Court
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.baselines import NAME_COUNTS, YEAR, count_names
from training.evaluation.facets import Pleaded
from training.evaluation.period import look_back
from training.evaluation.plots import drawn_language
from training.evaluation.slices import MOST_VALUES, OTHERS, split
from training.monitoring.maturity import estimate_arrival
from xiezhi.clock import DAY
from xiezhi.store import Store


def test_ripeness_sees_past_the_findings_that_are_not_in_yet() -> None:
    random = np.random.default_rng(2)
    age = random.uniform(0, 4, 6000)
    lag = random.exponential(2, 6000)
    known = lag <= age
    looked = (np.array([0.5, 1.0, 2.0, 3.0]) * 365 * DAY).astype(np.int64)
    arrival = estimate_arrival(*((part[known] * 365 * DAY).astype(np.int64) for part in (lag, age)))
    told = arrival.by(looked)
    truth = (1 - np.exp(-looked / (2 * 365 * DAY))) / (1 - np.exp(-2))
    assert told == pytest.approx(truth, abs=0.04)
    assert arrival.by(np.array([0])) == [0.0]
    naive = np.searchsorted(np.sort(lag[known]), looked / (365 * DAY)) / known.sum()
    assert (naive - truth).max() > 0.1


def test_without_any_finding_nothing_is_marked_unripe() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert estimate_arrival(none, none).by(np.array([1, 5])).tolist() == [1.0, 1.0]


def test_filings_of_one_plaintiff_or_one_claim_stand_together(court: Court, court_store: Store) -> None:
    period = look_back(court_store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=LABELS)
    whole = look_back(court_store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=LABELS, history=True)
    assert whole.filing_ids == period.filing_ids
    assert whole.rows[0] > 0
    assert np.array_equal(whole.values, period.values, equal_nan=True)
    assert (whole.groups == period.groups).all()
    keys: dict[int, set[int]] = {}
    for slot in ("plaintiff", "claim"):
        rows, of = period.table.queries.slots[slot]
        for row, key in zip(rows.tolist(), of.tolist(), strict=True):
            keys.setdefault(key, set()).add(int(period.groups[row]))
    assert all(len(groups) == 1 for groups in keys.values())
    assert max(np.bincount(period.groups)) > 1


names = st.lists(st.sampled_from("甲乙丙"), max_size=2, unique=True).map(tuple)
pleaded = st.builds(
    Pleaded, st.just({"cause": "sale"}), plaintiffs=names, defendants=names, agents=names, amount=st.just(1.0)
)


@given(st.lists(st.tuples(st.integers(0, 800), pleaded), max_size=12))
def test_names_are_counted_as_one_would_by_hand(docket: list[tuple[int, Pleaded]]) -> None:
    filed = {f"F{k}": day * DAY for k, (day, _) in enumerate(docket)}
    of = {f"F{k}": one for k, (_, one) in enumerate(docket)}
    counts = count_names(filed, of)
    for i, mine in of.items():
        for window, shift in ((None, 0), (YEAR, 1)):
            earlier = [
                of[j] for j in of if filed[j] < filed[i] and (window is None or filed[j] >= filed[i] - window)
            ]

            def most(names: tuple[str, ...], side: str, earlier: list[Pleaded] = earlier) -> int:
                return max((sum(name in getattr(e, side) for e in earlier) for name in names), default=0)

            pairs = [(p, d) for p in mine.plaintiffs for d in mine.defendants]
            expected = [
                most(mine.plaintiffs, "plaintiffs"), most(mine.plaintiffs, "defendants"),
                most(mine.defendants, "defendants"), most(mine.defendants, "plaintiffs"), most(mine.agents, "agents"),
                max((sum(p in e.plaintiffs and d in e.defendants for e in earlier) for p, d in pairs), default=0),
            ]  # fmt: skip
            assert counts[i][shift : 2 * len(NAME_COUNTS) : 2] == expected


@given(st.lists(st.integers(0, 30).map(str), min_size=1, max_size=200))
def test_a_facet_s_values_share_out_all_filings(values: list[str]) -> None:
    parts = split(values)
    assert (np.sum([inside for _, inside in parts], axis=0) == 1).all()
    assert len(parts) <= MOST_VALUES
    assert all(name == OTHERS or set(np.array(values)[inside]) == {name} for name, inside in parts)


def test_without_a_chinese_font_plots_speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.evaluation.plots.chinese_font", lambda: None)
    assert drawn_language("zh") == "en"
    monkeypatch.setattr("training.evaluation.plots.chinese_font", lambda: "Noto Sans CJK SC")
    assert drawn_language("zh") == "zh"
