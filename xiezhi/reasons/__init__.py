"""Why a filing was scored as it was: a sign, a sentence, an article and the earlier filings it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["for", "against"]
Whom = Literal["filing", "plaintiffs", "defendants", "between", "agents", "signs"]
"""Whom a part of a score is about: the filing's own words and papers, one side, what ties the sides, the agents.
`signs`: what rules that fired add beside the features, in a model that counts them."""

MOST_FILINGS = 20
"""Earlier filings of one reason that the Scores format lists: more than a judge would open (own limit)."""
CIRCUMSTANCES = "S00"
"""Sign of what moved the score but speaks for no sign of the law."""


@dataclass(frozen=True)
class LegalBasis:
    """An article (法条) in a version of its instrument."""

    instrument: str
    article: str
    version: str

    def to_json(self) -> dict[str, str]:
        """As the Scores format writes it."""
        return {"instrument": self.instrument, "article": self.article, "version": self.version}


@dataclass(frozen=True)
class Reason:
    """One reason for or against. `contribution` is in log-odds of the model; 0 for a rule alone.

    verify, document: how the sign is verified and which paper that takes, by language. rule: code of the rule that
    fired, empty for the model alone; strength: its bits of evidence. filings: all earlier ones counted.
    of_agents: it speaks of agents and firms alone, not of the parties they act for.
    """

    sign: str
    text: Mapping[str, str]
    legal_basis: LegalBasis
    contribution: float
    filings: tuple[str, ...]
    direction: Direction
    verify: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""
    strength: float = 0.0
    of_agents: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the Scores format writes it."""
        told: dict[str, Any] = {
            "sign": self.sign,
            "text": dict(self.text),
            "legal_basis": self.legal_basis.to_json(),
            "contribution": round(self.contribution, 6),
            "filings": list(self.filings[:MOST_FILINGS]),
            "direction": self.direction,
        }
        if self.of_agents:
            told["about"] = "agents"
        if len(self.filings) > MOST_FILINGS:
            told["counted"] = len(self.filings)
        for name in ("verify", "document"):
            if words := getattr(self, name):
                told[name] = dict(words)
        return told | ({"rule": self.rule, "strength": self.strength} if self.rule else {})


@dataclass(frozen=True)
class Account:
    """A raw score taken apart, in log-odds: `start + raised + lowered + other = start + sum(by) = raw`.

    start: what an average filing of the training data has. raised, lowered: told reasons above and below zero.
    other: what no reason tells. by: everything the filing added to the start, by whom it is about.
    """

    start: float
    raised: float
    lowered: float
    other: float
    by: Mapping[Whom, float]

    @property
    def raw(self) -> float:
        """The raw score."""
        return self.start + self.raised + self.lowered + self.other

    def to_json(self) -> dict[str, Any]:
        """As the Scores format writes it; rounded so that the parts still add up to the rounded whole."""
        parts = {name: round(getattr(self, name), 6) for name in ("start", "raised", "lowered")}
        raw = round(self.raw, 6)
        other = round(raw - sum(parts.values()), 6)
        return {**parts, "other": other, "raw": raw, "by": {who: round(w, 6) for who, w in self.by.items()}}


def signs_first(reasons: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Reasons of the Scores format as people read them: signs of the law first, then mere circumstances."""
    return sorted(reasons, key=lambda reason: bool(reason["sign"] == CIRCUMSTANCES))
