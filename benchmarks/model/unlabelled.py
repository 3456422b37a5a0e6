"""What to make of filings without a finding: several treatments beside ours, by the truth. Reports, asserts nothing.

    python benchmarks/model/unlabelled.py DOCKET [DOCKET …]

DOCKET is a simulated one with its folder `truth`. Each treatment learns, with the same parameters and 200 rounds, from
what was known a year (or `--back` years) before the docket's end, and ranks the filings of the year after.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import lightgbm
import numpy as np
import typer
from numpy.typing import NDArray

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table
from training.data.dataset import Dataset, assemble
from training.evaluation.measures import average_precision
from training.fitting.fit import choose_parameters, stands_for
from training.fitting.folds import FOLDS, time_blocks
from training.train import monotone_of
from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.happenings import findings_of
from xiezhi.store.mentions import standing_before

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROUNDS, BAGS, A_BAG = 200, 10, 100
"""Rounds of every booster; bags, and unlabelled filings a positive in each."""


@dataclass(frozen=True)
class Known:
    """What was known, what came next, and the truth of both. `ripe`: the weights without any doubt."""

    data: Dataset
    ripe: Floats
    true: Flags
    later: Floats
    later_true: Flags
    seed: int

    def learn(
        self, target: Floats, weight: Floats, rows: Flags | None = None, **more: Any
    ) -> lightgbm.Booster:
        """A booster on the rows whose weight is not 0."""
        used = (weight > 0) if rows is None else rows
        parameters = choose_parameters(self.data, monotone_of(self.data.names), self.seed) | more
        if ((target > 0) & (target < 1)).any():
            parameters["objective"] = "cross_entropy"
        table = lightgbm.Dataset(self.data.values[used], target[used], weight=weight[used], params=parameters)
        return lightgbm.train(parameters, table, num_boost_round=ROUNDS)

    def rank(self, booster: lightgbm.Booster) -> Floats:
        """Raw scores of the filings that came next."""
        return np.asarray(booster.predict(self.later, raw_score=True))

    @property
    def found(self) -> Floats:
        """1 for a filing found false."""
        return self.data.positive.astype(np.float64)

    @property
    def doubt(self) -> Flags:
        """Unlabelled and tied to a positive."""
        doubt: Flags = self.data.weight == 0
        return doubt


def all_labels(known: Known) -> Floats:
    """The truth at once: no treatment can do better."""
    return known.rank(known.learn(known.true.astype(np.float64), np.ones(len(known.true))))


def as_negatives(known: Known) -> Floats:
    """Every filing without a finding is genuine."""
    return known.rank(known.learn(known.found, np.ones(len(known.true))))


def ripe(known: Known) -> Floats:
    """It counts as far as a finding would have come by now."""
    return known.rank(known.learn(known.found, known.ripe))


def without_doubt(known: Known) -> Floats:
    """Ripe, and those that share somebody with a false filing count neither way."""
    return known.rank(known.learn(known.found, np.where(known.doubt, 0.0, known.ripe)))


def and_certain(known: Known) -> Floats:
    """The same with findings by their certainty."""
    return known.rank(known.learn(known.found, known.data.weight))


def ours(known: Known) -> Floats:
    """The same with each found standing for two."""
    return known.rank(known.learn(known.found, known.data.weight * stands_for(known.data)))


def perhaps(known: Known) -> Floats:
    """Those in doubt are false with 0.15, as about a sixth of them are."""
    return known.rank(known.learn(np.where(known.doubt, 0.15, known.found), known.ripe))


def elkan_noto(known: Known) -> Floats:
    """Each unlabelled filing counts as both, by how likely it is hidden (Elkan and Noto 2008, weighting)."""
    data, first = known.data, out_of_fold(known)
    of_found = max(0.05, float(first[data.positive].mean()))
    hidden = np.clip((1 - of_found) / of_found * first / np.maximum(1 - first, 1e-9), 0, 1)
    target = np.where(data.labelled, known.found, hidden)
    return known.rank(known.learn(target, known.ripe))


def bagging(known: Known) -> Floats:
    """Ten boosters on all positives and a hundred unlabelled filings each (Mordelet and Vert 2014)."""
    positive = known.data.positive
    lot, others = np.random.default_rng(known.seed), np.flatnonzero(~positive)
    chance = known.ripe[others] / known.ripe[others].sum()
    total = np.zeros(len(known.later))
    for _ in range(BAGS):
        drawn = lot.choice(
            others, min(len(others) // 2, A_BAG * int(positive.sum())), replace=False, p=chance
        )
        rows = positive.copy()
        rows[drawn] = True
        total += known.rank(known.learn(known.found, np.ones(len(rows)), rows))
    return total


def non_negative(known: Known) -> Floats:
    """The risk of Kiryo and others (2017), non-negative, as LightGBM's objective; the share of false ones is told."""
    positive, rows = known.data.positive, len(known.true)
    share = float(known.true.mean())
    of_found = np.where(positive, share * rows / positive.sum(), 0.0)
    of_all = np.where(positive, 0.0, known.ripe * rows / known.ripe[~positive].sum())

    def objective(raw: Floats, _: lightgbm.Dataset) -> tuple[Floats, Floats]:
        risk = 1 / (1 + np.exp(-raw))
        curve = risk * (1 - risk)
        negative = float(((of_all - of_found) * np.logaddexp(0, raw)).sum())
        pull = (of_all - of_found) * risk
        gradient = of_found * (risk - 1) + pull if negative >= 0 else -pull
        return gradient, np.maximum((of_found + of_all) * curve, 1e-6)

    parameters = choose_parameters(known.data, monotone_of(known.data.names), known.seed)
    start = np.full(rows, np.log(share / (1 - share)))
    table = lightgbm.Dataset(known.data.values, known.found, init_score=start, params=parameters)
    booster = lightgbm.train({**parameters, "objective": objective}, table, num_boost_round=ROUNDS)
    return known.rank(booster)


TREATMENTS: tuple[Callable[[Known], Floats], ...] = (
    all_labels, as_negatives, ripe, elkan_noto, bagging, non_negative, perhaps, without_doubt, and_certain, ours,
)  # fmt: skip


def out_of_fold(known: Known) -> Floats:
    """Risks by boosters that had not seen the filing."""
    folds = time_blocks(known.data.positive, known.data.group)
    risk = np.zeros(len(folds))
    for fold in range(FOLDS):
        booster = known.learn(known.found, known.ripe, folds != fold)
        risk[folds == fold] = np.asarray(booster.predict(known.data.values[folds == fold]))
    return risk


def look_back(docket: Path, home: Path, years: float) -> Known:
    """What was known so long before the docket's end."""
    settings = Settings(home=home, database_url="", zone="Asia/Shanghai")
    store = open_store(settings)
    take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0)
    link_pending(store)
    table = build_table(store)
    cut = int(table.as_of.max()) - int(years * 365 * DAY)
    with store.read() as connection:
        findings, standing = findings_of(connection, None, None), standing_before(connection, cut)
    store.close()
    with (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
        false = {line["filing_id"] for line in csv.DictReader(file) if line["false"] == "1"}
    data = assemble(table, findings, cut, len(table.filing_ids), standing)
    true = np.array([filing_id in false for filing_id in table.filing_ids])
    after = (table.as_of >= cut) & (table.as_of < cut + 365 * DAY)
    return Known(
        data=data,
        ripe=np.where(data.labelled, 1.0, assemble(table, findings, cut, len(table.filing_ids)).weight),
        true=np.array([filing_id in false for filing_id in data.filing_ids]),
        later=table.values[after],
        later_true=true[after],
        seed=1,
    )


def main(
    dockets: list[Path],
    back: Annotated[float, typer.Option(help="Years before the docket's end.")] = 1.0,
    seeds: int = 2,
) -> None:
    """Print the average precision by the truth of each treatment on each docket, mean of some seeds."""
    for docket in dockets:
        with tempfile.TemporaryDirectory() as home:
            known = look_back(docket, Path(home), back)
        doubt = known.doubt
        print(
            f"{docket.name}, {back:g} years back: {len(doubt)} filings, {known.true.sum()} false, "
            f"{known.data.positive.sum()} of them found; {doubt.sum()} in doubt, {known.true[doubt].sum()} of them "
            f"false; {known.later_true.sum()} false of {len(known.later_true)} to rank"
        )
        for treatment in TREATMENTS:
            reached = [_reached(known, treatment, seed) for seed in range(1, seeds + 1)]
            print(f"  {treatment.__name__:20} {np.mean(reached):.3f}", flush=True)


def _reached(known: Known, treatment: Callable[[Known], Floats], seed: int) -> float:
    seeded = Known(**(vars(known) | {"seed": seed}))
    return average_precision(known.later_true, treatment(seeded))


if __name__ == "__main__":
    typer.run(main)
