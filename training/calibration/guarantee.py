"""What may be promised of the flags: “at least so many in a hundred are found false, with such confidence”.

Risk control by Learn then Test (Angelopoulos and others 2021): cuts are tried in an order fixed before any label is
looked at, each with an exact binomial test (Clopper and Pearson 1934), and a cut is promised only where the test of it
and of every cut before it succeeds. Labels must be of filings the model did not learn from: out of fold.

The tests take filings for independent. Those of one ring are found together, so filings of one group (`groups`) count
as fewer: divided by the design effect of Kish (1965). Filings without a finding count as not false, so a promise
speaks of what authorities have found by now, which can only grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STARTS = 6
"""Places the ranking is entered at, from the strictest cut that could pass on; the error allowed is shared among them."""

STEP = 1.1
"""How many times as many filings the next cut lets through."""

MOST_NEEDED = 100_000
"""Labels beyond which “how many more” is no answer to anybody."""

Verdict = Literal["held", "not-enough-labels", "out-of-reach"]


@dataclass(frozen=True)
class Guarantee:
    """What can be said of “precision at least `precision` with `confidence`”.

    held: `threshold` is the lowest raw score it is promised from, passed by `flagged` ripe filings of which `found` were
    found false or abusive. not-enough-labels: no cut can be promised, though about `needed` filings above a cut as good
    as the most promising one tried would do. out-of-reach: at no cut tried is the share found above what was asked.
    at_review: the least precision at the review cut with the same confidence, whatever was asked; None without a
    ripe filing above it.
    """

    precision: float
    confidence: float
    verdict: Verdict
    threshold: float | None
    flagged: int
    found: int
    needed: int | None
    at_review: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, as the bundle keeps it."""
        return dict(vars(self))

    def texts(self) -> dict[str, str]:
        """The sentence in both languages, as a card takes it."""
        return {language: self.tell(language) for language in ("zh", "en")}

    def tell(self, language: str) -> str:
        """One sentence for a report or a card."""
        return "".join(_tell(self, language))


def control_precision(
    raw: Floats,
    positive: Flags,
    precision: float,
    confidence: float,
    review: float,
    groups: NDArray[np.int64] | None = None,
) -> Guarantee:
    """The lowest cut from which a precision of at least `precision` is promised with `confidence`, or why none.

    raw, positive, groups: (n,) of ripe filings scored out of fold. review: the cut in use, told of beside.
    """
    order = np.argsort(-raw, kind="stable")
    raw, positive = raw[order], positive[order]
    ends = np.append(np.flatnonzero(np.diff(raw)), len(raw) - 1) + 1 if len(raw) else np.zeros(0, np.int64)
    worth = _worth(None if groups is None else groups[order], ends)
    found = np.cumsum(positive)[ends - 1] if len(ends) else np.zeros(0)
    above = int(np.searchsorted(-raw, -review, side="right"))
    at = int(np.searchsorted(ends, above, side="right")) - 1
    beside = None if at < 0 else _least_precision(found[at] / ends[at], worth[at], confidence)
    cuts = _cuts(ends, precision, 1 - confidence)
    passed, nearest = -1, (1.0, 0.0)
    for start in cuts:
        for cut in start:
            share = float(found[cut] / ends[cut])
            chance = _p_value(share, worth[cut], precision)
            nearest = min(nearest, (chance, share))
            if chance > (1 - confidence) / STARTS:
                break
            passed = max(passed, cut)
    if passed >= 0:
        n, hits = int(ends[passed]), int(found[passed])
        return Guarantee(precision, confidence, "held", float(raw[n - 1]), n, hits, None, beside)
    # Where nothing was found yet, as many are needed as would do if every one of them were found false.
    needed = _needed(nearest[1] if positive.any() else 1.0, precision, (1 - confidence) / STARTS)
    verdict: Verdict = "out-of-reach" if needed is None else "not-enough-labels"
    return Guarantee(precision, confidence, verdict, None, 0, int(positive.sum()), needed, beside)


def _cuts(ends: NDArray[np.int64], precision: float, error: float) -> Iterator[list[int]]:
    """Sequences of cuts (places in `ends`) to try, each from its start downwards; chosen without any label."""
    if not len(ends):
        return
    # Fewer could not pass even if every one of them were found false.
    least = np.log(error / STARTS) / np.log(precision) if precision < 1 else np.inf
    if least > ends[-1]:
        return
    sizes = np.geomspace(least, ends[-1], num=max(2, int(np.log(ends[-1] / least) / np.log(STEP))))
    grid = np.unique(np.searchsorted(ends, sizes - 1e-9).clip(max=len(ends) - 1))
    for start in np.unique(np.linspace(0, len(grid), STARTS, endpoint=False).astype(int)):
        yield [int(place) for place in grid[start:]]


def _worth(groups: NDArray[np.int64] | None, ends: NDArray[np.int64]) -> Floats:
    """How many independent filings those above each cut are worth: n over Kish's design effect, sum(m²) / sum(m)."""
    if groups is None:
        return ends.astype(np.float64)
    seen: dict[int, int] = {}
    squares, added = np.zeros(len(groups)), 0
    for place, group in enumerate(groups.tolist()):
        seen[group] = seen.get(group, 0) + 1
        added += 2 * seen[group] - 1
        squares[place] = added
    return ends.astype(np.float64) ** 2 / squares[ends - 1]


def _p_value(share: float, n: float, precision: float) -> float:
    """How likely so large a share is among n where the true one is `precision` or less."""
    from scipy.special import betainc

    return 1.0 if share <= 0 else float(betainc(share * n, (1 - share) * n + 1, precision))


def _least_precision(share: float, n: float, confidence: float) -> float:
    """The lower limit of Clopper and Pearson."""
    from scipy.special import betaincinv

    return 0.0 if share <= 0 else float(betaincinv(share * n, (1 - share) * n + 1, 1 - confidence))


def _needed(share: float, precision: float, error: float) -> int | None:
    """How many filings above a cut of this share would pass; None where none would."""
    n = 1
    while share > precision and n <= MOST_NEEDED:
        if _p_value(share, n, precision) <= error:
            return n
        n += max(1, n // 50)
    return None


def _tell(told: Guarantee, language: str) -> Iterator[str]:
    zh = language == "zh"
    asked, sure = f"{told.precision:.0%}", f"{told.confidence:.0%}"
    if told.verdict == "held":
        share = f"{told.found}/{told.flagged}"
        yield (
            f"有 {sure} 的把握：高于保证界限的提示中至少 {asked} 会被认定（已成熟的收案中 {share}）。"
            if zh
            else f"With {sure} confidence at least {asked} of the flags above the guaranteed cut are found false or "
            f"abusive (of the ripe filings {share})."
        )
    elif told.verdict == "not-enough-labels":
        yield (
            f"标签不足，不能保证 {asked} 的精度（把握 {sure}）：界限以上约需 {told.needed} 件已成熟的收案。"
            if zh
            else f"Not enough labels to promise a precision of {asked} with {sure} confidence: about {told.needed} "
            "ripe filings above the cut would be needed."
        )
    else:
        yield (
            f"任何界限以上已被认定的比例都未超过 {asked}，增加标签也无法保证。"
            if zh
            else f"Above no cut has a share of more than {asked} been found false, so more labels of the same kind "
            "would not do."
        )
    if told.at_review is not None:
        yield (
            f"现用审查界限以上至少 {told.at_review:.1%}（把握 {sure}）。"
            if zh
            else f" Above the review cut in use it is at least {told.at_review:.1%} ({sure} confidence)."
        )
