"""Kinds of relation: how much each weighs, and how it is called (`kinds.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log2
from typing import Final, Literal

MOST_HOLDERS: Final = 30
"""A phone, address or name that more hold is a hub and ties nobody: a law firm's, a dormitory's, a mediation
centre's (own limit; in a simulated docket of 20,000 filings the most shared door has 8 holders)."""

MOST_REPEATS: Final = 5
"""Filings that add to a relation that repeats: the fifth adds little to what the fourth said."""

DECLARED: Final[Mapping[str, str]] = {
    "spouse": "kinship",
    "parent": "kinship",
    "sibling": "kinship",
    "relative": "kinship",
    "employee": "employee",
    "shareholder": "shareholder",
    "friend": "friend",
    "other": "declared_other",
}
"""Kind of relation by the word of the filing format (`declared_relations`)."""

ACTING: Final[Mapping[str, str]] = {"employee": "employee_agent", "relative": "kinship_agent"}
"""Kind of relation between a party and its agent by the kind of agent; of every other kind `represented_by`."""

OF_AGENTS: Final = ("represented_by", "employee_agent", "kinship_agent")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of relation; see the head of `kinds.toml`."""

    code: str
    strength: float
    spread: Literal["none", "holders", "parties", "company", "agency"]
    repeats: bool
    why: str
    label: Mapping[str, str]
    sentence: Mapping[str, str]


@cache
def load_kinds() -> Mapping[str, Kind]:
    """Every kind by its code, strongest first."""
    text = (files("features.relations") / "kinds.toml").read_text(encoding="utf-8")
    return {code: Kind(code, **fields) for code, fields in tomllib.loads(text).items()}


def spread_over(count: int) -> float:
    """What a feature that `count` share says of any two of them: 1 for two, 1/log2(count) for more."""
    return 1 / log2(max(count, 2))
