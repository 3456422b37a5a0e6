"""The commands `xiezhi webhook …`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xiezhi.accounts.command import By, who_acts
from xiezhi.cli import opened, read_moment, say
from xiezhi.clock import format_moment, now

webhook_app = typer.Typer(
    no_args_is_help=True, help="Tell other systems of scores and decisions. 向其他系统推送结果。"
)

Id = Annotated[str, typer.Argument(help="Id of the subscription, as `list` tells it. 订阅编号。")]


@webhook_app.command("add")
def add_command(
    url: Annotated[str, typer.Argument(help="On a host of XIEZHI_WEBHOOK_HOSTS. 接收地址。")],
    event: Annotated[list[str], typer.Option(help="screened, decided, reopened; several. 事件。")],
    court: Annotated[
        list[str] | None, typer.Option(help="Filings of this court alone; several. 法院代码。")
    ] = None,
    by: By = None,
) -> None:
    """Subscribe a system and tell the secret it checks signatures with, this once. 新建订阅。"""
    from serving.webhooks.subscriptions import subscribe

    with opened() as (store, settings):
        person = who_acts(store, settings, by)
        hook, secret = subscribe(
            store, url, events=event, courts=court or (), hosts=settings.webhook_hosts, by=person, at=now()
        )
        say(
            settings, f"订阅 {hook.webhook_id}；签名密钥只显示这一次：",
            f"Subscription {hook.webhook_id}; its secret is shown this once:", err=True,
        )  # fmt: skip
        typer.echo(secret)


@webhook_app.command("list")
def list_command() -> None:
    """Every subscription. 列出订阅。"""
    from xiezhi.store.webhooks import list_webhooks

    with opened() as (store, _):
        with store.read() as connection:
            hooks = list_webhooks(connection)
        for hook in hooks:
            state = "removed" if hook.removed_at else "paused" if hook.paused_at else "active"
            courts = ",".join(sorted(hook.courts)) or "*"
            typer.echo(f"{hook.webhook_id}  {state}  {','.join(sorted(hook.events))}  {courts}  {hook.url}")


@webhook_app.command("pause")
def pause_command(webhook: Id, by: By = None) -> None:
    """Hold its messages back; none is lost. 暂停推送。"""
    _hold(webhook, True, by)


@webhook_app.command("resume")
def resume_command(webhook: Id, by: By = None) -> None:
    """Send what was held back. 恢复推送。"""
    _hold(webhook, False, by)


@webhook_app.command("remove")
def remove_command(webhook: Id, by: By = None) -> None:
    """End a subscription for good. 取消订阅。"""
    from serving.webhooks.subscriptions import unsubscribe

    with opened() as (store, settings):
        unsubscribe(store, webhook, by=who_acts(store, settings, by), at=now())
        say(settings, f"订阅 {webhook} 已取消。", f"The subscription {webhook} is removed.")


@webhook_app.command("log")
def log_command(
    webhook: Id,
    dead: Annotated[bool, typer.Option("--dead", help="Only what was given up. 仅看投递失败的。")] = False,
    by: By = None,
) -> None:
    """The newest messages and every attempt to send them, one a line as JSON. 投递记录。"""
    from serving.webhooks.subscriptions import read_log

    with opened() as (store, settings):
        person = who_acts(store, settings, by)
        for message, attempts in read_log(store, webhook, "dead" if dead else None, by=person):
            tries = [
                {"at": format_moment(a.at, settings.zone), "status": a.status, "fault": a.fault}
                for a in attempts
            ]
            told = {"message_id": message.message_id, "event": message.event, "state": message.state}
            typer.echo(json.dumps(told | {"attempts": tries}, ensure_ascii=False))


@webhook_app.command("replay")
def replay_command(
    webhook: Id,
    message: Annotated[list[str] | None, typer.Option(help="This message; several. 消息编号。")] = None,
    since: Annotated[str | None, typer.Option(help="All of what happened from then on … 起")] = None,
    until: Annotated[str | None, typer.Option(help="… and before then; default: now. 止")] = None,
    by: By = None,
) -> None:
    """Send messages again, dead or delivered, under their old ids. 重新推送。"""
    from serving.webhooks.subscriptions import send_again

    if (since is None) == (not message):
        raise typer.BadParameter("--message 或 --since / --message or --since")
    with opened() as (store, settings):
        person, at, happened = who_acts(store, settings, by), now(), None
        if since is not None:
            end = at if until is None else read_moment(until, settings.zone, "--until")
            happened = read_moment(since, settings.zone, "--since"), end
        count = send_again(store, webhook, message_ids=message or (), happened=happened, by=person, at=at)
        say(settings, f"将重新推送 {count} 条。", f"{count} messages are sent again.")


@webhook_app.command("deliver")
def deliver_command() -> None:
    """Send what is due, once; `xiezhi serve` does it by itself all the time. 立即推送一轮。"""
    from serving.webhooks.deliver import deliver_due
    from serving.webhooks.sending import Sender

    with opened() as (store, settings):
        sender = Sender(settings.webhook_hosts)
        done = deliver_due(store, sender, now)
        sender.close()
        say(
            settings, f"已送达 {done.delivered} 条，待重试 {done.failed} 条，放弃 {done.dead} 条。",
            f"{done.delivered} delivered, {done.failed} to try again, {done.dead} given up.",
        )  # fmt: skip


def _hold(webhook: str, held: bool, by: str | None) -> None:
    from serving.webhooks.subscriptions import hold_back

    with opened() as (store, settings):
        hold_back(store, webhook, held, by=who_acts(store, settings, by), at=now())
        done = ("已暂停", "is paused") if held else ("已恢复", "is resumed")
        say(settings, f"订阅 {webhook} {done[0]}。", f"The subscription {webhook} {done[1]}.")
