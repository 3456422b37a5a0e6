"""What decides a band: a model with its cuts, or none, and a rule pack. Today's, or one that is tried."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from features.signs import Judged, Pack, load_pack, values_of
from features.wording import weigh_words
from training.calibration.calibrate import choose_thresholds
from training.evaluation.measures import Floats
from training.evaluation.period import Period
from training.tracking import fetch_bundle, find_model
from xiezhi.bundle import Bundle, bundle_folder, load, load_current
from xiezhi.clock import Moment
from xiezhi.errors import InputError, NotFound
from xiezhi.policy import Band, Policy, band
from xiezhi.progress import stage
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store

_AT_ONCE = 500
"""Filings between two looks at how far it is."""


@dataclass(frozen=True)
class Regime:
    """bundle: the model, None where signs decide alone. policy: capacity and floor to try instead of the bundle's."""

    bundle: Bundle | None
    pack: Pack
    policy: Policy | None = None

    @property
    def model(self) -> str | None:
        """Version of the model."""
        return self.bundle.version if self.bundle else None

    @property
    def trained_as_of(self) -> Moment | None:
        """Filings before this moment the model has seen; None without a model."""
        return self.bundle.trained_as_of if self.bundle else None


@dataclass(frozen=True)
class Verdicts:
    """What a regime says of the n filings of a period.

    raw, risk: of the model, NaN without one. bands: after signs. signs: those that fired for suspicion. strength:
    bits of the signs that stand. beside: what signs and words add to the model's trees, 0 without one.
    """

    raw: Floats
    risk: Floats
    bands: tuple[Band, ...]
    signs: tuple[frozenset[str], ...]
    strength: Floats
    beside: Floats


def current_regime(store: Store, settings: Settings) -> Regime:
    """What screens today: the promoted model, if there is one, and the settings' pack."""
    pack = load_pack(settings.jurisdiction, settings.signs)
    try:
        return Regime(load_current(store, settings), pack)
    except NotFound:
        return Regime(None, pack)


def try_out(
    today: Regime,
    settings: Settings,
    *,
    model: str | None = None,
    signs: Path | None = None,
    capacity: float | None = None,
    floor: float | None = None,
) -> Regime:
    """Today's regime with another model (its version), rule file, capacity or floor. Raises NotFound, BundleError, and
    InputError for cuts without a model."""
    bundle = today.bundle if model is None else registered_bundle(settings, model)
    pack = today.pack if signs is None else load_pack(settings.jurisdiction, signs)
    if capacity is None and floor is None:
        return Regime(bundle, pack)
    if bundle is None:
        raise InputError(
            "尚未启用任何模型，无界限可试；请以 --model 给出模型版本。",
            "No model has been promoted, so there are no cuts to try; give one with --model.",
            code="no-model",
        )
    own = bundle.policy
    policy = replace(
        own,
        capacity_per_day=own.capacity_per_day if capacity is None else capacity,
        floor=own.floor if floor is None else floor,
    )
    return Regime(bundle, pack, policy)


def registered_bundle(settings: Settings, version: str) -> Bundle:
    """A bundle by its version: promoted once, or registered and never promoted. Raises NotFound, BundleError."""
    folder = bundle_folder(settings, version)
    if folder.exists():
        return load(folder)
    with tempfile.TemporaryDirectory() as copy:
        return load(fetch_bundle(settings, find_model(settings, version), Path(copy)))


def judge(regime: Regime, period: Period) -> Verdicts:
    """Score, band and lift every filing of the period. Raises BundleError for a model of other features."""
    judged = _judge_signs(regime.pack, period)
    strength = np.array([one.strength for one in judged])
    n = len(judged)
    raw, risk, beside = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n)
    own: list[Band] = ["none"] * n
    if regime.bundle is not None:
        scorer = Scorer(regime.bundle, num_threads=0)
        scorer.require_features(period.table.names)
        wording = weigh_words(period.table.filings[slice(*period.rows)], regime.bundle.wording)
        beside = regime.bundle.sign_weight * strength + wording
        raw = scorer.raw(period.values, strength, wording)
        risk = regime.bundle.calibration.risk(raw)
        cuts = regime.bundle.thresholds
        if regime.policy is not None:
            # The scores the bundle's own cuts came from are not kept: those of the period stand in for them.
            cuts = choose_thresholds(raw, period.filed_at, _base_rate(regime.bundle, risk), regime.policy)
        own = [band(float(r), float(w), cuts) for r, w in zip(risk, raw, strict=True)]
    bands = tuple(regime.pack.lift(one, said) for one, said in zip(own, judged, strict=True))
    signs = tuple(frozenset(r.sign for r in said.fired if r.direction == "for") for said in judged)
    return Verdicts(raw, risk, bands, signs, strength, beside)


def _judge_signs(pack: Pack, period: Period) -> list[Judged]:
    """What the pack says of each filing at its own moment, watch lists included."""
    judged = []
    looks = zip(period.filing_ids, period.filed_at.tolist(), period.courts, strict=True)
    first, last = period.rows
    with stage("规则 signs") as advance:
        for row, (filing_id, filed_at, court) in enumerate(looks, first):
            matches = tuple(period.matches.get((filing_id, filed_at), ()))
            judged.append(pack.judge(values_of(period.table, row, matches), court))
            if (row + 1) % _AT_ONCE == 0 or row + 1 == last:
                advance(row + 1 - first, last - first)
    return judged


def _base_rate(bundle: Bundle, risk: Floats) -> float:
    """What the floor is a multiple of: the base rate in training, as the bundle tells."""
    return float(bundle.lineage.get("base_rate", risk.mean()))
