"""Plots as PNG, by matplotlib without a window. Without a Chinese font on the machine their words are English."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from training.calibration.reliability import Bin
from training.evaluation.measures import Floats, Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "Noto Sans CJK JP",  # as matplotlib names a font file of all four regions
)
COLOURS = ("#1f4e6b", "#9a2a1f", "#7d8894", "#b98a2f", "#4d7a4d")
STYLES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1)))
"""One of each a line, so that a grey printer tells them apart too."""
POINTS = 2_000
"""Points drawn of a curve, at most."""


@dataclass(frozen=True)
class Picture:
    """A PNG with the name of its file and the sentence that stands under it."""

    name: str
    caption: str
    png: bytes


@cache
def chinese_font() -> str | None:
    """The name of a font with Chinese on this machine, or None."""
    from matplotlib.font_manager import fontManager

    names = {font.name for font in fontManager.ttflist}
    return next((font for font in CHINESE_FONTS if font in names), None)


def drawn_language(language: str) -> str:
    """The language a plot's words are in: English where Chinese could not be drawn."""
    return language if language != "zh" or chinese_font() else "en"


def draw_curves(
    curves: Mapping[str, tuple[Floats, Floats]],
    x: str,
    y: str,
    *,
    log_x: bool = False,
    level: float | None = None,
) -> bytes:
    """Lines of (x, y) by name. level: a horizontal line to read them against."""

    def draw(axes: Axes) -> None:
        for (name, (xs, ys)), colour, style in zip(curves.items(), COLOURS, STYLES, strict=False):
            some = np.unique(np.linspace(0, len(xs) - 1, POINTS).astype(int))
            axes.plot(xs[some], ys[some], label=name, color=colour, linestyle=style)
        if level is not None:
            axes.axhline(level, color="#b9c2cb", linewidth=1)
        if log_x:
            axes.set_xscale("log")
        axes.set_ylim(0, 1.02)
        axes.legend(frameon=False, fontsize=8)

    return _draw(draw, x, y)


def draw_reliability(tables: Mapping[str, Sequence[Bin]], x: str, y: str) -> bytes:
    """Mean risk of each bin against the share found with its interval, both on logarithms; tables by name.

    What is below a ten-thousandth is drawn there: nearly all risks are below one in a hundred.
    """

    def draw(axes: Axes) -> None:
        least = 1e-4
        for (name, bins), colour in zip(tables.items(), COLOURS, strict=False):
            risk, share, low, high = (
                np.maximum([getattr(b, part) for b in bins], least)
                for part in ("risk", "share", "low", "high")
            )
            ends = [share - low, high - share]
            axes.errorbar(
                risk, share, np.maximum(ends, 0), fmt="o", color=colour, markersize=5, capsize=2, label=name
            )
        top = max(b.high for bins in tables.values() for b in bins)
        axes.plot([least, top], [least, top], color="#b9c2cb", linewidth=1)
        axes.set_xscale("log")
        axes.set_yscale("log")
        if len(tables) > 1:
            axes.legend(frameon=False, fontsize=8)

    return _draw(draw, x, y)


def draw_intervals(rows: Sequence[tuple[str, Interval | None]], x: str) -> bytes:
    """A point with its interval a row, the first on top; rows without a figure stay empty."""

    def draw(axes: Axes) -> None:
        for place, (_, told) in enumerate(reversed(rows)):
            if told is not None and np.isfinite([told.value, told.low, told.high]).all():
                axes.plot([told.low, told.high], [place, place], color=COLOURS[0], linewidth=2)
                axes.plot([told.value], [place], "o", color=COLOURS[0], markersize=5)
        axes.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(left=0)

    return _draw(draw, x, "", height=1.2 + 0.28 * len(rows))


def draw_over_time(names: Sequence[str], lines: Mapping[str, Sequence[Interval | None]], y: str) -> bytes:
    """Figures with intervals by quarter, a line a ranking; quarters without a figure are left open."""

    def draw(axes: Axes) -> None:
        for k, (name, told) in enumerate(lines.items()):
            places = np.array([i for i, one in enumerate(told) if one is not None], dtype=float)
            known = [one for one in told if one is not None]
            if not known:
                continue
            values = np.array([one.value for one in known])
            ends = np.array([[one.value - one.low, one.high - one.value] for one in known]).T
            axes.errorbar(
                places + 0.08 * k, values, yerr=np.maximum(ends, 0), label=name, color=COLOURS[k], fmt="o",
                linestyle=STYLES[k], capsize=2, markersize=4, linewidth=1,
            )  # fmt: skip
        axes.set_xticks(range(len(names)), names, rotation=45 if len(names) > 6 else 0)
        axes.set_ylim(bottom=0)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False, fontsize=8)

    return _draw(draw, "", y)


def _draw(draw: Any, x: str, y: str, height: float = 3.6) -> bytes:
    import matplotlib
    from matplotlib.figure import Figure

    font = chinese_font()
    family = ["DejaVu Sans", *([font] if font else [])]
    with matplotlib.rc_context({"font.family": family, "font.size": 9}):
        figure = Figure(figsize=(5.6, height), dpi=150, layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.grid(color="#dde2e7", linewidth=0.6)
        axes.set_axisbelow(True)
        draw(axes)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
