"""What screens before any model is promoted: the signs alone (仅规则), in the form of a model without trees."""

from __future__ import annotations

from math import inf

from features.registry import FEATURE_NAMES
from xiezhi.assumed import BIT, assume_calibration, start
from xiezhi.bundle import Bundle
from xiezhi.policy import Thresholds
from xiezhi.settings import Settings
from xiezhi.trees import constant, write_trees

VERSION = "rules-only"


def make_rules_only(settings: Settings) -> Bundle:
    """A bundle that no training made. Its risk is the base rate assumed, moved by the bits of the signs that stand.

    No score of it reaches `review`: signs lift to `notice` and never higher.
    """
    return Bundle(
        booster_text=write_trees(FEATURE_NAMES, [constant(start())]),
        features=FEATURE_NAMES,
        calibration=assume_calibration(),
        thresholds=Thresholds(review=inf, notice=inf, review_floor=1.0, notice_floor=1.0),
        rules_version="",
        trained_as_of=0,
        zone=settings.zone,
        kind="rules",
        sign_weight=BIT,
        version=VERSION,
    )
