"""Promotions asked for and answered by a second person (双人审批), appended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told, tell
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import promotion_answers, promotion_requests

APPROVED, REJECTED = "approved", "rejected"


@dataclass(frozen=True)
class PromotionRequest:
    """`requested_by` asks that the bundle `model_version` may screen instead of promotion number `replaces`.

    `shown`: the figures the request was made on, as told to both persons. `number` is given by the store.
    """

    requested_at: Moment
    requested_by: str
    model_version: str
    digest: str
    replaces: int
    shown: Mapping[str, Any]
    number: int = field(default=0, compare=False)


@dataclass(frozen=True)
class PromotionAnswer:
    """The one answer to a request: `approved` or `rejected`."""

    request_no: int
    answer: str
    answered_at: Moment
    answered_by: str
    reason: str


def add_request(connection: Connection, request: PromotionRequest) -> int:
    """Append `request`; returns its number."""
    values = {name: getattr(request, name) for name in _FIELDS}
    values["shown"] = json.dumps(request.shown, ensure_ascii=False, sort_keys=True)
    kept = keep_told(
        connection, "promotion_request", values, at=request.requested_at, actor=request.requested_by
    )
    return int(kept["request_no"])


def open_requests(connection: Connection) -> list[PromotionRequest]:
    """The requests without an answer, oldest first."""
    query = _every().where(promotion_answers.c.request_no.is_(None))
    return [_request(row) for row in connection.execute(query)]


def all_requests(connection: Connection) -> list[tuple[PromotionRequest, PromotionAnswer | None]]:
    """Every request with its answer, oldest first."""
    return [(_request(row), _answer(row)) for row in connection.execute(_every())]


def put_answer(connection: Connection, answer: PromotionAnswer) -> bool:
    """Append `answer`; False where the request has one already: of two at once the first counts."""
    values = {name: getattr(answer, name) for name in PromotionAnswer.__dataclass_fields__}
    statement = insert_or_ignore(connection, promotion_answers).values(values)
    if connection.execute(statement.returning(promotion_answers.c.request_no)).first() is None:
        return False
    tell(connection, "promotion_answer", [values], at=answer.answered_at, actor=answer.answered_by)
    return True


_FIELDS = tuple(name for name in PromotionRequest.__dataclass_fields__ if name != "number")
_ANSWER = ("answer", "answered_at", "answered_by", "reason")


def _every() -> Select[Any]:
    asked, said = promotion_requests.c, promotion_answers.c
    return (
        select(*(asked[name] for name in _FIELDS), asked.request_no, *(said[name] for name in _ANSWER))
        .outerjoin_from(promotion_requests, promotion_answers, said.request_no == asked.request_no)
        .order_by(asked.request_no)
    )


def _request(row: Row[Any]) -> PromotionRequest:
    values = {name: row._mapping[name] for name in _FIELDS}
    return PromotionRequest(**{**values, "shown": json.loads(values["shown"])}, number=row.request_no)


def _answer(row: Row[Any]) -> PromotionAnswer | None:
    if row.answer is None:
        return None
    return PromotionAnswer(row.request_no, *(row._mapping[name] for name in _ANSWER))
