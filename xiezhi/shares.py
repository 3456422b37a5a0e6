"""A share with what its count allows to say of it."""

from __future__ import annotations

from math import sqrt

Z = 1.959963984540054
"""Of a 95 % interval: the normal distribution's 97.5 % point."""


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval (1927) of a `share` of `n` > 0."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
