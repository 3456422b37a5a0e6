"""A first model for a court without findings (冷启动): the signs, and how unlike all others a filing is.

The order of the filings is what it is good for. Its risk is assumed (`xiezhi.assumed`), not calibrated, and its cuts
rest on capacity alone; the bundle is of the kind `unsupervised`, and so every score, card and page says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.registry import FEATURES
from features.signs import load_pack
from training.calibration.calibrate import choose_thresholds
from training.calibration.workload import Workload, count_workload
from training.cold.cold_card import write_cold_card
from training.cold.isolation import grow_forest
from training.data.dataset import collect
from training.tracking import record_run
from xiezhi.assumed import BASE_RATE, BIT, assume_calibration, start
from xiezhi.bundle import Bundle, save
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import NotFound
from xiezhi.policy import Policy
from xiezhi.policy_cuts import tail_of
from xiezhi.progress import stage
from xiezhi.reasons import CIRCUMSTANCES
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.trees import Tree, constant, write_trees

Floats = NDArray[np.float64]

FOREST_WEIGHT = 8 * BIT
"""Eight bits to a doubling of the anomaly score, which lies between 0.45 and 0.65: it orders filings of like signs and
never outweighs a sign (docs/model-figures.md has what other weights measured)."""


@dataclass(frozen=True)
class Started:
    """An unsupervised bundle as registered, and what a report tells of it. signs: filings on which some sign stands."""

    bundle: Bundle
    registry_number: str
    counts: Mapping[str, int]
    workload: Workload

    @property
    def told(self) -> dict[str, str]:
        """What was done and what is next, by language."""
        version, number = self.bundle.version, self.registry_number
        return {
            "zh": f"模型 {version}（无监督）已登记（第 {number} 版，待启用：xiezhi promote）。",
            "en": f"Model {version} (unsupervised) is registered (number {number}; to let it screen: xiezhi promote).",
        }

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON types."""
        bundle = self.bundle
        return {
            "model_version": bundle.version,
            "model_kind": bundle.kind,
            "digest": bundle.digest,
            "registry_number": self.registry_number,
            "trained_as_of": format_moment(bundle.trained_as_of, bundle.zone),
            "counts": dict(self.counts),
            "policy": vars(bundle.policy),
            "thresholds": vars(bundle.thresholds),
            "workload": self.workload.to_json(),
        }


def train_without_labels(
    store: Store, settings: Settings, *, as_of: Moment, policy: Policy, seed: int, synthetic: bool
) -> Started:
    """Train on what was filed before `as_of`, whatever was found of it; register as the challenger.

    Raises NotFound where nothing was filed.
    """
    pack = load_pack(settings.jurisdiction, settings.signs)
    data = collect(store, as_of, pack)
    if not data.filing_ids:
        raise NotFound(
            "训练日期之前没有收案。", "Nothing was filed before the training date.", code="nothing-filed"
        )
    bits = data.bits
    with stage("孤立森林 isolation forest") as advance:
        trees = grow_forest(data.values, *find_notable(data.values), seed, FOREST_WEIGHT, advance)
    with stage("界限 cuts"):
        booster_text, raw = place_at_start(data.names, trees, data.values, bits)
        thresholds = choose_thresholds(raw, data.filed_at, BASE_RATE, policy)
        calibration = assume_calibration()
        workload = count_workload(raw, calibration.risk(raw), data.filed_at, thresholds)
        counts = {"filings": len(raw), "signs": int((bits > 0).sum()), "findings": int(data.labelled.sum())}
        draft = Bundle(
            booster_text=booster_text,
            features=data.names,
            calibration=calibration,
            thresholds=thresholds,
            tail=tail_of(raw, data.filed_at, BASE_RATE).to_json(),
            rules_version=pack.version,
            trained_as_of=as_of,
            policy=policy,
            zone=settings.zone,
            kind="unsupervised",
            sign_weight=BIT,
            lineage={
                "counts": counts,
                "data_sha256": data.digest(),
                "seed": seed,
                "forest_weight": FOREST_WEIGHT,
                "workload": workload.to_json(),
            },
            card=write_cold_card(as_of, settings.zone, counts, policy, workload, synthetic),
        )
        with tempfile.TemporaryDirectory() as folder:
            bundle = save(draft, Path(folder) / "bundle")
            parameters = {"kind": bundle.kind, "seed": seed, "forest_weight": FOREST_WEIGHT, **asdict(policy)}
            metrics = {name: float(count) for name, count in counts.items()}
            registered = record_run(settings, bundle, Path(folder) / "bundle", parameters, metrics)
    return Started(bundle, registered.number, counts, workload)


def find_notable(values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Which end of each feature is of note, and what is typical of it: `side` and `typical` of `grow_forest`.

    The end that shows the feature's sign (`Feature.shows_sign`), from the median on; a feature that speaks for no sign
    is never of note. values: (n, f) in the registry's order.
    """
    side = np.array([-1 if f.shown_by_absence or f.unit == "days" else 1 for f in FEATURES])
    known = np.where(np.isnan(values).all(axis=0), 0.0, values)
    # Where nothing rises above the greatest value there is nothing to cut.
    silent = np.array([f.sign == CIRCUMSTANCES for f in FEATURES])
    return side, np.where(silent, np.nanmax(known * side, axis=0) * side, np.nanmedian(known, axis=0))


def place_at_start(
    names: tuple[str, ...], trees: list[Tree], values: Floats, bits: Floats
) -> tuple[str, Floats]:
    """Booster text by which the middle filing without a sign scores the base rate assumed, and all raw scores."""
    alone = np.asarray(lightgbm.Booster(model_str=write_trees(names, trees)).predict(values))
    shift = start() - float(np.median(alone[bits == 0])) if (bits == 0).any() else start()
    return write_trees(names, [*trees, constant(shift)]), alone + shift + BIT * bits
