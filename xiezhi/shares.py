"""A share with what its count allows to say of it."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = TypeVar("Numbers", float, NDArray[np.float64])

Z = 1.959963984540054
"""Of a 95 % interval: the normal distribution's 97.5 % point."""


def wilson(share: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """The score interval (Wilson 1927) of a share seen among n > 0, or of each of several. 95 %."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
