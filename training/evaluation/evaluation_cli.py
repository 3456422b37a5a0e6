"""Commands that look back over a period: evaluate, backtest, fairness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from xiezhi.cli import read_moment
from xiezhi.clock import DAY, Moment, now
from xiezhi.settings import Settings
from xiezhi.store import open_store

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")]
Seed = Annotated[int, typer.Option(help="Seed of everything drawn. 随机种子。")]
Since = Annotated[str | None, typer.Option(help="First filing day. Default: the training date. 起始日。")]
Before = Annotated[str | None, typer.Option(help="Day after the last filing. Default: now. 截止日。")]
LabelsAsOf = Annotated[str | None, typer.Option(help="Labels known before this. Default: now. 标签日期。")]


@app.command("evaluate")
def evaluate_command(
    since: Since = None,
    before: Before = None,
    labels_as_of: LabelsAsOf = None,
    schemes: Annotated[
        Path | None, typer.Option(help="CSV filing_id,scheme beside what findings say. 手法表。")
    ] = None,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Train before each quarter too, for the curve. 逐季重训。")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for page, PNG plots and JSON. 报告目录。")] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Measure the model that screens on later filings, beside baselines. 评估现用模型。"""
    from training.evaluation.evaluate import evaluate
    from training.evaluation.evaluation_report import write_evaluation
    from training.evaluation.lists import read_schemes
    from training.evaluation.regime import current_regime
    from training.report import evaluation_to_json, show_evaluation

    settings = Settings()
    end = _moment(before, settings, "--before")
    labels = _moment(labels_as_of, settings, "--labels-as-of")
    named = None if schemes is None else read_schemes(schemes)
    store = open_store(settings)
    try:
        regime = current_regime(store, settings)
        start = _moment(since, settings, "--since") if since is not None else regime.trained_as_of or 0
        found = evaluate(
            store, regime, since=start, before=end, labels_as_of=labels, seed=seed, schemes=named, retrain=retrain
        )  # fmt: skip
    finally:
        store.close()
    if out is not None:
        write_evaluation(found, regime.pack, out, settings.zone, _language(settings))
    if as_json:
        _print_json(evaluation_to_json(found, settings.zone))
    else:
        show_evaluation(found, settings.zone, _language(settings))


@app.command("backtest")
def backtest_command(
    model: Annotated[str | None, typer.Option(help="Version of a registered model. 试用的模型版本。")] = None,
    signs: Annotated[
        Path | None, typer.Option(help="An overlay on the rule pack, or a whole one. 试用的规则文件。")
    ] = None,
    capacity: Annotated[
        float | None, typer.Option(min=0.01, help="Reviews a court day to try. 试用的每日审查件数。")
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option(min=0.0, help="Least risk to try, times the base rate. 试用的风险下限倍数。"),
    ] = None,
    since: Annotated[str | None, typer.Option(help="First filing day. Default: a year ago. 起始日。")] = None,
    before: Before = None,
    csv: Annotated[
        Path | None, typer.Option(help="CSV of the filings that change band. 变动案件表。")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write. 报告页。")] = None,
) -> None:
    """What a model, rules or cuts would have flagged, beside what screens today. 回测模型、规则或界限。"""
    from training.backtesting.backtest import backtest
    from training.backtesting.backtest_report import show_backtest, write_csv, write_html
    from training.evaluation.period import look_back
    from training.evaluation.regime import current_regime, try_out

    if model is None and signs is None and capacity is None and floor is None:
        raise typer.BadParameter("至少给出一项 give at least one of --model, --signs, --capacity, --floor")
    settings = Settings()
    end = _moment(before, settings, "--before")
    start = end - 365 * DAY if since is None else _moment(since, settings, "--since")
    store = open_store(settings)
    try:
        today = current_regime(store, settings)
        tried = try_out(today, settings, model=model, signs=signs, capacity=capacity, floor=floor)
        period = look_back(store, settings.zone, since=start, before=end, labels_as_of=now())
        found = backtest(period, today, tried)
    finally:
        store.close()
    if csv is not None:
        write_csv(found, csv)
    if html is not None:
        write_html(found, html, _language(settings))
    show_backtest(found, _language(settings))


@app.command("fairness")
def fairness_command(
    audited: Annotated[
        Path | None, typer.Option(help="CSV filing_id,attribute,value; used here alone. 受审计属性表。")
    ] = None,
    since: Since = None,
    before: Before = None,
    labels_as_of: LabelsAsOf = None,
    out: Annotated[Path | None, typer.Option(help="Folder for page, plots and CSV. 报告目录。")] = None,
    seed: Seed = 1,
) -> None:
    """On whom flags and their errors fall, group by group. 公平与诉权报告。"""
    from training.evaluation.lists import read_audited
    from training.evaluation.period import look_back
    from training.evaluation.regime import current_regime
    from training.fairness.fairness import look_for_unfairness
    from training.fairness.fairness_report import show_fairness, write_fairness

    settings = Settings()
    end = _moment(before, settings, "--before")
    labels = _moment(labels_as_of, settings, "--labels-as-of")
    attributes = {} if audited is None else read_audited(audited)
    store = open_store(settings)
    try:
        regime = current_regime(store, settings)
        start = _moment(since, settings, "--since") if since is not None else regime.trained_as_of or 0
        period = look_back(store, settings.zone, since=start, before=end, labels_as_of=labels)
        found = look_for_unfairness(store, regime, period, attributes, seed)
    finally:
        store.close()
    if out is not None:
        write_fairness(found, out, _language(settings))
    show_fairness(found, _language(settings))


def _moment(text: str | None, settings: Settings, option: str) -> Moment:
    """An option's date or time as a moment, now when there is none. Raises BadParameter."""
    return now() if text is None else read_moment(text, settings.zone, option)


def _language(settings: Settings) -> str:
    return "zh" if settings.language.startswith("zh") else "en"


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
