"""Quarter by quarter: by local time, with what was known before each, and no figure of too few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from court_samples import CUT, END, LABELS, Court
from training_samples import make_dataset

from training.evaluation.evaluate import retrain_over
from training.evaluation.measures import average_precision
from training.evaluation.period import look_back
from training.evaluation.prequential import plain_scores, quarter_begins, quarter_names, quarters_of
from xiezhi.clock import DAY, parse_moment
from xiezhi.store import Store

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2020-12-31T23:59:59", "2020Q4"),
        ("2021-01-01", "2021Q1"),
        ("2021-06-30T23:00", "2021Q2"),
        ("2021-07-01", "2021Q3"),
    ],
)
def test_a_quarter_is_one_of_local_time(text: str, name: str) -> None:
    moment = parse_moment(text, ZONE)
    assert quarter_names(np.array([moment]), ZONE) == [name]
    begins = quarter_begins(name, ZONE)
    assert begins <= moment < begins + 92 * DAY
    assert quarter_names(np.array([begins - 1]), ZONE) != [name]


def test_a_quarter_of_few_findings_has_no_figure() -> None:
    random = np.random.default_rng(0)
    names = ["a"] * 300 + ["b"] * 300
    positive = np.concatenate([random.random(300) < 0.2, np.arange(300) < 9])
    score = positive + random.normal(size=600)
    half = np.where(np.arange(600) < 5, np.nan, score)
    first, second = quarters_of(
        names, positive, {"whole": score, "part": half}, np.ones(600), np.arange(600), seed=1
    )  # fmt: skip
    told = first.at["whole"]
    assert told is not None
    assert told.value == pytest.approx(average_precision(positive[:300], score[:300]))
    assert first.at["part"] is None
    assert (second.positives, second.at["whole"]) == (9, None)


def test_the_plain_training_learns_and_says_when_it_cannot() -> None:
    data = make_dataset(filings=3000)
    seen, later = (
        data.filed_between(0, int(data.filed_at[2000])),
        data.filed_between(int(data.filed_at[2000]), data.as_of),
    )
    scores = plain_scores(seen, later.values, [1, 0, 0, 0], 60, seed=1)
    assert scores is not None
    assert average_precision(later.positive, scores) > 3 * later.positive.mean()
    few = replace(seen, positive=np.arange(2000) < 9)
    assert plain_scores(few, later.values, [1, 0, 0, 0], 60, seed=1) is None


def test_a_quarter_is_scored_by_what_was_known_before_it(court: Court, court_store: Store) -> None:
    period = look_back(court_store, ZONE, since=CUT, before=END, labels_as_of=LABELS, history=True)
    bundle = replace(court.bundle, lineage={"rounds": 20})
    whole = retrain_over(court_store, period, bundle, ZONE, seed=1)
    names = np.array(quarter_names(period.filed_at, ZONE))
    third = quarter_begins("2021Q3", ZONE)
    then = replace(period, findings=[f for f in period.findings if f.recorded_at < third])
    blind = retrain_over(court_store, then, bundle, ZONE, seed=1)
    assert np.array_equal(whole["retrained"][names <= "2021Q3"], blind["retrained"][names <= "2021Q3"])
    assert not np.array_equal(whole["retrained"][names == "2021Q4"], blind["retrained"][names == "2021Q4"])
    assert np.array_equal(whole["frozen"], blind["frozen"])
    assert np.array_equal(whole["frozen"][names == "2021Q1"], whole["retrained"][names == "2021Q1"])
    assert not np.array_equal(whole["frozen"], whole["retrained"])
