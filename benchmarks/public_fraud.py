"""The training code on public fraud data, beside a plain LightGBM under the same split in time. Reports.

    python benchmarks/public_fraud.py vehicle_claims FILE

Trained on the first 60 %, 70 % and 80 % of the rows in order of time, scored on the fifth of the rows that follows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import lightgbm
import numpy as np
import typer
from model.judge import Floats, calibration_error
from model.public import READERS, Public
from model.truth import Flags
from rich.console import Console

from training.evaluation.measures import average_precision
from training.fitting.given_table import fit_table

CUTS = (0.6, 0.7, 0.8)
PLAIN_ROUNDS = 100
"""LightGBM's own default, as are all other parameters of the plain model."""

RESAMPLES = 500
console = Console(highlight=False, soft_wrap=True)


def main(
    data: Annotated[str, typer.Argument(help=f"One of {', '.join(READERS)}.")],
    file: Path,
    seeds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Average precision on later rows, ours beside plain, by cut; means of seeds."""
    table = READERS[data](file)
    console.print(f"{len(table.at)} rows, {table.positive.mean():.2%} fraud, {len(table.names)} columns")
    for cut in CUTS:
        first, last = (
            int(np.searchsorted(table.at, table.at[int(share * (len(table.at) - 1))]))
            for share in (cut, cut + 0.2)
        )
        later = slice(first, last if cut + 0.2 < 1 else len(table.at))
        compare(table, first, later, range(1, seeds + 1), f"{cut:.0%}")


def compare(table: Public, first: int, later: slice, seeds: range, cut: str) -> None:
    """Fit both on the rows before `first`, score `later`; tell both, and the interval of the difference."""
    positive = table.positive[later]
    ours, plain, risks = [], [], []
    for seed in seeds:
        model = fit_table(
            table.names, table.values[:first], table.positive[:first], table.at[:first], seed=seed
        )
        ours.append(model.raw(table.values[later]))
        risks.append(model.risk(table.values[later]))
        plain.append(np.asarray(_plain(table, first, seed).predict(table.values[later])))
    low, high = np.quantile(_differences(positive, ours, plain), (0.025, 0.975))
    a, b = _mean_precision(positive, ours), _mean_precision(positive, plain)
    errors = [100 * np.mean([calibration_error(positive, r) for r in risk]) for risk in (risks, plain)]
    console.print(
        f"cut {cut}: {len(positive)} later rows, {positive.mean():.2%} fraud; average precision ours {a:.3f}, plain "
        f"LightGBM {b:.3f}, difference {a - b:+.3f} ({low:+.3f} to {high:+.3f}); calibration error {errors[0]:.2f} and "
        f"{errors[1]:.2f} points"
    )


def _plain(table: Public, first: int, seed: int) -> lightgbm.Booster:
    parameters = {
        "objective": "binary",
        "seed": seed,
        "bagging_seed": seed,
        "verbosity": -1,
        "num_threads": 1,
    }
    data = lightgbm.Dataset(table.values[:first], label=table.positive[:first].astype(np.float64))
    return lightgbm.train(parameters, data, num_boost_round=PLAIN_ROUNDS)


def _mean_precision(positive: Flags, scores: list[Floats]) -> float:
    return float(np.mean([average_precision(positive, score) for score in scores]))


def _differences(positive: Flags, ours: list[Floats], plain: list[Floats]) -> Floats:
    """Of the mean average precisions, over bootstrap resamples of the later rows."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(RESAMPLES):
        rows = random.integers(len(positive), size=len(positive))
        a, b = (_mean_precision(positive[rows], [score[rows] for score in of]) for of in (ours, plain))
        found.append(a - b)
    return np.array(found)


if __name__ == "__main__":
    typer.run(main)
