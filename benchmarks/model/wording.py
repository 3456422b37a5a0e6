"""A view of texts: a linear model of hashed runs of two to four characters, scored out of fold.

The mean of the folds' models is what would be served: one weight to a bucket and a sum, plain numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from features.normalise.text import skeleton
from model.judge import Floats
from model.truth import Flags
from xiezhi.records import Filing

BUCKETS = 2**15
"""Hashed runs share buckets: the simulator's complaints have some 40,000 different runs, of which few matter."""

SIZES = (2, 3, 4)
"""Characters a run: Chinese words mostly have two, set phrases four."""

FOLDS = 5
NEGATIVES = 40
"""Filings not found false drawn for each that was: more cost time and change nothing."""

STRENGTH = 3.0
"""Inverse of the L2 penalty (scikit-learn's C) on rows of length 1."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""Odd 64-bit multiplier of Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""


LEAST_GROUPS = 20
"""Groups of connected filings that must have a run before it counts: the name of a witness or a house has fewer."""


def words_of(filing: Filing) -> str:
    """Claims and facts without names, addresses, dates, numbers and punctuation."""
    given = [agent.name for agent in filing.agents]
    for party in filing.parties:
        given += [
            t for t in (party.name, party.address, party.service_address, party.legal_representative) if t
        ]
    return skeleton((filing.claims or "") + (filing.facts or ""), given)


def runs(text: str) -> NDArray[np.int64]:
    """The distinct buckets, sorted, of the runs of characters in `text`; the same on every machine."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    found = [np.zeros(0, np.int64)]
    for size in SIZES:
        places = max(len(points) - size + 1, 0)
        code = np.full(places, size, dtype=np.uint64)
        for place in range(size):
            code = (code ^ points[place : place + places]) * _SPREAD
            code ^= code >> np.uint64(29)
        found.append((code % np.uint64(BUCKETS)).astype(np.int64))
    return np.unique(np.concatenate(found))


def matrix(texts: Sequence[str]) -> csr_matrix:
    """(n, BUCKETS): a number where a text has a run, rows of length 1."""
    found = [runs(text) for text in texts]
    ends = np.cumsum([0, *map(len, found)])
    share = np.concatenate([np.full(len(b), 1 / np.sqrt(max(len(b), 1))) for b in found])
    return csr_matrix((share, np.concatenate(found), ends), shape=(len(texts), BUCKETS))


def view(
    rows: csr_matrix, positive: Flags, fold: NDArray[np.int64], group: NDArray[np.int64], seed: int
) -> tuple[Floats, Floats]:
    """Scores out of fold (n,), and weights (BUCKETS + 1,), the bias last, to score later texts with.

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


def view_in_time(
    rows: csr_matrix,
    positive: Flags,
    weight: Floats,
    block: NDArray[np.int64],
    group: NDArray[np.int64],
    seed: int,
) -> tuple[Floats, Floats]:
    """Scores (n,) of each block by a model of the blocks before it, 0 for the first; and weights of a model of all.

    No model learns from a filing whose group has one in the block it scores, nor from runs of fewer than `LEAST_GROUPS`.
    """
    random, scores = np.random.default_rng(seed), np.zeros(len(positive))
    met = csr_matrix(
        (np.ones(rows.nnz), (group[np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))], rows.indices)),
        shape=(len(group), BUCKETS),
    )
    met.data[:] = 1
    common = np.asarray(met.sum(axis=0)).ravel() >= LEAST_GROUPS

    def learn(seen: NDArray[np.int64]) -> Floats:
        found, others = seen[positive[seen]], seen[~positive[seen] & (weight[seen] > 0)]
        drawn = np.concatenate(
            [found, random.choice(others, min(len(others), NEGATIVES * len(found)), replace=False)]
        )
        fitted = LogisticRegression(C=STRENGTH, max_iter=200).fit(rows[drawn], positive[drawn])
        told = np.where(common, fitted.coef_[0], 0.0)
        return np.append(told, -float((rows[drawn] @ told).mean()))

    for number in range(1, int(block.max()) + 1):
        held_out = block == number
        seen = np.flatnonzero((block < number) & ~np.isin(group, group[held_out]))
        if positive[seen].sum() >= 10:
            scores[held_out] = score(rows[np.flatnonzero(held_out)], learn(seen))
    return scores, learn(np.arange(len(positive)))


def score(rows: csr_matrix, model: Floats) -> Floats:
    """Log-odds (n,) of rows by weights and, last, bias."""
    return np.asarray(rows @ model[:-1] + model[-1])
