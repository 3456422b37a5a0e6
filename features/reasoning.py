"""From contributions to reasons: features speak for signs, signs name their article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.history.docket import Floats
from features.registry import BY_NAME
from features.signs import Judged, Pack, Rule, Sign, values_of
from features.signs.pack import LICENSED, SURE
from features.signs.vocabulary import vocabulary
from features.table import FeatureTable
from features.watch.kinds import WATCH_TERMS
from features.watch.match import WatchMatch, say_match
from xiezhi.clock import Moment
from xiezhi.reasons import CIRCUMSTANCES, Direction, Reason

MOST_FOR, MOST_AGAINST = 5, 2
"""Reasons shown: a clerk reads five sentences, not fifty (research/product 5)."""
SMALLEST = 0.05
"""Log-odds below which a sign is not worth a sentence (own limit: 5 % of the odds)."""
SENTENCES = 3
"""Measurements told in one reason."""
NAMED = 3
"""Filings named in the sentence itself; the reason holds them all."""


CaseNumbers = Callable[[Sequence[str], Moment], Mapping[str, str]]
"""Filing ids, and as of when -> case numbers (案号) of those that have one."""


def _unnumbered(filing_ids: Sequence[str], as_of: Moment) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class _Group:
    """Features that speak together: one sign in one direction."""

    sign: str
    direction: Direction
    columns: tuple[int, ...]
    weight: float
    rule: Rule | None = None


def explain(
    table: FeatureTable,
    row: int,
    contributions: Floats,
    pack: Pack,
    judged: Judged | None = None,
    matches: Sequence[WatchMatch] = (),
    case_numbers: CaseNumbers = _unnumbered,
) -> tuple[Reason, ...]:
    """Reasons of one row, strongest first: those for the risk, then those against, then signs switched off.

    contributions: (f,) log-odds of each feature of the table. A feature raises the risk in the name of its
    sign only where its value shows the sign; else it counts among the circumstances. Signs whose rule fired
    are always shown. judged: what the pack says of the row, judged here where it is not given. matches: of the
    filing's parties with watch lists, told beside the rules that read them. case_numbers: by which the sentences name
    the earlier filings; those without one go by their id.
    """
    judged = judged or pack.judge(values_of(table, row, tuple(matches)), table.courts[row])
    groups = _group(table, row, contributions, judged)
    weighty = [g for g in groups if g.rule is not None or abs(g.weight) >= SMALLEST]
    raising = sorted((g for g in weighty if g.direction == "for"), key=_rank)[:MOST_FOR]
    lowering = sorted((g for g in weighty if g.direction == "against"), key=lambda g: (g.weight, g.sign))
    raising.sort(key=lambda g: (-g.weight, g.sign))
    told = [
        _reason(table, row, pack, g, judged, matches, case_numbers)
        for g in (*raising, *lowering[:MOST_AGAINST])
    ]
    return (*told, *_switched_off(pack, judged, matches))


def _rank(group: _Group) -> tuple[int, float, float, str]:
    """Rules that may stand alone first, then those beside, then the model's weight."""
    kind = 2 if group.rule is None else int(group.rule.beside)
    return kind, -(group.rule.strength if group.rule else 0.0), -group.weight, group.sign


def _group(table: FeatureTable, row: int, contributions: Floats, judged: Judged) -> list[_Group]:
    """One group a sign: its features' sum decides the direction, those that pull that way are told."""
    by_sign: dict[str, list[int]] = {}
    for column in np.flatnonzero(contributions):
        feature = BY_NAME[table.names[column]]
        shows = contributions[column] < 0 or feature.shows_sign(float(table.values[row, column]))
        by_sign.setdefault(feature.sign if shows else CIRCUMSTANCES, []).append(int(column))
    fired: dict[str, Rule] = {}
    for rule in sorted(judged.fired, key=lambda r: (r.direction == "against", r.beside, -r.strength)):
        fired.setdefault(rule.sign, rule)
    groups = []
    for sign in by_sign.keys() | fired.keys():
        columns = by_sign.get(sign, [])
        weight = float(contributions[columns].sum()) if columns else 0.0
        named = fired.get(sign)
        direction: Direction = named.direction if named else "for" if weight > 0 else "against"
        side = 1.0 if direction == "for" else -1.0
        pulling = [c for c in columns if side * contributions[c] > 0]
        told = tuple(sorted(pulling, key=lambda c: -abs(contributions[c])))
        groups.append(_Group(sign, direction, told, weight, named))
    return groups


def _reason(
    table: FeatureTable,
    row: int,
    pack: Pack,
    group: _Group,
    judged: Judged,
    matches: Sequence[WatchMatch],
    case_numbers: CaseNumbers,
) -> Reason:
    known = [table.names[c] for c in group.columns if not np.isnan(table.values[row, c])]
    names = known or [table.names[c] for c in group.columns]
    rule = group.rule
    if rule is not None:
        names = list(dict.fromkeys([*(n for n in rule.shown(judged.values) if _is_told(n, judged)), *names]))
    names = names[:SENTENCES]
    filings = list(dict.fromkeys(f for n in names if n in BY_NAME for f in table.witnesses(row, n)))
    numbers = case_numbers(filings[:NAMED], int(table.as_of[row])) if filings else {}
    sign = pack.sign_of(group.sign)
    listed = [m for m in matches if rule is not None and m.term in rule.names()]
    text = {
        language: _tell(sign, group, [vocabulary()[n].sentence(judged.values[n], language) for n in names],
                        [numbers.get(f, f) for f in filings], [say_match(m, language) for m in listed], language)
        for language in ("zh", "en")
    }  # fmt: skip
    return Reason(
        group.sign, text, sign.legal_basis, group.weight, tuple(filings), group.direction,
        verify=sign.verify if group.direction == "for" else {},
        document=sign.document if group.direction == "for" else {},
        rule=rule.code if rule else "", strength=rule.strength if rule else 0.0,
    )  # fmt: skip


def _is_told(name: str, judged: Judged) -> bool:
    """Codes and unknown values say nothing to a reader, a match of a list is told in its own words."""
    return not (np.isnan(judged.values[name]) or name in _SILENT or name in WATCH_TERMS)


_SILENT = frozenset({"cause_code", "procedure_code", "defendant_is_person", "has_third_party"})


def _tell(
    sign: Sign, group: _Group, measured: list[str], filings: list[str], listed: list[str], language: str
) -> str:
    """One sentence: the sign, what the rule found, the measurements, matches of lists and the filings counted."""
    zh = language == "zh"
    head = sign.zh if zh else sign.en
    if group.rule is not None:
        measured = [group.rule.zh if zh else group.rule.en, *measured]
    if group.direction == "against":
        head = f"降低风险的因素（{head}）" if zh else f"Speaks against a concern ({head})"
    parts = [*measured, *listed]
    if filings and group.direction == "for":
        named, more = filings[:NAMED], len(filings) - NAMED
        some = ("、" if zh else ", ").join(named)
        if zh:
            parts.append(f"据 {some}" + (f" 等 {len(filings)} 件" if more > 0 else ""))
        else:
            parts.append(f"resting on {some}" + (f" and {more} more" if more > 0 else ""))
    return f"{head}——" + "；".join(parts) + "。" if zh else f"{head} – " + "; ".join(parts) + "."


def _switched_off(pack: Pack, judged: Judged, matches: Sequence[WatchMatch]) -> list[Reason]:
    """Signs of volume that are off because of who files, told with the ground."""
    listed = [m for m in matches if m.term == LICENSED]
    told = {}
    for rule in judged.switched_off:
        sign = pack.sign_of(rule.sign)
        zh, en = "持牌机构或登记的批量起诉单位", "licensed institution or registered mass filer"
        if judged.values[LICENSED] >= SURE and listed:
            zh, en = f"{zh}，{say_match(listed[0], 'zh')}", f"{en}, {say_match(listed[0], 'en')}"
        else:
            zh, en = "按名称为金融、物业等机构", "by its name a bank, property manager or the like"
        text = {
            "zh": f"数量类征象已关闭（{sign.zh}）——{zh}。",
            "en": f"Volume sign switched off ({sign.en}) – {en}.",
        }
        told[rule.sign] = Reason(rule.sign, text, sign.legal_basis, 0.0, (), "against")
    return [told[code] for code in sorted(told)]
