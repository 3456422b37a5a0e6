"""What screens before any model is promoted: the signs alone (仅规则), in the form of a model without trees."""

from __future__ import annotations

from math import inf, log

import numpy as np

from features.registry import FEATURE_NAMES
from xiezhi.bundle import Bundle, Calibration
from xiezhi.policy import Thresholds
from xiezhi.settings import Settings
from xiezhi.trees import write_constant

VERSION = "rules-only"

BASE_RATE = 0.003
"""Assumed share of false filings: a sweep of every civil case of one county court found 43 of 16,318
(docs/filing-format.md tells what the risk then is)."""

MOST_RISK = 0.5
"""The weights of the rules were set on simulated dockets: without a finding of this court none says more than even."""

_POINTS = 101


def make_rules_only(settings: Settings) -> Bundle:
    """A bundle that no training made. Its risk is the base rate assumed, moved by the bits of the signs that stand.

    No score of it reaches `review`: signs lift to `notice` and never higher.
    """
    start = log(BASE_RATE / (1 - BASE_RATE))
    x = np.linspace(start, log(MOST_RISK / (1 - MOST_RISK)), _POINTS)
    return Bundle(
        booster_text=write_constant(FEATURE_NAMES, start),
        features=FEATURE_NAMES,
        calibration=Calibration("assumed", tuple(x.tolist()), tuple((1 / (1 + np.exp(-x))).tolist())),
        thresholds=Thresholds(review=inf, notice=inf, review_floor=1.0, notice_floor=1.0),
        rules_version="",
        trained_as_of=0,
        zone=settings.zone,
        kind="rules",
        sign_weight=log(2),
        version=VERSION,
    )
