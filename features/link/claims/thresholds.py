"""Amounts at which the law changes how a claim is handled: `thresholds.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from xiezhi.clock import Moment, parse_moment


@dataclass(frozen=True)
class Threshold:
    """An amount in cents of `currency`, in force for filings in `[since, until)`, in courts whose code starts with
    one of `courts` (none: all)."""

    code: str
    currency: str
    cents: int
    since: Moment
    until: Moment
    courts: tuple[str, ...]
    zh: str
    en: str
    source: str


_EVER = 2**62


@cache
def load_thresholds() -> tuple[Threshold, ...]:
    """All thresholds, by amount."""
    with Path(__file__).with_name("thresholds.toml").open("rb") as handle:
        entries = tomllib.load(handle)["threshold"]
    found = (
        Threshold(
            one["code"],
            one["currency"],
            round(one["amount"] * 100),
            _moment(one["since"], one["zone"]) if "since" in one else -_EVER,
            _moment(one["until"], one["zone"]) if "until" in one else _EVER,
            tuple(one.get("courts", ())),
            one["zh"],
            one["en"],
            one["source"],
        )
        for one in entries
    )
    return tuple(sorted(found, key=lambda t: (t.cents, t.code)))


def thresholds_for(currency: str, court: str, filed_at: Moment) -> list[Threshold]:
    """Thresholds in force for a filing, by amount; none where the currency is not told."""
    return [
        t
        for t in load_thresholds()
        if t.since <= filed_at < t.until
        and t.currency == currency
        and (not t.courts or court.startswith(t.courts))
    ]


def crossed(parts: Iterable[int], among: Iterable[Threshold]) -> Threshold | None:
    """The threshold that the parts (cents) reach together and none reaches alone: the one nearest above a part."""
    amounts = list(parts)
    largest, total = max(amounts), sum(amounts)
    return min((t for t in among if largest < t.cents <= total), key=lambda t: t.cents, default=None)


def _moment(day: date, zone: str) -> Moment:
    return parse_moment(day.isoformat(), zone)
