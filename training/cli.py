"""Commands of this house: train, promote; those of `training/evaluation_cli.py` beside them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from training.evaluation_cli import app as evaluation_app
from xiezhi.cli import read_moment
from xiezhi.clock import Moment, format_moment, now
from xiezhi.settings import Settings
from xiezhi.store import open_store

app = typer.Typer()
app.add_typer(evaluation_app)  # without a name: its commands stand beside these

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
