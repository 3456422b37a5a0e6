"""Decision trees written as LightGBM's text, so that the scorer reads trees LightGBM did not grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import ArrayLike, NDArray

_UNKNOWN_LEFT, _UNKNOWN_RIGHT = 10, 8
"""LightGBM's `decision_type` of a numeric split on which an unknown value has a way of its own."""


@dataclass(frozen=True)
class Tree:
    """One binary tree of m nodes, node 0 its root. All arrays are (m,).

    left, right: children, -1 at a leaf. A value up to `threshold` of column `feature` goes left, an unknown one
    where `unknown_left` says. value: what a leaf adds to the score. count: rows the tree was grown on that came by,
    which is what contributions weigh by.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    unknown_left: NDArray[np.bool_]
    value: NDArray[np.float64]
    count: NDArray[np.int64]


def write_trees(names: Sequence[str], trees: Sequence[Tree]) -> str:
    """The booster text that scores a row of the columns `names` by the sum of its leaves in `trees`."""
    head = (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
        f"max_feature_idx={len(names) - 1}\nfeature_names={' '.join(names)}\n"
        f"feature_infos={' '.join(['[-inf:inf]'] * len(names))}\n\n"
    )
    body = "".join(f"Tree={number}\n{_write(tree)}\n\n" for number, tree in enumerate(trees))
    text = f"{head}{body}end of trees\n\nparameters:\nend of parameters\n"
    # Read and written by LightGBM itself: what a bundle holds is of one form, whoever grew the trees.
    return str(lightgbm.Booster(model_str=text).model_to_string())


def constant(value: float) -> Tree:
    """A tree that scores every row `value`."""
    leaf = np.array([-1])
    return Tree(leaf, leaf, leaf, np.zeros(1), np.zeros(1, bool), np.array([value]), np.ones(1, np.int64))


def _write(tree: Tree) -> str:
    is_leaf = tree.left < 0
    inner, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
    # LightGBM counts splits and leaves apart, and tells a leaf by the complement of its number.
    number = np.empty(len(is_leaf), dtype=np.int64)
    number[inner], number[leaves] = np.arange(len(inner)), ~np.arange(len(leaves))
    unknown = np.where(tree.unknown_left[inner], _UNKNOWN_LEFT, _UNKNOWN_RIGHT)
    lines: dict[str, ArrayLike] = {
        "num_leaves": [len(leaves)],
        "num_cat": [0],
        "split_feature": tree.feature[inner],
        "split_gain": np.zeros(len(inner)),
        "threshold": tree.threshold[inner],
        "decision_type": unknown,
        "left_child": number[tree.left[inner]],
        "right_child": number[tree.right[inner]],
        "leaf_value": tree.value[leaves],
        "leaf_weight": tree.count[leaves],
        "leaf_count": tree.count[leaves],
        "internal_value": np.zeros(len(inner)),
        "internal_weight": tree.count[inner],
        "internal_count": tree.count[inner],
        "is_linear": [0],
        "shrinkage": [1],
    }
    return "\n".join(f"{key}={_join(values)}" for key, values in lines.items())


def _join(values: ArrayLike) -> str:
    return " ".join(repr(value) for value in np.asarray(values).tolist())
