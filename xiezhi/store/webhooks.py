"""Webhooks: who is told of scores and decisions (订阅), what waits to be told (待发), and every attempt to tell it.

A message is written in the transaction of what it tells: either both are kept or neither. It holds ids, band and kind of
decision, never a name, a number or a reason; whoever is to know more asks for it with a key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, Literal
from uuid import uuid4

from sqlalchemy import Connection, Row, exists, func, insert, or_, select, update

from xiezhi.clock import Moment, format_moment
from xiezhi.store.filings import courts_of, in_chunks
from xiezhi.store.tables import webhook_attempts, webhook_messages, webhooks
from xiezhi.store.users import join_words, split_words

EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "screened": ("screening_id", "filing_id", "band", "trigger"),
        "decided": ("decision_id", "screening_id", "filing_id", "decision"),
        "reopened": ("screening_id", "filing_id"),
    }
)
"""What can be told, and which columns of the row a message holds."""

_EVENT_OF = {"reopened": "reopened"} | dict.fromkeys(
    ("cleared", "needs_proof", "false", "abusive"), "decided"
)
# Other words of the record, such as a proposal that waits for a second person, are told to nobody: they may yet change.

State = Literal["waiting", "delivered", "dead"]
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription: `url` is told these `events` of filings of `courts` (none: all)."""

    webhook_id: str
    url: str
    events: frozenset[str]
    courts: frozenset[str]
    sealed_secret: str
    made_at: Moment
    made_by: str
    paused_at: Moment | None = None
    removed_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What one subscription is to be told; `body` is the JSON that is signed, `attempts` how often it failed."""

    message_no: int
    message_id: str
    webhook_id: str
    event: str
    happened_at: Moment
    body: str
    state: State
    attempts: int
    next_at: Moment


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message was sent `at`; the receiver's `status` (None: none came) and why it failed (empty: it did not)."""

    message_no: int
    at: Moment
    status: int | None
    fault: str


def announce(connection: Connection, event: str, rows: Sequence[Mapping[str, Any]], *, at: Moment) -> None:
    """Let every subscription to `event` be told of `rows`, kept in this very transaction."""
    hooks = [hook for hook in list_webhooks(connection) if hook.removed_at is None and event in hook.events]
    if not hooks or not rows:
        return
    courts = courts_of(connection, [row["filing_id"] for row in rows])
    messages = [
        _message(hook, event, row, court, at)
        for row, court in ((row, courts.get(row["filing_id"], "")) for row in rows)
        for hook in hooks
        if not hook.courts or court in hook.courts
    ]
    for first in range(0, len(messages), _AT_ONCE):
        connection.execute(insert(webhook_messages), messages[first : first + _AT_ONCE])


def announce_decision(connection: Connection, row: Mapping[str, Any], *, at: Moment) -> None:
    """Let a row of the decisions be told, where it is a decision or takes one back."""
    event = _EVENT_OF.get(row["decision"])
    if event is not None:
        announce(connection, event, [row], at=at)


def put_webhook(connection: Connection, hook: Webhook) -> None:
    """Keep a new subscription."""
    words = {"events": join_words(hook.events), "courts": join_words(hook.courts)}
    connection.execute(insert(webhooks).values(asdict(hook) | words))


def list_webhooks(connection: Connection) -> list[Webhook]:
    """Every subscription, oldest first, removed ones, too."""
    return [_webhook(row) for row in connection.execute(_EVERY)]


_EVERY = select(webhooks).order_by(webhooks.c.made_at, webhooks.c.webhook_id)


def list_due(connection: Connection, at: Moment) -> list[Webhook]:
    """Subscriptions for which something is due, paused and removed ones left out."""
    c = webhook_messages.c
    due = exists().where(c.webhook_id == webhooks.c.webhook_id, c.state == "waiting", c.next_at <= at)
    query = select(webhooks).where(due, webhooks.c.paused_at.is_(None), webhooks.c.removed_at.is_(None))
    return [_webhook(row) for row in connection.execute(query.order_by(webhooks.c.made_at))]


def find_webhook(connection: Connection, webhook_id: str) -> Webhook | None:
    """The subscription with this id, or None."""
    row = connection.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).first()
    return None if row is None else _webhook(row)


def pause_webhook(connection: Connection, webhook_id: str, at: Moment | None) -> None:
    """Hold its messages back from now on; None: let them go again."""
    statement = update(webhooks).where(webhooks.c.webhook_id == webhook_id)
    connection.execute(statement.values(paused_at=at))


def remove_webhook(connection: Connection, webhook_id: str, at: Moment) -> None:
    """End the subscription; what still waited is dead."""
    statement = update(webhooks).where(webhooks.c.webhook_id == webhook_id)
    connection.execute(statement.values(removed_at=at))
    c = webhook_messages.c
    waiting = update(webhook_messages).where(c.webhook_id == webhook_id, c.state == "waiting")
    connection.execute(waiting.values(state="dead"))


def claim_due(
    connection: Connection, webhook_id: str, at: Moment, until: Moment, limit: int
) -> list[Message]:
    """The oldest messages due, put off to `until` so that nobody else sends them meanwhile: a claim that was never
    settled, because its sender died, comes due again then."""
    c = webhook_messages.c
    query = (
        select(webhook_messages)
        .where(c.webhook_id == webhook_id, c.state == "waiting", c.next_at <= at)
        .order_by(c.message_no)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [Message(**row._mapping) for row in connection.execute(query)]
    put_off(connection, [message.message_no for message in found], until)
    return found


def put_off(connection: Connection, message_nos: Sequence[int], until: Moment) -> None:
    """Let these messages wait until then."""
    c = webhook_messages.c
    connection.execute(
        update(webhook_messages)
        .where(c.message_no.in_(message_nos), c.state == "waiting")
        .values(next_at=until)
    )


def rest(connection: Connection, webhook_id: str, claimed: Sequence[int], until: Moment) -> None:
    """The receiver is down: let all that waits for it, and what was `claimed`, wait until then."""
    c = webhook_messages.c
    connection.execute(
        update(webhook_messages)
        .where(c.webhook_id == webhook_id, c.state == "waiting")
        .where(or_(c.message_no.in_(claimed), c.next_at < until))
        .values(next_at=until)
    )


def settle(connection: Connection, attempt: Attempt, state: State, attempts: int, next_at: Moment) -> None:
    """Append what came of sending a message, and what becomes of it."""
    connection.execute(insert(webhook_attempts).values(asdict(attempt)))
    c = webhook_messages.c
    statement = update(webhook_messages).where(c.message_no == attempt.message_no)
    connection.execute(statement.values(state=state, attempts=attempts, next_at=next_at))


def replay(
    connection: Connection,
    webhook_id: str,
    at: Moment,
    *,
    message_ids: Sequence[str] = (),
    happened: tuple[Moment, Moment] | None = None,
) -> int:
    """Send messages again, named by id or by when it `happened` (from, before); returns how many."""
    c = webhook_messages.c
    again = update(webhook_messages).where(c.webhook_id == webhook_id, c.state != "waiting")
    again = again.values(state="waiting", attempts=0, next_at=at)
    if happened is not None:
        return connection.execute(
            again.where(c.happened_at >= happened[0], c.happened_at < happened[1])
        ).rowcount
    return sum(
        connection.execute(again.where(c.message_id.in_(some))).rowcount for some in in_chunks(message_ids)
    )


def list_messages(
    connection: Connection, webhook_id: str, state: State | None, limit: int, before: int | None = None
) -> list[Message]:
    """At most `limit` messages, the newest first; before the one of this number."""
    c = webhook_messages.c
    query = select(webhook_messages).where(c.webhook_id == webhook_id)
    query = query if state is None else query.where(c.state == state)
    query = query if before is None else query.where(c.message_no < before)
    return [
        Message(**row._mapping)
        for row in connection.execute(query.order_by(c.message_no.desc()).limit(limit))
    ]


def count_messages(connection: Connection, webhook_id: str | None = None) -> dict[str, dict[str, int]]:
    """Subscription (of this id; None: every one) -> how many of its messages are in which state."""
    c = webhook_messages.c
    query = select(c.webhook_id, c.state, func.count()).group_by(c.webhook_id, c.state)
    query = query if webhook_id is None else query.where(c.webhook_id == webhook_id)
    found: dict[str, dict[str, int]] = {}
    for hook, state, n in connection.execute(query):
        found.setdefault(hook, {})[state] = n
    return found


def attempts_of(connection: Connection, message_nos: Sequence[int]) -> list[Attempt]:
    """Every attempt to send these messages, oldest first."""
    c = webhook_attempts.c
    query = select(c.message_no, c.at, c.status, c.fault).where(c.message_no.in_(message_nos))
    return [Attempt(*row) for row in connection.execute(query.order_by(c.attempt_no))]


def _message(hook: Webhook, event: str, row: Mapping[str, Any], court: str, at: Moment) -> dict[str, Any]:
    message_id = str(uuid4())
    told = {"id": message_id, "event": event, "at": format_moment(at), "court": court}
    told |= {name: row[name] for name in EVENTS[event]}
    return {
        "message_id": message_id, "webhook_id": hook.webhook_id, "event": event, "happened_at": at,
        "body": json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        "state": "waiting", "attempts": 0, "next_at": at,
    }  # fmt: skip


def _webhook(row: Row[tuple[object, ...]]) -> Webhook:
    words = {"events": split_words(row.events), "courts": split_words(row.courts)}
    return Webhook(**(dict(row._mapping) | words))
