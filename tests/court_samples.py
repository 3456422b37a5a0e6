"""A small simulated court with a model: 1,200 filings, those simulated as false found out some months later."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import lightgbm
import numpy as np
from training_samples import make_bundle

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table
from features.registry import FEATURE_NAMES
from features.signs import load_pack
from features.simulate import simulate
from training.evaluation.regime import Regime
from xiezhi.bundle import Bundle, Calibration, bundle_folder, save
from xiezhi.clock import DAY, Moment, parse_moment
from xiezhi.policy import Thresholds
from xiezhi.progress import silent
from xiezhi.records import Finding
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.happenings import put_findings
from xiezhi.store.promotions import Promotion, promote

ZONE = "Asia/Shanghai"
CUT, END, LABELS = (parse_moment(day, ZONE) for day in ("2021-01-01", "2022-01-01", "2023-01-01"))
"""The model was trained on 2020; 2021 is judged by what was known before 2023."""

ENVIRONMENT = ("XIEZHI_HOME", "XIEZHI_MLRUNS", "XIEZHI_LANGUAGE", "XIEZHI_DATABASE_URL")


@dataclass(frozen=True)
class Court:
    """The settings of its home, its promoted model and another, and what is true: filing id -> scheme."""

    settings: Settings
    bundle: Bundle
    other: Bundle
    schemes: Mapping[str, str]

    @property
    def regime(self) -> Regime:
        """What screens: its model and the Chinese pack."""
        return Regime(self.bundle, load_pack("cn"))

    def environment(self) -> dict[str, str]:
        """Variables for its commands."""
        values = (str(self.settings.home), str(self.settings.mlruns), "en", "")
        return dict(zip(ENVIRONMENT, values, strict=True))


def make_court(folder: Path) -> Court:
    """Simulate, take in, link, and train as of the end of the first of two years."""
    settings = Settings(home=folder / "var", mlruns=folder / "mlruns", language="en", database_url="")
    simulate(folder / "docket", filings=1200, years=2.0, seed=3, start=date(2020, 1, 1))
    (folder / "docket" / "findings.jsonl").unlink()
    with (folder / "docket" / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
        schemes = {row["filing_id"]: row["scheme"] for row in csv.DictReader(file) if row["false"] == "1"}
    store = open_store(settings)
    take_in(
        store, [folder / "docket"], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent
    )  # fmt: skip
    link_pending(store)
    table = build_table(store, before=CUT)
    filed = dict(zip(table.filing_ids, table.as_of.tolist(), strict=True))
    later = build_table(store, since=CUT, before=END)
    filed.update(zip(later.filing_ids, later.as_of.tolist(), strict=True))
    bundles = [
        _train(settings, table.values, np.array([i in schemes for i in table.filing_ids]), r) for r in (40, 5)
    ]
    with store.write() as connection:
        put_findings(connection, [(f, "test") for f in _findings(filed, schemes)], received_at=0)
        promote(connection, Promotion(CUT, "郑", bundles[0].version, bundles[0].digest))
    store.close()
    return Court(settings, bundles[0], bundles[1], schemes)


def _findings(filed: Mapping[str, Moment], schemes: Mapping[str, str]) -> list[Finding]:
    """What is false is found after 20 to 110 days, its scheme named each second time; every 20th other is genuine."""
    found = []
    for k, (filing_id, at) in enumerate(sorted(filed.items())):
        if filing_id in schemes:
            known = at + (20 + k % 90) * DAY
            scheme = schemes[filing_id] if k % 2 else None
            found.append(Finding(filing_id, known, "false", "judgment", known, scheme))
        elif k % 20 == 0:
            found.append(Finding(filing_id, at + DAY, "genuine", "review", at + DAY))
    return found


def _train(settings: Settings, values: np.ndarray, bad: np.ndarray, rounds: int) -> Bundle:
    """A booster of so many rounds as a bundle in the home."""
    parameters = {
        "objective": "binary",
        "num_leaves": 7,
        "min_data_in_leaf": 5,
        "verbosity": -1,
        "num_threads": 1,
    }
    table = lightgbm.Dataset(
        values, label=bad.astype(float), feature_name=list(FEATURE_NAMES), params=parameters
    )
    booster = lightgbm.train(parameters, table, num_boost_round=rounds)
    raw = np.asarray(booster.predict(values, raw_score=True))
    bundle = replace(
        make_bundle(booster.model_to_string()),
        features=FEATURE_NAMES,
        calibration=Calibration("isotonic", (-8.0, -3.0, 3.0), (0.002, 0.02, 0.6)),
        thresholds=Thresholds(float(np.quantile(raw, 0.98)), float(np.quantile(raw, 0.94)), 0.0, 0.0),
        trained_as_of=CUT,
        lineage={"rounds": rounds, "base_rate": float(bad.mean())},
    )
    saved = save(bundle, settings.home / "saved" / str(rounds))
    folder = bundle_folder(settings, saved.version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    (settings.home / "saved" / str(rounds)).rename(folder)
    return saved
