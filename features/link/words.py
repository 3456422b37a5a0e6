"""The sentences of explanations and reports in one language, and how they write numbers and days."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from features.link.weights import Bits
from xiezhi.clock import Moment, to_datetime


class Words:
    """The catalogue of one language: `zh` or `en`; anything that opens with zh is Chinese."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.language = "zh" if language.startswith("zh") else "en"
        self._zone = zone
        self._catalogue = _load(self.language)

    def say(self, key: str, **values: object) -> str:
        """The sentence under `key`. Raises KeyError: an untranslated key is a bug."""
        return self._catalogue[key].format(**values)

    def name(self, group: str, code: str) -> str:
        """The word for a code; codes that tables bring along (columns of their own) stand for themselves."""
        return self._catalogue.get(f"{group}.{code}", code)

    def rule(self, name: str) -> str:
        """A blocking rule in words: its fields, joined by `+`, or `~` for a misread number."""
        joined = [[self.name("key", part) for part in side.split("+")] for side in name.split("~")]
        return " ~ ".join(" + ".join(parts) for parts in joined)

    def day(self, moment: Moment) -> str:
        """2026-11-23, local time of the court."""
        return f"{to_datetime(moment, self._zone):%Y-%m-%d}"

    def listed(self, names: list[str]) -> str:
        """Names in a row; a word for none."""
        return ("、" if self.language == "zh" else ", ").join(names) or self.say("screen.none")


def write_bits(bits: Bits) -> str:
    """+4.2, −17.3: one decimal, a real minus sign."""
    return "0.0" if abs(bits) < 0.05 else f"{bits:+.1f}".replace("-", "−")


def write_probability(probability: float) -> str:
    """Four decimals, and no claim of certainty beyond them."""
    if probability > 0.9999:
        return "> 0.9999"
    if probability < 0.0001:
        return "< 0.0001"
    return f"{probability:.4f}"


def write_percent(share: float) -> str:
    """97.1%; never rounded to all or nothing where something is left; a dash for what cannot be told."""
    if not math.isfinite(share):
        return "—"
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return "< 0.1%" if share < 0.001 else "> 99.9%" if share > 0.999 else f"{share:.1%}"


def write_share(share: float) -> str:
    """A share of pairs with two digits that count: 0.95, 0.021, 5.5e-05."""
    if not math.isfinite(share):
        return "—"
    return f"{share:.2g}"


def flatten(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Dotted key and text of everything in a catalogue."""
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += flatten(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return found


@cache
def _load(language: str) -> Mapping[str, str]:
    text = (files("features.link") / "locale" / f"{language}.toml").read_text(encoding="utf-8")
    return dict(flatten("", tomllib.loads(text)))
