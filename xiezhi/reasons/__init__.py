"""Why a filing was scored as it was: a sign, a sentence, an article and the earlier filings it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["for", "against"]

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
    fired, empty for the model alone; strength: its bits of evidence.
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

    def to_json(self) -> dict[str, Any]:
        """As the Scores format writes it."""
        told: dict[str, Any] = {
            "sign": self.sign,
            "text": dict(self.text),
            "legal_basis": self.legal_basis.to_json(),
            "contribution": round(self.contribution, 6),
            "filings": list(self.filings),
            "direction": self.direction,
        }
        for name in ("verify", "document"):
            if words := getattr(self, name):
                told[name] = dict(words)
        return told | ({"rule": self.rule, "strength": self.strength} if self.rule else {})


def signs_first(reasons: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Reasons of the Scores format as people read them: signs of the law first, then mere circumstances."""
    return sorted(reasons, key=lambda reason: bool(reason["sign"] == CIRCUMSTANCES))
