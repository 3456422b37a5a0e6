"""The page of features, written from the registry: `xiezhi features > docs/features.md`."""

from __future__ import annotations

from collections.abc import Iterator

from features.history.aggregate import Aggregate, Common, Density, Neighbourhood, Together
from features.registry import FEATURES, GROUPS, AgainstRecent, Derived, Feature, Tied

_HEAD = f"""# 特征 Features

由登记册生成（`xiezhi features`），共 {len(FEATURES)} 项；各项可见范围见 `point-in-time.md`。
Written from the registry, {len(FEATURES)} in all; what each may see is in `point-in-time.md`.

- *of*, whose earlier filings are asked about; `filing`: the filing itself; `row`: worked out of other features of it;
  `parties`: all of its parties; `claim`: its relations to earlier claims (`claims.md`); `court`: the norm of its cause.
- *counts*, the kind of question, the roles it counts, and of which causes, proceedings or happenings.
- *window*, days before the filing; *where*, which courts or filings beside it where they are not all.
- ↑, more can only raise the risk. *unknown*, when there is no value: unknown is not zero.
"""
_COLUMNS = "| name | sign | 中文 | English | of | counts | window | where | unit | unknown | source |"
_ROLES = ("plaintiff", "defendant", "third party")


def write_page() -> str:
    """`docs/features.md` as Markdown."""
    lines = [_HEAD]
    for group in GROUPS:
        lines += [f"## {group.zh} {group.en}", "", _COLUMNS, "|---" * 11 + "|"]
        lines += [_line(feature) for feature in group.features]
        lines.append("")
    return "\n".join(lines)


def _line(feature: Feature) -> str:
    ask, window, where = feature.compute, "", ""
    if isinstance(ask, Aggregate):
        window = "all" if ask.window_days is None else str(ask.window_days)
        where = "" if ask.scope == "all" else ask.scope
    elif isinstance(ask, AgainstRecent) and ask.scope != "all":
        where = ask.scope
    cells = (
        f"`{feature.name}`" + " ↑" * feature.direction, feature.sign, feature.zh, feature.en, feature.entity,
        "; ".join(_counts(feature)), window, where, feature.unit, feature.missing, feature.source,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _counts(feature: Feature) -> Iterator[str]:
    ask = feature.compute
    if isinstance(ask, Aggregate):
        yield ask.kind + _as(ask.seen_as)
        yield from (", ".join(chosen) for chosen in (ask.families, ask.proceedings, ask.happened) if chosen)
    elif isinstance(ask, Neighbourhood):
        yield from _between(ask)
    elif isinstance(ask, Derived):
        yield ", ".join(f"`{name}`" for name in ask.of)
    elif isinstance(ask, Tied):
        yield ask.kind
    elif isinstance(ask, AgainstRecent):
        yield f"latest {ask.filings} filings of the cause"


def _between(ask: Neighbourhood) -> Iterator[str]:
    """What a question about more than one key counts."""
    if isinstance(ask, Together):
        yield f"together{_as(ask.seen_as)} with {ask.other}{_as(ask.other_as)}"
    elif isinstance(ask, Common):
        yield f"common {ask.through}{_as(ask.found_as)} beside the key{_as(ask.seen_as)}"
        yield f"{ask.through}{_as(ask.other_found_as)} beside {ask.other}{_as(ask.other_as)}"
    else:
        yield "density" + _as(ask.seen_as) if isinstance(ask, Density) else "reach"


def _as(roles: tuple[int, ...]) -> str:
    return f" as {' or '.join(_ROLES[role] for role in roles)}" if roles else ""
