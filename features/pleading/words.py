"""What a complaint says in words: phrases of claims and facts (诉讼请求、事实与理由) that the articles speak of."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from math import nan
from pathlib import Path
from typing import NamedTuple

from features.normalise.text import fold
from features.pleading.reading import Pleading
from xiezhi.records import Filing

_DATES = re.compile(r"(?:19|20)\d{2}\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}")


def tells(topic: str) -> Pleading:
    """1 where the claims or facts use a word of the topic (a key of `words.toml`); NaN where there is no text."""
    if topic not in _topics():
        raise ValueError(f"no words for {topic}")

    def read(filing: Filing) -> float:
        told = _reading(filing.claims, filing.facts)
        return nan if told is None else float(topic in told.topics)

    return read


def facts_length(filing: Filing) -> float:
    """Characters of facts and reasons, without the names in them."""
    if filing.facts is None:
        return nan
    text = filing.facts
    for name in sorted(
        {p.name for p in filing.parties} | {a.name for a in filing.agents}, key=len, reverse=True
    ):
        text = text.replace(name, "") if name else text
    return float(len(text))


def dates_told(filing: Filing) -> float:
    """Full dates in claims and facts: a story without one is vague (泛化起诉)."""
    told = _reading(filing.claims, filing.facts)
    return nan if told is None else float(told.dates)


class _Told(NamedTuple):
    topics: frozenset[str]
    dates: int


@cache
def _topics() -> dict[str, re.Pattern[str]]:
    with Path(__file__).with_name("words.toml").open("rb") as handle:
        words = tomllib.load(handle)
    return {topic: re.compile("|".join(map(re.escape, of))) for topic, of in words.items()}


@lru_cache(maxsize=64)
def _reading(claims: str | None, facts: str | None) -> _Told | None:
    """What a text tells, None where there is none; kept, since every feature of words asks for one filing in turn."""
    folded = fold(f"{claims or ''}\n{facts or ''}")
    if not folded:
        return None
    topics = frozenset(topic for topic, words in _topics().items() if words.search(folded))
    return _Told(topics, len(_DATES.findall(folded)))
