"""Whether a pack may be used: what is wrong, on which line, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from features.signs.condition import BadCondition, Comparison, Condition, read_condition
from features.signs.lines import Lines
from features.signs.vocabulary import GROUND_NAMES, vocabulary

BANDS = ("none", "notice", "review")
_TEXTS = ("zh", "en")
LAW = ("instrument", "article", "version")
_SIGN = ("code", *_TEXTS, *LAW)
_RULE = ("code", "sign", "tells", *_TEXTS, "strength", "when")
_STEP = (*_TEXTS, *LAW, "bands")
_ALLOWED = {
    "signs": {*_SIGN, "verify", "document"},
    "rules": {*_RULE, "least", "among", "unless", "beside", "direction", "courts", "not_courts"},
    "steps": set(_STEP),
}
_NEEDED: dict[str, tuple[str, ...]] = {"signs": _SIGN, "rules": _RULE, "steps": _STEP}
_HEAD = {"version", "jurisdiction", "extends", "notice", "law", "off", "signs", "rules", "steps"}
MOST_STRENGTH = 20.0
"""Bits beyond which a strength is a slip of the pen: 20 are odds of a million (own limit)."""


@dataclass(frozen=True)
class Problem:
    """What is wrong on a line."""

    line: int
    zh: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return self.zh if language.startswith("zh") else self.en


def check_data(data: Mapping[str, Any], lines: Lines, known: Mapping[str, set[str]]) -> list[Problem]:
    """Everything wrong with a pack or overlay. known: codes of `signs` and `rules` it builds on."""
    problems = list(_check_head(data, lines, known))
    entries = {table: _entries(data, table) for table in _NEEDED}
    here = {str(e.get("code")) for e in entries["signs"] if isinstance(e, dict)}
    for table in _NEEDED:
        for number, entry in enumerate(entries[table]):
            line = lines.of(table, number)
            if not isinstance(entry, dict):
                problems.append(
                    Problem(line, f"{table} 的每一项应为表", f"every entry of {table} must be a table")
                )
                continue
            changes = table != "steps" and entry.get("code") in known.get(table, set())
            needed = _needed(entry, table, changes=changes, has_law="law" in data)
            problems += _check_words(entry, table, number, lines, needed)
            if table == "rules":
                signs = here | known.get("signs", set())
                problems += _check_rule(entry, number, lines, signs, whole=not changes)
    for table in ("signs", "rules"):
        problems += _check_twice(entries[table], table, lines)
    return sorted(problems, key=lambda p: p.line)


def _needed(entry: Mapping[str, Any], table: str, *, changes: bool, has_law: bool) -> Sequence[str]:
    """The keys of an entry; where the pack has a law, a sign names an article of its own whole or not at all."""
    needed = () if changes else _NEEDED[table]
    if table != "signs" or not has_law:
        return needed
    own = LAW if entry.keys() & {*LAW} else ()
    return [*(key for key in needed if key not in LAW), *own]


def _entries(data: Mapping[str, Any], table: str) -> list[Any]:
    found = data.get(table, [])
    return found if isinstance(found, list) else []


def _check_head(data: Mapping[str, Any], lines: Lines, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    for key in data.keys() - _HEAD:
        yield Problem(lines.of("", 0, key), f"不认识的键 {key}", f"there is no key {key}")
    if not str(data.get("version", "")).strip():
        yield Problem(1, "缺少 version", "version is missing")
    if not known and not str(data.get("jurisdiction", "")).strip():
        yield Problem(1, "缺少 jurisdiction", "jurisdiction is missing")
    law = data.get("law", dict.fromkeys(LAW, "-"))
    if not isinstance(law, dict) or {*law} != {*LAW} or not all(str(law[key]).strip() for key in LAW):
        keys = ", ".join(LAW)
        yield Problem(
            lines.of("law", 0), f"law 应有 {keys}，且只有这些", f"law has {keys}, no more and no less"
        )
    for code in data.get("off", ()):
        if code not in known.get("signs", set()) | known.get("rules", set()):
            line = lines.of("", 0, "off")
            yield Problem(line, f"off 指向不存在的 {code}", f"off names {code}, which does not exist")


def _check_words(
    entry: Mapping[str, Any], table: str, number: int, lines: Lines, needed: Sequence[str]
) -> Iterator[Problem]:
    for key in needed:
        if key not in entry:
            yield Problem(lines.of(table, number), f"{table} 缺少 {key}", f"{table}: {key} is missing")
    for key in entry.keys() - _ALLOWED[table]:
        yield Problem(lines.of(table, number, key), f"{table} 没有键 {key}", f"{table} have no key {key}")
    for key in (*_TEXTS, "instrument", "version"):
        if key in entry and not str(entry[key]).strip():
            yield Problem(lines.of(table, number, key), f"{key} 没有文字", f"{key} has no text")
    for key in ("verify", "document"):
        said = entry.get(key, {"zh": "-", "en": "-"})
        if not isinstance(said, dict) or not all(str(said.get(t, "")).strip() for t in _TEXTS):
            yield Problem(lines.of(table, number, key), f"{key} 需有 zh 和 en", f"{key} needs zh and en")
    if any(band not in BANDS for band in entry.get("bands", ())):
        line = lines.of(table, number, "bands")
        yield Problem(line, f"档位只有 {'、'.join(BANDS)}", f"bands are {', '.join(BANDS)}")


def _check_twice(entries: Sequence[Any], table: str, lines: Lines) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        code = str(entry.get("code")) if isinstance(entry, dict) else ""
        if code in seen:
            line = lines.of(table, number, "code")
            yield Problem(line, f"{table} 中 {code} 出现两次", f"{table}: {code} stands twice")
        seen.add(code)


def _check_rule(
    entry: Mapping[str, Any], number: int, lines: Lines, signs: set[str], *, whole: bool
) -> Iterator[Problem]:
    def at(key: str, zh: str, en: str) -> Problem:
        return Problem(lines.of("rules", number, key), zh, en)

    if "sign" in entry and entry["sign"] not in signs:
        yield at("sign", f"没有征象 {entry['sign']}", f"there is no sign {entry['sign']}")
    if "tells" in entry and entry["tells"] not in vocabulary():
        yield at("tells", f"没有特征 {entry['tells']}", f"there is no feature {entry['tells']}")
    strength = entry.get("strength", 1.0)
    if (
        isinstance(strength, bool)
        or not isinstance(strength, int | float)
        or not 0 < strength <= MOST_STRENGTH
    ):
        yield at(
            "strength",
            f"strength 应为 0 至 {MOST_STRENGTH:g} 的数",
            f"strength is a number up to {MOST_STRENGTH:g}",
        )
    if entry.get("direction", "for") not in ("for", "against"):
        yield at("direction", "direction 只有 for 和 against", "direction is for or against")
    read: dict[str, list[Condition]] = {}
    fine = True
    for key in ("when", "among", "unless"):
        read[key] = []
        for text in entry.get(key, ()):
            problems = list(_check_condition(str(text), read[key]))
            yield from (at(key, zh, en) for zh, en in problems)
            fine = fine and not problems
    among = read["among"]
    if len(among) < entry.get("least", 0) or (among and not entry.get("least")):
        yield at("least", "least 与 among 不相符", "least does not go with among")
    stands = not entry.get("beside", False) and entry.get("direction", "for") == "for"
    if fine and whole and stands and (rests := rests_on(read["when"], among, entry.get("least", 0))):
        yield at("when", f"规则只依据{rests[0]}，不得单独成立（可设 beside = true）",
                 f"the rule rests on {rests[1]} alone and may not stand (beside = true would do)")  # fmt: skip


def _check_condition(text: str, read: list[Condition]) -> Iterator[tuple[str, str]]:
    try:
        condition = read_condition(text)
    except BadCondition as bad:
        yield bad.zh, bad.en
        return
    read.append(condition)
    for comparison in condition.comparisons():
        for name in comparison.names:
            if name not in vocabulary():
                yield f"没有特征 {name}", f"there is no feature {name}"


def rests_on(when: Sequence[Condition], among: Sequence[Condition], least: int) -> tuple[str, str] | None:
    """The weak grounds a rule rests on alone, in words; None where it may stand.

    It may where some condition rests on substance in each of its alternatives, or where volume comes together with
    thin evidence or a watch list, which is how the lists of professional lenders are kept (docs/rule-packs.md).
    """
    per_condition = [_grounds(one) for one in when]
    if any(all("substance" in alternative for alternative in one) for one in per_condition if one):
        return None
    if least and among and len(among) - sum(_always_substance(c) for c in among) < least:
        return None
    grounds = set().union(*(alternative for one in per_condition for alternative in one), *(
        alternative for c in among for alternative in _grounds(c)))  # fmt: skip
    if (
        "volume" in grounds
        and (least or "thin" in grounds or "watch" in grounds)
        and len(grounds - {"context"}) > 1
    ):
        return None
    named = [GROUND_NAMES[g] for g in GROUND_NAMES if g in grounds] or [GROUND_NAMES["context"]]
    return "、".join(zh for zh, _ in named), ", ".join(en for _, en in named)


def _always_substance(condition: Condition) -> bool:
    return all("substance" in grounds for grounds in _grounds(condition))


def _grounds(condition: Condition) -> list[set[str]]:
    """The grounds of each alternative; comparisons that always hold count for nothing."""
    return [{_ground(c) for c in alternative} for alternative in condition.alternatives]


def _ground(comparison: Comparison) -> str:
    term = vocabulary()[comparison.name]
    says_something = comparison.other is not None or not _always_holds(comparison, term.unit)
    return term.ground if says_something else "context"


def _always_holds(comparison: Comparison, unit: str) -> bool:
    if unit in ("days", "span"):  # known only since something happened
        return False
    if comparison.operator == ">=":
        return comparison.bound <= 0
    if comparison.operator == ">":
        return comparison.bound < 0
    if unit in ("flag", "share") and comparison.operator == "<=":
        return comparison.bound >= 1
    return unit == "flag" and comparison.operator == "<" and comparison.bound > 1
