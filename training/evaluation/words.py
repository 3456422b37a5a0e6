"""The sentences of evaluation, back-test and fairness, in Chinese and English side by side."""

from __future__ import annotations

from math import isfinite, isnan

from features.registry import codes
from training.evaluation.measures import Interval
from training.evaluation.rates import Rate

DASH = "—"


def say(words: dict[str, tuple[str, str]], key: str, language: str, **values: object) -> str:
    """A sentence of a catalogue (key -> zh, en) with its values. Raises KeyError for one nobody wrote."""
    return words[key][0 if language == "zh" else 1].format(**values)


def say_figure(told: Interval | None) -> str:
    """`0.412 (0.371–0.455)`; a dash for what is not told or unknown."""
    if told is None or isnan(told.value):
        return DASH
    return f"{told.value:.3f} ({told.low:.3f}–{told.high:.3f})"


def say_share(told: Interval | None) -> str:
    """`4.1% (3.2–5.3%)`; a dash for what is not told or unknown."""
    if told is None or isnan(told.value):
        return DASH
    return f"{told.value:.1%} ({100 * told.low:.1f}–{told.high:.1%})"


def say_rate(told: Rate, least: int = 1) -> str:
    """A rate with what it is of: `4.1% (3.2–5.3%), 41/1,000`; a dash of fewer than `least`."""
    if told.of < least:
        return DASH
    return f"{say_share(told.share)}, {told.hits:,.4g}/{told.of:,}"


def say_ratio(told: Interval) -> str:
    """`1.8 (1.2–2.7)`; an open end as ∞, a dash for what is unknown."""
    if isnan(told.value):
        return DASH
    high = f"{told.high:.2f}" if isfinite(told.high) else "∞"
    return f"{told.value:.2f} ({told.low:.2f}–{high})"


def say_value(facet: str, value: str, language: str) -> str:
    """The value of a facet as a reader knows it."""
    if facet == "cause" and value in codes.CAUSES:
        return codes.CAUSES[value][0 if language == "zh" else 1]
    if facet in _VALUES and value in _VALUES[facet]:
        return _VALUES[facet][value][0 if language == "zh" else 1]
    return {"…": ("其余", "the rest"), "unknown": ("未载明", "not said")}.get(value, (value, value))[
        language != "zh"
    ]


def say_facet(facet: str, language: str) -> str:
    """The name of a facet; one a court brings along stands for itself."""
    return _FACETS.get(facet, (facet, facet))[0 if language == "zh" else 1]


_FACETS = {
    "court": ("法院", "court"),
    "cause": ("案由", "cause"),
    "year": ("收案年份", "year of filing"),
    "represented": ("原告有无代理人", "plaintiffs' agent"),
    "plaintiff": ("原告", "plaintiffs"),
    "defendant": ("被告", "defendants"),
    "fee_waiver": ("申请缓减免诉讼费", "fee waiver asked for"),
}
_KINDS = {
    "person": ("均为自然人", "all natural persons"),
    "organization": ("均为单位", "all organisations"),
    "both": ("兼有自然人与单位", "persons and organisations"),
    "none": ("无", "none"),
}
_VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "represented": {"yes": ("有代理人", "with an agent"), "no": ("无代理人", "without an agent")},
    "plaintiff": _KINDS,
    "defendant": _KINDS,
    "fee_waiver": {"yes": ("申请", "asked"), "no": ("未申请", "not asked")},
}
