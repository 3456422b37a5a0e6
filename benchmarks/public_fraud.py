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
from model.judge import calibration_error
from model.public import READERS, Public
from rich.console import Console

from training.given_table import fit_table
from training.measures import average_precision

CUTS = (0.6, 0.7, 0.8)
PLAIN_ROUNDS = 100
"""LightGBM's own default, as are all other parameters of the plain model."""


def main(
    data: Annotated[str, typer.Argument(help=f"One of {', '.join(READERS)}.")],
    file: Path,
    seeds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Average precision on later rows, ours beside plain, by cut; means of seeds."""
    table, console = READERS[data](file), Console(highlight=False)
    console.print(
        f"{len(table.positive)} rows, {table.positive.mean():.2%} fraud, {len(table.names)} columns"
    )
    for cut in CUTS:
        first, last = int(cut * len(table.at)), int((cut + 0.2) * len(table.at))
        # Rows of one moment stay on one side.
        first, last = (
            int(np.searchsorted(table.at, table.at[min(r, len(table.at) - 1)])) for r in (first, last)
        )
        later = slice(first, last if cut + 0.2 < 1 else None)
        positive = table.positive[later]
        ours, errors, plain = [], [], []
        for seed in range(1, seeds + 1):
            model = fit_table(
                table.names, table.values[:first], table.positive[:first], table.at[:first], seed=seed
            )
            ours.append(average_precision(positive, model.raw(table.values[later])))
            errors.append(calibration_error(positive, model.risk(table.values[later])))
            plain.append(
                average_precision(
                    positive, np.asarray(_plain(table, first, seed).predict(table.values[later]))
                )
            )
        console.print(
            f"cut {cut:.0%}: {len(positive)} later rows, {positive.mean():.2%} fraud; ours {np.mean(ours):.3f} "
            f"({min(ours):.3f}-{max(ours):.3f}), plain LightGBM {np.mean(plain):.3f} ({min(plain):.3f}-{max(plain):.3f}); "
            f"calibration error {100 * np.mean(errors):.2f} points"
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


if __name__ == "__main__":
    typer.run(main)
