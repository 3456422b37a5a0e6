"""What a court without findings gets, beside what findings would give it: average precision by the truth.

    python benchmarks/cold_start.py KEPT [--choose | --few]

Simulated dockets of six years at natural prevalence. Rules alone, the first model without findings and the learned
model are made of the first five years and rank the same filings of the sixth. `--choose` tries weights of the forest
on the first docket alone; the others were not looked at before. `--few` learns from few of the last one's findings.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np
from calibration import Scores, score
from model.natural_dockets import Docket, open_docket
from numpy.typing import NDArray

from training.cold.cold_start import FOREST_WEIGHT, find_notable
from training.cold.isolation import grow_forest
from training.evaluation.measures import average_precision_interval
from training.fitting.fit import fit
from training.train import monotone_of
from xiezhi.assumed import BIT
from xiezhi.trees import write_trees

CHOOSING = (100_000, 0.003, 301)
JUDGING = ((100_000, 0.003, 301), (100_000, 0.01, 302), (40_000, 0.01, 307))
FEW = (10, 20, 40, 80)
"""Findings of one draw, each draw holding those before it."""
WEIGHTS = (2, 4, 8, 16, 32)
"""Bits to a doubling of the anomaly score."""

Floats = NDArray[np.float64]


def find_oddness(docket: Docket, *, both_ends: bool = False) -> Floats:
    """log2 of the anomaly score (n,) by a forest grown on the years before the last."""
    seen = docket.values[docket.as_of < docket.cut]
    side, typical = find_notable(seen)
    trees = grow_forest(seen, np.zeros_like(side) if both_ends else side, typical, seed=1)
    booster = lightgbm.Booster(model_str=write_trees(docket.names, trees))
    return np.asarray(booster.predict(docket.values))


def tell(name: str, docket: Docket, ranked: Floats) -> None:
    """Print the average precision on the last year, by the truth."""
    found = average_precision_interval(docket.later(docket.false).astype(bool), ranked)
    print(f"{name:44}{found.value:.3f} ({found.low:.3f}-{found.high:.3f})", flush=True)


def choose(docket: Docket) -> None:
    """Print what weights of the forest measure."""
    for name, both in (("one end", False), ("both ends", True)):
        odd = docket.later(find_oddness(docket, both_ends=both)).astype(float)
        tell(f"forest alone, {name}", docket, odd)
        for weight in WEIGHTS:
            tell(f"signs + {weight} bits x forest, {name}", docket, docket.later(docket.bits) + weight * odd)


def judge(docket: Docket, scores: Scores) -> None:
    """Print the three models beside each other."""
    bits, odd = docket.later(docket.bits).astype(float), docket.later(find_oddness(docket)).astype(float)
    tell("rules alone", docket, bits)
    tell("isolation forest alone", docket, odd)
    tell("without findings: rules and forest", docket, BIT * bits + FOREST_WEIGHT * odd)
    tell(f"learned from {scores.positive.sum()} findings", docket, scores.later)


def turn(docket: Docket) -> None:
    """Print what a model learned from few findings reaches: where learning begins to pay."""
    data = docket.seen(docket.cut)
    known = np.random.default_rng(1).permutation(np.flatnonzero(data.positive))
    for few in FEW:
        kept = np.zeros(len(data.positive), dtype=bool)
        kept[known[:few]] = True
        fitted = fit(replace(data, positive=kept), monotone_of(data.names), seed=1)
        booster = lightgbm.Booster(model_str=fitted.booster_text)
        tell(f"learned from {few} findings", docket, np.asarray(booster.predict(docket.later(docket.values))))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--few", action="store_true")
    arguments = parser.parse_args()
    for filings, share, seed in (
        (CHOOSING,) if arguments.choose else JUDGING[-1:] if arguments.few else JUDGING
    ):
        docket = open_docket(arguments.kept, filings=filings, share=share, seed=seed)
        last = docket.later(docket.false)
        print(f"\n{filings} filings, {share:.1%} false; last year {len(last)}, false {last.mean():.3%}")
        if arguments.choose:
            choose(docket)
        elif arguments.few:
            turn(docket)
        else:
            judge(docket, score(arguments.kept, filings, share, seed))


if __name__ == "__main__":
    main()
