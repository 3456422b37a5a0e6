"""Scores feature rows with a bundle: raw score, calibrated risk and what each feature contributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from xiezhi.bundle import Bundle
from xiezhi.errors import BundleError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Scores of n rows. `contributions` (n, f) in log-odds: with `bias`, and what the bundle gives for signs and words, they
    add up to `raw` in each row."""

    raw: Floats
    risk: Floats
    contributions: Floats
    bias: float


class Scorer:
    """A bundle made ready to score. Safe to share between threads; an unknown value (未知) is NaN."""

    def __init__(self, bundle: Bundle, num_threads: int = 1) -> None:
        """Raises BundleError when LightGBM cannot read the booster or it has other features."""
        self.bundle = bundle
        self._num_threads = num_threads
        try:
            self._booster = lightgbm.Booster(model_str=bundle.booster_text)
        except lightgbm.basic.LightGBMError as error:
            raise BundleError(
                f"模型 {bundle.version} 的 booster.txt 无法读取；请重新训练并启用。",
                f"The booster.txt of model {bundle.version} cannot be read; train and promote again.",
            ) from error
        if self._booster.num_feature() != len(bundle.features):
            raise self._other_features()

    def require_features(self, names: Sequence[str]) -> None:
        """Raises BundleError unless the model was trained on exactly these columns, in this order."""
        if tuple(names) != self.bundle.features:
            raise self._other_features()

    def raw(self, values: Floats, bits: Floats | float = 0.0, wording: Floats | float = 0.0) -> Floats:
        """Raw scores (n,) in log-odds of rows (n, f), without the cost of contributions.

        bits: (n,) strength of the signs that fire on each row; counts where the bundle gives signs a weight.
        wording: (n,) log-odds that the words add, as `features.wording` works them out of the bundle's.
        """
        values = self._checked(values)
        if not len(values):
            return np.zeros(0)
        raw = np.asarray(self._booster.predict(values, raw_score=True, num_threads=self._num_threads))
        return np.asarray(raw + self.bundle.sign_weight * np.asarray(bits) + np.asarray(wording))

    def score(self, values: Floats, bits: Floats | float = 0.0, wording: Floats | float = 0.0) -> Scored:
        """Score rows (n, f) and take each score apart, exactly (TreeSHAP, LightGBM's `pred_contrib`)."""
        values = self._checked(values)
        if not len(values):
            return Scored(np.zeros(0), np.zeros(0), np.zeros(values.shape), 0.0)
        raw = self.raw(values, bits, wording)
        parts = np.asarray(self._booster.predict(values, pred_contrib=True, num_threads=self._num_threads))
        return Scored(raw, self.bundle.calibration.risk(raw), parts[:, :-1], float(parts[0, -1]))

    def _checked(self, values: Floats) -> Floats:
        if values.ndim != 2 or values.shape[1] != len(self.bundle.features):
            raise self._other_features()
        return np.ascontiguousarray(values, dtype=np.float64)

    def _other_features(self) -> BundleError:
        return BundleError(
            f"模型 {self.bundle.version} 是按另一份特征清单训练的；请用本版本重新训练并启用。",
            f"Model {self.bundle.version} was trained on another list of features; "
            "train and promote again with this release.",
            code="bundle-features",
        )
