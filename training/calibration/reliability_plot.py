"""A reliability table as a picture (可靠性图): PNG, drawn without a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.calibration.reliability import Bin

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
)
"""Fonts a machine may have; none is fetched, and without one the labels are English."""

_WORDS = {
    "zh": {
        "title": "可靠性图：{name}",
        "risk": "给出的风险",
        "share": "被认定的比例（95% 区间）",
        "ideal": "风险即比例",
    },
    "en": {
        "title": "Reliability: {name}",
        "risk": "risk given",
        "share": "share found false or abusive (95 % interval)",
        "ideal": "risk equals share",
    },
}
_LEAST = 1e-5
"""Where the axes begin: both are logarithmic, for nearly all risks are below one in a hundred."""


def plot_reliability(tables: Mapping[str, Sequence[Bin]], path: Path, language: str) -> str:
    """Draw tables (name -> bins) into the PNG `path`; returns the language of the labels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    font = find_chinese_font() if language == "zh" else None
    told = "zh" if font else "en"
    words = _WORDS[told]
    style: dict[str, Any] = {"family": font} if font else {}
    figure = Figure(figsize=(6, 6), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xscale="log", yscale="log", xlim=(_LEAST, 1), ylim=(_LEAST, 1))
    axes.plot([_LEAST, 1], [_LEAST, 1], color="#999999", linewidth=1, label=words["ideal"])
    for name, bins in tables.items():
        share = [max(b.share, _LEAST) for b in bins]
        below = [s - max(b.low, _LEAST) for s, b in zip(share, bins, strict=True)]
        above = [max(b.high - s, 0) for s, b in zip(share, bins, strict=True)]
        axes.errorbar(
            [max(b.risk, _LEAST) for b in bins], share, [[max(x, 0) for x in below], above],
            marker="o", markersize=4, linewidth=1, capsize=2, label=name,
        )  # fmt: skip
    axes.set_title(words["title"].format(name=" · ".join(tables)), **style)
    axes.set_xlabel(words["risk"], **style)
    axes.set_ylabel(words["share"], **style)
    axes.legend(prop=style or None, frameon=False)
    figure.savefig(path, format="png", metadata={"Software": None})
    return told


def find_chinese_font() -> str | None:
    """The first of `CHINESE_FONTS` this machine has."""
    from matplotlib import font_manager

    there = set(font_manager.get_font_names())
    return next((name for name in CHINESE_FONTS if name in there), None)
