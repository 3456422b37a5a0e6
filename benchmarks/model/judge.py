"""What is asked of scores on later filings: ranking, calibration, and whom they flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.truth import Flags

Floats = NDArray[np.float64]

BINS = 20
"""Bins of as many filings each in which told and found shares are compared."""

MOST_OFTEN = 2.0
"""Times the base flag rate above which a hard negative is flagged too often."""

LEAST_OF_A_KIND = 30
"""Filings of a kind below which its flag rate says nothing."""


@dataclass(frozen=True)
class FlagRate:
    """How often honest filings of one kind are flagged, and how often authorities find filings of the kind false."""

    kind: str
    filings: int
    flagged: float
    times_base: float
    found: float
    """Share of all filings of the kind, honest or not, found false or abusive in training."""


def calibration_error(positive: Flags, risk: Floats) -> float:
    """Expected calibration error: mean distance of told risk and share found, over bins of as many filings each."""
    bins = np.array_split(np.argsort(risk, kind="stable"), BINS)
    return float(sum(abs(risk[b].mean() - positive[b].mean()) * len(b) for b in bins) / len(risk))


def flag_rates(
    filing_ids: Sequence[str],
    flagged: Flags,
    honest: Flags,
    kinds: Mapping[str, str],
    found_share: Mapping[str, float],
) -> list[FlagRate]:
    """Flag rates of honest filings by kind beside the base flag rate, that of all filings; most often first."""
    base = float(flagged.mean())
    of = np.array([kinds[i] for i in filing_ids])
    rates = []
    for kind in sorted(set(of[honest].tolist())):
        rows = honest & (of == kind)
        if rows.sum() < LEAST_OF_A_KIND:
            continue
        share = float(flagged[rows].mean())
        rates.append(FlagRate(kind, int(rows.sum()), share, share / base, found_share.get(kind, 0.0)))
    return sorted(rates, key=lambda rate: -rate.times_base)
