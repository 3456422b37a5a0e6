"""Later filings, labels of a later date, and baselines on the very same filings, told apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from court_samples import CUT, END, LABELS, Court
from sklearn.metrics import average_precision_score

from training.evaluation.evaluate import Evaluation, evaluate
from training.evaluation.evaluation_report import write_evaluation
from training.evaluation.period import look_back
from training.evaluation.regime import Regime, judge
from xiezhi.cli import run
from xiezhi.clock import DAY, Moment
from xiezhi.errors import BundleError, InputError, NotFound
from xiezhi.store import Store, open_store


def measured(
    store: Store, regime: Regime, since: Moment = CUT, before: Moment = END, labels: Moment = LABELS
) -> Evaluation:
    return evaluate(store, regime, since=since, before=before, labels_as_of=labels, seed=1)


@pytest.fixture(scope="module")
def found(court: Court) -> Evaluation:
    """Once for all tests here."""
    store = open_store(court.settings)
    try:
        return evaluate(
            store, court.regime, since=CUT, before=END, labels_as_of=LABELS, seed=1, retrain=True,
            schemes=court.schemes,
        )  # fmt: skip
    finally:
        store.close()


def test_every_ranking_is_of_the_same_filings_and_the_model_s_is_its_scores(
    court: Court, court_store: Store, found: Evaluation
) -> None:
    period = look_back(court_store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=LABELS)
    truth = np.array([i in court.schemes for i in period.filing_ids])
    assert (period.positive == truth).all()
    assert set(found.rankings) == {"model", "rules", "own_fields", "exact_names"}
    assert {(m.filings, m.positives) for m in found.rankings.values()} == {(len(truth), int(truth.sum()))}
    scores = judge(court.regime, period).raw
    assert found.model.average_precision.value == pytest.approx(average_precision_score(truth, scores))
    assert found.clusters == len(set(period.groups.tolist())) < len(truth)


def test_slices_add_up_to_the_whole(found: Evaluation) -> None:
    for facet in ("court", "cause", "year", "represented"):
        parts = [one for one in found.slices if one.facet == facet]
        assert sum(one.filings for one in parts) == found.model.filings
        assert sum(one.positives for one in parts) == found.model.positives
        assert sum(one.flagged.hits for one in parts) == sum(
            one.flagged.hits for one in found.slices if one.facet == "year"
        )
        for share, whole in found.model.recall_at.items():
            hits = sum(one.recall_at[share].hits for one in parts)
            assert hits / found.model.positives == pytest.approx(whole.value, abs=0.5 / found.model.positives)
    assert {one.value for one in found.slices if one.facet == "represented"} == {"yes", "no"}


def test_recall_is_told_by_scheme_source_and_sign(court: Court, found: Evaluation) -> None:
    schemes = {one.value: one.positives for one in found.recalls if one.kind == "scheme"}
    assert sum(schemes.values()) == found.model.positives
    assert set(schemes) <= set(court.schemes.values())
    (source,) = (one for one in found.recalls if one.kind == "source")
    assert (source.value, source.positives) == ("judgment", found.model.positives)
    assert source.at["0.05"].share.value == pytest.approx(found.model.recall_at["0.05"].value, abs=0.02)
    signs = [one for one in found.recalls if one.kind == "sign"]
    assert all(one.filings is not None and one.filings >= one.positives for one in signs)
    assert signs


def test_quarters_hold_every_filing_and_the_retrained_curve(found: Evaluation) -> None:
    assert [q.name for q in found.quarters] == ["2021Q1", "2021Q2", "2021Q3", "2021Q4"]
    assert sum(q.filings for q in found.quarters) == found.model.filings
    assert all(set(q.at) == {"model", "frozen", "retrained"} for q in found.quarters)


def test_labels_are_those_of_the_label_date(court: Court, court_store: Store) -> None:
    period = look_back(court_store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=END)
    late = look_back(court_store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=LABELS)
    assert 0 < period.positive.sum() < late.positive.sum()
    # A filing is ripe by its age alone; the later the look, the riper.
    assert (period.ripe <= late.ripe).all()
    assert (np.diff(period.ripe) <= 0).all()
    assert late.ripe.min() > period.ripe.min()
    # Nothing was brought in after the spring of 2022: looking later still tells no more.
    later = look_back(court_store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=LABELS + 900 * DAY)
    assert np.array_equal(later.ripe, late.ripe)


def test_what_cannot_be_measured_is_refused(court: Court, court_store: Store) -> None:
    with pytest.raises(InputError, match="--since"):
        measured(court_store, court.regime, since=CUT - 1)
    with pytest.raises(InputError, match="--labels-as-of"):
        measured(court_store, court.regime, labels=END - 1)
    with pytest.raises(NotFound, match="none was found"):
        measured(court_store, court.regime, before=CUT + 15 * DAY, labels=CUT + 15 * DAY)
    with pytest.raises(NotFound, match="Nothing was filed"):
        measured(
            court_store, court.regime, since=END + 900 * DAY, before=END + 901 * DAY, labels=END + 901 * DAY
        )
    with pytest.raises(NotFound, match="No model"):
        measured(court_store, replace(court.regime, bundle=None))
    other = replace(court.bundle, features=court.bundle.features[::-1])
    with pytest.raises(BundleError):
        measured(court_store, replace(court.regime, bundle=other))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_whole_offline_and_bilingual(
    court: Court, found: Evaluation, tmp_path: Path, language: str
) -> None:
    young = replace(found.quarters[0], ripe=0.3)
    told_of = replace(found, quarters=(young, *found.quarters[1:]))
    write_evaluation(told_of, court.regime.pack, tmp_path, "Asia/Shanghai", language)
    page = (tmp_path / "evaluation.html").read_text(encoding="utf-8")
    assert not [part for part in ("http://", "https://", "<script", "<link") if part in page]
    assert court.bundle.version in page
    assert page.count("30% 未熟" if language == "zh" else "30% unripe") == 1
    assert ("手法" if language == "zh" else "By scheme") in page
    pictures = sorted(tmp_path.glob("*.png"))
    assert page.count("data:image/png;base64,") == len(pictures) >= 4
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    told = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert told["model"]["average_precision"]["value"] == found.model.average_precision.value


def test_the_command_prints_all_columns(
    court: Court, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_environment(monkeypatch, court.environment())
    (tmp_path / "schemes.csv").write_text("filing_id,scheme\n", encoding="utf-8")
    words = [
        "--before",
        "2022-01-01",
        "--labels-as-of",
        "2023-01-01",
        "--schemes",
        str(tmp_path / "schemes.csv"),
    ]
    assert run(["evaluate", *words, "--json"]) == 0
    out = capsys.readouterr().out
    assert "NaN" not in out
    told = json.loads(out)
    assert told["model"]["filings"] == told["exact_names"]["filings"] == told["own_fields"]["filings"]
    # Of its own accord a finding names a scheme each second time only.
    assert (
        0
        < sum(one["positives"] for one in told["recalls"] if one["kind"] == "scheme")
        < told["model"]["positives"]
    )
    (tmp_path / "schemes.csv").write_text("filing,scheme\n", encoding="utf-8")
    assert run(["evaluate", *words]) == 4
    assert "filing_id" in capsys.readouterr().err


def in_environment(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
