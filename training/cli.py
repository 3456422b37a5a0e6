"""Commands of this house: train, monitor, card; those of `evaluation_cli` and `promotion_cli` stand beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from training.evaluation.evaluation_cli import app as evaluation_app
from training.promotion import bundle_command
from training.promotion.promotion_cli import app as promotion_app
from xiezhi.cli import read_moment
from xiezhi.clock import Moment, now
from xiezhi.errors import NotFound
from xiezhi.policy import Policy
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

app = typer.Typer()
app.add_typer(evaluation_app)  # without a name: its commands stand beside these
app.add_typer(promotion_app)
app.add_typer(bundle_command.app, name="bundle")

AsJson = Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")]
Seed = Annotated[int, typer.Option(help="Seed of everything drawn. 随机种子。")]


@app.command("train")
def train_command(
    as_of: Annotated[str | None, typer.Option(help="Train on what was known before this. 训练日期。")] = None,
    capacity: Annotated[float, typer.Option(min=0.01, help="Reviews a court day. 每日可审查件数。")] = 3.0,
    precision: Annotated[
        float | None, typer.Option(min=0.01, max=0.99, help="Precision to promise of reviews. 承诺精度。")
    ] = None,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="With which confidence. 把握。")
    ] = 0.9,
    without_labels: Annotated[
        bool, typer.Option(help="Use no findings: signs and unlikeness alone. 不用认定，无监督。")
    ] = False,
    audit_rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of unflagged filings drawn for review. 审计抽样率。")
    ] = 0.0,
    search: Annotated[int, typer.Option(min=0, help="Sets of parameters to try first. 调参试验数。")] = 0,
    synthetic: Annotated[bool, typer.Option(help="The docket is simulated. 模拟数据。")] = False,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Train a model on the store's findings and register it. 训练模型并登记。"""
    from training.report import show_training, training_to_json
    from training.train import train

    settings = Settings()
    moment = _moment(as_of, settings, "--as-of")
    policy = Policy(capacity, precision=precision, confidence=confidence, audit_rate=audit_rate)
    store = open_store(settings)
    try:
        if without_labels:
            _train_without_labels(store, settings, moment, policy, seed, synthetic, as_json)
            return
        trained = train(
            store, settings, as_of=moment, policy=policy, seed=seed, synthetic=synthetic, search=search
        )
    finally:
        store.close()
    if as_json:
        _print_json(training_to_json(trained))
    else:
        show_training(trained, _language(settings))


@app.command("monitor")
def monitor_command(
    as_of: Annotated[str | None, typer.Option(help="Scores and findings before this. 截止日。")] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write. 报告页。")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Let the pages show it. 供模型页面展示。")] = False,
    as_json: AsJson = False,
) -> None:
    """Hold the months of the model that screens against its training year. 监测现用模型。"""
    from training.monitoring.monitor import monitor
    from training.monitoring.monitor_page import write_page
    from training.monitoring.monitor_report import monitoring_to_json, show_monitoring
    from xiezhi.bundle import load_current
    from xiezhi.store.model_reports import ModelReport, add_report

    settings = Settings()
    moment = _moment(as_of, settings, "--as-of")
    store = open_store(settings)
    try:
        bundle = load_current(store, settings)
        found = monitor(store, bundle, as_of=moment)
        if keep:
            body = monitoring_to_json(found, bundle.zone)
            with store.write() as connection:
                add_report(connection, ModelReport("monitoring", bundle.version, moment, body))
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


def _train_without_labels(
    store: Store, settings: Settings, as_of: Moment, policy: Policy, seed: int, synthetic: bool, as_json: bool
) -> None:
    from training.cold.cold_start import train_without_labels

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
