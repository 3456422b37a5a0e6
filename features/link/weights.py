"""The linker's model: `weights.toml`, read once."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.link.compare import levels_of
from xiezhi.errors import InputError
from xiezhi.settings import Settings

Bits = float
"""Evidence in base-2 logarithms of odds."""

Floats = NDArray[np.float64]

FREQUENCY: Final = "frequency"

_SHIPPED: Final = Path(__file__).with_name("weights.toml")
_ANY_TEXT: Final = "locality"
_KINDS: Final = ("person", "organization", "agent", "firm")
_WHOLE: Final = ("threshold", "ask", "considered", "hub", "certain_latest", "count_cap")


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
    """Weights of one kind of entity: field -> level -> Level. prior_bits: of a table, where it is fitted."""

    repeat: float
    least_mentions: int
    levels: Mapping[str, Mapping[str, Level]]
    backgrounds: Mapping[str, Background]
    prior_bits: Bits | None

    def of(self, field: str) -> Mapping[str, Level]:
        """Levels of a field; one without weights of its own has those of any text."""
        return self.levels.get(field) or self.levels[_ANY_TEXT]

    def least_share(self, mentions: int) -> float:
        """Share of pairs of one bearer where nothing else tells it."""
        return self.repeat / max(mentions, self.least_mentions)

    def tables(self, kind: str, fields: Sequence[str]) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """m and u of the levels of each field, in the order of `levels_of`; u is 1 where it is counted."""
        m: dict[str, Floats] = {}
        u: dict[str, Floats] = {}
        for field in fields:
            levels = [self.of(field)[name] for name in levels_of(kind, field)]
            m[field] = np.array([level.m for level in levels])
            u[field] = np.array([1.0 if level.u is None else level.u for level in levels])
        return m, u

    @cached_property
    def bits(self) -> Mapping[str, Mapping[str, Bits]]:
        """Field -> level -> log2(m/u), where u is given."""
        return {
            field: {name: math.log2(level.m / level.u) for name, level in of.items() if level.u is not None}
            for field, of in self.levels.items()
        }

    def prior(self, mentions: int) -> Bits:
        """Log-odds that a mention and one given earlier mention have one bearer."""
        return math.log2(self.repeat / max(mentions, self.least_mentions))


@dataclass(frozen=True)
class Weights:
    """The whole model. See `weights.toml` for what each value means and where it comes from."""

    threshold: float
    ask: float
    considered: int
    hub: int
    certain_latest: int
    count_cap: int
    kinds: Mapping[str, KindWeights]

    @property
    def cut(self) -> Bits:
        """The threshold as log-odds."""
        return math.log2(self.threshold / (1 - self.threshold))


@cache
def load_weights() -> Weights:
    """The model in use: that of the setting `link_weights`, or the one shipped with the program. Raises InputError."""
    return read_weights(Settings().link_weights or _SHIPPED)


def read_weights(path: Path) -> Weights:
    """A model file. Raises InputError."""
    try:
        with path.open("rb") as handle:
            model = tomllib.load(handle)
        kinds = {kind: _kind(kind, model[kind], model["least_mentions"]) for kind in _KINDS}
        if path != _SHIPPED:
            for kind, of in read_weights(_SHIPPED).kinds.items():
                if missing := of.levels.keys() - kinds[kind].levels.keys():
                    raise KeyError(f"{kind}.{min(missing)}")
        whole = {name: model[name] for name in _WHOLE}
        return Weights(**whole, kinds=kinds)
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise InputError(
            f"{path} 不是权重文件（格式见 weights.toml）：{error}",
            f"{path} is no file of weights (see weights.toml for the form): {error}",
            code="weights",
        ) from error


def dump_weights(weights: Weights) -> str:
    """The model as a file that can be read, edited and given to `read_weights`."""
    least = next(iter(weights.kinds.values())).least_mentions
    lines = [f"{name} = {getattr(weights, name)}" for name in _WHOLE] + [f"least_mentions = {least}"]
    for kind, of in weights.kinds.items():
        lines += ["", f"[{kind}]", f"repeat = {of.repeat:.6g}"]
        if of.prior_bits is not None:
            lines.append(f"prior = {of.prior_bits:.6f}")
        for field, levels in of.levels.items():
            lines.append(f"[{kind}.{field}]")
            for name, level in levels.items():
                u = f'"{FREQUENCY}"' if level.u is None else f"{level.u:.10g}"
                lines.append(f"{name} = {{ m = {level.m:.10g}, u = {u} }}")
        for field, background in of.backgrounds.items():
            lines.append(f"[{kind}.background.{field}]")
            lines += [f"{name} = {share:.6g}" for name, share in background.shares.items()]
            lines.append(f"floor = {background.floor:.6g}")
    return "\n".join(lines) + "\n"


def probability(bits: Bits) -> float:
    """Log-odds as a probability."""
    return 1.0 if bits > 60 else 0.0 if bits < -60 else 1 / (1 + 2.0**-bits)


def _kind(kind: str, table: Mapping[str, Any], least_mentions: int) -> KindWeights:
    levels = {
        field: {name: _level(of[name]) for name in levels_of(kind, field)}
        for field, of in table.items()
        if isinstance(of, dict) and field != "background"
    }
    backgrounds = {field: _background(shares) for field, shares in table["background"].items()}
    return KindWeights(table["repeat"], least_mentions, levels, backgrounds, table.get("prior"))


def _level(entry: Mapping[str, Any]) -> Level:
    return Level(entry["m"], None if entry["u"] == FREQUENCY else float(entry["u"]))


def _background(table: Mapping[str, float]) -> Background:
    return Background({name: share for name, share in table.items() if name != "floor"}, table["floor"])
