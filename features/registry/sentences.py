"""Measurements as clauses (要素表述): what was counted, of whom, over what time, as a judge would write it.

A clause unfolds from the noun phrase of the registry by the unit; `sentences.toml` holds those that do not, flags above
all: a flag that is not shown is a clause of its own, not a phrase with a no behind it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from features.registry.feature import Unit, say

_HALF = 0.5

_COUNTED: Final = (
    ("当事人数", "当事人 {v} 人"), ("委托人数", "委托人 {v} 人"), ("的不同人数", "的有 {v} 人"), ("案件数", "案件 {v} 件"), ("的人数", "的有 {v} 人"), ("的件数", " {v} 件"),
    ("零的个数", "有零 {v} 个"), ("的项数", " {v} 项"), ("件数", " {v} 件"), ("人数", " {v} 人"), ("次数（三年）", "（三年）{v} 次"), ("次数", " {v} 次"),
    ("字数", " {v} 字"), ("笔数", " {v} 笔"), ("项数", " {v} 项"), ("结案数", "结案 {v} 件"), ("拍卖数", "拍卖 {v} 次"),
    ("数", " {v} 个"),
)  # fmt: skip
"""How a count ends, first fit, and what stands there with the number: Chinese counts each thing by its own word."""

SINGULAR: Final[Mapping[str, str]] = {
    "addresses": "address", "auctions": "auction", "cases": "case", "characters": "character",
    "circumstances": "circumstance", "clients": "client", "confirmations": "confirmation", "courts": "court",
    "dates": "date", "decisions": "decision", "defendants": "defendant", "enforcements": "enforcement",
    "filings": "filing", "findings": "finding", "numbers": "number", "objections": "objection", "opponents": "opponent",
    "parties": "party", "parts": "part", "people": "person", "pieces": "piece", "plaintiffs": "plaintiff",
    "suits": "suit", "times": "time", "transfers": "transfer", "zeros": "zero",
}  # fmt: skip
"""What counts count, many and one."""
_PLURAL: Final = re.compile(rf"\b({'|'.join(SINGULAR)})\b")
_WINDOW: Final = re.compile(r"\bin (?:a (year)|(half a year|\w+ (?:days|years)))")
_TIMES: Final = re.compile(r"times (.+?)( in the past .+)?$")
_SHARES: Final = (
    (re.compile(r"share of (.+?) that (were|was) (.+)"), "{v} of \\1 \\2 \\3"),
    (re.compile(r"share of (.+?) in which (.+)"), "\\2 in {v} of \\1"),
)
_PHRASES: Final = (
    (re.compile(r"days (since|from) (.+)"), "{v} \\1 \\2"),
    (re.compile(r"how long (.+) has run"), "\\1 has run for {v}"),
)


def clause(name: str, zh: str, en: str, unit: Unit, value: float, language: str) -> str:
    """A known value in words. zh, en: the noun phrases of what is measured."""
    told = _table("flags").get(name)
    if told is not None:
        half = f"{language}_half" if value == _HALF and "en_half" in told else ""
        if half:
            return told[half]
        return told.get(language, zh) if value >= _HALF else told[f"{language}_no"]
    en = _looking_back(en)
    of_its_own = _table("values").get(name)
    if language == "zh":
        pattern = of_its_own["zh"] if of_its_own else _pattern_zh(zh, unit)
        times = " 倍" if unit == "ratio" else ""
        return pattern.replace("{v}", f"{say(value, unit, 'zh')}{times}")
    if of_its_own:
        return of_its_own["en"].replace("{v}", _with_unit(value, unit))
    if unit == "count":
        return _count_en(en, value)
    whole = {0.0: "none", 1.0: "all"}.get(value) if unit == "share" else None
    return _pattern_en(en, unit).replace("{v}", whole or _with_unit(value, unit))


def told_by_name() -> frozenset[str]:
    """Names with clauses of their own."""
    return frozenset(_table("flags")) | frozenset(_table("values"))


@cache
def _table(which: str) -> Mapping[str, Mapping[str, str]]:
    text = (files("features.registry") / "sentences.toml").read_text(encoding="utf-8")
    table: Mapping[str, Mapping[str, str]] = tomllib.loads(text)[which]
    return table


@cache
def _looking_back(en: str) -> str:
    """Windows as of filing: `in a year` is the one before it."""
    return _WINDOW.sub(lambda found: f"in the past {found[1] or found[2]}", en)


@cache
def _pattern_zh(zh: str, unit: Unit) -> str:
    if unit == "count":
        ending, counted = next(pair for pair in _COUNTED if zh.endswith(pair[0]))
        return zh.removesuffix(ending) + counted
    if unit == "share":
        return f"{re.sub('的?占比$', '', zh)}的占 {{v}}"
    if unit == "ratio":
        return re.sub(r"^(.+?)与(.+)之比$", r"\1为\2的 {v}", zh)
    if unit in ("days", "span", "years"):
        return f"{zh.removesuffix('的天数')} {{v}}"
    return f"{zh}为{'' if unit in ('cause', 'proceeding') else ' '}{{v}}"


@cache
def _pattern_en(en: str, unit: Unit) -> str:
    if unit == "ratio":
        upper, lower = en.split(" over ", 1)
        norm = lower if lower.startswith("what ") else f"the {lower.removeprefix('the ')}"
        return f"the {upper} is {{v}} {norm}"
    for phrase, pattern in (*_SHARES, *_PHRASES):
        if phrase.fullmatch(en):
            return phrase.sub(pattern, en)
    return f"the {en} is {{v}}"


def _count_en(en: str, value: float) -> str:
    most = en.startswith("most ")
    phrase = en.removeprefix("most ").removeprefix("number of ")
    number = f"{value:.0f}"
    times = _TIMES.fullmatch(phrase)
    if times:
        often = {"1": "once", "2": "twice"}.get(number, f"{number} times")
        return f"{times[1]} {often}{times[2] or ''}"
    if number in ("0", "1"):
        phrase = phrase.removeprefix("different ")
    if number == "1":
        phrase = _PLURAL.sub(lambda found: SINGULAR[found[1]], phrase, count=1)
    return f"{'up to ' if most and number != '0' else ''}{'no' if number == '0' else number} {phrase}"


def _with_unit(value: float, unit: Unit) -> str:
    if unit in ("days", "span") and round(value) == 1:
        return "1 day"
    return f"{say(value, unit, 'en')}{' times' if unit == 'ratio' else ''}"
