"""From contributions to reasons: features speak for signs, signs name their article."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.docket import Floats
from features.registry import BY_NAME
from features.signs import Pack, Rule
from features.table import FeatureTable
from xiezhi.reasons import CIRCUMSTANCES, Direction, Reason

MOST_FOR, MOST_AGAINST = 5, 2
"""Reasons shown: a clerk reads five sentences, not fifty (research/product 5)."""
SMALLEST = 0.05
"""Log-odds below which a sign is not worth a sentence (own limit: 5 % of the odds)."""
SENTENCES = 3
"""Measurements told in one reason."""


@dataclass(frozen=True)
class _Group:
    """Features that speak together: one sign in one direction."""

    sign: str
    direction: Direction
    columns: tuple[int, ...]
    weight: float
    rule: Rule | None = None


def explain(table: FeatureTable, row: int, contributions: Floats, pack: Pack) -> tuple[Reason, ...]:
    """Reasons of one row, strongest first: those for the risk, then those against.

    contributions: (f,) log-odds of each feature of the table. A feature raises the risk in the name of its
    sign only where its value shows the sign; else it counts among the circumstances. Signs whose rule fired
    are always shown.
    """
    groups = _group(table, row, contributions, pack)
    weighty = [g for g in groups if g.rule is not None or abs(g.weight) >= SMALLEST]
    raising = sorted(
        (g for g in weighty if g.direction == "for"), key=lambda g: (g.rule is None, -g.weight, g.sign)
    )[:MOST_FOR]
    lowering = sorted((g for g in weighty if g.direction == "against"), key=lambda g: (g.weight, g.sign))
    raising.sort(key=lambda g: (-g.weight, g.sign))
    return tuple(_reason(table, row, pack, group) for group in (*raising, *lowering[:MOST_AGAINST]))


def _group(table: FeatureTable, row: int, contributions: Floats, pack: Pack) -> list[_Group]:
    """One group a sign: its features' sum decides the direction, those that pull that way are told."""
    by_sign: dict[str, list[int]] = {}
    for column in np.flatnonzero(contributions):
        feature = BY_NAME[table.names[column]]
        shows = contributions[column] < 0 or feature.shows_sign(float(table.values[row, column]))
        by_sign.setdefault(feature.sign if shows else CIRCUMSTANCES, []).append(int(column))
    fired = {rule.sign: rule for rule in reversed(pack.fired(table.row_values(row)))}
    groups = []
    for sign in by_sign.keys() | fired.keys():
        columns = by_sign.get(sign, [])
        weight = float(contributions[columns].sum()) if columns else 0.0
        direction: Direction = "for" if sign in fired or weight > 0 else "against"
        side = 1.0 if direction == "for" else -1.0
        pulling = [c for c in columns if side * contributions[c] > 0]
        told = tuple(sorted(pulling, key=lambda c: -abs(contributions[c])))
        groups.append(_Group(sign, direction, told, weight, fired.get(sign)))
    return groups


def _reason(table: FeatureTable, row: int, pack: Pack, group: _Group) -> Reason:
    known = [table.names[c] for c in group.columns if not np.isnan(table.values[row, c])]
    names = known or [table.names[c] for c in group.columns]
    if group.rule is not None:
        names = [group.rule.feature, *(n for n in names if n != group.rule.feature)]
    names = names[:SENTENCES]
    filings = dict.fromkeys(f for name in names for f in table.witnesses(row, name))
    sign = pack.signs[group.sign]
    zh, en = sign.zh, sign.en
    if group.direction == "against":
        zh, en = f"降低风险的因素（{zh}）", f"Speaks against a concern ({en})"
    text = {
        "zh": f"{zh}——" + "；".join(_say(table, row, n, "zh") for n in names) + "。",
        "en": f"{en} – " + "; ".join(_say(table, row, n, "en") for n in names) + ".",
    }
    return Reason(group.sign, text, sign.legal_basis, group.weight, tuple(filings), group.direction)


def _say(table: FeatureTable, row: int, name: str, language: str) -> str:
    return BY_NAME[name].sentence(float(table.column(name)[row]), language)
