"""From a linking run to the page: figures in words, drawings beside them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from features.link.report.drawing import (
    Axis,
    draw_axis,
    draw_histogram,
    draw_share,
    draw_weight,
    merge_bins,
    weights_axis,
)
from features.link.table.run import Cut, KindRun, LevelWeight, LinkingRun, RuleStats
from features.link.weights import probability
from features.link.words import Words, write_bits, write_percent, write_probability, write_share

Source = Literal["table", "store"]

CUTS_SHOWN: Final = 20
"""Cut pairs listed, the strongest; all are counted."""

_CLASSES: Final = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 200))
"""Cluster sizes that share a line; what is larger shares the last."""


def write_report(run: LinkingRun, out: Path, language: str, *, source: Source = "table") -> None:
    """Write the report of `run` to `out`, in `zh` or `en`.

    source: whether records are rows of a table, each pair compared, or the store's mentions, each compared with the
    entities known at its moment.
    """
    words = Words(language)
    html = _environment.get_template("report.html").render(
        w=words,
        t=words.say,
        lang="zh-Hans" if words.language == "zh" else "en",
        run=run,
        source=source,
        kinds=[KindPart(kind, words) for kind in run.kinds if kind.records],
        seconds=sorted(run.seconds.items(), key=lambda item: -item[1]),
        bits=write_bits,
        draw_share=draw_share,
        percent=write_percent,
        probability=write_probability,
        share=write_share,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html, encoding="utf-8")


@dataclass(frozen=True)
class Weighed:
    """A row of the weights table; `first` of its field, of `span` rows."""

    level: LevelWeight
    bar: Markup
    first: bool
    span: int


@dataclass(frozen=True)
class SizeClass:
    """Clusters of `low` to `high` records; `high` 0 is without end."""

    low: int
    high: int
    clusters: int
    records: int


class KindPart:
    """What the page says of one kind."""

    def __init__(self, kind: KindRun, words: Words) -> None:
        self.of = kind
        self._words = words
        self.name = words.name("kind", kind.kind)
        self.threshold = probability(kind.cut)
        self.clusters = sum(count for _, count in kind.sizes)
        self.told_ceiling = math.isfinite(kind.recall_ceiling)

    @cached_property
    def _axis(self) -> Axis:
        return weights_axis([level.bits for level in self.of.levels])

    @property
    def axis(self) -> Markup:
        """The scale of the weights."""
        return draw_axis(self._axis)

    @cached_property
    def weights(self) -> list[Weighed]:
        """Fields that any pair knows, those with the strongest level first; levels from the best to `other`."""
        by_field: dict[str, list[LevelWeight]] = {}
        for level in self.of.levels:
            by_field.setdefault(level.field, []).append(level)
        known = [of for of in by_field.values() if any(level.pairs for level in of)]
        return [
            Weighed(level, draw_weight(level.bits, self._axis), i == 0, len(levels))
            for levels in sorted(known, key=lambda of: -max(level.bits for level in of))
            for i, level in enumerate(levels)
        ]

    @cached_property
    def bins(self) -> list[tuple[float, float, int]]:
        """The histogram in few enough bins to be read."""
        return merge_bins(self.of.histogram)

    @property
    def histogram(self) -> Markup:
        """The drawing of the bins."""
        label = self._words.say("report.threshold_at", cut=write_bits(self.of.cut))
        return draw_histogram(self.bins, self.of.cut, label, self._words.say("report.histogram"))

    @property
    def columns(self) -> list[list[tuple[float, float, int]]]:
        """The bins in two columns of a table."""
        half = math.ceil(len(self.bins) / 2)
        return [part for part in (self.bins[:half], self.bins[half:]) if part]

    @cached_property
    def above(self) -> int:
        """Pairs of the histogram whose whole bin is above the threshold."""
        return sum(pairs for edge, pairs in self.of.histogram if edge >= self.of.cut)

    @cached_property
    def rules(self) -> list[RuleStats]:
        """Rules that found pairs or have crowded keys, those that find most matches first."""
        used = [rule for rule in self.of.rules if rule.pairs or rule.capped]
        return sorted(used, key=lambda rule: (-rule.expected, -rule.pairs, rule.name))

    @property
    def most_pairs(self) -> int:
        """Pairs of the rule that found most."""
        return max((rule.pairs for rule in self.of.rules), default=0)

    @property
    def timed(self) -> bool:
        """Whether it was measured how long each rule took."""
        return any(rule.seconds > 0 for rule in self.of.rules)

    @cached_property
    def sizes(self) -> list[SizeClass]:
        """Clusters by size; classes without any are left out."""
        found = []
        last = _CLASSES[-1][1]
        for low, high in (*_CLASSES, (last + 1, 0)):
            inside = [
                (size, count) for size, count in self.of.sizes if size >= low and (size <= high or not high)
            ]
            if inside:
                found.append(SizeClass(low, high, sum(c for _, c in inside), sum(s * c for s, c in inside)))
        return found

    @property
    def most_records(self) -> int:
        """Records of the size class that holds most."""
        return max((size.records for size in self.sizes), default=0)

    @cached_property
    def cut_counts(self) -> list[tuple[str, int]]:
        """(why, pairs) of the cuts, the commonest first."""
        return Counter(cut.why for cut in self.of.cuts).most_common()

    @property
    def cuts(self) -> Sequence[Cut]:
        """The strongest pairs that were cut."""
        return sorted(self.of.cuts, key=lambda cut: (-cut.bits, cut.left, cut.right))[:CUTS_SHOWN]


_environment = Environment(
    loader=PackageLoader("features.link.report", "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
