"""The page of features, written from the registry: `xiezhi features > docs/features.md`."""

from __future__ import annotations

from collections.abc import Iterator

from features.history.aggregate import Aggregate
from features.registry import FEATURES, GROUPS, Feature
from features.registry.feature import AgainstRecent, Derived, Tied

_HEAD = f"""# 特征 Features

由登记册生成，共 {len(FEATURES)} 项；各项可见范围见 `point-in-time.md`。
Written from the registry (`xiezhi features`), {len(FEATURES)} in all; what each may see is in `point-in-time.md`.

*of*: whose earlier filings are asked about (`filing`: the filing itself; `row`: worked out of other features; `claim`:
its relations to earlier claims; `court`: the norm of its cause). *counts*: kind of aggregate, and of which filings or
happenings. *window*: days before the filing, and the courts where they are not all. ↑: more can only raise the risk.
*unknown*: when there is no value; zero is a value.
"""
_COLUMNS = "| name | sign | 中文 | English | of | counts | window | unit | unknown | source |"


def write_page() -> str:
    """`docs/features.md` as Markdown."""
    lines = [_HEAD]
    for group in GROUPS:
        lines += [f"## {group.zh} {group.en}", "", _COLUMNS, "|---" * 10 + "|"]
        lines += [_line(feature) for feature in group.features]
        lines.append("")
    return "\n".join(lines)


def _line(feature: Feature) -> str:
    rising = " ↑" if feature.direction else ""
    cells = (
        f"`{feature.name}`{rising}", feature.sign, feature.zh, feature.en, feature.entity, "; ".join(_counts(feature)),
        _window(feature), feature.unit, feature.missing, feature.source,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _counts(feature: Feature) -> Iterator[str]:
    """What is counted, and of what."""
    ask = feature.compute
    if isinstance(ask, Aggregate):
        yield ask.kind
        if ask.seen_as:
            yield "as " + " or ".join(_ROLES[role] for role in ask.seen_as)
        for chosen in (ask.families, ask.proceedings, ask.happened):
            if chosen:
                yield ", ".join(chosen)
    elif isinstance(ask, Derived):
        yield ", ".join(f"`{name}`" for name in ask.of)
    elif isinstance(ask, Tied):
        yield ask.kind
    elif isinstance(ask, AgainstRecent):
        yield f"latest {ask.filings} filings of the cause"


_ROLES = ("plaintiff", "defendant", "third party", "asked")


def _window(feature: Feature) -> str:
    ask = feature.compute
    if not isinstance(ask, Aggregate):
        return ""
    return "all" if ask.window_days is None else str(ask.window_days)
