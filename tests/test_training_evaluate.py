"""Later filings, labels of a later date, and a baseline on the very same filings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_samples import Table, fitted, make_bundle, make_dataset

import training.evaluate
from features.registry import FEATURES
from training.dataset import Dataset
from training.evaluate import evaluate
from xiezhi.bundle import Bundle, bundle_folder, save
from xiezhi.cli import run
from xiezhi.clock import DAY, format_moment
from xiezhi.errors import BundleError, InputError, NotFound
from xiezhi.records import Finding
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.happenings import put_findings
from xiezhi.store.promotions import Promotion, promote

OF_HISTORY = next(feature.name for feature in FEATURES if feature.entity != "filing")
OF_FILING = [feature.name for feature in FEATURES if feature.entity == "filing"][:3]
NAMES = (OF_HISTORY, *OF_FILING)  # the telling column is one of history


@pytest.fixture
def data() -> Dataset:
    return make_dataset(filings=3000)


@pytest.fixture
def bundle(data: Dataset) -> Bundle:
    """Trained after two thirds of the filings."""
    return replace(make_bundle(fitted().booster_text), features=NAMES, trained_as_of=int(data.filed_at[2000]))


@pytest.fixture
def docket(sqlite_store: Store, data: Dataset, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with a finding on each positive a day after its filing, and made-up features."""
    table = Table(NAMES, list(data.filing_ids), data.filed_at, data.values)
    monkeypatch.setattr(training.evaluate, "build_table", lambda store, before, advance: table)
    monkeypatch.setattr(
        training.evaluate, "FEATURES", tuple(feature for feature in FEATURES if feature.name in NAMES)
    )
    at = (data.filed_at + DAY).tolist()
    rows = [
        (Finding(data.filing_ids[i], at[i], "false", "judgment", at[i]), "test")
        for i in np.flatnonzero(data.positive)
    ]
    with sqlite_store.write() as connection:
        put_findings(connection, rows, received_at=0)
    return sqlite_store


def test_the_model_is_measured_beside_a_baseline_of_the_filing_alone(
    docket: Store, bundle: Bundle, data: Dataset
) -> None:
    end = int(data.filed_at[2900])
    found = evaluate(
        docket, bundle, since=bundle.trained_as_of, before=end, labels_as_of=end + 2 * DAY, seed=1
    )
    assert found.model.filings == found.baseline.filings == 900
    assert found.model.positives == data.positive[2000:2900].sum()
    assert found.model.average_precision.low > found.baseline.average_precision.value
    assert found.baseline.average_precision.value > found.baseline.base_rate / 2


def test_labels_are_those_of_the_label_date(docket: Store, bundle: Bundle, data: Dataset) -> None:
    end = int(data.filed_at[2900])
    early = evaluate(docket, bundle, since=bundle.trained_as_of, before=end, labels_as_of=end, seed=1)
    assert early.model.positives == data.positive[2000:2876].sum()  # a finding takes a day, 24 filings


def test_what_cannot_be_measured_is_refused(docket: Store, bundle: Bundle, data: Dataset) -> None:
    start, end = bundle.trained_as_of, int(data.filed_at[2900])
    with pytest.raises(InputError, match="--since"):
        evaluate(docket, bundle, since=start - 1, before=end, labels_as_of=end, seed=1)
    with pytest.raises(InputError, match="--labels-as-of"):
        evaluate(docket, bundle, since=start, before=end, labels_as_of=end - 1, seed=1)
    with pytest.raises(NotFound, match="Of 1 filings"):
        evaluate(docket, bundle, since=start, before=start + 1, labels_as_of=start + 1, seed=1)
    other = replace(bundle, features=NAMES[::-1])
    with pytest.raises(BundleError):
        evaluate(docket, other, since=start, before=end, labels_as_of=end, seed=1)


def test_the_command_prints_both_columns(
    docket: Store, bundle: Bundle, data: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = save(bundle, tmp_path / "bundle")
    folder = bundle_folder(Settings(), saved.version)
    folder.parent.mkdir(parents=True)
    (tmp_path / "bundle").rename(folder)
    with docket.write() as connection:
        promote(connection, Promotion(1, "郑", saved.version, saved.digest))
    before = format_moment(int(data.filed_at[2900]))
    assert run(["evaluate", "--before", before]) == 0
    assert "filing's own fields alone" in capsys.readouterr().out
    assert run(["evaluate", "--before", before, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"]["filings"] == told["baseline"]["filings"] == 900
    assert np.isfinite(told["model"]["average_precision"]["high"])
