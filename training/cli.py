<<<<<<< HEAD
"""Commands of this house: train, evaluate, backtest, fairness; those of `training/promotion_cli.py` beside them."""
=======
"""Commands of this house: train, promote; those of `training/evaluation_cli.py` beside them."""
>>>>>>> s4-eval

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

<<<<<<< HEAD
from training import bundle_command
from training.promotion_cli import app as promotion_app
=======
from training.evaluation_cli import app as evaluation_app
>>>>>>> s4-eval
from xiezhi.cli import read_moment
from xiezhi.clock import Moment, now
from xiezhi.policy import Policy
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

app = typer.Typer()
<<<<<<< HEAD
app.add_typer(promotion_app)  # without a name: its commands stand beside these
app.add_typer(bundle_command.app, name="bundle")
=======
app.add_typer(evaluation_app)  # without a name: its commands stand beside these
>>>>>>> s4-eval

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


<<<<<<< HEAD
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
    from training.evaluate import evaluate
    from training.evaluation_report import write_evaluation
    from training.lists import read_schemes
    from training.regime import current_regime
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
        float | None, typer.Option(min=0.01, help="Reviews a court day to try. 试用的每日复核件数。")
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option(min=0.0, help="Least risk to try, times the base rate. 试用的风险下限倍数。"),
    ] = None,
    since: Annotated[str | None, typer.Option(help="First filing day. Default: a year ago. 起始日。")] = None,
    before: Annotated[str | None, typer.Option(help="Day after the last. Default: now. 截止日。")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="CSV of the filings that change band. 变动案件表。")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write. 报告页。")] = None,
) -> None:
    """What a model, rules or cuts would have flagged, beside what screens today. 回测模型、规则或界限。"""
    from training.backtest import backtest
    from training.backtest_report import show_backtest, write_csv, write_html
    from training.period import look_back
    from training.regime import current_regime, try_out
    from xiezhi.clock import DAY

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
    language = _language(settings)
    typer.echo(bundle.card["impact"][language] if impact else bundle.card[language])


@app.command("fairness")
def fairness_command(
    audited: Annotated[
        Path | None, typer.Option(help="CSV filing_id,attribute,value; used here alone. 受审计属性表。")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="First filing day. Default: the training date. 起始日。")
    ] = None,
    before: Annotated[
        str | None, typer.Option(help="Day after the last filing. Default: now. 截止日。")
    ] = None,
    labels_as_of: Annotated[
        str | None, typer.Option(help="Labels known before this. Default: now. 标签日期。")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for page, plots and CSV. 报告目录。")] = None,
    seed: Seed = 1,
) -> None:
    """On whom flags and their errors fall, group by group. 公平与诉权报告。"""
    from training.fairness import look_for_unfairness
    from training.fairness_report import show_fairness, write_fairness
    from training.lists import read_audited
    from training.period import look_back
    from training.regime import current_regime

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


def _train_without_labels(
    store: Store, settings: Settings, as_of: Moment, policy: Policy, seed: int, synthetic: bool, as_json: bool
=======
@app.command("promote")
def promote_command(
    version: Annotated[str | None, typer.Argument(help="Default: the model trained last. 模型版本。")] = None,
    by: Annotated[str, typer.Option(envvar="USER", help="Who promotes. 启用人。")] = "cli",
    as_json: AsJson = False,
>>>>>>> s4-eval
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
