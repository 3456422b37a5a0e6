"""From a store with findings to a registered model bundle."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm

from features.registry import FEATURES
from features.signs import load_pack
from training.calibration.bands import set_bands
from training.calibration.calibrate import calibrate
from training.calibration.reliability import tabulate
from training.cards.card import write_card
from training.data.dataset import Dataset, collect
from training.evaluation.evaluation_words import WORDS
from training.evaluation.measures import Measures, measure
from training.evaluation.plots import draw_reliability, drawn_language
from training.evaluation.words import say
from training.fitting.fit import Fitted, fit
from training.fitting.growing import Kept
from training.fitting.search import search_parameters
from training.fitting.sign_weight import add_signs
from training.fitting.wording import Wording, add_wording
from training.monitoring.maturity import Arrival, read_arrival
from training.monitoring.reference import make_reference
from training.tracking import record_run
from xiezhi.bundle import Bundle, save
from xiezhi.clock import Moment
from xiezhi.policy import Policy
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import Store


@dataclass(frozen=True)
class Trained:
    """A bundle as registered, and what a report tells of its training."""

    bundle: Bundle
    registry_number: str
    counts: Mapping[str, int]
    left_out: Mapping[str, int]
    rounds: int
    measures: Measures
    gain_shares: Mapping[str, float]


def train(
    store: Store,
    settings: Settings,
    *,
    as_of: Moment,
    policy: Policy,
    seed: int,
    synthetic: bool,
    search: int = 0,
) -> Trained:
    """Train on what was known before `as_of`, log to MLflow and register as the challenger.

    A training that was killed goes on where it was when the same is asked for again: what is finished lies under
    `XIEZHI_HOME/training` until the model is registered. `search`: parameters to try out first, 0 takes those that
    come with the program. `synthetic` makes the card say that the filings were simulated. Raises NotEnoughLabels.
    """
    data = collect(store, as_of, load_pack(settings.jurisdiction, settings.signs))
    with stage("拟合 fitting") as advance:
        kept = Kept(settings.home / "training").within(_name_of(data, seed, search))
        monotone = monotone_of(data.names)
        found = search_parameters(data, monotone, seed, search, kept, advance) if search else {}
        fitted, sign_weight = add_signs(data, fit(data, monotone, seed, advance, found=found, kept=kept))
        fitted, wording = add_wording(data, fitted, seed)
    with stage("评估 measuring"):
        held = fitted.is_held_out
        measures = measure(data.positive[held], fitted.out_of_fold[held], data.natural[held], seed=seed)
        with store.read() as connection:
            arrival = read_arrival(connection, as_of)
        draft = make_bundle(
            data, fitted, sign_weight, wording, measures, policy, settings, synthetic, arrival
        )
        with tempfile.TemporaryDirectory() as folder:
            bundle = save(draft, Path(folder) / "bundle")
            plot = Path(folder) / "reliability.png"
            risk = bundle.calibration.risk(fitted.out_of_fold[held])
            bins = tabulate(risk, data.positive[held], data.natural[held])
            axes = [say(WORDS, name, drawn_language(settings.language)) for name in ("risk", "found")]
            plot.write_bytes(draw_reliability({bundle.version: bins}, *axes))
            registered = record_run(
                settings,
                bundle,
                Path(folder) / "bundle",
                parameters={**fitted.parameters, "rounds": fitted.rounds, **asdict(policy)},
                metrics=_metrics(data, measures),
                plots=[plot],
            )
    kept.forget()
    total = sum(fitted.gains.values()) or 1.0
    shares = {name: gain / total for name, gain in Counter(fitted.gains).most_common() if gain > 0}
    return Trained(
        bundle, registered.number, count_labels(data), data.left_out, fitted.rounds, measures, shares
    )


def make_bundle(
    data: Dataset,
    fitted: Fitted,
    sign_weight: float,
    wording: Wording,
    measures: Measures,
    policy: Policy,
    settings: Settings,
    synthetic: bool,
    arrival: Arrival,
) -> Bundle:
    """Everything a fitted model needs to screen, not saved yet."""
    held = fitted.is_held_out
    calibration = calibrate(fitted.out_of_fold[held], data.positive[held], data.natural[held])
    bands = set_bands(data, fitted.out_of_fold, calibration, policy)
    counts = count_labels(data)
    return Bundle(
        booster_text=fitted.booster_text,
        features=data.names,
        calibration=calibration,
        thresholds=bands.thresholds,
        guarantee=bands.guarantee.to_json(),
        tail=bands.tail.to_json(),
        sign_weight=sign_weight,
        wording=wording.model,
        rules_version=load_pack(settings.jurisdiction, settings.signs).version,
        trained_as_of=data.as_of,
        policy=policy,
        zone=settings.zone,
        lineage={
            "counts": counts,
            "left_out": dict(data.left_out),
            "base_rate": data.base_rate,
            "data_sha256": data.digest(),
            "workload": bands.workload.to_json(),
            "rounds": fitted.rounds,
            "held_out": dict(fitted.held_out),
            "wording": wording.to_json(),
            "parameters": dict(fitted.parameters),
        },
        reference=make_reference(data, fitted),
        card=write_card(
            as_of=data.as_of,
            zone=settings.zone,
            counts=counts,
            features=len(data.names),
            measures=measures,
            calibration=calibration.method,
            policy=policy,
            thresholds=bands.thresholds,
            synthetic=synthetic,
            arrival=arrival,
            guarantee=bands.guarantee.texts(),
            wording=wording.weight > 0,
        ),
    )


def _name_of(data: Dataset, seed: int, search: int) -> str:
    """The same for trainings that would grow the same boosters."""
    parts = (data.digest(), str(data.as_of), str(seed), str(search), lightgbm.__version__)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def monotone_of(names: tuple[str, ...]) -> list[int]:
    """The direction the law gives each feature: 1 where more never lowers the risk, 0 free."""
    directions = {feature.name: feature.direction for feature in FEATURES}
    return [directions[name] for name in names]


def count_labels(data: Dataset) -> dict[str, int]:
    """How many filings there are of each label."""
    return {
        "filings": len(data.positive),
        "positives": int(data.positive.sum()),
        "genuine": int((data.labelled & ~data.positive).sum()),
        "unlabelled": int((~data.labelled).sum()),
    }


def _metrics(data: Dataset, measures: Measures) -> dict[str, float]:
    figures: dict[str, Any] = {
        **count_labels(data),
        "base_rate": measures.base_rate,
        "oof_average_precision": measures.average_precision.value,
        "oof_average_precision_low": measures.average_precision.low,
        "oof_average_precision_high": measures.average_precision.high,
    }
    for share, precision in measures.precision_at.items():
        figures[f"oof_precision_at_{share}"] = precision.value
        figures[f"oof_recall_at_{share}"] = measures.recall_at[share].value
    return {name: float(figure) for name, figure in figures.items()}
