"""What is asked of scores on later filings: ranking, calibration, and whom they flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.truth import Flags
from xiezhi.shares import wilson

Floats = NDArray[np.float64]

BINS = 20
"""Bins of as many filings each in which told and found shares are compared."""

MOST_OFTEN = 2.0
"""Times the base flag rate above which a hard negative is flagged too often."""

LEAST_OF_A_KIND = 30
"""Filings of a kind below which its flag rate says nothing."""


@dataclass(frozen=True)
class FlagRate:
    """How often honest filings of one kind are flagged.

    hits: flagged of `filings`; times_base: over the flag rate of all filings, low to high its 95 % interval (Wilson).
    found: times the share found false or abusive by the training date, of all filings that look so (`known` of `alike`),
    is that of all filings: what the labels say, found_low to found_high its interval.
    """

    kind: str
    filings: int
    hits: int
    times_base: float
    low: float
    high: float
    alike: int
    known: int
    found: float
    found_low: float
    found_high: float

    @property
    def is_too_often(self) -> bool:
        """Flagged more than twice as often as others, and more than labels say."""
        return self.times_base > max(MOST_OFTEN, self.found)


def calibration_error(positive: Flags, risk: Floats) -> float:
    """Expected calibration error: mean distance of told risk and share found, over bins of as many filings each."""
    bins = np.array_split(np.argsort(risk, kind="stable"), BINS)
    return float(sum(abs(risk[b].mean() - positive[b].mean()) * len(b) for b in bins) / len(risk))


def flag_rates(
    filing_ids: Sequence[str],
    flagged: Flags,
    honest: Flags,
    kinds: Mapping[str, Sequence[str]],
    past: Mapping[str, bool],
) -> list[FlagRate]:
    """Flag rates of honest filings by kind, most often first. past: filing id -> found false by the training date."""
    base, found = float(flagged.mean()), sum(past.values()) / len(past)
    rates = []
    for kind in sorted({kind for i in filing_ids for kind in kinds[i]}):
        rows = honest & np.array([kind in kinds[i] for i in filing_ids])
        if rows.sum() < LEAST_OF_A_KIND:
            continue
        alike = [bad for i, bad in past.items() if kind in kinds[i]]
        times, said = (
            _over(int(flagged[rows].sum()), int(rows.sum()), base),
            _over(sum(alike), len(alike), found),
        )
        rates.append(
            FlagRate(kind, int(rows.sum()), int(flagged[rows].sum()), *times, len(alike), sum(alike), *said)
        )
    return sorted(rates, key=lambda rate: -rate.times_base)


def _over(hits: int, of: int, base: float) -> tuple[float, float, float]:
    """A share over that of all filings, with its interval; that of all is taken as it is."""
    share = hits / max(of, 1)
    low, high = wilson(share, float(max(of, 1)))
    return share / base, float(low) / base, float(high) / base
