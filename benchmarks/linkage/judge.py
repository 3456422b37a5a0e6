"""How well clusters agree with the truth: pairwise and B³, without ever listing the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[Any]  # any dtype that sorts


@dataclass(frozen=True)
class Agreement:
    """Precision, recall and F1 over pairs of records, and B³ (Bagga and Baldwin 1998) over records."""

    precision: float
    recall: float
    f1: float
    b3_precision: float
    b3_recall: float
    b3_f1: float
    pairs: int
    true_pairs: int
    largest: int


def judge(clusters: Labels, truth: Labels) -> Agreement:
    """Agreement of two labellings of the same records, (records,) each, whatever the labels are."""
    found, true = _numbered(clusters), _numbered(truth)
    cell = np.sort(found.astype(np.int64) * (int(true.max(initial=0)) + 1) + true)
    starts, both = _runs(cell)
    by_cluster, by_truth = np.bincount(found), np.bincount(true)
    cluster_of, truth_of = np.divmod(cell[starts], int(true.max(initial=0)) + 1)
    hits, pairs, true_pairs = _pairs(both), _pairs(by_cluster), _pairs(by_truth)
    square = both.astype(np.float64) ** 2
    b3_precision = float((square / by_cluster[cluster_of]).sum() / max(len(found), 1))
    b3_recall = float((square / by_truth[truth_of]).sum() / max(len(found), 1))
    # Nobody joined is nobody wrongly joined.
    precision = hits / pairs if pairs else 1.0
    recall = hits / true_pairs if true_pairs else 1.0
    return Agreement(
        precision, recall, harmonic(precision, recall), b3_precision, b3_recall, harmonic(b3_precision, b3_recall),
        pairs, true_pairs, int(by_cluster.max(initial=0)),
    )  # fmt: skip


def true_pairs(truth: Labels) -> int:
    """How many pairs of records are of one entity."""
    return _pairs(np.bincount(_numbered(truth)))


def recall_ceiling(left: Labels, right: Labels, truth: Labels) -> float:
    """Share of the true pairs among those compared: the most recall that scoring pairs alone can reach.

    left, right: (pairs,) true entities of the two records of each pair compared, each pair once.
    """
    wanted = true_pairs(truth)
    return float(np.count_nonzero(left == right) / wanted) if wanted else 1.0


def harmonic(a: float, b: float) -> float:
    """The F1 of two shares."""
    return 2 * a * b / (a + b) if a + b else 0.0


def _numbered(labels: Labels) -> NDArray[np.int64]:
    """The same labels as numbers from 0."""
    if (
        np.issubdtype(labels.dtype, np.integer)
        and len(labels)
        and labels.min() >= 0
        and labels.max() < 8 * len(labels)
    ):
        return labels.astype(np.int64)
    import pyarrow as pa

    codes: NDArray[np.int64] = pa.array(labels).dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes


def _runs(ordered: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Where runs of equal values begin, and how long they are."""
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return starts, np.diff(starts, append=len(ordered))


def _pairs(sizes: NDArray[np.int64]) -> int:
    """Pairs within groups of these sizes."""
    sizes = sizes.astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())
