"""The periods of a court: data, with the ground of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from xiezhi.clock import DAY, Moment
from xiezhi.errors import InputError, NotFound

RecordKind = Literal["filings", "silent_scores"]
"""filings: names, numbers, contacts and texts in them; silent_scores: what challengers and drafts of policies said."""

KINDS: tuple[RecordKind, ...] = get_args(RecordKind)


@dataclass(frozen=True)
class Period:
    """How many years a kind is kept, and on what ground, in zh and en."""

    kind: RecordKind
    years: float
    zh: str
    en: str

    def begins(self, at: Moment) -> Moment:
        """What last happened before this moment is over at `at`."""
        return at - int(self.years * 365.25 * DAY)


def load_periods(path: Path | None = None) -> Mapping[RecordKind, Period]:
    """The periods of a court's file, or those shipped. Raises NotFound, InputError."""
    try:
        text = (
            files("xiezhi.retention").joinpath("periods.toml").read_text(encoding="utf-8")
            if path is None
            else path.read_text(encoding="utf-8-sig")
        )
    except OSError as error:
        raise NotFound(
            "无法读取保存期限文件。", "The file of periods cannot be read.", code="no-periods"
        ) from error
    try:
        told = tomllib.loads(text)
        found = {
            kind: Period(kind, float(told[kind]["years"]), told[kind]["ground_zh"], told[kind]["ground_en"])
            for kind in KINDS
        }
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise _bad() from error
    if told.keys() != set(KINDS) or any(not period.years > 0 for period in found.values()):
        raise _bad()
    return found


def _bad() -> InputError:
    kinds = "、".join(KINDS), ", ".join(KINDS)
    return InputError(
        f"保存期限文件有误：每种记录（{kinds[0]}）须有 years、ground_zh、ground_en，年数大于零。",
        f"Bad periods: each kind ({kinds[1]}) has years above zero, ground_zh and ground_en.",
        code="bad-periods",
    )
