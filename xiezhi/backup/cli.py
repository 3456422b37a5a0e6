"""The commands `xiezhi backup` and `xiezhi restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file. 新文件。")],
    by: Annotated[str, typer.Option(envvar="USER", help="Who does it. 操作人。")] = "cli",
) -> None:
    """Write the store and its bundles to one file; the server may go on. The secret is not in it. 备份。"""
    from xiezhi.backup.keep import back_up, note_backup
    from xiezhi.cli import opened
    from xiezhi.clock import now
    from xiezhi.progress import stage

    with opened() as (store, settings):
        with stage("备份 backing up") as advance:
            made = back_up(store, settings, file, now(), advance)
        note_backup(store, file, made, by=by, at=now())
    rows = sum(made.rows.values())
    if settings.language.startswith("zh"):
        typer.echo(f"已备份 {rows} 行到 {file.name}；审计链首 {made.head}。密钥不在其中，请另行保管。")
    else:
        typer.echo(
            f"{rows} rows are in {file.name}; audit head {made.head}. Keep the secret elsewhere: it is not."
        )


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="What `xiezhi backup` wrote. 备份文件。")]) -> None:
    """Take a backup into an empty home and database, SQLite or PostgreSQL. 恢复。"""
    from xiezhi.backup.keep import restore as take_in
    from xiezhi.progress import stage
    from xiezhi.settings import Settings

    settings = Settings()
    with stage("恢复 restoring") as advance:
        made = take_in(settings, file, advance)
    rows = sum(made.rows.values())
    if settings.language.startswith("zh"):
        typer.echo(
            f"已恢复 {made.made_at} 的备份，共 {rows} 行。可用 xiezhi audit verify --head {made.head} 校验。"
        )
    else:
        typer.echo(
            f"The backup of {made.made_at} is restored, {rows} rows. Verify it: xiezhi audit verify --head {made.head}"
        )
