"""From a data set to a registered bundle, a card and a report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_samples import make_dataset, share_mlruns

import training.train
from features.registry import FEATURE_NAMES
from training.data.dataset import Dataset
from xiezhi.bundle import Bundle, load_current
from xiezhi.cli import run
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store


@pytest.fixture
def data(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A made-up data set under the registry's feature names stands in for the store's."""
    share_mlruns(monkeypatch, tmp_path_factory)
    made = make_dataset()
    values = np.full((len(made.positive), len(FEATURE_NAMES)), np.nan)
    values[:, : made.values.shape[1]] = made.values
    data = replace(made, names=FEATURE_NAMES, values=values)
    monkeypatch.setattr(training.train, "collect", lambda store, as_of, pack: replace(data, as_of=as_of))
    return data


def train_by_command(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    assert run(["train", "--as-of", "2021-01-01", "--json", *more]) == 0
    printed: dict[str, object] = json.loads(capsys.readouterr().out)
    return printed


def promoted(store: Store) -> Bundle:
    return load_current(store, Settings())


@pytest.mark.slow
def test_train_and_promote(
    sqlite_store: Store, data: Dataset, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = train_by_command(capsys, "--capacity", "2", "--synthetic")
    assert run(["promote", "--by", "吴"]) == 0
    assert str(told["model_version"]) in capsys.readouterr().out
    bundle = promoted(sqlite_store)
    assert bundle.digest == told["digest"]
    assert bundle.version.startswith("20210101-")
    assert bundle.policy.capacity_per_day == 2
    assert bundle.lineage["data_sha256"] == replace(data, as_of=0).digest()
    assert "simulated" in bundle.card["en"]
    assert "模拟" in bundle.card["zh"]
    risk = Scorer(bundle).score(data.values).risk
    assert risk.mean() == pytest.approx(data.base_rate, rel=0.3)

    assert bundle.lineage["held_out"]["folds"] == 5
    assert not list((home / "training").iterdir()), "nothing is kept of a training that is done"

    again = train_by_command(capsys, "--capacity", "2", "--synthetic")
    assert again["digest"] == told["digest"], "the same store and date give the same bundle"

    assert run(["train", "--as-of", "2021-01-01"]) == 0
    screen = capsys.readouterr().out
    assert "average precision" in screen
    assert len(screen.splitlines()) <= 40


def test_a_bad_date_is_a_matter_of_usage(home: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "--as-of", "last year"]) == 2


def test_nothing_to_evaluate_without_a_model(home: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate"]) == 4
    assert "xiezhi promote" in capsys.readouterr().err
