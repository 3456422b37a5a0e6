"""The command `xiezhi signs`: check a court's own signs, write the page of signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The legal signs 征象.")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A rule pack, or an overlay on the pack in use. 规则文件。")],
) -> None:
    """Say what is wrong with a file of signs, line by line. 检查规则文件。"""
    from features.signs.read import check_file, load_pack
    from xiezhi.cli import DONE, NOTHING_DONE
    from xiezhi.settings import Settings

    settings = Settings()
    chinese = settings.language.startswith("zh")
    problems = check_file(file, settings.jurisdiction)
    for problem in problems:
        where = f"第 {problem.line} 行" if chinese else f"line {problem.line}"
        typer.echo(f"{file.name} {where}: {problem.text(settings.language)}", err=True)
    if problems:
        raise typer.Exit(NOTHING_DONE)
    pack = load_pack(settings.jurisdiction, file)
    typer.echo(
        f"可用：{pack.version}，征象 {len(pack.signs)}，规则 {len(pack.rules)}"
        if chinese
        else f"Fit for use: {pack.version}, {len(pack.signs)} signs, {len(pack.rules)} rules"
    )
    raise typer.Exit(DONE)


@app.command()
def page(
    docket: Annotated[Path, typer.Argument(help="A simulated docket with its truth. 带真相的模拟卷宗。")],
    out: Annotated[Path, typer.Option(help="Markdown file to write. 页面文件。")] = Path("docs/signs.md"),
) -> None:
    """Write how often each sign fires by scheme, by hard negative and on ordinary filings. 生成征象页。"""
    from features.signs.page import write_page
    from features.signs.separation import measure
    from xiezhi.settings import Settings

    settings = Settings()
    out.write_text(write_page(measure(docket, settings)), encoding="utf-8")
    typer.echo(f"{out}")
