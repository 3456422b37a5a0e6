"""The page of features, written from the registry: `python -m features.registry.page > docs/features.md`."""

from __future__ import annotations

from features.history.aggregate import Aggregate
from features.registry import FEATURES, Feature


def write_page() -> str:
    """`docs/features.md` as Markdown."""
    lines = [
        "# Features",
        "",
        f"Written from the registry, {len(FEATURES)} in all; what each may see is in `point-in-time.md`.",
        "",
        "| name | sign | 中文 | English | of | window, days | unit | unknown when | source |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_line(feature) for feature in FEATURES]
    return "\n".join(lines) + "\n"


def _line(feature: Feature) -> str:
    ask = feature.compute
    window = ""
    if isinstance(ask, Aggregate):
        window = "all" if ask.window_days is None else str(ask.window_days)
    cells = (
        f"`{feature.name}`", feature.sign, feature.zh, feature.en, feature.entity, window,
        feature.unit, feature.missing, feature.source,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(write_page(), end="")
