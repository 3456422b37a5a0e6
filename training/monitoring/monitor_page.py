"""A monitoring as one page that needs no network: plots in SVG, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isnan
from pathlib import Path

from training.evaluation.measures import Interval
from training.monitoring.drift import MOVED
from training.monitoring.monitor import Monitoring
from training.monitoring.monitor_report import HEADINGS, NOTE, month_rows, tell, tell_alert, title_of
from training.monitoring.reference import SCORE
from xiezhi.bundle import Bundle

WIDTH, HEIGHT, LEFT, FOOT = 720, 180, 44, 24

_WORDS = {
    "zh": {
        "alerts": "有什么变了", "none": "没有变量移动。", "months": "逐月", "score": "分数漂移：稳定性指数（虚线 0.25）",
        "ratio": "认定：实际比预期（虚线 1）", "ranking": "预期平均精度", "features": "移动过的特征",
        "feature": "特征", "gain": "增益占比", "caution": "提示不是认定。本页只说明模型的输入与输出是否仍如训练时，不涉及任何个案。",
    },
    "en": {
        "alerts": "What moved", "none": "Nothing moved.", "months": "Month by month",
        "score": "Drift of the score: stability index (dashed: 0.25)",
        "ratio": "Findings: found over expected (dashed: 1)", "ranking": "Expected average precision",
        "features": "Features that moved", "feature": "feature", "gain": "share of gain",
        "caution": "A flag is not a finding. This page says whether what goes into the model and comes out of it is as it was "
        "in training; it says nothing of any single case.",
    },
}  # fmt: skip
_STYLE = (
    "body{font-family:system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2733}"
    "table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}"
    "td,th{padding:.25rem .7rem;text-align:right;border-bottom:1px solid #d8dee4}td:first-child,th:first-child{text-align:left}"
    "figure{margin:1.2rem 0}svg{max-width:100%;height:auto}.wide{overflow-x:auto}.note{color:#51606e;font-size:.875rem}"
)


def write_page(found: Monitoring, bundle: Bundle, path: Path, language: str) -> None:
    """Write the page."""
    words, title = _WORDS[language], title_of(found, bundle, language)
    months = [m.month for m in found.months]
    alerts = "".join(f"<li>{escape(tell_alert(a, language))}</li>" for a in found.alerts)
    plots = (
        (words["score"], [m.drift[SCORE].index for m in found.months], MOVED),
        (words["ranking"], [m.foresight.average_precision for m in found.months], None),
        (words["ratio"], [m.ripeness.ratio for m in found.months], 1.0),
    )
    drawn = "".join(
        f"<figure><figcaption>{escape(caption)}</figcaption>{draw(months, values, line, caption)}</figure>"
        for caption, values, line in plots
    )
    table = _table(HEADINGS[language], month_rows(found, language))
    page = (
        f'<!doctype html><html lang="{"zh-Hans" if language == "zh" else "en"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><p><b>{words['caution']}</b></p><h2>{words['alerts']}</h2>"
        + (f"<ul>{alerts}</ul>" if alerts else f"<p>{words['none']}</p>")
        + f"<h2>{words['months']}</h2>{drawn}{table}<p class=note>{escape(NOTE[language])}</p>"
        + _features(found, language)
        + "</html>"
    )
    path.write_text(page, encoding="utf-8")


def draw(months: Sequence[str], values: Sequence[Interval], line: float | None, label: str) -> str:
    """Dots with their intervals, a column a month; what makes no sense is left blank."""
    shown = [v for v in values if not isnan(v.value)]
    top = max([v.high for v in shown] + [line or 0.0]) * 1.05 or 1.0

    def y(value: float) -> float:
        return round((HEIGHT - FOOT) * (1 - value / top) + 6, 1)

    step = (WIDTH - LEFT) / max(len(months), 1)
    marks = [
        f'<text x="{LEFT - 6}" y="{y(at) + 4}" text-anchor="end">{at:.2f}</text>'
        f'<path d="M{LEFT} {y(at)}H{WIDTH}" stroke="#e4e9ee"/>'
        for at in (0.0, top / 2, top)
    ]
    if line is not None:
        marks.append(f'<path d="M{LEFT} {y(line)}H{WIDTH}" stroke="#9a3b26" stroke-dasharray="5 4"/>')
    every = -(-len(months) // 12)
    for place, (month, value) in enumerate(zip(months, values, strict=True)):
        x = round(LEFT + step * (place + 0.5), 1)
        if place % every == 0:
            marks.append(f'<text x="{x}" y="{HEIGHT}" text-anchor="middle">{escape(month)}</text>')
        if not isnan(value.value):
            marks.append(
                f'<path d="M{x} {y(value.low)}V{y(value.high)}" stroke="#7d93a8" stroke-width="2"/>'
                f'<circle cx="{x}" cy="{y(value.value)}" r="4" fill="#1f4e79"/>'
            )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 6}" role="img" aria-label="{escape(label)}" font-size="11" fill="#3a4957">'
        + "".join(marks)
        + "</svg>"
    )


def _features(found: Monitoring, language: str) -> str:
    """Every feature that moved with its index month by month."""
    words = _WORDS[language]
    alerts = [a for a in found.alerts if a.kind == "feature"]
    if not alerts:
        return ""
    months = [m.month for m in found.months]
    rows = [
        (tell_alert(a, language).split("：" if language == "zh" else ":")[0], f"{a.gain:.1%}",
         *(tell(m.drift[a.name].index) for m in found.months))
        for a in alerts
    ]  # fmt: skip
    return f"<h2>{words['features']}</h2>" + _table((words["feature"], words["gain"], *months), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
