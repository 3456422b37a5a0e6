"""What is missing for two to be one: evidence nobody filed, and how much of it would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from features.link.explain.evidence import Waterfall, Weigher
from features.link.weights import Bits, KindWeights

CIRCUMSTANCE: Final = frozenset({"court", "role", "suffix", "middle"})
"""Fields that come with the filing or hardly weigh: nobody would look for them."""


@dataclass(frozen=True)
class Missing:
    """A field that one side does not tell or tells less exactly, the level it would need, the bits this would add."""

    field: str
    level: str
    bits: Bits


def would_do(
    short: Waterfall, cut: Bits, kind: KindWeights, weigher: Weigher, entity_id: str
) -> tuple[tuple[Missing, ...], ...]:
    """Each single piece of evidence that would be enough, strongest first; else the fewest that are, together.

    Empty where all that is missing would not do.
    """
    gap = cut - short.total
    missing = _missing(short, kind, weigher, entity_id)
    singles = tuple((one,) for one in missing if one.bits >= gap)
    if singles:
        return singles
    taken: list[Missing] = []
    for one in missing:
        taken.append(one)
        gap -= one.bits
        if gap <= 0:
            return (tuple(taken),)
    return ()


def _missing(short: Waterfall, kind: KindWeights, weigher: Weigher, entity_id: str) -> list[Missing]:
    has = {step.field: step.bits for step in short.steps}
    # A name in Latin script is compared in its parts, a Chinese one whole.
    other_script = {"name"} if "surname" in has else {"surname", "given"}
    found = []
    for field, levels in kind.levels.items():
        so_far = has.get(field, 0.0)
        # What speaks against is evidence, not a gap in it.
        if field in CIRCUMSTANCE or so_far < 0 or (field in other_script and field not in has):
            continue
        best = max((weigher.part(field, level, entity_id) for level in levels), key=lambda part: part.bits)
        if best.bits > so_far:
            found.append(Missing(field, best.level, best.bits - so_far))
    return sorted(found, key=lambda missing: (-missing.bits, missing.field))
