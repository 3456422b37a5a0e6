"""Where the bands begin: capacity, floor, and what can be promised above the cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.calibration.calibrate import choose_thresholds
from training.calibration.guarantee import Guarantee, control_precision
from training.calibration.workload import Workload, count_workload
from training.data.dataset import Dataset
from xiezhi.bundle import Calibration
from xiezhi.policy import Policy, Thresholds
from xiezhi.policy_cuts import Tail, tail_of

TOLD_PRECISION = 0.5
"""Asked about where a court asked for no precision: are the flags more likely found false than not?"""

RIPE = 0.5
"""A filing is old enough to be judged by once half of the findings known were made within its age."""


@dataclass(frozen=True)
class Bands:
    """Cuts, what they would have asked of last year's days, what is promised of the flags, and what to cut again by."""

    thresholds: Thresholds
    workload: Workload
    guarantee: Guarantee
    tail: Tail


def set_bands(data: Dataset, raw: NDArray[np.float64], calibration: Calibration, policy: Policy) -> Bands:
    """Cuts by capacity and floor; the review cut is raised where `policy` asks for a precision that can be promised.

    raw: (n,) out-of-fold scores of `data`, NaN where there is none. Where the labels do not allow the promise the cuts
    stay, and it says so.
    """
    held = ~np.isnan(raw)
    raw, filed_at = raw[held], data.filed_at[held]
    cuts = choose_thresholds(raw, filed_at, data.base_rate, policy)
    judged = find_ripe(data)[held]
    promised = control_precision(
        raw[judged],
        data.positive[held][judged],
        TOLD_PRECISION if policy.precision is None else policy.precision,
        policy.confidence,
        cuts.review,
        data.group[held][judged],
    )
    if policy.precision is not None and promised.threshold is not None:
        cuts = replace(cuts, review=max(cuts.review, promised.threshold))
    workload = count_workload(raw, calibration.risk(raw), filed_at, cuts)
    return Bands(cuts, workload, promised, tail_of(raw, filed_at, data.base_rate))


def find_ripe(data: Dataset) -> NDArray[np.bool_]:
    """Which filings (n,) are ripe: by age alone, for choosing those with a finding would choose the answer."""
    age = data.as_of - data.filed_at
    ripe = ~data.labelled & (data.natural >= RIPE)
    return age >= (age[ripe].min() if ripe.any() else 0)
