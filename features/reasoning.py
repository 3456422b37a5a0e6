"""From contributions to reasons: features speak for signs, signs name their article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np

from features.history.docket import Floats
from features.registry import BY_NAME
from features.registry.whom import whom_of
from features.signs import Judged, Pack, Rule, Sign, values_of
from features.signs.pack import LICENSED, SURE
from features.signs.vocabulary import vocabulary
from features.table import FeatureTable
from features.usual import NOTHING_USUAL, say_unusual
from features.watch.kinds import WATCH_TERMS
from features.watch.match import WatchMatch, say_match
from xiezhi.clock import Moment
from xiezhi.reasons import CIRCUMSTANCES, Account, Direction, Reason, Whom

MOST_FOR, MOST_AGAINST = 5, 5
"""Reasons told: a clerk reads five sentences, not fifty (research/product 5), and as many on either side; what they
leave is the `other` of the account."""
SMALLEST = 0.05
"""Log-odds below which a sign is not worth a sentence (own limit: 5 % of the odds)."""
SENTENCES = 3
"""Measurements told in one reason."""
NAMED = 3
"""Filings named in the sentence itself; the reason holds the newest."""
ROUNDING = 1e-6
"""Log-odds by which contributions may miss the score: floating point; above it signs counted beside the features."""
_FEATURES_ARE_ABOUT: tuple[Whom, ...] = ("filing", "plaintiffs", "defendants", "between", "agents")

Score = Callable[[Floats], Floats]


CaseNumbers = Callable[[Sequence[str], Moment], Mapping[str, str]]
"""Filing ids, and as of when -> case numbers (案号) of those that have one."""


def _unnumbered(filing_ids: Sequence[str], as_of: Moment) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class _Group:
    """Features that speak together: one sign in one direction, of agents or of the rest.

    members: all of them; columns: those that pull in the direction, strongest first.
    """

    sign: str
    direction: Direction
    columns: tuple[int, ...]
    weight: float
    rule: Rule | None = None
    of_agents: bool = False
    members: tuple[int, ...] = ()

    @property
    def side(self) -> float:
        """1 where it speaks for the risk, else -1."""
        return 1.0 if self.direction == "for" else -1.0


def explain(
    table: FeatureTable,
    row: int,
    contributions: Floats,
    pack: Pack,
    judged: Judged | None = None,
    matches: Sequence[WatchMatch] = (),
    case_numbers: CaseNumbers = _unnumbered,
    score: Score | None = None,
    sign_weight: float = 0.0,
    wording: float = 0.0,
    zone: str = "UTC",
    reference: Mapping[str, Any] = NOTHING_USUAL,
) -> tuple[Reason, ...]:
    """Reasons of one row, strongest first: those for the risk, then those against, then signs switched off.

    contributions: (f,) log-odds of each feature of the table. A feature raises the risk in the name of its
    sign only where its value shows the sign; else it counts among the circumstances. Signs whose rule fired
    are always shown. judged: what the pack says of the row, judged here where it is not given. matches: of the
    filing's parties with watch lists, told beside the rules that read them. case_numbers: by which the sentences name
    the earlier filings; those without one go by their id. score: raw scores (n,) of rows (n, f) by the model that gave
    the contributions; filings are then named only where it would move the other way without them. sign_weight: what a
    bit of the rules that count adds to the score; it goes to the reason of its sign. wording: what the words of claims
    and facts add; told without a word of them, for they name people. zone: the court's, for the days of entries of lists.
    reference: the bundle's, which says what is usual.
    """
    judged = judged or pack.judge(values_of(table, row, tuple(matches)), table.courts[row])
    groups = _group(table, row, contributions, judged, sign_weight)
    weighty = [g for g in groups if g.rule is not None or abs(g.weight) >= SMALLEST]
    raising = _choose_raising([g for g in weighty if g.direction == "for"])
    lowering = sorted((g for g in weighty if g.direction == "against"), key=lambda g: (g.weight, g.sign))
    raising.sort(key=lambda g: (-g.weight, g.sign))
    chosen = [*raising, *lowering[:MOST_AGAINST]]
    if score is not None:
        chosen = _leave_idle_out(table, row, chosen, score)
    resting = [_rests_on(table, row, g, judged) for g in chosen]
    named = list(dict.fromkeys(f for _, filings in resting for f in filings[:NAMED]))
    numbers = case_numbers(named, int(table.as_of[row])) if named else {}
    told = [
        _reason(pack, g, judged, matches, names, filings, numbers, zone, reference)
        for g, (names, filings) in zip(chosen, resting, strict=True)
    ]
    spoken = sorted([*told, *_of_wording(pack, wording)], key=_by_weight)
    return (*spoken, *_switched_off(pack, judged, matches, zone))


def _of_wording(pack: Pack, weight: float) -> list[Reason]:
    if abs(weight) < SMALLEST:
        return []
    sign = pack.sign_of(CIRCUMSTANCES)
    direction: Direction = "for" if weight > 0 else "against"
    return [Reason(CIRCUMSTANCES, _WORDING[direction], sign.legal_basis, weight, (), direction)]


_WORDING: Mapping[Direction, Mapping[str, str]] = {
    "for": {
        "zh": "诉状措辞——与此前被认定虚假或滥诉的立案相近（不计姓名、地址、数字）。",
        "en": "Wording of the complaint – like that of earlier filings found false or abusive (names, addresses and numbers left out).",
    },
    "against": {
        "zh": "降低风险的因素（诉状措辞）——与此前被认定虚假或滥诉的立案不同（不计姓名、地址、数字）。",
        "en": "Speaks against a concern (wording of the complaint) – unlike earlier filings found false or abusive (names, addresses and numbers left out).",
    },
}


def _by_weight(reason: Reason) -> tuple[bool, float, str]:
    against = reason.direction == "against"
    return against, reason.contribution if against else -reason.contribution, reason.sign


def account(
    names: Sequence[str],
    contributions: Floats,
    start: float,
    raw: float,
    reasons: Sequence[Reason],
    wording: float = 0.0,
) -> Account:
    """The raw score of one row taken apart. contributions: (f,) of the features `names`; start: the model's bias;
    wording: what the words of claims and facts add, which are the filing's own."""
    by: dict[Whom, float] = dict.fromkeys(_FEATURES_ARE_ABOUT, 0.0)
    for column in np.flatnonzero(contributions):
        by[whom_of(names[int(column)])] += float(contributions[column])
    by["filing"] += wording
    beside = raw - start - float(contributions.sum()) - wording
    if abs(beside) > ROUNDING:
        by["signs"] = beside
    raised = sum(max(reason.contribution, 0.0) for reason in reasons)
    lowered = sum(min(reason.contribution, 0.0) for reason in reasons)
    return Account(start, raised, lowered, raw - start - raised - lowered, by)


def _leave_idle_out(table: FeatureTable, row: int, groups: list[_Group], score: Score) -> list[_Group]:
    """Groups without the measurements that would speak the same way had nothing been counted.

    A model may lower the risk of whoever has few clients, and of whoever has none: then the clients' filings are no
    reason. What counts filings is scored as if they had not been there, all else equal: each measurement alone,
    and all of the group's together.
    """
    own = table.values[row]
    known = own.tolist()
    without = {c: table.uncounted(row, table.names[c]) for group in groups for c in group.members}
    counting = [c for c, value in without.items() if not _same(value, known[c])]
    together = [[c for c in group.members if c in counting] for group in groups]
    raw = score(_changed(own, without, [[], *together, *([c] for c in counting)]))
    fall = raw[0] - raw[1:]
    alone = dict(zip(counting, fall[len(groups) :], strict=True))
    left = []
    for group, all_fall in zip(groups, fall, strict=False):
        carries = group.side * all_fall > 0
        kept = (c for c in group.columns if c not in alone or (carries and group.side * alone[c] > 0))
        left.append(replace(group, columns=tuple(kept)))
    return [group for group in left if group.columns or group.rule is not None]


def _changed(own: Floats, values: Mapping[int, float], columns: Sequence[Sequence[int]]) -> Floats:
    """A copy of one row for each of some sets of columns, those set to `values`."""
    rows = np.repeat(own[None, :], len(columns), axis=0)
    for place, some in enumerate(columns):
        rows[place, some] = [values[c] for c in some]
    return rows


def _same(one: float, other: float) -> bool:
    return one == other or (isnan(one) and isnan(other))


def _choose_raising(groups: list[_Group]) -> list[_Group]:
    """Those told: rules first, but never without what weighs most in the score."""
    ranked = sorted(groups, key=_rank)
    told, left = ranked[:MOST_FOR], ranked[MOST_FOR:]
    heaviest = max(left, key=lambda g: (g.weight, g.sign), default=None)
    if heaviest is not None and heaviest.weight > max(group.weight for group in told):
        told[-1] = heaviest
    return told


def _rank(group: _Group) -> tuple[int, float, float, str]:
    """Rules that may stand alone first, then those beside, then the model's weight."""
    kind = 2 if group.rule is None else int(group.rule.beside)
    return kind, -(group.rule.strength if group.rule else 0.0), -group.weight, group.sign


def _group(
    table: FeatureTable, row: int, contributions: Floats, judged: Judged, sign_weight: float
) -> list[_Group]:
    """One group a sign: its features' sum decides the direction, those that pull that way are told."""
    by_sign: dict[tuple[str, bool], list[int]] = {}
    parts, values = contributions.tolist(), table.values[row].tolist()
    for column in np.flatnonzero(contributions).tolist():
        feature = BY_NAME[table.names[column]]
        shows = parts[column] < 0 or feature.shows_sign(values[column])
        sign = feature.sign if shows else CIRCUMSTANCES
        by_sign.setdefault((sign, _is_of_agents(feature.name)), []).append(column)
    fired: dict[tuple[str, bool], Rule] = {}
    for rule in sorted(judged.fired, key=lambda r: (r.direction == "against", r.beside, -r.strength)):
        fired.setdefault((rule.sign, _is_of_agents(rule.tells)), rule)
    bits = {(rule.sign, _is_of_agents(rule.tells)): rule.bits for rule in judged.counted}
    groups = []
    for about in by_sign.keys() | fired.keys():
        columns = by_sign.get(about, [])
        weight = float(contributions[columns].sum()) + sign_weight * bits.get(about, 0.0)
        named = fired.get(about)
        direction: Direction = named.direction if named else "for" if weight > 0 else "against"
        side = 1.0 if direction == "for" else -1.0
        pulling = [c for c in columns if side * parts[c] > 0]
        told = tuple(sorted(pulling, key=lambda c: -abs(parts[c])))
        groups.append(_Group(about[0], direction, told, weight, named, about[1], tuple(columns)))
    return groups


def _is_of_agents(name: str) -> bool:
    """Whether a term of the vocabulary speaks of agents."""
    return name in BY_NAME and whom_of(name) == "agents"


def _rests_on(table: FeatureTable, row: int, group: _Group, judged: Judged) -> tuple[list[str], list[str]]:
    """Measurements a reason tells, and the ids of the earlier filings they count."""
    known = [table.names[c] for c in group.columns if not isnan(table.values[row, c])]
    names = known or [table.names[c] for c in group.columns]
    rule = group.rule
    if rule is not None:
        names = list(dict.fromkeys([*(n for n in rule.shown(judged.values) if _is_told(n, judged)), *names]))
    names = names[:SENTENCES]
    # A rule that speaks against rests on what is not there: no earlier filing carries it.
    idle = group.sign == CIRCUMSTANCES or (rule is not None and rule.direction == "against")
    counting = [] if idle else [n for n in names if n in BY_NAME]
    return names, list(dict.fromkeys(f for n in counting for f in table.witnesses(row, n)))


def _reason(
    pack: Pack,
    group: _Group,
    judged: Judged,
    matches: Sequence[WatchMatch],
    names: Sequence[str],
    filings: Sequence[str],
    numbers: Mapping[str, str],
    zone: str,
    reference: Mapping[str, Any],
) -> Reason:
    rule = group.rule
    sign = pack.sign_of(group.sign)
    listed = [m for m in matches if rule is not None and m.term in rule.names()]
    text = {
        language: _tell(sign, group, _measured(names, judged, reference, language),
                        [numbers.get(f, f) for f in filings], [say_match(m, language, zone) for m in listed],
                        language)
        for language in ("zh", "en")
    }  # fmt: skip
    return Reason(
        group.sign, text, sign.legal_basis, group.weight, tuple(filings), group.direction,
        verify=sign.verify if group.direction == "for" else {},
        document=sign.document if group.direction == "for" else {},
        rule=rule.code if rule else "", strength=rule.strength if rule else 0.0,
        of_agents=group.of_agents,
    )  # fmt: skip


def _measured(names: Sequence[str], judged: Judged, reference: Mapping[str, Any], language: str) -> list[str]:
    """The measurements as clauses, with what is usual where they are not; one clause of what nobody knows."""
    zh = language == "zh"
    values, terms = judged.values, vocabulary()
    known = [n for n in names if not isnan(values[n])]
    unknown = [terms[n].zh if zh else terms[n].en for n in names if n not in known]
    told = [
        terms[n].sentence(values[n], language) + say_unusual(reference, n, values[n], language) for n in known
    ]
    if unknown:
        told.append(f"{'、'.join(unknown)}不详" if zh else f"not known: {', '.join(unknown)}")
    return told


def _is_told(name: str, judged: Judged) -> bool:
    """Codes and unknown values say nothing to a reader, a match of a list is told in its own words."""
    return not (isnan(judged.values[name]) or name in _SILENT or name in WATCH_TERMS)


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
    if filings:
        named, more = filings[:NAMED], len(filings) - NAMED
        some = ("、" if zh else ", ").join(named)
        if zh:
            parts.append(f"据 {some}" + (f" 等 {len(filings)} 件" if more > 0 else ""))
        else:
            parts.append(f"resting on {some}" + (f" and {more} more" if more > 0 else ""))
    said = ("；" if zh else "; ").join(parts)
    return f"{head}——{said}。" if zh else f"{head} – {said[0].upper()}{said[1:]}."


def _switched_off(pack: Pack, judged: Judged, matches: Sequence[WatchMatch], zone: str) -> list[Reason]:
    """Signs of volume that are off because of who files, told with the ground."""
    listed = [m for m in matches if m.term == LICENSED]
    told = {}
    for rule in judged.switched_off:
        sign = pack.sign_of(rule.sign)
        zh, en = "持牌机构或登记的批量起诉单位", "licensed institution or registered mass filer"
        if judged.values[LICENSED] >= SURE and listed:
            zh, en = f"{zh}，{say_match(listed[0], 'zh', zone)}", f"{en}, {say_match(listed[0], 'en', zone)}"
        else:
            zh, en = "按名称为金融、物业等机构", "by its name a bank, property manager or the like"
        text = {
            "zh": f"数量类征象已关闭（{sign.zh}）——{zh}。",
            "en": f"Volume sign switched off ({sign.en}) – {en}.",
        }
        told[rule.sign] = Reason(rule.sign, text, sign.legal_basis, 0.0, (), "against")
    return [told[code] for code in sorted(told)]
