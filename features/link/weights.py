"""The linker's model: `weights.toml`, read once."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

Bits = float
"""Evidence in base-2 logarithms of odds."""

FREQUENCY: Final = "frequency"


@dataclass(frozen=True)
class Level:
    """One level of agreement of a field. `u` is None where it is counted."""

    m: float
    u: float | None


@dataclass(frozen=True)
class Background:
    """Smoothing of a counted u: shares of values not seen yet by script (`any` where it does not matter)."""

    shares: Mapping[str, float]
    floor: float

    def u(self, others: float, mentions: int, script: str) -> float:
        """Share of other bearers with a value that `others` of them were seen with among `mentions`."""
        share = self.shares.get(script) or self.shares["any"]
        return max(self.floor, others / max(mentions, 1) + 1 / (mentions + 1 / share))


@dataclass(frozen=True)
class KindWeights:
    """Weights of one kind of entity: field -> level -> Level; `bits`: log2(m/u) where u is given."""

    repeat: float
    least_mentions: int
    levels: Mapping[str, Mapping[str, Level]]
    bits: Mapping[str, Mapping[str, Bits]]
    name: Background
    phone: Background | None

    def prior(self, mentions: int) -> Bits:
        """Log-odds that a mention and one given earlier mention have one bearer."""
        return math.log2(self.repeat / max(mentions, self.least_mentions))


@dataclass(frozen=True)
class ClaimWeights:
    """Probabilities by which filings are held to carry one claim."""

    declared: float
    instrument: float
    amount: float
    text: float
    years: float
    text_ratio: float


@dataclass(frozen=True)
class Weights:
    """The whole model. See `weights.toml` for what each value means and where it comes from."""

    threshold: float
    considered: int
    hub: int
    certain_latest: int
    count_cap: int
    kinds: Mapping[str, KindWeights]
    claim: ClaimWeights

    @property
    def cut(self) -> Bits:
        """The threshold as log-odds."""
        return math.log2(self.threshold / (1 - self.threshold))


@cache
def load_weights() -> Weights:
    """The model shipped with the program."""
    with Path(__file__).with_name("weights.toml").open("rb") as handle:
        model = tomllib.load(handle)
    kinds = {
        kind: _kind(model[kind], model["least_mentions"])
        for kind in ("person", "organization", "agent", "firm")
    }
    whole = ("threshold", "considered", "hub", "certain_latest", "count_cap")
    return Weights(**{name: model[name] for name in whole}, kinds=kinds, claim=ClaimWeights(**model["claim"]))


def probability(bits: Bits) -> float:
    """Log-odds as a probability."""
    return 1.0 if bits > 60 else 0.0 if bits < -60 else 1 / (1 + 2.0**-bits)


def _kind(table: Mapping[str, Any], least_mentions: int) -> KindWeights:
    levels: dict[str, dict[str, Level]] = {}
    for field, entries in table.items():
        if isinstance(entries, dict) and not field.endswith("background"):
            levels[field] = {name: _level(entry) for name, entry in entries.items()}
    bits = {
        field: {name: math.log2(level.m / level.u) for name, level in of.items() if level.u is not None}
        for field, of in levels.items()
    }
    phone = _background(table["phone_background"]) if "phone_background" in table else None
    return KindWeights(table["repeat"], least_mentions, levels, bits, _background(table["background"]), phone)


def _level(entry: Mapping[str, Any]) -> Level:
    return Level(entry["m"], None if entry["u"] == FREQUENCY else float(entry["u"]))


def _background(table: Mapping[str, float]) -> Background:
    return Background({name: share for name, share in table.items() if name != "floor"}, table["floor"])
