"""A court without a finding: a first model from its filings alone, labelled as such on every score and page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from training_samples import share_mlruns

import training.cold.isolation
from features.pipeline import build_table
from features.registry import FEATURES
from features.signs import bits_of, load_pack
from features.simulate import simulate
from serving.app import build_app
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from serving.screening.stream import screen_first
from training.cold.cold_start import find_notable
from xiezhi.assumed import BASE_RATE, BIT, MOST_RISK, assume_calibration, start
from xiezhi.bundle import load_current
from xiezhi.cli import run
from xiezhi.clock import DAY, parse_moment
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store

AS_OF = "2021-07-01"


@pytest.fixture
def court(
    sqlite_store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Store:
    """The filings and events of a small docket in the store, and none of its findings."""
    share_mlruns(monkeypatch, tmp_path_factory)
    docket = tmp_path / "docket"
    simulate(docket, filings=300, years=2.0, seed=3, start=date(2020, 1, 1))
    (docket / "findings.jsonl").unlink()
    assert run(["ingest", str(docket)]) == 0
    return sqlite_store


@pytest.mark.slow
def test_a_court_without_findings_screens_by_a_model_that_says_what_it_is(
    court: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training.cold.isolation, "TREES", 20)
    capsys.readouterr()
    assert run(["train", "--as-of", AS_OF]) == 4
    assert "--without-labels" in capsys.readouterr().err
    assert run(["train", "--without-labels", "--precision", "0.5"]) == 2
    capsys.readouterr()
    assert run(["train", "--without-labels", "--as-of", AS_OF, "--capacity", "0.1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model_kind"] == "unsupervised"
    assert 0 < told["counts"]["signs"] < told["counts"]["filings"] < 300
    assert run(["promote", "--by", "吴"]) == 0

    bundle = load_current(court, Settings())
    assert (bundle.kind, bundle.sign_weight, bundle.digest) == ("unsupervised", BIT, told["digest"])
    assert "no probability" in bundle.card["en"]
    assert "未经校准" in bundle.card["zh"]
    scorer, table = Scorer(bundle), build_table(court)
    before = table.as_of < parse_moment(AS_OF, Settings().zone)
    bits = bits_of(table, load_pack("cn"), {})
    raw = scorer.raw(table.values, bits)
    assert np.median(raw[before & (bits == 0)]) == pytest.approx(start())
    last_year = before & (table.as_of > table.as_of[before].max() - 365 * DAY)
    assert 0 < (raw[last_year] >= bundle.thresholds.review).sum() <= 0.1 * 248

    screener = load_screener(court, Settings())
    later = [i for i, old in zip(table.filing_ids, before, strict=True) if not old]
    kept = list(screen_first(court, screener, later, kept_at=1))
    assert [k.rank_score for k in kept] == pytest.approx(raw[~before].tolist())
    assert {k.scores["model_kind"] for k in kept} == {"unsupervised"}
    assert max(k.risk for k in kept) <= MOST_RISK
    assert {"notice"} <= {k.band for k in kept}
    app = build_app(court, Settings(), PromotedModel(court, Settings()), hosts=None)
    with TestClient(app) as client:
        assert "trained without any finding" in client.get("/queue?lang=en").text
        assert "未用任何认定训练" in client.get("/desk?lang=zh").text
        assert client.get("/api/v1/flags").json()["items"][0]["model_kind"] == "unsupervised"


def test_nothing_filed_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "--without-labels"]) == 4
    assert "Nothing was filed" in capsys.readouterr().err


def test_what_is_of_note_is_the_end_that_shows_the_sign() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(200, len(FEATURES)))
    values[:, 5] = np.nan
    side, typical = find_notable(values)
    for column, feature in enumerate(FEATURES):
        beyond = values[:, column] * side[column] > typical[column] * side[column]
        if feature.sign == "S00":
            assert not beyond.any(), "what speaks for no sign is never of note"
        elif column != 5:
            assert 0 < beyond.sum() <= 100
        assert side[column] == (-1 if feature.shown_by_absence or feature.unit == "days" else 1)


def test_the_risk_assumed_starts_at_the_base_rate_and_stops_at_even() -> None:
    calibration = assume_calibration()
    raw = start() + BIT * np.array([0.0, 1.0, 3.0, 40.0])
    risk = calibration.risk(raw)
    assert risk[0] == pytest.approx(BASE_RATE, rel=1e-3)
    assert risk[1] == pytest.approx(2 * BASE_RATE, rel=0.01)
    assert risk[3] == MOST_RISK
    assert (np.diff(risk) > 0).all()


def test_bits_count_only_where_the_bundle_gives_them_a_weight(sqlite_store: Store) -> None:
    screener = load_screener(sqlite_store, Settings())
    rows, bits = np.full((3, len(FEATURES)), np.nan), np.array([0.0, 2.0, 9.0])
    assert screener.scorer.raw(rows, bits) == pytest.approx(start() + BIT * bits)
    scored = screener.scorer.score(rows, bits)
    assert scored.bias + scored.contributions.sum(axis=1) == pytest.approx(np.full(3, start()))
    learned = Scorer(replace(screener.scorer.bundle, kind="learned", sign_weight=0.0))
    assert learned.raw(rows, bits) == pytest.approx(np.full(3, start()))
