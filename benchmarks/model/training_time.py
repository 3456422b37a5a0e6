"""Training beside LightGBM itself on one matrix: the ratio of their times, and the memory. Reports, asserts nothing.

    python benchmarks/model/training_time.py --filings 1000000 --features 150

LightGBM itself: one Dataset from the matrix, then as many rounds of the same parameters as our model came to have
trees, on two threads. Ours: `training.fitting.fit.fit`, with everything it does to choose their number and to score filings
honestly. Run each in a process of its own, one after the other.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Annotated

import lightgbm
import numpy as np
import typer

from training.data.dataset import Dataset
from training.data.weights import maturity_weights
from training.fitting.fit import choose_parameters, fit
from xiezhi.clock import DAY

GIB = 2**20
"""Kibibytes, as `ru_maxrss` counts on Linux."""


@dataclass(frozen=True)
class Ran:
    """What one process took: wall clock and processor in seconds, peak of memory in GiB."""

    trees: int
    seconds: float
    processor: float
    peak: float
    held_out: str


def main(
    filings: Annotated[int, typer.Option(min=10_000)] = 300_000,
    features: Annotated[int, typer.Option(min=20)] = 150,
    share: Annotated[float, typer.Option(help="Of the filings, found false.")] = 0.003,
    seed: int = 1,
) -> None:
    """Print times, their ratio and the peak of memory."""
    ours = _alone(_ours, filings, features, share, seed)
    plain = _alone(_plain, filings, features, share, seed, ours.trees)
    print(f"{filings:,} filings x {features} features, {filings * features * 8 / 2**30:.2f} GiB of float64")
    for name, ran in (("LightGBM itself", plain), ("training.fitting.fit", ours)):
        print(f"{name:16} {ran.seconds:7.1f} s  {ran.processor:7.1f} s of processor  peak {ran.peak:.2f} GiB")
    print(f"ratio            {ours.seconds / plain.seconds:7.2f}    {ours.processor / plain.processor:7.2f}")
    print(f"{ours.trees} trees; {ours.held_out}")


def make_data(filings: int, features: int, share: float, seed: int) -> Dataset:
    """Counts, amounts and flags with some unknown, a tenth of the columns telling; labels come late."""
    random = np.random.default_rng(seed)
    values = np.empty((filings, features))
    evidence = random.logistic(size=filings)
    for column in range(features):
        kind = column % 3
        drawn = random.poisson(0.7, filings) if kind == 0 else random.normal(size=filings)
        values[:, column] = drawn if kind < 2 else drawn > 1
        if column % 10 == 0:
            evidence += 1.2 * (drawn - drawn.mean()) / drawn.std()
        if column % 4 == 3:
            values[random.random(filings) < 0.4, column] = np.nan
    false = evidence > np.quantile(evidence, 1 - share)
    filed_at = np.sort(random.integers(0, 6 * 365 * DAY, filings))
    lags = random.exponential(2.5 * 365 * DAY, filings).astype(np.int64)
    as_of = int(filed_at[-1]) + 1
    positive = false & (filed_at + lags < as_of)
    ripe = maturity_weights(as_of - filed_at, lags[positive], (as_of - filed_at)[positive])
    return Dataset(
        as_of=as_of,
        names=tuple(f"f{column}" for column in range(features)),
        categorical=(),
        filing_ids=tuple(map(str, range(filings))),
        filed_at=filed_at,
        values=values,
        positive=positive,
        labelled=positive,
        natural=np.where(positive, 1.0, ripe),
        weight=np.where(positive, 0.9, ripe),
        group=np.arange(filings),
        bits=np.zeros(filings),
        median_lag=int(np.median(lags[positive])),
        left_out={},
    )


def _ours(filings: int, features: int, share: float, seed: int) -> Ran:
    data = make_data(filings, features, share, seed)
    seconds, processor = time.perf_counter(), time.process_time()
    fitted = fit(data, [0] * features, seed)
    return _ran(fitted.rounds, seconds, processor, str(dict(fitted.held_out)))


def _plain(filings: int, features: int, share: float, seed: int, trees: int) -> Ran:
    data = make_data(filings, features, share, seed)
    parameters = {**choose_parameters(data, [0] * features, seed), "num_threads": 2}
    seconds, processor = time.perf_counter(), time.process_time()
    table = lightgbm.Dataset(data.values, data.positive.astype(float), weight=data.weight, params=parameters)
    lightgbm.train(parameters, table, num_boost_round=trees)
    return _ran(trees, seconds, processor, "")


def _ran(trees: int, seconds: float, processor: float, held_out: str) -> Ran:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    return Ran(trees, time.perf_counter() - seconds, time.process_time() - processor, peak, held_out)


def _alone(work: Callable[..., Ran], *given: float) -> Ran:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


if __name__ == "__main__":
    typer.run(main)
