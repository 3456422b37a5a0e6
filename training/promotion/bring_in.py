"""A model trained elsewhere (外来模型): written out as one file, read in, fitted to this court's own filings.

What comes in is data: it is checked against its digests and never executed. It becomes the challenger like any
model trained here, and screens only once it is promoted.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.registry import FEATURE_NAMES
from features.wording import weigh_runs
from training.calibration.bands import set_bands
from training.calibration.calibrate import calibrate, choose_thresholds
from training.calibration.workload import count_workload
from training.data.dataset import Dataset
from training.fitting.fit import LEAST_POSITIVES
from training.tracking import fetch_bundle, find_model, record_run
from xiezhi.bundle import SUMS, Bundle, listed_files, load, save
from xiezhi.errors import BundleError, Conflict
from xiezhi.policy import Policy
from xiezhi.policy_cuts import tail_of
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings

MOST_BYTES = 512 * 1024 * 1024
"""Of one file in an archive, unpacked: a booster is a few MB; an archive that swells to more is not a bundle."""

MOST_SUMS = 64 * 1024
"""Of the list of digests, unpacked: a line of some eighty bytes for each of a few files."""

Floats = NDArray[np.float64]
Fit = Literal["labels", "capacity", "none"]
"""What of the court's own was used: findings and filings; filings alone; nothing."""


@dataclass(frozen=True)
class BroughtIn:
    """A bundle registered as challenger, the one it came from, and what it was fitted to."""

    bundle: Bundle
    origin: Bundle
    registry_number: str
    fit: Fit
    positives: int

    def to_json(self) -> dict[str, str | int]:
        """What was brought in, as plain JSON types."""
        return {
            "model_version": self.bundle.version,
            "digest": self.bundle.digest,
            "origin_version": self.origin.version,
            "origin_digest": self.origin.digest,
            "registry_number": self.registry_number,
            "fit": self.fit,
            "positives": self.positives,
        }

    def tell(self, language: str) -> str:
        """What was done and what is next."""
        done = _DONE[self.fit][language].format(
            version=self.bundle.version, origin=self.origin.version, positives=self.positives
        )
        return done + _NEXT[language]


def write_out(settings: Settings, version: str | None, target: Path) -> Bundle:
    """Write the registered bundle `version` (the one trained last for None) to a folder, or a file that ends in .zip.

    Raises NotFound for a model nobody trained, Conflict where there is something already, BundleError.
    """
    if target.exists():
        raise Conflict(f"{target.name} 已存在。", f"{target.name} is there already.", code="file-exists")
    model = find_model(settings, version)
    with tempfile.TemporaryDirectory() as folder:
        there = fetch_bundle(settings, model, Path(folder))
        bundle = load(there)
        names = (*listed_files((there / SUMS).read_text(encoding="utf-8")), SUMS)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".zip":
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in names:
                    archive.write(there / name, name)
        else:
            target.mkdir()
            for name in names:
                (target / name).write_bytes((there / name).read_bytes())
    return bundle


def bring_in(
    settings: Settings, path: Path, data: Dataset | None, policy: Policy | None, digest: str | None = None
) -> BroughtIn:
    """Check the bundle at `path` (folder or .zip) and register it as the challenger.

    data: this court's filings to fit calibration and cuts to; None leaves both as they came. policy: the court's own,
    None for that of the bundle. digest: what the sender said it is. Raises BundleError for a bundle that is damaged, is
    not the one announced or was trained on other features.
    """
    with _unpacked(path) as folder:
        origin = load(folder)
        if digest is not None and digest.strip().lower() != origin.digest:
            raise BundleError(
                f"模型包摘要为 {origin.digest}，与告知的不符；请向提供方核对。",
                f"The bundle's digest is {origin.digest}, not the one announced; ask whoever sent it.",
                code="bundle-other",
            )
        Scorer(origin).require_features(FEATURE_NAMES)
        parameters = {"origin": origin.version, "origin_digest": origin.digest}
        if data is None:  # as it came it keeps its version and digest
            registered = record_run(settings, origin, folder, {**parameters, "fit": "none"}, {})
            return BroughtIn(origin, origin, registered.number, "none", 0)
        if origin.kind != "learned":
            raise BundleError(
                "该模型包未用认定训练，无可重新校准；请在本院运行 xiezhi train --without-labels。",
                "This bundle has learned from no findings, so there is nothing to calibrate again; run "
                "`xiezhi train --without-labels` here.",
                code="bundle-unsupervised",
            )
        draft, fit = _fit(origin, data, policy or origin.policy)
        positives = int(data.positive.sum())
        with tempfile.TemporaryDirectory() as made:
            bundle = save(draft, Path(made) / "bundle")
            metrics = {"positives": float(positives)}
            registered = record_run(
                settings, bundle, Path(made) / "bundle", {**parameters, "fit": fit}, metrics
            )
    return BroughtIn(bundle, origin, registered.number, fit, positives)


def _fit(origin: Bundle, data: Dataset, policy: Policy) -> tuple[Bundle, Fit]:
    """The bundle with calibration and cuts of the court's own findings, or with cuts of its own scores alone.

    The model has seen none of these filings, so its scores of them are as honest as scores out of fold.
    """
    wording = 0.0 if origin.wording is None else weigh_runs(data.words, origin.wording)
    raw = Scorer(origin, num_threads=0).raw(data.values, data.bits, wording)
    positives = int(data.positive.sum())
    fit: Fit
    if LEAST_POSITIVES <= positives < len(raw):
        fitted, fit = _fit_to_labels(origin, data, raw, policy), "labels"
    else:
        fitted, fit = _fit_to_capacity(origin, data, raw, policy), "capacity"
    told = {"version": origin.version, "filings": len(raw), "positives": positives}
    notes = {language: head.format(**told) for language, head in _NOTES[fit].items()}
    texts = {language: f"{note}\n\n{origin.card.get(language, '')}" for language, note in notes.items()}
    lineage = {
        "origin": {"version": origin.version, "digest": origin.digest, "lineage": dict(origin.lineage)},
        "fit": fit,
        "counts": {"filings": len(raw), "positives": positives},
        "data_sha256": data.digest(),
        **fitted.lineage,
    }
    return replace(
        fitted, policy=policy, lineage=lineage, card={**origin.card, **texts}, trained_as_of=data.as_of
    ), fit


def _fit_to_labels(origin: Bundle, data: Dataset, raw: Floats, policy: Policy) -> Bundle:
    calibration = calibrate(raw, data.positive, data.natural)
    bands = set_bands(data, raw, calibration, policy)
    return replace(
        origin,
        calibration=calibration,
        thresholds=bands.thresholds,
        guarantee=bands.guarantee.to_json(),
        tail=bands.tail.to_json(),
        lineage={"workload": bands.workload.to_json()},
    )


def _fit_to_capacity(origin: Bundle, data: Dataset, raw: Floats, policy: Policy) -> Bundle:
    """Cuts by how many of the court's own filings scored so high; the floors stay those of where it was trained."""
    floors = origin.thresholds
    cuts = replace(
        choose_thresholds(raw, data.filed_at, data.base_rate, policy),
        review_floor=floors.review_floor,
        notice_floor=floors.notice_floor,
    )
    workload = count_workload(raw, origin.calibration.risk(raw), data.filed_at, cuts)
    asked = origin.policy.floor
    base_rate = floors.review_floor / asked if asked else data.base_rate
    tail = tail_of(raw, data.filed_at, base_rate).to_json()
    return replace(origin, thresholds=cuts, guarantee={}, tail=tail, lineage={"workload": workload.to_json()})


_NOTES: dict[Fit, dict[str, str]] = {
    "labels": {
        "zh": "> **外来模型 {version}。** 校准与界限已按本院 {filings} 件收案、{positives} 件认定重新拟合；以下指标来自原训练法院。",
        "en": "> **A model trained elsewhere, {version}.** Its calibration and cuts were fitted to {filings} filings of "
        "this court with {positives} found false or abusive; the figures below are those of where it was trained.",
    },
    "capacity": {
        "zh": "> **外来模型 {version}。** 本院认定不足（{positives} 件），界限仅按本院 {filings} 件收案的得分与可审查件数设定；"
        "概率仍是原训练法院的校准，在本院未经检验。",
        "en": "> **A model trained elsewhere, {version}.** This court has too few findings ({positives}): the cuts rest on "
        "capacity and the scores of its {filings} filings alone, and the probabilities are still those of where the "
        "model was trained, untested here.",
    },
}


_DONE: dict[Fit, dict[str, str]] = {
    "labels": {
        "zh": "外来模型 {origin} 已按本院 {positives} 件认定重新校准，登记为 {version}",
        "en": "Model {origin}, trained elsewhere, was calibrated on {positives} findings of this court and is "
        "registered as {version}",
    },
    "capacity": {
        "zh": "外来模型 {origin} 已登记为 {version}：本院认定不足（{positives} 件），仅按本院得分与可审查件数设定界限，概率未经检验",
        "en": "Model {origin}, trained elsewhere, is registered as {version}: with {positives} findings of this court its "
        "cuts rest on capacity and own scores alone, its probabilities are untested here",
    },
    "none": {
        "zh": "外来模型 {version} 已原样登记：概率与界限仍属原训练法院（可加 --recalibrate）",
        "en": "Model {version}, trained elsewhere, is registered as it came: its probabilities and cuts are those of "
        "where it was trained (--recalibrate fits them to this court)",
    },
}
_NEXT = {"zh": "。待启用：xiezhi promote", "en": ". To let it screen: xiezhi promote"}


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The folder of the bundle at `path`; of an archive only the files of a bundle are read, under their own names."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "bundle"
        target.mkdir()
        try:
            with zipfile.ZipFile(path) as archive:
                sums = _read(archive, SUMS, MOST_SUMS)
                (target / SUMS).write_bytes(sums)
                for name in listed_files(sums.decode("utf-8", "replace")):
                    (target / name).write_bytes(_read(archive, name, MOST_BYTES))
        except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, KeyError) as error:
            raise BundleError(
                f"{path.name} 不是模型包：应为文件夹或 xiezhi bundle export 写出的 .zip。",
                f"{path.name} is no bundle: give a folder, or a .zip as `xiezhi bundle export` writes it.",
                code="bundle-unreadable",
            ) from error
        yield target


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A file of the archive; zipfile unpacks no more of it than the size it is said to have. Raises KeyError for a
    larger one."""
    if archive.getinfo(name).file_size > most:
        raise KeyError(name)
    return archive.read(name)
