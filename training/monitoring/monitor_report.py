"""A monitoring told: one screen for a person, the same as JSON, and the rows both and the page share."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any

from rich.console import Console, Group
from rich.table import Table

from features.registry import BY_NAME
from training.evaluation.measures import Interval
from training.monitoring.drift import Drift
from training.monitoring.monitor import Alert, Monitoring, Month
from training.monitoring.reference import SCORE
from xiezhi.bundle import Bundle
from xiezhi.clock import format_moment

SHOWN = 8
"""Alerts on the screen; page and JSON hold all."""

HEADINGS = {
    "zh": (
        "月份", "收案", "请法官审查／请关注", "分数漂移", "移动的特征", "预期精度", "预期召回", "预期平均精度",
        "应有／已有认定", "实际比预期",
    ),
    "en": (
        "month", "filings", "review / notice", "drift of score", "features moved", "expected precision",
        "expected recall", "expected average precision", "findings due / there", "found over expected",
    ),
}  # fmt: skip
_WHOLE = {"zh": "合计", "en": "all"}
_TITLE = {
    "zh": "模型 {version}：截至 {day} 的监测（筛查时所见）",
    "en": "Model {version}: monitoring up to {day}, as seen when it screened",
}
NOTE = {
    "zh": "预期精度、召回与平均精度在标签到来之前由风险本身推得，仅当概率校准时成立；括号内为 95% 区间，只含偶然，不含校准误差。"
    "“应有”指按本院认定迟延推算此时应已作出者。收案少于 100 件的月份不判断漂移，应有认定不足 5 件的不作比较。",
    "en": "Expected precision, recall and average precision are worked out of the risks before labels arrive and hold only if "
    "these are calibrated; 95 % intervals hold chance alone, not an error of the calibration. Due: findings that should have "
    "come by now, by how late this court's come. Months of fewer than 100 filings are not judged for drift; fewer than 5 "
    "findings due are not compared.",
}
_QUIET = {"zh": "没有变量移动。", "en": "Nothing moved."}
_WENT = {
    "higher": ("偏高", "higher"),
    "lower": ("偏低", "lower"),
    "more_unknown": ("未知增多", "more often unknown"),
    "less_unknown": ("未知减少", "less often unknown"),
    "spread": ("分布改变", "spread differently"),
}


def show_monitoring(found: Monitoring, bundle: Bundle, language: str) -> None:
    """Print a monitoring on standard output."""
    table = Table(*HEADINGS[language])
    for row in month_rows(found, language):
        table.add_row(*row)
    parts: list[Any] = [title_of(found, bundle, language), table, NOTE[language]]
    lines = [tell_alert(alert, language) for alert in found.alerts]
    parts += lines[:SHOWN] or [_QUIET[language]]
    if len(lines) > SHOWN:
        parts.append(f"… {len(lines) - SHOWN}")
    Console().print(Group(*parts), highlight=False)


def monitoring_to_json(found: Monitoring, zone: str) -> dict[str, Any]:
    """A monitoring as plain JSON types; figures that make no sense are null."""
    alerts = [
        {**asdict(a), **{language: tell_alert(a, language) for language in ("zh", "en")}}
        for a in found.alerts
    ]
    body = {**asdict(found), "as_of": format_moment(found.as_of, zone), "alerts": alerts}
    plain: dict[str, Any] = _without_nan(body)
    return plain


def title_of(found: Monitoring, bundle: Bundle, language: str) -> str:
    """The headline."""
    day = format_moment(found.as_of, bundle.zone)[:10]
    return _TITLE[language].format(version=found.model_version, day=day)


def month_rows(found: Monitoring, language: str) -> list[tuple[str, ...]]:
    """A row a month and one for all, in the order of `HEADINGS`."""
    rows = [_row(month, language) for month in found.months]
    flags = sum(m.bands["review"] for m in found.months), sum(m.bands["notice"] for m in found.months)
    whole, ripe = found.foresight, found.ripeness
    rows.append(
        (
            _WHOLE[language], f"{whole.filings:,}", f"{flags[0]} / {flags[1]}", "", "", tell(whole.precision),
            tell(whole.recall), tell(whole.average_precision), f"{ripe.expected:.1f} / {ripe.found}", tell(ripe.ratio),
        )
    )  # fmt: skip
    return rows


def _row(month: Month, language: str) -> tuple[str, ...]:
    features = [d for name, d in month.drift.items() if name != SCORE]
    score, seen, ripe = month.drift[SCORE], month.foresight, month.ripeness
    judged = score.state != "too_few"
    moved = f"{sum(d.state == 'moved' for d in features)} / {len(features)}" if judged else "–"
    return (
        month.month, f"{month.filings:,}", f"{month.bands['review']} / {month.bands['notice']}",
        tell_drift(score, language), moved, tell(seen.precision), tell(seen.recall), tell(seen.average_precision),
        f"{ripe.expected:.1f} / {ripe.found}", tell(ripe.ratio),
    )  # fmt: skip


def tell(interval: Interval) -> str:
    """An interval in two decimals, a dash where it makes no sense."""
    if isnan(interval.value):
        return "–"
    return f"{interval.value:.2f} ({interval.low:.2f}–{interval.high:.2f})"


def tell_drift(drift: Drift, language: str) -> str:
    """The index and, where it is worth a look, which way."""
    if drift.state == "too_few":
        return "–"
    if drift.state == "quiet":
        return f"{drift.index.value:.2f}"
    return f"{drift.index.value:.2f} {_WENT[drift.direction][0 if language == 'zh' else 1]}"


def tell_alert(alert: Alert, language: str) -> str:
    """What moved, which way, when and how far, in one sentence."""
    zh = language == "zh"
    months = _say_months(alert.months, language)
    if alert.kind == "too_many_found":
        return (
            f"认定多于预期（{months}）：风险估计偏低，上列预期各项亦偏低；须重新校准。"
            if zh
            else f"More was found than expected ({months}): the risks are too low, and so is what is expected above; calibrate anew."
        )
    if alert.kind == "too_few_found":
        return (
            f"认定少于预期（{months}）：风险估计偏高（上列预期各项亦然），或认定比以往更迟。"
            if zh
            else f"Less was found than expected ({months}): the risks are too high, and so is what is expected above, or findings come later than they did."
        )
    most = max(alert.drifts, key=lambda d: d.index.value)
    went = _WENT[most.direction][0 if zh else 1]
    name = (
        ("模型分数" if zh else "the model's score") if alert.kind == "score" else _name(alert.name, language)
    )
    index = f"{most.index.value:.2f} ({most.index.low:.2f}–{most.index.high:.2f})"
    before, now = (f"{share:.0%}" for share in most.unknown)
    if zh:
        return f"{name}：{went}（{months}），稳定性指数最高 {index}，未知占比 {before} → {now}，占模型增益 {alert.gain:.1%}。"
    share = "" if alert.kind == "score" else f", {alert.gain:.1%} of the model's gain"
    return f"{name}: {went} ({months}), stability index up to {index}, unknown {before} → {now}{share}."


def _name(feature: str, language: str) -> str:
    known = BY_NAME.get(feature)
    return feature if known is None else str(getattr(known, language))


def _say_months(months: tuple[str, ...], language: str) -> str:
    if len(months) <= 2:
        return ("、" if language == "zh" else ", ").join(dict.fromkeys(months))
    between, count = (
        ("至", f"，{len(months)} 个月") if language == "zh" else (" to ", f", {len(months)} months")
    )
    return f"{months[0]}{between}{months[-1]}{count}"


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(v) for v in value]
    return None if isinstance(value, float) and isnan(value) else value
