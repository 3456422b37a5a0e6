"""The commands `xiezhi retention plan | apply` and `xiezhi erase`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xiezhi.accounts.command import who_acts
from xiezhi.clock import now
from xiezhi.progress import stage

if TYPE_CHECKING:
    from xiezhi.settings import Settings
    from xiezhi.store.erasures import Erasure

app = typer.Typer()
retention = typer.Typer(help="How long what identifies people is kept. 保存期限。", no_args_is_help=True)
app.add_typer(retention, name="retention")

Periods = Annotated[Path | None, typer.Option(help="The court's own periods (TOML). 本院的保存期限。")]
By = Annotated[str, typer.Option(envvar="USER", help="The administrator who does it. 操作人。")]


@retention.command("plan")
def plan_command(periods: Periods = None) -> None:
    """What is over, and on what ground; nothing is erased. 列出到期的记录。"""
    from xiezhi.cli import opened, say
    from xiezhi.retention.act import plan
    from xiezhi.retention.periods import load_periods

    kept = load_periods(periods)
    with opened() as (store, settings):
        told = plan(store, kept, now())
        for period in kept.values():
            say(
                settings,
                f"{period.kind}：{period.years:g} 年（{period.zh}）",
                f"{period.kind}: {period.years:g} years ({period.en})",
            )
        say(
            settings,
            f"到期：收案 {len(told.filings)} 件，静默评分 {told.silent_scores} 条。",
            f"Over: {len(told.filings)} filings, {told.silent_scores} silent scores.",
        )


@retention.command("apply")
def apply_command(periods: Periods = None, by: By = "cli") -> None:
    """Erase what is over; it cannot be undone. 删除到期的记录。"""
    from xiezhi.cli import opened
    from xiezhi.retention.act import apply
    from xiezhi.retention.periods import load_periods

    kept = load_periods(periods)
    with opened() as (store, settings):
        person = who_acts(store, settings, by)
        with stage("查找仍含姓名的文字 / texts that still name somebody") as advance:
            done = apply(store, settings, kept, by=person, at=now(), advance=advance)
        _tell(settings, done)


@app.command("erase")
def erase_command(
    filing_id: Annotated[str, typer.Argument(help="A filing the person appears in. 收案编号。")],
    record_id: Annotated[str, typer.Argument(help="His party_id or agent_id there. 当事人或代理人编号。")],
    ground: Annotated[str, typer.Option(help="On what ground; kept on record. 依据。")],
    by: By = "cli",
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase; without it what would go is told. 确认删除。")
    ] = False,
) -> None:
    """Take one person's data out of every filing he is linked to; it cannot be undone. 删除一人的资料。"""
    from xiezhi.cli import opened, say
    from xiezhi.retention.act import erase_person, find_person

    with opened() as (store, settings):
        person = find_person(store, filing_id, record_id)
        if not yes:
            say(
                settings,
                f"{person.entity_id}：涉及 {len(person.places)} 件收案；加 --yes 删除，不可恢复。",
                f"{person.entity_id}: in {len(person.places)} filings; with --yes it is erased for good.",
            )
            _tell_named(settings, person.named_in)
            return
        _tell(
            settings,
            erase_person(store, settings, person, ground, by=who_acts(store, settings, by), at=now()),
        )


def _tell(settings: Settings, done: Erasure) -> None:
    from xiezhi.cli import say

    rows = "、".join(f"{name} {n}" for name, n in done.counts.items())
    say(settings, f"第 {done.number} 次删除已完成：{rows}。", f"Erasure {done.number} is done: {rows}.")
    if done.backups:
        names = ", ".join(done.backups)
        say(
            settings,
            f"此前的备份仍含这些资料，请一并销毁或另行处理：{names}",
            f"These backups, made before, still hold it; destroy them or keep them apart: {names}",
        )
    _tell_named(settings, done.named_in)


def _tell_named(settings: Settings, filing_ids: Sequence[str]) -> None:
    from xiezhi.cli import say

    if filing_ids:
        ids = ", ".join(filing_ids)
        say(
            settings,
            f"另有 {len(filing_ids)} 件收案的文字含被删除者的姓名、号码或地址，而其在该案并非当事人或代理人；不予删除，请逐件人工核对：{ids}",
            f"The texts of {len(filing_ids)} more filings have a name, number or address of somebody erased who is "
            f"neither party nor agent there; they stay: look at each by hand: {ids}",
        )
