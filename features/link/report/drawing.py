"""Drawings of the report as inline SVG. Every one stands in or beside a table that says the same.

Dark and solid is evidence for, or what was found; light is evidence against, or the rest. Both survive a grey printer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 352, 14
"""Of a bar in a table cell, in units of its viewBox."""

CHART_WIDTH, CHART_HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 24, 34


@dataclass(frozen=True)
class Axis:
    """Values to places, from `low` at 0 to `high` at `width`; `ticks` are round values in between."""

    low: float
    high: float
    width: float

    def at(self, value: float) -> float:
        """Place of a value; outside ones stand at the end."""
        inside = min(max(value, self.low), self.high)
        return round((inside - self.low) / (self.high - self.low) * self.width, 2)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Four to nine round values."""
        step = round_step((self.high - self.low) / 8)
        first = math.ceil(self.low / step)
        return tuple(i * step for i in range(first, math.floor(self.high / step) + 1))


def round_step(least: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-9)))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= least * (1 - 1e-9))


def weights_axis(bits: Sequence[float]) -> Axis:
    """An axis on which all of these weights have room; 0 always in sight."""
    known = [b for b in bits if math.isfinite(b)]
    return Axis(min([-5.0, *known]), max([5.0, *known]), WIDTH)


def draw_axis(axis: Axis) -> Markup:
    """The scale over a column of bars."""
    labels = "".join(
        f'<text x="{_inside(axis.at(tick), axis.width)}" y="10.5" text-anchor="{_anchor(axis.at(tick), axis.width)}">'
        f"{_signed(tick)}</text>"
        for tick in axis.ticks
    )
    return Markup(f'<svg class="scale" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{labels}</svg>')


def draw_weight(bits: float, axis: Axis) -> Markup:
    """One weight as a bar from 0: to the right for one bearer, to the left for two."""
    zero, end = axis.at(0.0), axis.at(bits)
    start, width = min(zero, end), max(abs(end - zero), 0.75)
    grid = "".join(
        f'<line class="grid" x1="{axis.at(t)}" x2="{axis.at(t)}" y1="0" y2="{HEIGHT}"/>' for t in axis.ticks
    )
    side = "for" if bits >= 0 else "against"
    bar = f'<rect class="{side}" x="{start}" y="2.5" width="{round(width, 2)}" height="{HEIGHT - 5}"/>'
    line = f'<line class="zero" x1="{zero}" x2="{zero}" y1="0" y2="{HEIGHT}"/>'
    return Markup(
        f'<svg class="weight" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{grid}{bar}{line}</svg>'
    )


def draw_share(whole: float, part: float, most: float) -> Markup:
    """`whole` of `most` as a light bar, and in it `part` as a dark one."""
    if most <= 0:
        return _bar("")
    light, dark = (round(max(x, 0.0) / most * WIDTH, 2) for x in (whole, part))
    return _bar(
        f'<rect class="against" x="0" y="2.5" width="{light}" height="{HEIGHT - 5}"/>'
        f'<rect class="for" x="0" y="2.5" width="{dark}" height="{HEIGHT - 5}"/>'
    )


def draw_histogram(bins: Sequence[tuple[float, float, int]], cut: float, label: str, title: str) -> Markup:
    """Pairs by log-odds, (from, to, pairs) each; the threshold marked and named. Heights grow with the logarithm."""
    if not bins:
        return Markup("")
    plot = Axis(min(bins[0][0], cut), max(bins[-1][1], cut), CHART_WIDTH - _LEFT - _RIGHT)
    most = max(pairs for _, _, pairs in bins)
    floor = CHART_HEIGHT - _BOTTOM
    parts = [_heights(most, floor)]
    for low, high, pairs in bins:
        if pairs:
            parts.append(_column(plot, (low, high), _height(pairs, most), cut, floor))
    parts.append(f'<line class="zero" x1="{_LEFT}" x2="{CHART_WIDTH - _RIGHT}" y1="{floor}" y2="{floor}"/>')
    for tick in plot.ticks:
        x = _LEFT + plot.at(tick)
        parts.append(f'<text x="{x}" y="{floor + 16}" text-anchor="middle">{_signed(tick)}</text>')
    at = _LEFT + plot.at(cut)
    anchor, shift = ("end", -5) if plot.at(cut) > plot.width * 0.7 else ("start", 5)
    parts.append(f'<line class="cut" x1="{at}" x2="{at}" y1="8" y2="{floor}"/>')
    parts.append(
        f'<text class="cut-label" x="{at + shift}" y="15" text-anchor="{anchor}">{escape(label)}</text>'
    )
    body = "".join(parts)
    return Markup(
        f'<svg class="chart" viewBox="0 0 {CHART_WIDTH} {CHART_HEIGHT}" role="img" aria-label="{escape(title)}">{body}</svg>'
    )


def merge_bins(histogram: Sequence[tuple[float, int]], most: int = 30) -> list[tuple[float, float, int]]:
    """(from, to, pairs) of at most `most` bins of one round width, empty ones between included.

    histogram: (lower edge, pairs), edges ascending.
    """
    histogram = [(edge, pairs) for edge, pairs in histogram if pairs]
    if not histogram:
        return []
    low, high = histogram[0][0], histogram[-1][0]
    own = min((b - a for (a, _), (b, _) in itertools.pairwise(histogram)), default=1.0)
    width = round_step(max((high - low) / (most - 1), own))
    while math.floor(high / width) - math.floor(low / width) >= most:
        width = round_step(width * 1.01)
    counts: dict[int, int] = {}
    for edge, pairs in histogram:
        # Edges are sums of floats: one that should be 5.0 may come as 4.999999.
        place = math.floor(edge / width + 1e-6)
        counts[place] = counts.get(place, 0) + pairs
    return [(i * width, (i + 1) * width, counts.get(i, 0)) for i in range(min(counts), max(counts) + 1)]


def _heights(most: int, floor: float) -> str:
    """Lines at 1, 10, 100 … pairs."""
    lines = []
    count = 1
    while count <= most:
        y = round(floor - _height(count, most), 2)
        lines.append(f'<line class="grid" x1="{_LEFT}" x2="{CHART_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 3.5}" text-anchor="end">{_short(count)}</text>')
        count *= 10
    return "".join(lines)


def _column(plot: Axis, edges: tuple[float, float], height: float, cut: float, floor: float) -> str:
    """A bar, light below the threshold and dark above it."""
    x, end = plot.at(edges[0]) + 0.75, plot.at(edges[1]) - 0.75
    middle = min(max(plot.at(cut), x), end)
    y = round(floor - height, 2)
    found = ""
    for side, start, stop in (("against", x, middle), ("for", middle, end)):
        if stop - start > 0.01:
            found += (
                f'<rect class="{side}" x="{round(_LEFT + start, 2)}" y="{y}" '
                f'width="{round(stop - start, 2)}" height="{round(height, 2)}"/>'
            )
    return found


def _height(pairs: float, most: float) -> float:
    return math.log10(1 + pairs) / math.log10(1 + most) * (CHART_HEIGHT - _TOP - _BOTTOM)


def _bar(body: str) -> Markup:
    return Markup(
        f'<svg class="bar" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{body}</svg>'
    )


def _anchor(x: float, width: float) -> str:
    return "start" if x < 8 else "end" if x > width - 8 else "middle"


def _inside(x: float, width: float) -> float:
    return min(max(x, 0.0), width)


def _signed(value: float) -> str:
    return "0" if value == 0 else f"{value:+g}".replace("-", "−")


def _short(count: int) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count // size}{letter}"
    return str(count)
