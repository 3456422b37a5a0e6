"""From contributions to reasons: features speak for signs, signs name their article."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.registry import BY_NAME
from features.signs import Pack, Rule
from features.table import FeatureTable
from xiezhi.reasons import Direction, Reason

MOST_FOR, MOST_AGAINST = 5, 2
"""Reasons shown: a clerk reads five sentences, not fifty (research/product 5)."""
SMALLEST = 0.05
"""Log-odds below which a sign is not worth a sentence (own limit: 5 % of the odds)."""
_SENTENCES = 3


def explain(
    table: FeatureTable, row: int, contributions: NDArray[np.float64], pack: Pack
) -> tuple[Reason, ...]:
    """Reasons of one row, strongest first: those for the risk, then those against.

    contributions: (f,) log-odds of each feature of the table. Signs whose rule fired are always shown.
    """
    by_sign: dict[str, list[int]] = {}
    for column, name in enumerate(table.names):
        by_sign.setdefault(BY_NAME[name].sign, []).append(column)
    weight = {sign: float(contributions[columns].sum()) for sign, columns in by_sign.items()}
    fired = {rule.sign: rule for rule in reversed(pack.fired(table.row_values(row)))}
    raising = sorted(
        (s for s, w in weight.items() if w >= SMALLEST or s in fired),
        key=lambda s: (s not in fired, -weight[s], s),
    )[:MOST_FOR]
    lowering = sorted(
        (s for s, w in weight.items() if w <= -SMALLEST and s not in fired), key=lambda s: (weight[s], s)
    )[:MOST_AGAINST]
    chosen = sorted(raising, key=lambda s: (-weight[s], s)) + lowering
    return tuple(
        _reason(table, row, contributions, pack, sign, by_sign[sign], fired.get(sign)) for sign in chosen
    )


def _reason(
    table: FeatureTable,
    row: int,
    contributions: NDArray[np.float64],
    pack: Pack,
    code: str,
    columns: list[int],
    rule: Rule | None,
) -> Reason:
    total = float(contributions[columns].sum())
    direction: Direction = "for" if rule is not None or total > 0 else "against"
    side = 1.0 if direction == "for" else -1.0
    told = [c for c in sorted(columns, key=lambda c: -side * contributions[c]) if side * contributions[c] > 0]
    names = [table.names[c] for c in told][:_SENTENCES]
    if rule is not None:
        names = [rule.feature, *(n for n in names if n != rule.feature)][:_SENTENCES]
    sign = pack.signs[code]
    filings: dict[str, Any] = {}
    for name in names:
        filings.update(dict.fromkeys(table.witnesses(row, name)))
    text = {
        "zh": f"{_lead_zh(sign.zh, direction)}——" + "；".join(_say(table, row, n, "zh") for n in names) + "。",
        "en": f"{_lead_en(sign.en, direction)} – " + "; ".join(_say(table, row, n, "en") for n in names) + ".",
    }
    return Reason(code, text, sign.legal_basis, total, tuple(filings), direction)


def _say(table: FeatureTable, row: int, name: str, language: str) -> str:
    return BY_NAME[name].sentence(float(table.column(name)[row]), language)


def _lead_zh(title: str, direction: Direction) -> str:
    return title if direction == "for" else f"降低风险的因素（{title}）"


def _lead_en(title: str, direction: Direction) -> str:
    return title if direction == "for" else f"Speaks against a concern ({title})"
