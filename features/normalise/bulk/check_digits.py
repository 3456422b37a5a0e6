"""Numbers one slip of the pen from columns of numbers whose check digit is wrong; see `one_slip`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.normalise.bulk.letters import Rows
from features.normalise.check_digits import CheckRule

Values = NDArray[np.int16]


def slips_of(values: Values, rule: CheckRule) -> tuple[Rows, Values]:
    """Of each number, one a row of places in the alphabet, those with one wrong character or two neighbours swapped.

    Gives the row each belongs to and the number meant; one may come twice, numbers that hold give themselves.
    """
    weights = np.array(rule.weights, np.int32)
    off = (rule.rest - values @ weights) % rule.modulus
    meant, of = [], []
    for at, inverse in enumerate(rule.inverses):
        wrong = values.copy()
        wrong[:, at] = (wrong[:, at] + off * inverse) % rule.modulus
        meant.append(wrong)
        of.append(np.arange(len(values)))
    for at in range(len(weights) - 1):
        ahead, behind = values[:, at].astype(np.int32), values[:, at + 1]
        rows = np.flatnonzero(((ahead - behind) * (weights[at + 1] - weights[at]) - off) % rule.modulus == 0)
        swapped = values[rows]
        swapped[:, [at, at + 1]] = swapped[:, [at + 1, at]]
        meant.append(swapped)
        of.append(rows)
    return np.concatenate(of), np.concatenate(meant)
