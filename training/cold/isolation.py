"""How unlike all others a filing is: an isolation forest (孤立森林) on the features, without any label.

Liu, Ting and Zhou 2008. scikit-learn grows the trees; they leave here as LightGBM's text, so that what screens
reads one kind of file and takes a score apart by feature in one way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xiezhi.progress import Advance, silent
from xiezhi.trees import Tree

Floats = NDArray[np.float64]

TREES, SAMPLE = 200, 256
"""256 filings a tree as in the paper; twice its 100 trees, for columns are many and a tree asks of few."""


def grow_forest(
    values: Floats,
    side: NDArray[np.int64],
    typical: Floats,
    seed: int,
    weight: float = 1.0,
    advance: Advance = silent,
) -> list[Tree]:
    """Trees that add up to `weight` times log2 of a row's anomaly score (the paper's s): the higher, the odder.

    values: (n, f), NaN where unknown. side: (f,) which end of a column is of note: 1 what lies above `typical`, -1
    what lies below, the rest and the unknown counting as typical; 0 either end, the unknown going a way of its own.
    """
    from sklearn.ensemble import IsolationForest

    shown = look_from(values, side, typical)
    forest = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLE, len(values)), random_state=seed)
    forest.fit(shown)
    trees = []
    scale = -weight / (TREES * max(1.0, _mean_path(np.array([forest.max_samples_]))[0]))
    for done, grown in enumerate(forest.estimators_, 1):
        trees.append(_translate(grown.tree_, side, scale))
        advance(done, TREES)
    return trees


def look_from(values: Floats, side: NDArray[np.int64], typical: Floats) -> Floats:
    """What the forest is grown on: `values` with all that is not of note made typical."""
    shown: Floats = np.where(
        side > 0, np.fmax(values, typical), np.where(side < 0, np.fmin(values, typical), values)
    )
    return shown


def _translate(grown: Any, side: NDArray[np.int64], scale: float) -> Tree:
    """scikit-learn's tree with `scale` times the path's length on its leaves.

    No tree cuts a column where nothing is of note, so rows need not be made typical first: whatever is not of note,
    the unknown included, goes left at every cut where the high end is, and right where the low end is.
    """
    feature = np.asarray(grown.feature, dtype=np.int64)
    asked = np.maximum(feature, 0)  # a leaf asks nothing
    left = np.asarray(grown.children_left, dtype=np.int64)
    count = np.asarray(grown.n_node_samples, dtype=np.int64)
    path = np.asarray(grown.compute_node_depths()) - 1 + _mean_path(count)
    return Tree(
        left=left,
        right=np.asarray(grown.children_right, dtype=np.int64),
        feature=feature,
        threshold=_in_doubles(np.asarray(grown.threshold)),
        unknown_left=np.where(side[asked] == 0, np.asarray(grown.missing_go_to_left) > 0, side[asked] > 0),
        value=np.where(left < 0, scale * path, 0.0),
        count=count,
    )


def _mean_path(count: NDArray[np.int64]) -> Floats:
    """The paper's c(n): mean length of an unsuccessful search among n, which a leaf of n filings still hides."""
    several = np.maximum(count, 3) - 1.0
    more = 2 * (np.log(several) + np.euler_gamma) - 2 * several / (several + 1)
    return np.where(count > 2, more, np.where(count == 2, 1.0, 0.0))


def _in_doubles(threshold: Floats) -> Floats:
    """The largest double that scikit-learn, which compares rows as single floats, would still send left."""
    below = threshold.astype(np.float32)
    below = np.where(below > threshold, np.nextafter(below, np.float32(-np.inf)), below)
    above = np.nextafter(below, np.float32(np.inf))
    middle = (below.astype(np.float64) + above.astype(np.float64)) / 2
    # A double half-way between two singles becomes the even one.
    is_even = middle.astype(np.float32) == below
    bound: Floats = np.where(is_even, middle, np.nextafter(middle, -np.inf))
    return np.nan_to_num(bound, posinf=np.finfo(np.float64).max)
