"""Use cases: an administrator subscribes a system to events, holds it back, ends it, sends messages again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import uuid4

from sqlalchemy import Connection

from serving.webhooks.signing import new_secret
from serving.webhooks.targets import check_url
from xiezhi.accounts.administer import require_administrator
from xiezhi.accounts.reach import check_courts
from xiezhi.audit.chain import Act, digest_of
from xiezhi.clock import Moment
from xiezhi.errors import InputError, NotFound
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.users import User
from xiezhi.store.webhooks import (
    EVENTS,
    Attempt,
    Message,
    State,
    Webhook,
    attempts_of,
    find_webhook,
    list_messages,
    pause_webhook,
    put_webhook,
    remove_webhook,
    replay,
)

MOST_LISTED = 200
"""Messages told at once: a look at what went wrong, not an export."""


def subscribe(
    store: Store,
    url: str,
    *,
    events: Collection[str],
    courts: Collection[str],
    hosts: str,
    by: User,
    at: Moment,
) -> tuple[Webhook, str]:
    """A new subscription and its secret, which is told this once. Raises InputError, NotPermitted."""
    require_administrator(by)
    check_url(url, hosts)
    if not events or not set(events) <= EVENTS.keys():
        raise InputError(
            f"事件须为下列之一或几个：{'、'.join(EVENTS)}。",
            f"An event is one of: {', '.join(EVENTS)}.",
            code="event-unknown",
        )
    secret = new_secret()
    hook = Webhook(
        uuid4().hex, url, frozenset(events), check_courts(courts), store.vault.seal(secret), at, by.name
    )
    with store.write() as connection:
        put_webhook(connection, hook)
        told = {"url": url, "events": sorted(hook.events), "courts": sorted(hook.courts)}
        _note(connection, "webhook_added", hook.webhook_id, by, at, told)
    return hook, secret


def hold_back(store: Store, webhook_id: str, held: bool, *, by: User, at: Moment) -> None:
    """Pause a subscription: its messages wait; or let them go again. Raises NotFound, NotPermitted."""
    require_administrator(by)
    with store.write() as connection:
        _require(connection, webhook_id)
        pause_webhook(connection, webhook_id, at if held else None)
        _note(connection, "webhook_paused" if held else "webhook_resumed", webhook_id, by, at, {})


def unsubscribe(store: Store, webhook_id: str, *, by: User, at: Moment) -> None:
    """End a subscription for good; what it was told stays on record. Raises NotFound, NotPermitted."""
    require_administrator(by)
    with store.write() as connection:
        _require(connection, webhook_id)
        remove_webhook(connection, webhook_id, at)
        _note(connection, "webhook_removed", webhook_id, by, at, {})


def send_again(
    store: Store,
    webhook_id: str,
    *,
    message_ids: Sequence[str] = (),
    happened: tuple[Moment, Moment] | None = None,
    by: User,
    at: Moment,
) -> int:
    """Send messages again, dead or delivered, under their old ids; how many. Raises NotFound, NotPermitted."""
    require_administrator(by)
    with store.write() as connection:
        _require(connection, webhook_id)
        count = replay(connection, webhook_id, at, message_ids=message_ids, happened=happened)
        told = {"messages": sorted(message_ids), "happened": happened and list(happened), "count": count}
        _note(connection, "webhook_replayed", webhook_id, by, at, told)
    return count


def read_log(
    store: Store,
    webhook_id: str,
    state: State | None,
    *,
    by: User,
    most: int = MOST_LISTED,
    before: int | None = None,
) -> list[tuple[Message, list[Attempt]]]:
    """The newest messages of a subscription (before the one of this number), each with every attempt.

    Raises NotFound, NotPermitted.
    """
    require_administrator(by)
    with store.read() as connection:
        if find_webhook(connection, webhook_id) is None:
            raise _no_webhook()
        messages = list_messages(connection, webhook_id, state, most, before)
        attempts = attempts_of(connection, [message.message_no for message in messages])
    return [(message, [a for a in attempts if a.message_no == message.message_no]) for message in messages]


def _require(connection: Connection, webhook_id: str) -> None:
    hook = find_webhook(connection, webhook_id)
    if hook is None or hook.removed_at is not None:
        raise _no_webhook()


def _no_webhook() -> NotFound:
    return NotFound("没有这个订阅。", "There is no such subscription.", code="no-webhook")


def _note(
    connection: Connection, action: str, webhook_id: str, by: User, at: Moment, told: Mapping[str, object]
) -> None:
    append_acts(connection, [Act(at, by.name, action, webhook_id, digest_of(told))])
