"""Commands of this house: train, evaluate, promote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from xiezhi.cli import read_moment
from xiezhi.clock import Moment, format_moment, now
from xiezhi.errors import NotFound
from xiezhi.settings import Settings
from xiezhi.store import open_store

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")]
Seed = Annotated[int, typer.Option(help="Seed of everything drawn. 随机种子。")]


@app.command("train")
def train_command(
    as_of: Annotated[str | None, typer.Option(help="Train on what was known before this. 训练日期。")] = None,
    capacity: Annotated[float, typer.Option(min=0.01, help="Reviews a court day. 每日可复核件数。")] = 3.0,
    synthetic: Annotated[bool, typer.Option(help="The docket is simulated. 模拟数据。")] = False,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Train a model on the store's findings and register it. 训练模型并登记。"""
    from training.report import show_training, training_to_json
    from training.train import train
    from xiezhi.policy import Policy

    settings = Settings()
    moment = _moment(as_of, settings, "--as-of")
    store = open_store(settings)
    try:
        trained = train(
            store, settings, as_of=moment, policy=Policy(capacity), seed=seed, synthetic=synthetic
        )
    finally:
        store.close()
    if as_json:
        _print_json(training_to_json(trained))
    else:
        show_training(trained, _language(settings))


@app.command("evaluate")
def evaluate_command(
    since: Annotated[
        str | None, typer.Option(help="First filing day. Default: the training date. 起始日。")
    ] = None,
    before: Annotated[
        str | None, typer.Option(help="Day after the last filing. Default: now. 截止日。")
    ] = None,
    labels_as_of: Annotated[
        str | None, typer.Option(help="Labels known before this. Default: now. 标签日期。")
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Measure the model that screens on later filings, beside a baseline. 评估现用模型。"""
    from training.evaluate import evaluate
    from training.report import evaluation_to_json, show_evaluation
    from xiezhi.bundle import load_current

    settings = Settings()
    end = _moment(before, settings, "--before")
    labels = _moment(labels_as_of, settings, "--labels-as-of")
    store = open_store(settings)
    try:
        bundle = load_current(store, settings)
        start = _moment(since, settings, "--since") if since is not None else bundle.trained_as_of
        found = evaluate(store, bundle, since=start, before=end, labels_as_of=labels, seed=seed)
    finally:
        store.close()
    if as_json:
        _print_json(evaluation_to_json(found, settings.zone))
    else:
        show_evaluation(found, settings.zone, _language(settings))


@app.command("backtest")
def backtest_command(
    signs: Annotated[Path, typer.Option(help="An overlay on the rule pack, or a whole one. 规则文件。")],
    since: Annotated[str | None, typer.Option(help="First filing day. Default: a year ago. 起始日。")] = None,
    before: Annotated[str | None, typer.Option(help="Day after the last. Default: now. 截止日。")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="CSV of the filings that change band. 变动案件表。")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write. 报告页。")] = None,
) -> None:
    """Compare what signs of a file would have flagged with today's pack. 回测征象。"""
    from features.signs import load_pack
    from training.backtest import backtest
    from training.backtest_report import show_backtest, write_csv, write_html
    from xiezhi.clock import DAY

    settings = Settings()
    end = _moment(before, settings, "--before")
    start = end - 365 * DAY if since is None else _moment(since, settings, "--since")
    today = load_pack(settings.jurisdiction, settings.signs)
    tried = load_pack(settings.jurisdiction, signs)
    store = open_store(settings)
    try:
        found = backtest(store, settings, today, tried, since=start, before=end, labels=now())
    finally:
        store.close()
    if csv is not None:
        write_csv(found, csv)
    if html is not None:
        write_html(found, html, _language(settings))
    show_backtest(found, _language(settings))


@app.command("monitor")
def monitor_command(
    as_of: Annotated[str | None, typer.Option(help="Scores and findings before this. 截止日。")] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write. 报告页。")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the months of the model that screens against its training year. 监测现用模型。"""
    from training.monitor import monitor
    from training.monitor_page import write_page
    from training.monitor_report import monitoring_to_json, show_monitoring
    from xiezhi.bundle import load_current

    settings = Settings()
    moment = _moment(as_of, settings, "--as-of")
    store = open_store(settings)
    try:
        bundle = load_current(store, settings)
        found = monitor(store, bundle, as_of=moment)
    finally:
        store.close()
    if html is not None:
        write_page(found, bundle, html, _language(settings))
    if as_json:
        _print_json(monitoring_to_json(found, bundle.zone))
    else:
        show_monitoring(found, bundle, _language(settings))


@app.command("card")
def card_command(
    impact: Annotated[
        bool, typer.Option("--impact", help="The impact assessment instead. 影响评估。")
    ] = False,
) -> None:
    """Show the model card of the model that screens, or its impact assessment. 模型卡与影响评估。"""
    from xiezhi.bundle import load_current

    settings = Settings()
    store = open_store(settings)
    try:
        bundle = load_current(store, settings)
    finally:
        store.close()
    if impact and "impact" not in bundle.card:
        raise NotFound(
            f"模型 {bundle.version} 训练时未生成影响评估；请用本版本重新训练并启用。",
            f"Model {bundle.version} was trained without an impact assessment; train and promote again.",
            code="no-impact",
        )
    language = _language(settings)
    typer.echo(bundle.card["impact"][language] if impact else bundle.card[language])


@app.command("promote")
def promote_command(
    version: Annotated[str | None, typer.Argument(help="Default: the model trained last. 模型版本。")] = None,
    by: Annotated[str, typer.Option(envvar="USER", help="Who promotes. 启用人。")] = "cli",
    as_json: AsJson = False,
) -> None:
    """Let a trained model screen from now on; takes effect at once. 启用模型，立即生效。"""
    from training.promote import promote

    settings = Settings()
    store = open_store(settings)
    try:
        done = promote(store, settings, version, by, now())
    finally:
        store.close()
    if as_json:
        at = format_moment(done.promoted_at, settings.zone)
        _print_json({**vars(done), "promoted_at": at})
    elif _language(settings) == "zh":
        typer.echo(f"模型 {done.model_version} 已启用。")
    else:
        typer.echo(f"Model {done.model_version} screens from now on.")


def _moment(text: str | None, settings: Settings, option: str) -> Moment:
    """An option's date or time as a moment, now when there is none. Raises BadParameter."""
    return now() if text is None else read_moment(text, settings.zone, option)


def _language(settings: Settings) -> str:
    return "zh" if settings.language.startswith("zh") else "en"


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
