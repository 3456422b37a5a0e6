"""Deliver what waits: at least once, oldest first, again and again with growing pauses, until it is taken or dead."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

from serving.webhooks.sending import Answer
from serving.webhooks.signing import headers_for
from xiezhi.clock import SECOND, Moment
from xiezhi.store import Store
from xiezhi.store.webhooks import (
    Attempt,
    Message,
    State,
    Webhook,
    claim_due,
    list_due,
    put_off,
    rest,
    settle,
)

FIRST_PAUSE: Final[Moment] = 5 * SECOND
LONGEST_PAUSE: Final[Moment] = 6 * 3600 * SECOND
MOST_ATTEMPTS: Final = 24
"""Pauses of 5 s, 10 s, 20 s … up to 6 h add up to 71 hours at the least: a receiver that fails on Friday evening and is
mended on Monday morning (63 hours) still gets everything."""

JITTER: Final = 0.25
"""A pause is up to a quarter longer by lot, so that a receiver coming back is not met by all at the same instant."""

_AT_ONCE, _TURN = (
    50,
    30 * SECOND,
)  # messages and time of one receiver's turn: a slow one holds nobody up for long
_CLAIM: Final[Moment] = 120 * SECOND  # longer than a turn and the sending it ends with
_RECEIVERS_AT_ONCE = 4


class Sends(Protocol):
    """Whatever carries a message to a URL."""

    def send(self, url: str, headers: dict[str, str], body: bytes, /) -> Answer:
        """Send it."""
        ...


@dataclass(frozen=True)
class Round:
    """What one round came to."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: Round) -> Round:
        return Round(self.delivered + other.delivered, self.failed + other.failed, self.dead + other.dead)


def deliver_due(
    store: Store, sender: Sends, clock: Callable[[], Moment], lot: Callable[[], float] = random.random
) -> Round:
    """Send what is due to every subscription that is not paused. Each gets a turn; one that is down or slow keeps no
    other waiting."""
    with store.read() as connection:
        hooks = list_due(connection, clock())
    if not hooks:
        return Round()
    with ThreadPoolExecutor(_RECEIVERS_AT_ONCE, thread_name_prefix="webhook") as pool:
        rounds = pool.map(lambda hook: _turn(store, sender, hook, clock, lot), hooks)
        return sum(rounds, Round())


def pause_after(attempts: int, lot: float) -> Moment:
    """How long a message waits that failed `attempts` times; `lot` is drawn from 0 to 1."""
    pause = min(FIRST_PAUSE << (attempts - 1), LONGEST_PAUSE)
    return pause + int(pause * JITTER * lot)


def _turn(
    store: Store, sender: Sends, hook: Webhook, clock: Callable[[], Moment], lot: Callable[[], float]
) -> Round:
    began = clock()
    with store.write() as connection:
        claimed = claim_due(connection, hook.webhook_id, began, began + _CLAIM, _AT_ONCE)
    done = Round()
    for place, message in enumerate(claimed):
        if clock() - began > _TURN:
            with store.write() as connection:
                put_off(connection, _numbers(claimed[place:]), clock())
            break
        at = clock()
        body = message.body.encode()
        secret = store.vault.open(hook.sealed_secret)
        answer = sender.send(hook.url, headers_for(secret, message.message_id, at, body), body)
        done += _settle(store, message, claimed[place + 1 :], answer, clock(), lot())
        if answer.is_down:
            break
    return done


def _settle(
    store: Store, message: Message, others: Sequence[Message], answer: Answer, at: Moment, lot: float
) -> Round:
    """Note what came of one sending; a receiver that is down gets the `others` later, too."""
    attempt = Attempt(message.message_no, at, answer.status, answer.fault)
    failures = message.attempts + (1 if answer.fault else 0)
    next_at = at + (pause_after(failures, lot) if answer.fault else 0)
    state: State = "delivered" if not answer.fault else "dead" if failures >= MOST_ATTEMPTS else "waiting"
    with store.write() as connection:
        settle(connection, attempt, state, failures, next_at)
        if answer.is_down:
            rest(connection, message.webhook_id, _numbers(others), next_at)
    return Round(state == "delivered", state == "waiting", state == "dead")


def _numbers(messages: Sequence[Message]) -> list[int]:
    return [message.message_no for message in messages]
