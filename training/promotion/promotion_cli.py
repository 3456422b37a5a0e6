"""Commands that decide which model screens: promote, roll-back, challenge, compare, promotions."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from xiezhi.accounts.command import identify, who_acts
from xiezhi.cli import opened, read_moment, say
from xiezhi.clock import format_moment, now
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")]
Version = Annotated[str | None, typer.Argument(help="Default: the model trained last. 模型版本。")]
By = Annotated[
    str, typer.Option(envvar="USER", help="Who does it: with accounts, an account's name. 操作人。")
]


@app.command("promote")
def promote_command(
    version: Version = None,
    by: By = "cli",
    approve: Annotated[
        bool, typer.Option("--approve", help="Approve another person's request. 批准他人的申请。")
    ] = False,
    reject: Annotated[
        str | None, typer.Option(help="Refuse a request, for this reason. 驳回及理由。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a trained model screen. Without accounts at once; with accounts once another person approves. 启用模型。"""
    from training.promotion.promote import promote
    from xiezhi.accounts.administer import has_accounts

    if approve and reject is not None:
        raise typer.BadParameter("--approve 与 --reject 只能选一 / --approve or --reject")
    with opened() as (store, settings):
        if not has_accounts(store):
            if approve or reject is not None:
                raise typer.BadParameter(
                    "本系统没有账户，无申请可答复 / without accounts there are no requests"
                )
            done = promote(store, settings, version, by, now())
            version = done.model_version
            _tell_promotion(
                settings, done, as_json,
                f"模型 {version} 已启用，立即生效（本系统没有账户，无第二人批准）。",
                f"Model {version} screens from now on (this home has no accounts: no second person approved).",
            )  # fmt: skip
        elif approve or reject is not None:
            _answer(store, settings, version, by, reject, as_json)
        else:
            _request(store, settings, version, by, as_json)


def _request(store: Store, settings: Settings, version: str | None, by: str, as_json: bool) -> None:
    from training.promotion.approval import request_promotion
    from training.promotion.promotion_report import show_request

    request = request_promotion(store, settings, version, by=identify(store, settings, by), at=now())
    if as_json:
        _print_json({**asdict(request), "requested_at": format_moment(request.requested_at, settings.zone)})
        return
    show_request(request, settings.zone, _language(settings))
    say(
        settings,
        f"尚未生效：须由另一名院庭长或管理员批准：xiezhi promote {request.model_version} --approve --by 账户名",
        "Nothing has changed yet: another supervisor or administrator has to approve: "
        f"xiezhi promote {request.model_version} --approve --by NAME",
    )


def _answer(
    store: Store, settings: Settings, version: str | None, by: str, reason: str | None, as_json: bool
) -> None:
    from training.promotion.approval import approve
    from training.promotion.promotion_report import show_request
    from xiezhi.promotion import find_request, reject

    request = find_request(store, version)
    if not as_json:
        show_request(request, settings.zone, _language(settings))
    person = identify(store, settings, by)
    if reason is None:
        done = approve(store, settings, request, by=person, at=now())
        _tell_promotion(
            settings, done, as_json,
            f"模型 {done.model_version} 已批准启用，立即生效。", f"Model {done.model_version} screens from now on.",
        )  # fmt: skip
    else:
        reject(store, request, reason, by=person, at=now())
        if as_json:
            _print_json({"model_version": request.model_version, "answer": "rejected", "reason": reason})
        else:
            say(
                settings,
                f"启用模型 {request.model_version} 的申请已驳回。",
                f"That model {request.model_version} may screen is rejected.",
            )


@app.command("roll-back")
def roll_back_command(
    reason: Annotated[str, typer.Option(help="Why; kept on record. 理由。")],
    by: By = "cli",
    as_json: AsJson = False,
) -> None:
    """Let the model promoted before screen again, at once. 回退到前一个模型，立即生效。"""
    from training.promotion.roll_back import roll_back

    with opened() as (store, settings):
        done = roll_back(store, settings, reason, by=who_acts(store, settings, by), at=now())
        _tell_promotion(
            settings, done, as_json,
            f"已回退：模型 {done.model_version} 重新启用，立即生效。",
            f"Rolled back: model {done.model_version} screens again from now on.",
        )  # fmt: skip


@app.command("challenge")
def challenge_command(
    version: Version = None,
    by: By = "cli",
    end: Annotated[bool, typer.Option("--end", help="Let it score no longer. 结束挑战。")] = False,
) -> None:
    """Let a model score the same live filings silently, beside the one that screens. 挑战者静默评分。"""
    from training.promotion.challenge import end_challenge, start_challenge

    with opened() as (store, settings):
        person = who_acts(store, settings, by)
        if end:
            done = end_challenge(store, by=person, at=now())
            say(
                settings,
                f"模型 {done.model_version} 的挑战已结束。",
                f"Model {done.model_version} challenges no longer.",
            )
            return
        done = start_challenge(store, settings, version, by=person, at=now())
        say(
            settings,
            f"模型 {done.model_version} 开始静默评分，不改变任何档次；比较：xiezhi compare",
            f"Model {done.model_version} scores silently from now on and changes no band; see `xiezhi compare`.",
        )


@app.command("compare")
def compare_command(
    version: Annotated[str | None, typer.Argument(help="Default: the last challenger. 挑战者版本。")] = None,
    since: Annotated[str | None, typer.Option(help="First day of screening. Default: all. 起始日。")] = None,
    before: Annotated[str | None, typer.Option(help="Day after the last. Default: now. 截止日。")] = None,
    labels_as_of: Annotated[
        str | None, typer.Option(help="Labels known before this. Default: now. 标签日期。")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="CSV of the filings that change band. 变动案件表。")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Let the pages show it. 供模型页面展示。")] = False,
    as_json: AsJson = False,
) -> None:
    """Champion beside challenger on the same live filings. 现用模型与挑战者的比较。"""
    from training.promotion.compare import compare
    from training.promotion.promotion_report import show_comparison, write_changes
    from xiezhi.store.model_reports import ModelReport, add_report

    with opened() as (store, settings):
        first = 0 if since is None else read_moment(since, settings.zone, "--since")
        last = now() if before is None else read_moment(before, settings.zone, "--before")
        labels = now() if labels_as_of is None else read_moment(labels_as_of, settings.zone, "--labels-as-of")
        found = compare(store, version, since=first, before=last, labels=labels)
        if csv is not None:
            write_changes(found, csv)
        if keep:
            body = found.to_json(settings.zone)
            with store.write() as connection:
                add_report(connection, ModelReport("comparison", found.challenger, last, body))
        if as_json:
            _print_json(found.to_json(settings.zone))
        else:
            show_comparison(found, settings.zone, _language(settings))


@app.command("promotions")
def promotions_command(as_json: AsJson = False) -> None:
    """Every promotion, roll-back and request on record, and the challenger. 启用记录。"""
    from training.promotion.promotion_report import history_to_json, show_history
    from xiezhi.store.challenges import current_challenge
    from xiezhi.store.promotion_requests import all_requests
    from xiezhi.store.promotions import history

    with opened() as (store, settings):
        with store.read() as connection:
            past, asked = history(connection), all_requests(connection)
            challenge = current_challenge(connection)
        if as_json:
            _print_json(history_to_json(past, asked, challenge, settings.zone))
        else:
            show_history(past, asked, challenge, settings.zone, _language(settings))


def _tell_promotion(settings: Settings, done: Promotion, as_json: bool, zh: str, en: str) -> None:
    if as_json:
        told = {k: v for k, v in asdict(done).items() if k != "number"}
        _print_json({**told, "promoted_at": format_moment(done.promoted_at, settings.zone)})
    else:
        say(settings, zh, en)


def _language(settings: Settings) -> str:
    return "zh" if settings.language.startswith("zh") else "en"


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
