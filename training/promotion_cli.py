"""Commands that decide which model screens: promote."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xiezhi.clock import format_moment, now
from xiezhi.settings import Settings
from xiezhi.store import open_store

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")]


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
        typer.echo(json.dumps({**vars(done), "promoted_at": at}, ensure_ascii=False, indent=1))
    elif settings.language.startswith("zh"):
        typer.echo(f"模型 {done.model_version} 已启用。")
    else:
        typer.echo(f"Model {done.model_version} screens from now on.")
