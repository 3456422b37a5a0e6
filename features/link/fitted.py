"""Weights as a table's own pairs have them, to be read, edited and used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from features.link.compare import levels_of
from features.link.table.engine import Linked
from features.link.weights import KindWeights, Level, Weights, load_weights


def fitted_weights(linked: Sequence[Linked], start: Weights | None = None) -> Weights:
    """The weights a run started from, with the m, u and prior it fitted in their place."""
    weights = start or load_weights()
    kinds = dict(weights.kinds)
    for one in linked:
        kinds[one.columns.kind] = _fitted(one, kinds[one.columns.kind])
    return replace(weights, kinds=kinds)


def _fitted(linked: Linked, start: KindWeights) -> KindWeights:
    levels = dict(start.levels)
    for field in linked.compared.fields:
        names = levels_of(linked.columns.kind, field)
        found: dict[str, Level] = {}
        for i, name in enumerate(names):
            given = start.of(field)[name].u
            counted = linked.counted[field][i]  # its u is the share of the very value, not one for all
            found[name] = Level(
                float(linked.model.m[field][i]), given if counted else float(linked.model.u[field][i])
            )
        levels[field] = found
    return replace(start, levels=levels, prior_bits=linked.model.prior)
