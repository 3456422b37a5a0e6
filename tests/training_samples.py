"""Small made-up data sets and bundles for the tests of training and scoring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data.dataset import Dataset
from training.fitting.fit import Fitted, fit
from xiezhi.bundle import Bundle, Calibration
from xiezhi.clock import DAY, Moment, parse_moment
from xiezhi.policy import Thresholds

START: Moment = parse_moment("2020-01-01", "UTC")
NAMES = ("signal", "noise", "half_known", "direction")


@dataclass(frozen=True)
class Table:
    """A table of features as the pipeline would hand it on."""

    names: tuple[str, ...]
    filing_ids: list[str]
    as_of: NDArray[np.int64]
    values: NDArray[np.float64]


def share_mlruns(monkeypatch: pytest.MonkeyPatch, folders: pytest.TempPathFactory) -> Path:
    """One MLflow house for all tests that need a real one: it takes seconds to make."""
    mlruns = folders.getbasetemp() / "mlruns"
    monkeypatch.setenv("XIEZHI_MLRUNS", str(mlruns))
    return mlruns


def make_dataset(filings: int = 1500, share: float = 0.05, seed: int = 0) -> Dataset:
    """One filing an hour; `signal` and `half_known` tell of positives, `noise` does not."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(filings, len(NAMES)))
    evidence = 2 * values[:, 0] + values[:, 2] + random.logistic(size=filings)
    positive = evidence > np.quantile(evidence, 1 - share)
    values[random.random(filings) < 0.5, 2] = np.nan
    return Dataset(
        as_of=START + filings * DAY,
        names=NAMES,
        categorical=(),
        filing_ids=tuple(f"F{i:06d}" for i in range(filings)),
        filed_at=START + np.arange(filings, dtype=np.int64) * (DAY // 24),
        values=values,
        positive=positive,
        labelled=positive,
        natural=np.ones(filings),
        weight=np.ones(filings),
        group=np.arange(filings),
        bits=np.zeros(filings),
        median_lag=0,
        left_out={},
    )


@cache
def fitted() -> Fitted:
    """`make_dataset()` fitted once for all tests."""
    return fit(make_dataset(), [1, 0, 0, 0], seed=7)


def make_bundle(booster_text: str | None = None) -> Bundle:
    """A bundle of the fitted booster, not saved yet."""
    return Bundle(
        booster_text=booster_text or fitted().booster_text,
        features=NAMES,
        calibration=Calibration("isotonic", (-4.0, 0.0, 2.0), (0.001, 0.1, 0.8)),
        thresholds=Thresholds(review=0.5, notice=-1.0, review_floor=0.15, notice_floor=0.05),
        rules_version="cn-test",
        trained_as_of=parse_moment("2026-01-01", "Asia/Shanghai"),
        zone="Asia/Shanghai",
        lineage={"counts": {"filings": 1500}},
        card={"zh": "# 模型卡\n", "en": "# Model card\n", "figures": {}},
    )
