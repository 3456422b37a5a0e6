"""The commands `xiezhi sheet …`: verify a code, write the template a court may edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xiezhi.cli import NOTHING_DONE, opened, say
from xiezhi.errors import InputError
from xiezhi.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Review sheets (审查表): verify a code, write the template.")


@app.command(name="verify")
def verify_code(code: Annotated[str, typer.Argument(help="The code printed on a sheet.")]) -> None:
    """Tell whether this court issued a sheet with this code, when and for which screening."""
    from serving.sheets.issue import verify
    from xiezhi.clock import format_moment

    with opened() as (store, settings):
        known = verify(store, code)
        if known is None:
            say(
                settings,
                "本院没有出具过带有此码的审查表。",
                "This court issued no review sheet with this code.",
            )
            raise typer.Exit(NOTHING_DONE)
        at = format_moment(known.issued_at, settings.zone)
        say(
            settings,
            f"本院于 {at} 出具，筛查 {known.screening_id}，语言 {known.language}。",
            f"Issued by this court at {at}, screening {known.screening_id}, language {known.language}.",
        )


@app.command()
def template(out: Annotated[Path, typer.Argument(help="A new file, ending in .docx.")]) -> None:
    """Write the DOCX template of review sheets, to be edited and named in XIEZHI_SHEET_TEMPLATE."""
    from serving.sheets.docx import SHIPPED

    if out.exists():
        raise InputError(
            f"文件 {out.name} 已存在；请另取文件名。",
            f"The file {out.name} is there already; give another name.",
            code="file-exists",
        )
    out.write_bytes(SHIPPED.read_bytes())
    say(
        Settings(),
        f"已写出 {out.name}；修改后以 XIEZHI_SHEET_TEMPLATE 指定。",
        f"{out.name} is written; edit it and name it in XIEZHI_SHEET_TEMPLATE.",
    )
