"""Fits LightGBM on few positives: strongly regularised, the number of rounds by filings held out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset
from training.evaluation.measures import average_precision
from training.fitting.codes import rare_codes_folded, set_aside
from training.fitting.folds import MOST_CROSS_FITTED, Split, split
from training.fitting.growing import NOTHING_KEPT, STEP, Growing, Kept, least_trees
from xiezhi.errors import NotEnoughLabels
from xiezhi.progress import Advance, silent

LEAST_POSITIVES = 10
"""Below this every fold of time holds at most one positive, and nothing measured means anything."""

MOST_ROUNDS = 400
PATIENCE = 100
"""Rounds without a better average precision after which growing stops on a large data set, where they take long. On a
small one all are grown: on few positives the curve dips and rises again, and a best of 20 rounds by luck stood against
the 340 that rank better (docs/model-figures.md)."""

FOUND_STANDS_FOR = 2.0
"""How many false filings one found false stands for while a booster grows: of those filed in the years before a training
date a third to a half had been found. By the truth of simulated dockets it raised average precision on five of five
(docs/model-figures.md); where every filing has a finding, nothing is hidden and it stands for itself. Figures and calibration count each once, so probabilities stay those of what is found."""


@dataclass(frozen=True)
class Fitted:
    """The final booster and, for every row held out, the raw score of a booster that had not seen it or its group.

    `out_of_fold` (n,) is NaN for rows that no booster held out. `held_out`: how the rows were split, and how many
    were purged from a split's learning because their group is held out.
    """

    booster_text: str
    rounds: int
    out_of_fold: NDArray[np.float64]
    gains: Mapping[str, float]
    parameters: Mapping[str, Any]
    held_out: Mapping[str, int]

    @property
    def is_held_out(self) -> NDArray[np.bool_]:
        """(n,): the row has an honest score."""
        return ~np.isnan(self.out_of_fold)


@dataclass(frozen=True)
class TriedOut:
    """What parameters are worth: the best number of trees, the scores then, and their average precision."""

    rounds: int
    out_of_fold: NDArray[np.float64]
    average_precision: float


def fit(
    data: Dataset,
    monotone: Sequence[int],
    seed: int,
    advance: Advance = silent,
    *,
    found: Mapping[str, Any] | None = None,
    kept: Kept = NOTHING_KEPT,
) -> Fitted:
    """Fit on all of `data`; `monotone` is -1, 0 or 1 a feature. Raises NotEnoughLabels.

    The same data and seed give the same booster, on any number of cores, and whether or not a training before was
    killed half way: its finished segments are in `kept`. found: parameters a search found.
    """
    require_labels(data.positive)
    data = set_aside(data)
    parameters = {**choose_parameters(data, monotone, seed), **(found or {})}
    table = construct(data, parameters)
    splits = split(data, seed)
    tried = try_out(table, data, splits, parameters, kept, advance)
    booster = _grow_whole(table, data, parameters, kept, tried.rounds, advance)
    gains = booster.feature_importance("gain", iteration=tried.rounds).tolist()
    return Fitted(
        booster_text=booster.model_to_string(num_iteration=tried.rounds),
        rounds=tried.rounds,
        out_of_fold=tried.out_of_fold,
        gains=dict(zip(data.names, gains, strict=True)),
        parameters=parameters,
        held_out={
            "folds": len(splits),
            "held_out": sum(len(s.held_out) for s in splits),
            "purged": sum(s.purged for s in splits),
        },
    )


def require_labels(positive: NDArray[np.bool_]) -> None:
    """Raises NotEnoughLabels below `LEAST_POSITIVES` positives, or when there is nothing else."""
    found = int(positive.sum())
    if found >= LEAST_POSITIVES and found < len(positive):
        return
    raise NotEnoughLabels(
        f"截至训练日期共有 {len(positive)} 件收案，其中 {found} 件被认定为虚假或滥诉；至少需要 "
        f"{LEAST_POSITIVES} 件，且须有未被认定者。请录入更多认定（findings）、改用较晚的 --as-of，"
        "或以 xiezhi train --without-labels 训练无监督的初始模型。",
        f"Of {len(positive)} filings known by the training date {found} were found false or abusive; at least "
        f"{LEAST_POSITIVES} are needed, beside others that were not. Ingest more findings, give a later --as-of, or "
        "start without any: `xiezhi train --without-labels`.",
    )


def _require_measurable(data: Dataset, splits: Sequence[Split]) -> None:
    if all(data.positive[part.learnt].any() for part in splits) and any(
        data.positive[part.held_out].any() for part in splits
    ):
        return
    raise NotEnoughLabels(
        "被认定虚假或滥诉的收案相互牵连，同属一组，无法用未见过的收案检验；请录入更多认定（findings）。",
        "The filings found false or abusive are connected with each other, in one group, so nothing can be "
        "measured on filings not learnt from. Ingest more findings.",
    )


def choose_parameters(data: Dataset, monotone: Sequence[int], seed: int) -> dict[str, Any]:
    """LightGBM's parameters for so many rows.

    Few leaves of many rows and a strong L2 gave 0.31 average precision where the defaults gave 0.17 (100,000
    rows, 500 positives, three slices); up-weighting the rare class lost 0.07 and broke calibration. Splits at
    random cuts (extra trees) follow the gaps of late and partial labels less: 0.71 against 0.58 by the truth of a
    simulated docket of 100,000, 0.55 against 0.49 on one of 20,000 (mean of three seeds each).

    Threads: with a dozen leaves a tree LightGBM's own mostly wait for each other, so where several boosters grow
    side by side each has one; a large table has two. A fixed number: it stands in the booster's text.
    """
    rows = len(data.positive)
    return {
        "objective": "binary",
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_data_in_leaf": min(100, max(50, rows // 200)),
        "lambda_l2": 5.0,
        "feature_fraction": 0.5,
        "extra_trees": True,
        "monotone_constraints": list(monotone),
        "feature_pre_filter": False,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1 if rows <= MOST_CROSS_FITTED else 2,
        "verbosity": -1,
    }


def stands_for(data: Dataset) -> NDArray[np.float64]:
    """(n,): how many filings each stands for while a booster grows, by the share of filings without a finding."""
    hidden = float(np.mean(~data.labelled)) * (FOUND_STANDS_FOR - 1)
    return np.where(data.positive, 1 + hidden, 1.0)


def construct(data: Dataset, parameters: Mapping[str, Any]) -> lightgbm.Dataset:
    """The binned table, made once for all boosters; `data.values` stay as they are."""
    with rare_codes_folded(data) as values:
        return lightgbm.Dataset(
            values,
            label=data.positive.astype(np.float64),
            weight=data.weight * stands_for(data),
            feature_name=list(data.names),
            categorical_feature=list(data.categorical),
            params=dict(parameters),
            free_raw_data=False,
        ).construct()


def try_out(
    table: lightgbm.Dataset,
    data: Dataset,
    splits: Sequence[Split],
    parameters: Mapping[str, Any],
    kept: Kept,
    advance: Advance = silent,
) -> TriedOut:
    """Grow a booster a split side by side until the average precision on what they hold out rises no more."""
    _require_measurable(data, splits)
    boosters = [
        Growing(f"fold-{fold}", _part(table, data, part, parameters), parameters, kept)
        for fold, part in enumerate(splits)
    ]
    scores = np.full(len(data.positive), np.nan)
    for part in splits:
        scores[part.held_out] = _start(data, part)
    best = TriedOut(STEP, scores, -1.0)
    patience = PATIENCE if len(splits) == 1 else MOST_ROUNDS
    looked_at = 0
    with ThreadPoolExecutor(os.cpu_count(), initializer=_hush) as pool:
        for rounds in range(STEP, MOST_ROUNDS + 1, STEP):
            list(pool.map(Growing.grow, boosters))
            for trees in range(looked_at + STEP, least_trees(boosters) + 1, STEP):
                if trees - best.rounds > patience:
                    break
                best, looked_at = _look(data, splits, boosters, scores, trees, best), trees
            advance(rounds, MOST_ROUNDS)
            if looked_at - best.rounds >= patience:
                break
    return best


def _look(
    data: Dataset,
    splits: Sequence[Split],
    boosters: Sequence[Growing],
    scores: NDArray[np.float64],
    trees: int,
    best: TriedOut,
) -> TriedOut:
    """Add the newest trees to `scores`, in place; returns the better of what they are worth now and `best`."""
    for part, growing in zip(splits, boosters, strict=True):
        scores[part.held_out] += growing.scores(_rows(data.values, part.held_out), trees)
    seen = ~np.isnan(scores)
    precision = average_precision(data.positive[seen], scores[seen], data.weight[seen])
    if precision > best.average_precision:
        return TriedOut(trees, scores.copy(), precision)
    return best


def _grow_whole(
    table: lightgbm.Dataset,
    data: Dataset,
    parameters: Mapping[str, Any],
    kept: Kept,
    trees: int,
    advance: Advance,
) -> lightgbm.Booster:
    """The booster on all rows that count, of at least so many trees where it can have them."""
    rows = np.flatnonzero(data.weight > 0)
    everything = Split(rows, data.weight[rows], rows)
    part = table if len(rows) == len(data.weight) else _part(table, data, everything, parameters)
    whole = Growing("whole", part, parameters, kept)
    for rounds in range(STEP, MOST_ROUNDS + 1, STEP):
        whole.grow()
        advance(rounds, max(trees, rounds))
        if whole.booster.num_trees() >= trees:
            break
    return whole.booster


def _part(
    table: lightgbm.Dataset, data: Dataset, part: Split, parameters: Mapping[str, Any]
) -> lightgbm.Dataset:
    chosen = table.subset(part.learnt.tolist(), params=dict(parameters)).construct()
    return chosen.set_weight(part.weight * stands_for(data)[part.learnt])


def _start(data: Dataset, part: Split) -> float:
    """What to add to each held-out score so that every split starts from the base rate of all.

    Without a block rich in positives the rest is poor in them, and starts lower: scores of unlike
    blocks would be ranked against the truth.
    """
    return _log_odds(data.positive, data.weight) - _log_odds(data.positive[part.learnt], part.weight)


def _log_odds(positive: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    share = np.average(positive, weights=weight)
    return float(np.log(share / (1 - share)))


def _rows(values: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rows of a table; a view where they follow each other."""
    first, last = int(rows[0]), int(rows[-1])
    return values[first : last + 1] if last - first + 1 == len(rows) else values[rows]


def _hush() -> None:
    """LightGBM keeps its verbosity by thread and takes it from the parameters of any call."""
    lightgbm.Dataset(np.zeros((2, 1)), params={"verbosity": -1, "num_threads": 1}).construct()
