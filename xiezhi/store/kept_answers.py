"""Answers kept for requests that carry an idempotency key (幂等键): sent again, they are answered alike, done once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import Connection, delete, select, update

from xiezhi.clock import SECOND, Moment
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import kept_answers

KEPT_FOR = 24 * 3600 * SECOND
"""A day, as integrators know it from payment interfaces: longer than any retry goes on."""

UNANSWERED_FOR = 60 * SECOND
"""After so long without an answer whoever took the request has died, and it may be taken again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the status, some headers as JSON, the body, sealed."""

    status: int
    headers: str
    body: str


Claim = Answer | Literal["ours", "in_progress", "other_request"]
"""The answer given before; or that this request is the one to be done, that its twin is being done, that the key was
used for another request."""


def claim_request(connection: Connection, asked_by: str, key: str, request_digest: str, at: Moment) -> Claim:
    """Whose turn a request with this key is; keys of more than `KEPT_FOR` ago are forgotten."""
    c = kept_answers.c
    connection.execute(delete(kept_answers).where(c.asked_at < at - KEPT_FOR))
    row = {"asked_by": asked_by, "key": key, "request_digest": request_digest, "asked_at": at}
    kept = insert_or_ignore(connection, kept_answers).values(row).returning(c.key)
    if connection.execute(kept).first() is not None:
        return "ours"
    found = connection.execute(select(kept_answers).where(c.asked_by == asked_by, c.key == key)).one()
    if found.request_digest != request_digest:
        return "other_request"
    if found.status is not None:
        return Answer(found.status, found.headers, found.body)
    if found.asked_at > at - UNANSWERED_FOR:
        return "in_progress"
    taken = update(kept_answers).where(c.asked_by == asked_by, c.key == key, c.asked_at == found.asked_at)
    return "ours" if connection.execute(taken.values(asked_at=at)).rowcount else "in_progress"


def keep_answer(connection: Connection, asked_by: str, key: str, answer: Answer) -> None:
    """Keep the answer of a request that was claimed."""
    c = kept_answers.c
    query = update(kept_answers).where(c.asked_by == asked_by, c.key == key)
    connection.execute(query.values(asdict(answer)))


def forget_request(connection: Connection, asked_by: str, key: str) -> None:
    """Forget a claimed request that came to nothing: sent again, it is tried again."""
    c = kept_answers.c
    connection.execute(delete(kept_answers).where(c.asked_by == asked_by, c.key == key, c.status.is_(None)))
