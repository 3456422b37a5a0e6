"""How the sides of two filings meet: by entity, by name, or nearly; in one order or the other."""

from __future__ import annotations

from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from features.link.claims.facts import ClaimFacts, Side, Sides

NOT, NEAR, NAME, ENTITY = 0, 1, 2, 3
"""Levels of agreement: nothing; one sound or one character off; a name; an entity (or nobody on either side)."""

LEVEL_WORDS: Final = ("", "near", "name", "entity")


class Meeting(NamedTuple):
    """Levels at which the plaintiffs and the defendants of the later filing are met; `turned`: by the other side."""

    plaintiffs: int
    defendants: int
    turned: bool

    @property
    def worse(self) -> int:
        """The level of the side that agrees less."""
        return min(self.plaintiffs, self.defendants)

    @property
    def better(self) -> int:
        """The level of the side that agrees more."""
        return max(self.plaintiffs, self.defendants)


def meet(a: ClaimFacts, b: ClaimFacts) -> Meeting:
    """How the sides of `a` meet those of `b`: in the order in which the side that agrees less agrees most."""
    (p, d), (q, e) = a.sides, b.sides
    straight = Meeting(_surely(p, q), _surely(d, e), False)
    if straight.worse >= NAME:
        return straight
    turned = Meeting(_surely(p, e), _surely(d, q), True)
    if turned.worse >= NAME:
        return turned
    found = max((straight, turned), key=lambda m: (m.better, m.plaintiffs + m.defendants))
    if found.better < NAME:
        return found
    x, y = (e, q) if found.turned else (q, e)
    if found.plaintiffs == NOT:
        return found._replace(plaintiffs=_nearly(p, x))
    return found._replace(defendants=_nearly(d, y))


def touch(a: Sides, b: Sides) -> bool:
    """Whether any side of one filing meets one of the other by entity or name; else `meet` finds no more than NOT."""
    return any(_surely(mine, other) for mine in a for other in b)


def _surely(a: Side, b: Side) -> int:
    if not a.entities.isdisjoint(b.entities):
        return ENTITY
    if not a.names.isdisjoint(b.names):
        return NAME
    return NOT if a.entities or b.entities else ENTITY  # a bankruptcy may name nobody on the other side


def _nearly(a: Side, b: Side) -> int:
    if not a.sounds.isdisjoint(b.sounds):
        return NEAR
    return NEAR if any(_one_off(x, y) for x in a.names for y in b.names) else NOT


def _one_off(a: str, b: str) -> bool:
    kind, _, name = a.partition("|")
    other_kind, _, other = b.partition("|")
    return kind == other_kind and Levenshtein.distance(name, other, score_cutoff=1) <= 1
