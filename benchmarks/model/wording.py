"""The words of complaints as a column of the table: a linear model of hashed runs, scored out of fold in several ways.

The product adds words beside the trees instead, in order of time: `training.fitting.wording`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from features.wording import Runs
from model.judge import Floats
from model.truth import Flags
from training.fitting.wording import NEGATIVES, STRENGTH
from xiezhi.bundle import WORDING_BUCKETS

FOLDS = 5


def matrix(words: Sequence[Runs]) -> csr_matrix:
    """(n, buckets): a number where a text has a run, rows of length 1."""
    ends = np.cumsum([0, *map(len, words)])
    share = np.concatenate([np.full(len(w), 1 / np.sqrt(max(len(w), 1))) for w in words])
    return csr_matrix((share, np.concatenate(words), ends), shape=(len(words), WORDING_BUCKETS))


def view(
    rows: csr_matrix, positive: Flags, fold: NDArray[np.int64], group: NDArray[np.int64], seed: int
) -> tuple[Floats, Floats]:
    """Scores out of fold (n,), and weights with the bias last to score later texts with.

    No fold's model learns from a filing whose group has one in the fold.
    """
    random = np.random.default_rng(seed)
    scores, models = np.zeros(len(positive)), []
    for number in range(FOLDS):
        held_out = fold == number
        seen = np.flatnonzero(~np.isin(group, group[held_out]))
        found, others = seen[positive[seen]], seen[~positive[seen]]
        most = min(len(others), NEGATIVES * len(found))
        drawn = np.concatenate([found, random.choice(others, most, replace=False)])
        fitted = LogisticRegression(C=STRENGTH, max_iter=200).fit(rows[drawn], positive[drawn])
        models.append(np.append(fitted.coef_[0], fitted.intercept_[0]))
        scores[held_out] = score(rows[np.flatnonzero(held_out)], models[-1])
    return scores, np.mean(models, axis=0)


def score(rows: csr_matrix, model: Floats) -> Floats:
    """Log-odds (n,) of rows by weights and, last, bias."""
    return np.asarray(rows @ model[:-1] + model[-1])
