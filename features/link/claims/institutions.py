"""Institutions whose trade makes them sue many people on one form: lawful mass filers (批量起诉)."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from features.normalise.text import fold


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    with Path(__file__).with_name("institutions.toml").open("rb") as handle:
        words = tomllib.load(handle)
    return tuple((kind, re.compile("|".join(patterns))) for kind, patterns in words.items())


@lru_cache(maxsize=16_384)
def institution(name: str) -> str:
    """What kind of mass filer an organisation's name tells of, empty if none.

    A name is a hint, not a licence: it softens nothing by itself, it is shown beside a series.
    """
    folded = fold(name)
    return next((kind for kind, pattern in _patterns() if pattern.search(folded)), "")
