"""The commands `xiezhi policy …`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from xiezhi.accounts.command import who_acts
from xiezhi.cli import opened, say
from xiezhi.clock import format_moment, now
from xiezhi.policy import CourtPolicy, SecondPerson
from xiezhi.progress import stage

app = typer.Typer(no_args_is_help=True, help="The court's policies: draft, try, approve. 法院策略。")

Number = Annotated[int, typer.Argument(help="Number of the policy. 策略编号。")]
By = Annotated[str, typer.Option(envvar="USER", help="Who does it: an account's name. 操作人。")]
Reason = Annotated[str, typer.Option(help="Why; kept on record. 理由。")]
_USUAL = CourtPolicy()


@app.command("draft")
def draft_command(
    reason: Reason,
    capacity: Annotated[
        float, typer.Option(help="Reviews a court day. 每日可审查件数。")
    ] = _USUAL.capacity_per_day,
    floor: Annotated[float, typer.Option(help="Least risk, times the base rate. 下限倍数。")] = _USUAL.floor,
    notice_factor: Annotated[
        float, typer.Option(help="Notices to a review. “请关注”与“请法官审查”之比。")
    ] = _USUAL.notice_factor,
    audit_rate: Annotated[float, typer.Option(help="Share drawn by lot. 审计抽样率。")] = _USUAL.audit_rate,
    double_review: Annotated[
        float, typer.Option(help="Share two persons review. 第二人盲审比例。")
    ] = _USUAL.double_review_share,
    second_person: Annotated[
        str, typer.Option(help="Decisions that need one: never, adverse, always. 须第二人确认。")
    ] = _USUAL.second_person,
    due_days: Annotated[int | None, typer.Option(help="Working days for a review. 审查工作日数。")] = None,
    lease_hours: Annotated[int | None, typer.Option(help="Hours a claim holds. 领取有效小时数。")] = None,
    load_cap: Annotated[int | None, typer.Option(help="Reviews one holds at most. 每人在手上限。")] = None,
    signs: Annotated[Path | None, typer.Option(help="An overlay on the rule pack. 规则叠加文件。")] = None,
    by: By = "cli",
) -> None:
    """Keep a draft; nothing changes yet. 起草策略。"""
    from features.signs.read import read_text
    from serving.court.policies import draft

    text = "" if signs is None else read_text(signs)
    policy = CourtPolicy(
        capacity, floor, notice_factor, audit_rate, double_review, cast("SecondPerson", second_person), text,
        due_days, lease_hours, load_cap,
    )  # fmt: skip
    with opened() as (store, settings):
        kept = draft(store, settings, policy, reason, by=who_acts(store, settings, by), at=now())
        say(
            settings,
            f"策略 {kept.number}（{kept.version}）已起草。",
            f"Policy {kept.number} ({kept.version}) is drafted.",
        )


@app.command("backtest")
def backtest_command(number: Number, by: By = "cli") -> None:
    """Try it on last year's filings as they were scored. 回测。"""
    from serving.court.policies import backtest

    with opened() as (store, settings):
        person = who_acts(store, settings, by)
        with stage("回测 back-test") as advance:
            act = backtest(store, settings, number, by=person, at=now(), advance=advance)
        typer.echo(json.dumps(act.shown, ensure_ascii=False, indent=1))


@app.command("shadow")
def shadow_command(
    number: Number,
    by: By = "cli",
    end: Annotated[bool, typer.Option("--end", help="Let it say so no longer. 结束。")] = False,
) -> None:
    """Let it say silently what it would say of live filings. 静默试行。"""
    from serving.court.policies import end_shadow, start_shadow

    with opened() as (store, settings):
        act = end_shadow if end else start_shadow
        act(store, number, by=who_acts(store, settings, by), at=now())
        say(
            settings,
            f"策略 {number}：{'静默试行结束' if end else '开始静默试行'}。",
            f"Policy {number}: shadow {'ended' if end else 'begun'}.",
        )


@app.command("approve")
def approve_command(number: Number, by: By = "cli") -> None:
    """Approve it; a second person's approval lets it hold. 批准。"""
    from serving.court.policies import approve

    with opened() as (store, settings):
        act = approve(store, number, by=who_acts(store, settings, by), at=now())
        if act.action == "live":
            say(
                settings,
                f"策略 {number} 已由两人批准，立即生效。",
                f"Policy {number} is approved by two and holds from now on.",
            )
        else:
            say(settings, "还须另一名院庭长批准。", "Another supervisor has to approve.")


@app.command("reject")
def reject_command(number: Number, reason: Reason, by: By = "cli") -> None:
    """Lay a draft aside. 搁置。"""
    from serving.court.policies import reject

    with opened() as (store, settings):
        reject(store, number, reason, by=who_acts(store, settings, by), at=now())
        say(settings, f"策略 {number} 已搁置。", f"Policy {number} is laid aside.")


@app.command("roll-back")
def roll_back_command(reason: Reason, by: By = "cli") -> None:
    """Let the policy before hold again, at once. 回退。"""
    from serving.court.policies import roll_back

    with opened() as (store, settings):
        act = roll_back(store, reason, by=who_acts(store, settings, by), at=now())
        told = act.policy_no or ("模型自带界限", "the model's own")[not settings.language.startswith("zh")]
        say(settings, f"已回退：现行 {told}。", f"Rolled back: {told} holds from now on.")


@app.command("list")
def list_command(
    as_json: Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")] = False,
) -> None:
    """Every policy and where it stands. 策略一览。"""
    from serving.court.policies import PolicyView, read_policies

    def told(view: PolicyView, zone: str) -> dict[str, Any]:
        one = view.drafted
        return {
            "number": one.number, "version": one.version, "state": view.state, "made_by": one.made_by,
            "made_at": format_moment(one.made_at, zone), "note": one.note, **asdict(one.policy),
            "approved_by": [act.by for act in view.approvals],
        }  # fmt: skip

    with opened() as (store, settings):
        rows = [told(view, settings.zone) for view in read_policies(store)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo(
            f"{row['number']:>4}  {row['version']}  {row['state']:<10}  {row['capacity_per_day']:g}  {row['made_by']}  {row['note']}"
        )
