"""A hunt for leaks on a simulated docket: what comes later, and labels that say nothing."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.intake.take_in import take_in
from features.signs import load_pack
from features.simulate import simulate
from training.data.dataset import Dataset, collect
from training.evaluation.measures import average_precision
from training.fitting.fit import fit
from training.train import monotone_of
from xiezhi.clock import parse_moment
from xiezhi.settings import Settings
from xiezhi.store import open_store

CUT = "2021-07-01"


@pytest.fixture(scope="module")
def docket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("leaks") / "docket"
    simulate(out, filings=700, years=2.0, seed=11)
    return out


@pytest.fixture(scope="module")
def known(docket: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """What training sees of the docket before the cut."""
    return seen_before_the_cut(docket, tmp_path_factory.mktemp("plain"))


def seen_before_the_cut(docket: Path, home: Path) -> Dataset:
    settings = Settings(home=home, database_url="", zone="Asia/Shanghai")
    store = open_store(settings)
    try:
        take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0)
        return collect(store, parse_moment(CUT, settings.zone), load_pack("cn"))
    finally:
        store.close()


def test_shuffling_all_later_records_changes_nothing(docket: Path, known: Dataset, tmp_path: Path) -> None:
    other = tmp_path / "docket"
    other.mkdir()
    lot = random.Random(4)
    for name, time in (("filings", "filed_at"), ("events", "recorded_at"), ("findings", "recorded_at")):
        rows = list(shuffled_after(docket / f"{name}.jsonl", time, lot))
        (other / f"{name}.jsonl").write_text("".join(rows), encoding="utf-8")
    same = seen_before_the_cut(other, tmp_path / "home")
    assert same.filing_ids == known.filing_ids
    np.testing.assert_array_equal(same.values, known.values)
    assert same.digest() == known.digest(), "so the model and every score are the same, too"


def shuffled_after(path: Path, time: str, lot: random.Random) -> Iterator[str]:
    """The lines of a file, all that were recorded from the cut on under one another's times and filings."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    later = [row for row in rows if (row.get(time) or row["at"]) >= CUT]
    assert len(later) > 1
    moved = lot.sample(later, len(later))
    keys = ("filed_at",) if time == "filed_at" else ("filing_id", "at", "recorded_at")
    swapped = {
        id(row): {**row, **{key: place[key] for key in keys if key in place}}
        for row, place in zip(later, moved, strict=True)
    }
    if time != "filed_at":
        # Whatever a line says, it is said of another filing and was recorded at that one's time.
        swapped = {key: {**row, time: row.get(time) or row["at"]} for key, row in swapped.items()}
    for row in rows:
        yield json.dumps(swapped.get(id(row), row), ensure_ascii=False) + "\n"


def test_labels_shuffled_in_time_teach_nothing(docket: Path, known: Dataset) -> None:
    with (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
        false = {line["filing_id"] for line in csv.DictReader(file) if line["false"] == "1"}
    positive = np.array([filing_id in false for filing_id in known.filing_ids])
    true = measured(known, positive)
    lots = [measured(known, np.random.default_rng(seed).permutation(positive)) for seed in range(3)]
    base = float(positive.mean())
    assert true > 3 * base
    assert np.mean(lots) < 2 * base


def measured(data: Dataset, positive: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Average precision out of fold with these labels in place of the known ones."""
    labelled = replace(data, positive=positive, labelled=positive, weight=np.ones(len(positive)))
    found = fit(labelled, monotone_of(data.names), seed=1)
    return average_precision(positive, found.out_of_fold)
