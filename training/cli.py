"""Commands of this house: train, evaluate, backtest; those of `training/promotion_cli.py` beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from training import bundle_command
from training.promotion_cli import app as promotion_app
from xiezhi.cli import read_moment
from xiezhi.clock import Moment, now
from xiezhi.policy import Policy
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

app = typer.Typer()
app.add_typer(promotion_app)  # without a name: its commands stand beside these
app.add_typer(bundle_command.app, name="bundle")

AsJson = Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")]
Seed = Annotated[int, typer.Option(help="Seed of everything drawn. 随机种子。")]


@app.command("train")
def train_command(
    as_of: Annotated[str | None, typer.Option(help="Train on what was known before this. 训练日期。")] = None,
    capacity: Annotated[float, typer.Option(min=0.01, help="Reviews a court day. 每日可复核件数。")] = 3.0,
    precision: Annotated[
        float | None, typer.Option(min=0.01, max=0.99, help="Precision to promise of reviews. 承诺精度。")
    ] = None,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="With which confidence. 把握。")
    ] = 0.9,
    without_labels: Annotated[
        bool, typer.Option(help="Use no findings: signs and unlikeness alone. 不用认定，无监督。")
    ] = False,
    synthetic: Annotated[bool, typer.Option(help="The docket is simulated. 模拟数据。")] = False,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Train a model on the store's findings and register it. 训练模型并登记。"""
    from training.report import show_training, training_to_json
    from training.train import train

    settings = Settings()
    moment = _moment(as_of, settings, "--as-of")
    policy = Policy(capacity, precision=precision, confidence=confidence)
    store = open_store(settings)
    try:
        if without_labels:
            _train_without_labels(store, settings, moment, policy, seed, synthetic, as_json)
            return
        trained = train(store, settings, as_of=moment, policy=policy, seed=seed, synthetic=synthetic)
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


def _train_without_labels(
    store: Store, settings: Settings, as_of: Moment, policy: Policy, seed: int, synthetic: bool, as_json: bool
) -> None:
    from training.cold_start import train_without_labels

    if policy.precision is not None:
        raise typer.BadParameter("没有认定无从承诺精度 / without findings no precision can be promised")
    started = train_without_labels(
        store, settings, as_of=as_of, policy=policy, seed=seed, synthetic=synthetic
    )
    if as_json:
        _print_json(started.to_json())
    else:
        typer.echo(started.bundle.card[_language(settings)])
        typer.echo(started.told[_language(settings)])


def _moment(text: str | None, settings: Settings, option: str) -> Moment:
    """An option's date or time as a moment, now when there is none. Raises BadParameter."""
    return now() if text is None else read_moment(text, settings.zone, option)


def _language(settings: Settings) -> str:
    return "zh" if settings.language.startswith("zh") else "en"


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
