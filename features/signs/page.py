"""The page of signs, written from the rule pack and a docket with truth: `xiezhi signs page DOCKET`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log, log2, sqrt

from features.signs.pack import Rule
from features.signs.separation import HARD, ORDINARY, Separation
from features.simulate.look_alikes import LOOK_ALIKES

LEAST_BITS = 1.0
"""A sign that fires not twice as often on false filings as on honest ones separates nothing (own limit)."""
FEW = 5
"""Fewer firings than this say nothing either way (own limit)."""
SURE = 1.645
"""Standard deviations the bits must lie above 0: one-sided 95 %."""
HONEST = (HARD, ORDINARY)

_HEAD = """# The signs

Written by `xiezhi signs page DOCKET` from `features/signs/cn.toml` and a simulated docket whose truth is known
({docket}: {n} filings, {false} of them of a scheme). Figures of a simulated docket say that the machinery works, not
how often a sign is right in a real court. How a rule is written: [rule-packs.md](rule-packs.md).

A sign fires when one of its rules does. A rule *stands* or only stands *beside* others: what rests on thin evidence,
poverty, lack of an agent, volume or a watch list alone is told and never flags. Licensed institutions and registered
mass filers switch off every rule that counts filings, and the reasons say so. The signs of a filing lift it to notice
where they come to {notice:g} bits and one of them stands: here {lifted}.

Bits: log2 of how many times more often the sign fires on false filings than on honest ones, half a filing added to
each; a sign is said to separate where they come to 1 and, with 95 % confidence, to more than 0. *Later* counts filings
on which a rule that waits for an event fired only then, *later bits* are those of these alone.
{lists}
"""

_LISTS = (
    "The docket had no watch lists, so rules that read one are silent.",
    "The watch lists the simulator wrote beside the docket were taken in: what was announced, filed and found by then.",
)
NOT_DRAWN: Mapping[str, str] = {
    "S02.2": "straw plaintiffs are no poorer than others there",
    "S09.3": "nobody's papers disagree with the story there",
    "S28.3": "nobody splits a debt there",
    "S31.3": "nobody claims more than the note says there",
    "S33.1": "nobody buys again and again to sue there",
}
"""Rule -> why it shows nothing on a simulated docket: what the simulator does not draw (docs/simulator.md)."""


def write_page(found: Separation) -> str:
    """`docs/signs.md` as Markdown."""
    schemes = sorted(found.groups.keys() - {HARD, ORDINARY, *LOOK_ALIKES})
    kinds = [kind for kind in LOOK_ALIKES if kind in found.groups]
    head = _HEAD.format(
        docket=found.docket, n=_sum(found.groups, [*schemes, HARD, ORDINARY]), false=sum(found.groups[g] for g in schemes),
        notice=found.pack.notice, lifted=_lifted(found, schemes), lists=_LISTS[found.has_lists],
    )  # fmt: skip
    lines = [head, "## What each sign separates", "", _row(["sign", "中文", "English", "at filing: false", "hard negatives",
             "ordinary", "bits", "later: false", "honest", "later bits", "says"]), _row(["---"] * 11)]  # fmt: skip
    codes = [code for code in sorted(found.pack.signs) if code != "S00"]
    lines += [_summary(found, code, schemes) for code in codes]
    lines += [
        "",
        "## By scheme",
        "",
        "Share of a scheme's filings on which the sign fires, at filing or later.",
        "",
    ]
    lines += _matrix(found, codes, schemes)
    lines += [
        "",
        "## By hard negative",
        "",
        "Honest filings easily taken for false ones, as the simulator wrote down what it drew: one may be of several kinds",
        "(kin who lend on a bare note to somebody under enforcement). The rest is ordinary.",
        "",
    ]
    lines += [f"- `{kind}`: {', '.join(LOOK_ALIKES[kind])} ({found.groups[kind]})" for kind in kinds]
    lines += ["", *_matrix(found, codes, [*kinds, ORDINARY])]
    lines += ["", "## The rules", "", _row(["rule", "when", "stands", "bits given", "bits here", "false", "honest", "says"]),
              _row(["---"] * 8)]  # fmt: skip
    lines += [_rule_line(found, rule, schemes) for rule in found.pack.rules]
    return "\n".join(lines) + "\n"


def _summary(found: Separation, code: str, schemes: list[str]) -> str:
    rules = [r for r in found.pack.rules if r.sign == code and r.direction == "for"]
    now, after = found.at_filing[code], found.later[code]
    bad, good = _sum(now, schemes), _sum(now, HONEST)
    late_bad, late_good = _sum(after, schemes), _sum(after, HONEST)
    sign = found.pack.signs[code]
    bits = _bits(found, bad + late_bad, good + late_good, schemes)
    return _row([
        code, sign.zh, sign.en, _of(bad, found, schemes), _of(now[HARD], found, [HARD]),
        _of(now[ORDINARY], found, [ORDINARY]), f"{bits:+.1f}" if bad + good + late_bad + late_good else "",
        str(late_bad or ""), str(late_good or ""),
        f"{_bits(found, late_bad, late_good, schemes):+.1f}" if late_bad + late_good else "",
        _verdict(found, rules, bad + late_bad, good + late_good, bits),
    ])  # fmt: skip


def _verdict(found: Separation, rules: list[Rule], bad: int, good: int, bits: float) -> str:
    if not bad + good:
        if not found.has_lists and any("watch_" in name for rule in rules for name in rule.names()):
            return "needs a watch list; the docket has none"
        return f"fires on nothing: {'; '.join(NOT_DRAWN.get(rule.code, 'not seen there') for rule in rules)}"
    if bad + good < FEW:
        return "too few to say"
    if bits < LEAST_BITS:
        notes = [NOT_DRAWN[rule.code] for rule in rules if rule.code in NOT_DRAWN]
        return "; ".join(["separates nothing here", *notes])
    if bits < SURE * _spread(bad, good):
        return "too few to say"
    return "separates" if any(not rule.beside for rule in rules) else "separates; told beside others only"


def _matrix(found: Separation, codes: list[str], groups: list[str]) -> list[str]:
    lines = [_row(["sign", *groups]), _row(["---"] * (len(groups) + 1))]
    for code in codes:
        both = found.at_filing[code] + found.later[code]
        cells = [f"{both[g] / found.groups[g]:.0%}" if both[g] else "" for g in groups]
        lines.append(_row([code, *cells]))
    return lines


def _rule_line(found: Separation, rule: Rule, schemes: list[str]) -> str:
    fired = found.at_filing[rule.code] + found.later[rule.code]
    bad, good = _sum(fired, schemes), _sum(fired, HONEST)
    bits = _bits(found, bad, good, schemes)
    stands = "against" if rule.direction == "against" else "beside" if rule.beside else "stands"
    says = "" if rule.direction == "against" else _verdict(found, [rule], bad, good, bits)
    return _row([
        rule.code, rule.en, stands, f"{rule.strength:g}", f"{bits:+.1f}" if bad + good else "", str(bad or ""),
        str(good or ""), says,
    ])  # fmt: skip


def _bits(found: Separation, bad: int, good: int, schemes: list[str]) -> float:
    false, honest = _sum(found.groups, schemes), _sum(found.groups, HONEST)
    return log2(((bad + 0.5) / (false + 1)) / ((good + 0.5) / (honest + 1)))


def _spread(bad: int, good: int) -> float:
    """Standard deviation of the bits: of the logarithm of a ratio of two Poisson counts."""
    return sqrt(1 / (bad + 0.5) + 1 / (good + 0.5)) / log(2)


def _lifted(found: Separation, schemes: list[str]) -> str:
    bad = _sum(found.lifted, schemes)
    every = bad + _sum(found.lifted, HONEST)
    false = _sum(found.groups, schemes)
    return f"{every} filings, {bad} of them false ({bad / max(every, 1):.0%}), of {false} there are"


def _of(count: int, found: Separation, groups: list[str]) -> str:
    total = _sum(found.groups, groups)
    return f"{count} ({count / total:.1%})" if count and total else ""


def _sum(counts: Mapping[str, int], groups: Iterable[str]) -> int:
    return sum(counts.get(g, 0) for g in groups)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
