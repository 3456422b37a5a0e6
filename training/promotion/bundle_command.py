"""Commands `xiezhi bundle export` and `xiezhi bundle import`: models from one court to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xiezhi.clock import now
from xiezhi.settings import Settings
from xiezhi.store import open_store

app = typer.Typer(no_args_is_help=True, help="Models from one court to another. 模型包的导出与导入。")


@app.command("export")
def export_command(
    version: Annotated[str, typer.Argument(help="As `xiezhi train` named it. 模型版本。")],
    target: Annotated[Path, typer.Argument(help="A folder, or a file that ends in .zip. 目标。")],
) -> None:
    """Write a registered model to a folder or file, and tell its digest. 导出模型包。"""
    from training.promotion.bring_in import write_out

    settings = Settings()
    bundle = write_out(settings, version, target)
    if settings.language.startswith("zh"):
        typer.echo(f"模型 {bundle.version} 已写入 {target.name}。请另行告知接收方摘要：{bundle.digest}")
    else:
        typer.echo(
            f"Model {bundle.version} is in {target.name}. Tell the receiver its digest: {bundle.digest}"
        )


@app.command("import")
def import_command(
    path: Annotated[Path, typer.Argument(help="A bundle: folder or .zip. 模型包。")],
    recalibrate: Annotated[
        bool, typer.Option(help="Fit risk and cuts to this court's filings. 按本院收案重新校准。")
    ] = False,
    capacity: Annotated[
        float | None, typer.Option(min=0.01, help="With --recalibrate: reviews a court day. 每日可审查件数。")
    ] = None,
    digest: Annotated[str | None, typer.Option(help="Refuse any other. 提供方告知的摘要。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")] = False,
) -> None:
    """Check a model trained elsewhere and register it as the challenger. 导入外来模型。"""
    from features.signs import load_pack
    from training.data.dataset import collect
    from training.promotion.bring_in import bring_in
    from xiezhi.policy import Policy

    if capacity is not None and not recalibrate:
        raise typer.BadParameter("--capacity 需与 --recalibrate 同用 / --capacity goes with --recalibrate")
    settings = Settings()
    store = open_store(settings)
    try:
        pack = load_pack(settings.jurisdiction, settings.signs)
        data = collect(store, now(), pack) if recalibrate else None
    finally:
        store.close()
    brought = bring_in(settings, path, data, None if capacity is None else Policy(capacity), digest)
    if as_json:
        typer.echo(json.dumps(brought.to_json(), ensure_ascii=False, indent=1))
    else:
        typer.echo(brought.tell("zh" if settings.language.startswith("zh") else "en"))
