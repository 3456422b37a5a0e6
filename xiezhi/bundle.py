"""The model bundle (模型包): a folder of plain files with a digest. Nothing in it is ever executed.

booster.txt     LightGBM's own text
bundle.json     features, calibration, thresholds, policy, versions, where it came from
card.json       the model card: figures, and its text in zh and en
card.md         the same card to read
impact.md       the impact assessment, where the bundle has one
wording.npy     weights of the words of claims and facts, where they count
SHA256SUMS      the digest of every file above; the bundle's digest is the digest of this file
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from xiezhi.clock import Moment, format_moment, parse_moment
from xiezhi.errors import BundleError, NotFound
from xiezhi.policy import Policy, Thresholds
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion, current

Kind = Literal["learned", "unsupervised", "rules"]
"""What a score rests on: findings (有监督), unlikeness and signs without any finding (无监督), signs alone (仅规则)."""

FORMAT = 1
FILES = ("booster.txt", "bundle.json", "card.json", "card.md")
IMPACT = "impact.md"
"""Not in bundles made before there was one."""
WORDING = "wording.npy"
"""Where the words of claims and facts tell more than the features."""
WORDING_BUCKETS = 2**15
"""Hashed runs of characters share buckets: complaints have some 40,000 different ones, of which few matter."""
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Calibration:
    """Raw score (log-odds) to risk: straight lines between points `x` (increasing) and `y` (never falling)."""

    method: str
    x: tuple[float, ...]
    y: tuple[float, ...]

    def risk(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities in [0, 1], shape of `raw`; level beyond the ends of the table."""
        return np.interp(raw, self.x, self.y)


@dataclass(frozen=True)
class Bundle:
    """One trained model. `version` and `digest` come from its files: both are empty before `save`.

    `trained_as_of`: labels and filings were those known before this moment, told in `zone`.
    `lineage`: counts, seeds, parameters and the digest of the training data. `reference`: what
    the training year looked like, for monitoring; empty in bundles made before there was one. `card`: `zh`, `en`, `figures`,
    and `impact` in `zh` and `en`.
    `sign_weight`: what a bit of the signs that fire adds to the raw score; 0 where the model has learned their worth.
    `wording`: log-odds to each bucket of hashed runs of characters, and a constant at the end; None where words do not count.
    `guarantee`: what is promised of the flags, as `training.calibration.guarantee` tells it; empty where nothing is.
    `tail`: the highest scores of the last year, by which a court that reviews more or less sets other cuts
    (`xiezhi.policy_cuts`); empty in bundles made before there was one.
    """

    booster_text: str
    features: tuple[str, ...]
    calibration: Calibration
    thresholds: Thresholds
    rules_version: str
    trained_as_of: Moment
    policy: Policy = field(default_factory=Policy)
    zone: str = "UTC"
    lineage: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, Any] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)
    kind: Kind = "learned"
    sign_weight: float = 0.0
    guarantee: Mapping[str, Any] = field(default_factory=dict)
    tail: Mapping[str, Any] = field(default_factory=dict)
    wording: NDArray[np.float64] | None = field(default=None, compare=False)
    version: str = ""
    digest: str = ""


def save(bundle: Bundle, folder: Path) -> Bundle:
    """Write `bundle` into the new `folder`; returns it with its version and digest."""
    folder.mkdir(parents=True)
    card_text = f"{bundle.card.get('zh', '')}\n---\n\n{bundle.card.get('en', '')}"
    contents = {
        "booster.txt": bundle.booster_text,
        "bundle.json": _dump(_description(bundle)),
        "card.json": _dump(bundle.card),
        "card.md": card_text,
    }
    if impact := bundle.card.get("impact"):
        contents[IMPACT] = f"{impact['zh']}\n---\n\n{impact['en']}"
    files = {name: text.encode() for name, text in contents.items()}
    if bundle.wording is not None:
        files[WORDING] = _to_npy(bundle.wording)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sums = "".join(f"{_sha256(content)}  {name}\n" for name, content in files.items()).encode()
    (folder / SUMS).write_bytes(sums)
    return _named(bundle, _sha256(sums))


def load(folder: Path) -> Bundle:
    """The bundle in `folder`, every file checked against its digest. Raises BundleError."""
    sums = _read(folder, SUMS)
    told = sums.decode(errors="replace").splitlines()
    names = dict.fromkeys((*FILES, *listed_files(sums.decode(errors="replace"))))
    files = {name: _read(folder, name) for name in names}
    for name in names:
        if f"{_sha256(files[name])}  {name}" not in told:
            raise _damaged(folder, name)
    try:
        body = json.loads(files["bundle.json"])
        if body["format"] != FORMAT:
            raise BundleError(
                f"模型包 {folder.name} 的格式为第 {body['format']} 版，本程序只读第 {FORMAT} 版；请重新训练。",
                f"The bundle {folder.name} is of format {body['format']}, this program reads {FORMAT}; train again.",
                code="bundle-format",
            )
        bundle = _from_description(body, files["booster.txt"].decode(), json.loads(files["card.json"]))
        if WORDING in files:
            bundle = replace(bundle, wording=_from_npy(files[WORDING]))
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, "bundle.json") from error
    return _named(bundle, _sha256(sums))


def listed_files(sums: str) -> tuple[str, ...]:
    """The files that the text of SHA256SUMS lists: no other is a bundle's, whatever lies beside."""
    listed = {line[66:] for line in sums.splitlines()}
    return tuple(name for name in (*FILES, IMPACT, WORDING) if name in listed)


def _to_npy(weights: NDArray[np.float64]) -> bytes:
    out = io.BytesIO()
    np.save(out, weights.astype("<f8"), allow_pickle=False)
    return out.getvalue()


def _from_npy(content: bytes) -> NDArray[np.float64]:
    """Numbers alone: numpy is told never to unpickle. Raises ValueError for anything else than a weight a bucket."""
    weights = np.load(io.BytesIO(content), allow_pickle=False)
    if (
        weights.dtype != np.float64
        or weights.shape != (WORDING_BUCKETS + 1,)
        or not np.isfinite(weights).all()
    ):
        raise ValueError(WORDING)
    return np.asarray(weights, dtype=np.float64)


def load_current(store: Store, settings: Settings) -> Bundle:
    """The bundle that screens: the newest promotion's. Raises NotFound when nothing was promoted."""
    with store.read() as connection:
        promotion = current(connection)
    if promotion is None:
        raise NotFound(
            "尚未启用任何模型；请先运行 xiezhi train，再运行 xiezhi promote。",
            "No model has been promoted; run `xiezhi train`, then `xiezhi promote`.",
            code="no-model",
        )
    return _load_promoted(promotion, bundle_folder(settings, promotion.model_version))


def bundle_folder(settings: Settings, version: str) -> Path:
    """Where the promoted bundle `version` lives."""
    return settings.home / "bundles" / version


def _load_promoted(promotion: Promotion, folder: Path) -> Bundle:
    bundle = load(folder)
    if bundle.digest != promotion.digest:
        # Whoever swaps the folder can rewrite SHA256SUMS too, but not the promotion on record.
        raise _damaged(folder, SUMS)
    return bundle


def _description(bundle: Bundle) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "features": bundle.features,
        "calibration": asdict(bundle.calibration),
        "thresholds": asdict(bundle.thresholds),
        "policy": asdict(bundle.policy),
        "rules_version": bundle.rules_version,
        "trained_as_of": format_moment(bundle.trained_as_of, bundle.zone),
        "zone": bundle.zone,
        "lineage": bundle.lineage,
        "reference": bundle.reference,
        "kind": bundle.kind,
        "sign_weight": bundle.sign_weight,
        "guarantee": bundle.guarantee,
        "tail": bundle.tail,
    }


def _from_description(body: Mapping[str, Any], booster_text: str, card: Mapping[str, Any]) -> Bundle:
    table = body["calibration"]
    return Bundle(
        booster_text=booster_text,
        features=tuple(body["features"]),
        calibration=Calibration(table["method"], tuple(table["x"]), tuple(table["y"])),
        thresholds=Thresholds(**body["thresholds"]),
        rules_version=body["rules_version"],
        trained_as_of=parse_moment(body["trained_as_of"], body["zone"]),
        policy=Policy(**body["policy"]),
        zone=body["zone"],
        lineage=body["lineage"],
        reference=body.get("reference", {}),
        card=card,
        # A bundle saved before there were other kinds names none.
        kind=body.get("kind", "learned"),
        sign_weight=body.get("sign_weight", 0.0),
        guarantee=body.get("guarantee", {}),
        tail=body.get("tail", {}),
    )


def _named(bundle: Bundle, digest: str) -> Bundle:
    day = format_moment(bundle.trained_as_of, bundle.zone)[:10].replace("-", "")
    return replace(bundle, version=f"{day}-{digest[:8]}", digest=digest)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise BundleError(
            f"模型包 {folder.name} 缺少文件 {name}；请重新运行 xiezhi promote。",
            f"The bundle {folder.name} lacks its file {name}; run `xiezhi promote` again.",
            code="bundle-missing",
        ) from error


def _damaged(folder: Path, name: str) -> BundleError:
    return BundleError(
        f"模型包 {folder.name} 的文件 {name} 与登记的摘要不符；请删除该文件夹后重新运行 xiezhi promote。",
        f"The file {name} of bundle {folder.name} is not the one its digest tells of; "
        "remove the folder and run `xiezhi promote` again.",
        code="bundle-damaged",
    )


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
