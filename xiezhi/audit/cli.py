"""The commands `xiezhi audit head | show | export | verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xiezhi.audit.chain import EMPTY, Break

if TYPE_CHECKING:
    from xiezhi.audit.check import Verdict

app = typer.Typer()
audit = typer.Typer(
    help="The audit trail: told, carried elsewhere, verified. 审计记录。", no_args_is_help=True
)
app.add_typer(audit, name="audit")

_FAULTS = {
    "altered": ("内容与摘要不符", "is not what its digest says"),
    "missing": ("缺失，或与前一条不相接", "is missing, or does not follow the one before it"),
    "not_lodged": ("是最后一条，而存放在外的链首在其后", "is the last, but the lodged head comes after it"),
    "rewritten": ("与存放在外的链首不符", "is not the one whose head was lodged"),
}


@audit.command("head")
def tell_head() -> None:
    """Number and digest of the newest entry: lodge them elsewhere, and no one can rewrite what came before. 链首。"""
    from xiezhi.cli import opened
    from xiezhi.store.audit import head_of

    with opened() as (store, _), store.read() as connection:
        typer.echo(str(head_of(connection)))


@audit.command("show")
def show(
    last: Annotated[int, typer.Option(min=1, help="How many, the newest last. 条数。")] = 20,
    subject: Annotated[str | None, typer.Option(help="Of this flag, decision … alone. 对象编号。")] = None,
) -> None:
    """The newest entries, one a line. 最近的审计记录。"""
    from xiezhi.cli import opened
    from xiezhi.clock import format_moment
    from xiezhi.store.audit import newest_entries

    with opened() as (store, settings), store.read() as connection:
        entries = newest_entries(connection, last, subject)
    for entry in entries:
        at = format_moment(entry.at, settings.zone)
        typer.echo(f"{entry.entry_no:>8}  {at}  {entry.actor}  {entry.action}  {entry.subject}")


@audit.command("export")
def export(file: Annotated[Path, typer.Argument(help="A new file. 新文件。")]) -> None:
    """Write the whole trail as JSON Lines; names of filings' parties are not in it. 导出审计记录。"""
    from xiezhi.audit.carried import write_trail
    from xiezhi.cli import opened
    from xiezhi.store.audit import read_entries

    with opened() as (store, _), store.read() as connection:
        head = write_trail(read_entries(connection), file)
    typer.echo(str(head or EMPTY))


@audit.command("verify")
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An exported trail; without it, the store. 导出的文件。")
    ] = None,
    head: Annotated[str | None, typer.Option(help="A head lodged elsewhere, number:digest. 链首。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")] = False,
) -> None:
    """Check that no entry, and no row it tells of, was changed. Status 4 where one was. 校验审计记录。"""
    from xiezhi.audit.carried import count_lines, read_head, read_trail
    from xiezhi.audit.chain import check_chain
    from xiezhi.audit.check import Verdict, check_store, counted
    from xiezhi.cli import DONE, NOTHING_DONE, opened
    from xiezhi.progress import stage
    from xiezhi.settings import Settings
    from xiezhi.store.dump import snapshot

    settings = Settings()
    lodged = None if head is None else read_head(head)
    if file is not None:
        with stage("审计 verifying") as advance:
            found = check_chain(counted(read_trail(file), count_lines(file), advance), lodged)
        if isinstance(found, Break):
            verdict = Verdict(found.entry_no, None, found, (), {})
        else:
            verdict = Verdict(found.entry_no, found, None, (), {})
    else:
        # One moment: what is kept or erased meanwhile would look like a row changed past the trail.
        with (
            opened() as (store, _),
            stage("审计 verifying") as advance,
            snapshot(store.engine) as connection,
        ):
            verdict = check_store(connection, lodged, advance)
    typer.echo(_as_json(verdict) if as_json else _tell(verdict, settings.language.startswith("zh")))
    raise typer.Exit(DONE if verdict.whole else NOTHING_DONE)


def _tell(verdict: Verdict, chinese: bool) -> str:
    lines = []
    if verdict.broken is not None:
        zh, en = _FAULTS[verdict.broken.fault]
        number = verdict.broken.entry_no
        lines.append(f"第 {number} 条审计记录{zh}。" if chinese else f"Entry {number} of the trail {en}.")
    for change in verdict.changed:
        what = f"{change.action} {change.subject}"
        if chinese:
            state = "已不存在" if change.gone else "已被改动"
            lines.append(f"第 {change.entry_no} 条所记的 {what} {state}。")
        else:
            state = "is gone" if change.gone else "was changed"
            lines.append(f"What entry {change.entry_no} tells of, {what}, {state}.")
    for action, rows in verdict.untold.items():
        lines.append(
            f"{action}：有 {rows} 行没有审计记录（可能早于审计记录的启用）。"
            if chinese
            else f"{action}: {rows} rows that no entry tells of (kept before there was a trail, or written past it)."
        )
    if verdict.whole:
        lines.append(
            f"审计记录完整：共 {verdict.entries} 条，链首 {verdict.head}。"
            if chinese
            else f"The trail is whole: {verdict.entries} entries, head {verdict.head}."
        )
    return "\n".join(lines)


def _as_json(verdict: Verdict) -> str:
    told = {
        "whole": verdict.whole,
        "entries": verdict.entries,
        "head": None if verdict.head is None else str(verdict.head),
        "broken": None if verdict.broken is None else verdict.broken._asdict(),
        "changed": [change._asdict() for change in verdict.changed],
        "untold": verdict.untold,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)
