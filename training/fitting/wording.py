"""Whether the words of claims and facts tell more than the features (诉状措辞), and how far they count beside them.

A linear model of hashed runs of characters, scored in order of time: each block of filings by a model of the blocks before
it. Rings write alike, so a model that has seen one filing of a ring knows the others by its template; earlier blocks,
groups kept apart, are what a desk would have had. Like the signs (docs/decisions/0014) it is added by the weight that ranks
best on those scores, but only where it ranks better for sure: a text model is a dear thing to explain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from features.wording import weigh_runs
from training.data.dataset import Dataset
from training.evaluation.measures import Interval, average_precision, average_precision_difference
from training.fitting.fit import Fitted
from training.fitting.folds import time_blocks
from xiezhi.bundle import WORDING_BUCKETS

Floats = NDArray[np.float64]

WEIGHTS = (0.2, 0.35, 0.5, 0.7, 1.0)
LEAST_POSITIVES = 50
"""Positives in the blocks scored below which no gain could be sure (own limit)."""
LEAST_SEEN = 10
"""Positives a block's model learns from, at least."""
LEAST_GROUPS = 20
"""Groups of connected filings a run must stand in before it counts: the name of a witness or a house stands in fewer."""
NEGATIVES = 40
"""Filings not found false drawn for each that was: more cost time and change nothing."""
STRENGTH = 3.0
"""Inverse of the L2 penalty (scikit-learn's C) on rows of length 1."""
RESAMPLES = 200


@dataclass(frozen=True)
class Wording:
    """What was decided. weight: of the model's log-odds, 0 where it is left out; gain: in average precision by the best
    weight on filings scored in order of time, None where too little is known to ask; model: None where left out."""

    weight: float
    gain: Interval | None
    model: Floats | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, without the model."""
        gain = None if self.gain is None else [self.gain.value, self.gain.low, self.gain.high]
        return {"weight": self.weight, "gain": gain}


def add_wording(data: Dataset, fitted: Fitted, seed: int) -> tuple[Fitted, Wording]:
    """The fit with the wording counted in its out-of-fold scores where that ranks better for sure, and what was decided."""
    block = time_blocks(data.positive, data.group)
    judged = fitted.is_held_out & (block > 0)
    if not any(map(len, data.words)) or data.positive[judged].sum() < LEAST_POSITIVES:
        return fitted, Wording(0.0, None)
    scores = score_in_time(data, block, seed)
    own, added, positive = fitted.out_of_fold[judged], scores[judged], data.positive[judged]
    worth = [average_precision(positive, own + w * added, data.natural[judged]) for w in WEIGHTS]
    best = WEIGHTS[int(np.argmax(worth))]
    groups = np.unique(data.group[judged], return_inverse=True)[1]
    gain = average_precision_difference(positive, own + best * added, own, RESAMPLES, seed, groups)
    if not gain.low > 0:
        return fitted, Wording(0.0, gain)
    model = best * learn(data, np.arange(len(data.positive)), seed)
    return replace(fitted, out_of_fold=fitted.out_of_fold + best * scores), Wording(best, gain, model)


def score_in_time(data: Dataset, block: NDArray[np.int64], seed: int) -> Floats:
    """Log-odds (n,) of each block by a model of the blocks before it; 0 in the first."""
    scores = np.zeros(len(data.positive))
    for number in range(1, int(block.max()) + 1):
        held_out = np.flatnonzero(block == number)
        seen = np.flatnonzero((block < number) & ~np.isin(data.group, data.group[held_out]))
        if data.positive[seen].sum() >= LEAST_SEEN:
            scores[held_out] = weigh_runs([data.words[r] for r in held_out], learn(data, seen, seed))
    return scores


def learn(data: Dataset, seen: NDArray[np.int64], seed: int) -> Floats:
    """A weight to a bucket and a constant by which filings without a finding come to 0 on average."""
    from sklearn.linear_model import LogisticRegression

    found, others = seen[data.positive[seen]], seen[~data.positive[seen] & (data.weight[seen] > 0)]
    most = min(len(others), NEGATIVES * len(found))
    others = np.random.default_rng(seed).choice(others, most, replace=False)
    drawn = np.concatenate([found, others])
    rows = _matrix(data, drawn)
    fitted = LogisticRegression(C=STRENGTH, max_iter=200).fit(rows, data.positive[drawn])
    weights = np.where(_stands_in_groups(data, drawn) >= LEAST_GROUPS, fitted.coef_[0], 0.0)
    return np.append(weights, -float((_matrix(data, others) @ weights).mean()))


def _matrix(data: Dataset, rows: NDArray[np.int64]) -> csr_matrix:
    """(rows, buckets): a number where a text has a run, rows of length 1."""
    words = [data.words[r] for r in rows]
    share = np.concatenate([np.full(len(w), 1 / np.sqrt(max(len(w), 1))) for w in words])
    ends = np.cumsum([0, *map(len, words)])
    return csr_matrix((share, np.concatenate(words), ends), shape=(len(rows), WORDING_BUCKETS))


def _stands_in_groups(data: Dataset, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many groups of connected filings each bucket's runs stand."""
    group = np.repeat(data.group[rows], [len(data.words[r]) for r in rows])
    bucket = np.concatenate([data.words[r] for r in rows]).astype(np.int64)
    met = np.unique(group * WORDING_BUCKETS + bucket)
    return np.bincount(met % WORDING_BUCKETS, minlength=WORDING_BUCKETS)
