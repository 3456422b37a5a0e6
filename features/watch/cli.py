"""The command `xiezhi watch`: take a list in, say what the store holds."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from features.watch.kinds import KINDS, LISTS

app = typer.Typer(help="Watch lists 名单: evidence, never a flag by itself.")

ListName = StrEnum("ListName", {kind: kind for kind in KINDS})  # type: ignore[misc]


@app.command("import")
def import_list(
    kind: Annotated[ListName, typer.Argument(help="Which list. 名单类别。")],
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX with name, since and, where known, until. 名单文件。")
    ],
    rejects: Annotated[Path | None, typer.Option(help="CSV to write bad rows to. 拒收文件。")] = None,
) -> None:
    """Take a list in. Good rows are kept beside bad ones; the same row again changes nothing. 导入名单。"""
    from features.intake.outcome import Rejected
    from features.intake.rejects import RejectsFile
    from features.watch.take import read_list
    from xiezhi.cli import DONE, NOTHING_DONE, SOME_REJECTED
    from xiezhi.clock import now
    from xiezhi.settings import Settings
    from xiezhi.store import open_store
    from xiezhi.store.watch import WatchEntry, add_entries

    settings = Settings()
    store = open_store(settings)
    taken, bad, moment = [], 0, now()
    chinese = settings.language.startswith("zh")
    which = next(k for k in KINDS if k == kind.value)
    try:
        with RejectsFile(rejects) as rejected:
            for outcome in read_list(file, which, store.vault.search_hash, settings.zone, moment):
                if isinstance(outcome, Rejected):
                    bad += 1
                    rejected.write(outcome)
                    mend = outcome.zh if chinese else outcome.en
                    typer.echo(f"{outcome.place.file}:{outcome.place.row} {outcome.field}: {mend}", err=True)
                elif isinstance(outcome, WatchEntry):
                    taken.append(outcome)
        with store.write() as connection:
            new = add_entries(connection, taken, origin=file.name, received_at=moment)
    finally:
        store.close()
    name = LISTS[which].zh if chinese else LISTS[which].en
    kept = len(taken) - new
    typer.echo(
        f"{name}：新增 {new} 条，已有 {kept} 条，未接收 {bad} 条"
        if chinese
        else f"{name}: {new} new, {kept} there already, {bad} rejected"
    )
    raise typer.Exit(NOTHING_DONE if not taken else SOME_REJECTED if bad else DONE)


@app.command("list")
def list_entries() -> None:
    """How many entries each list has, and how many hold today. 名单概况。"""
    from xiezhi.clock import now
    from xiezhi.settings import Settings
    from xiezhi.store import open_store
    from xiezhi.store.watch import count_entries

    settings = Settings()
    chinese = settings.language.startswith("zh")
    store = open_store(settings)
    with store.read() as connection:
        counts = count_entries(connection, now())
    store.close()
    for kind in KINDS:
        every, holding = counts.get(kind, (0, 0))
        name = LISTS[kind].zh if chinese else LISTS[kind].en
        typer.echo(
            f"{kind:17} {name}: "
            + (f"{every} 条，有效 {holding} 条" if chinese else f"{every}, {holding} in force")
        )
