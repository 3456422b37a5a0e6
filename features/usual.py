"""What is usual (通常范围): beside a measurement, the value that nine filings in ten of the training year kept within."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

from features.registry import BY_NAME
from features.registry.feature import Unit, say

TEN: Final = 10
"""One filing in ten is odd enough to say so (own choice)."""
ENOUGH: Final = 100
"""Filings of known value below which nobody can say what is usual (own limit: ten of them are the odd one in ten)."""
NOTHING_USUAL: Final[Mapping[str, Any]] = {}
"""The reference of a bundle that has none."""
_MEASURED: Final[frozenset[Unit]] = frozenset(
    {"count", "amount", "share", "ratio", "rate", "days", "span", "years"}
)


def say_unusual(reference: Mapping[str, Any], name: str, value: float, language: str) -> str:
    """What nine filings in ten keep within, in words, where this value does not; else empty.

    reference: of a bundle. Counted are filings of the last year of training whose value is known: with `edges` and
    `counts`, bin i holds `edges[i-1] < value <= edges[i]`. Days say more the fewer they are.
    """
    feature, described = BY_NAME.get(name), reference.get("features", {}).get(name)
    if feature is None or described is None or feature.unit not in _MEASURED:
        return ""
    edges, counts = described["edges"], described["counts"][:-1]
    known = sum(counts)
    if known < ENOUGH:
        return ""
    below = list(zip(edges, accumulate(counts), strict=False))
    few = feature.unit == "days"
    if few:
        bound = max((edge for edge, count in below if count * TEN <= known), default=None)
    else:
        bound = min((edge for edge, count in below if count * TEN >= known * (TEN - 1)), default=None)
    if bound is None or (value > bound if few else value <= bound):
        return ""
    told = say(bound, feature.unit, language)
    if told == say(value, feature.unit, language):
        return ""
    if language == "zh":
        return f"（九成收案{'长于' if few else '不超过'} {told}）"
    return f" ({'more than' if few else 'at most'} {told} in nine filings of ten)"
