"""Errors as problem details (RFC 9457): a stable code and a sentence in both languages, no personal data."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from serving.language import choose_language
from serving.security import TOO_LARGE
from xiezhi.errors import (
    Conflict,
    InputError,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Outdated,
    RecordError,
    StoreError,
    TooMany,
    XiezhiError,
)

_log = logging.getLogger("xiezhi.serving")

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """Problem details. `code` is stable; `field` names the place in the request where there is one."""

    type: str = Field(examples=["urn:xiezhi:problem:not-found"])
    title: str
    status: int
    code: str
    zh: str
    en: str
    field: str | None = None


ALWAYS = (401, 403, 421, 422, 503)
"""What every route may answer: who asks, from where, with what, and whether the store is there."""

ELSEWHERE = {
    400: ("请求无法读取。", "The request cannot be read.", "request-unreadable"),
    404: ("没有这个地址。", "There is nothing at this address.", "not-found"),
    405: ("此地址不接受这种请求。", "This address does not take such a request.", "method-not-allowed"),
    413: TOO_LARGE,
    500: ("服务出错，请稍后再试。", "Something went wrong here.", "internal"),
}
"""Errors of no route, by status: zh, en, code."""


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: these statuses and those of every route answer with a Problem."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, *ALWAYS})
    }


def status_of(error: XiezhiError) -> int:
    """The HTTP status an error is told with."""
    kinds: tuple[tuple[type[XiezhiError], int], ...] = (
        (RecordError, 422),
        (InputError, 422),
        (NotFound, 404),
        (Outdated, 412),
        (Conflict, 409),
        (NotAuthenticated, 401),
        (NotPermitted, 403),
        (TooMany, 429),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), 503)


def describe(error: Exception) -> tuple[int, XiezhiError]:
    """The status and the error to tell for anything a route may raise."""
    if isinstance(error, SQLAlchemyError):
        error = _of_store(error)
    if isinstance(error, XiezhiError):
        return status_of(error), error
    if isinstance(error, RequestValidationError):
        # Where and what kind, never the value: it may be a name or a number.
        places = "、".join(".".join(map(str, fault["loc"])) for fault in error.errors()[:3])
        return 422, InputError(
            f"请求有误：{places}。", f"The request is wrong at {places}.", code="request-invalid"
        )
    status = getattr(error, "status_code", 500)
    zh, en, code = ELSEWHERE.get(status, ELSEWHERE[500])
    return status, XiezhiError(zh, en, code=code)


def _of_store(error: SQLAlchemyError) -> XiezhiError:
    if isinstance(error, DataError):
        return InputError(
            "提交的内容含有无法保存的字符或数值。",
            "A character or a number in what was sent cannot be kept.",
            code="not-storable",
        )
    # Its text may quote the values of a statement: names of persons. The kind of error is enough.
    _log.error("store: %s", type(error).__name__)
    return StoreError("数据库暂不可用，请稍后再试。", "The store cannot be used now; try again later.")


def tell_problem(request: Request, error: Exception, default_language: str) -> Response:
    """`error` as a response, its title in the reader's language."""
    status, told = describe(error)
    problem = Problem(
        type=f"urn:xiezhi:problem:{told.code}",
        title=told.text(choose_language(request, default_language)),
        status=status,
        code=told.code,
        zh=told.zh,
        en=told.en,
        field=told.field if isinstance(told, RecordError) else None,
    )
    body = json.dumps(problem.model_dump(exclude_none=True), ensure_ascii=False)
    headers = headers_of(status, told) | dict(getattr(error, "headers", None) or {})
    return Response(body, status, headers=headers, media_type=MEDIA_TYPE)


def headers_of(status: int, told: XiezhiError) -> dict[str, str]:
    """What a client is to know of an error beside its text: when to come again, how to say who it is."""
    if isinstance(told, TooMany):
        return {"retry-after": str(told.wait)}
    known = {401: {"www-authenticate": "Bearer"}, 503: {"retry-after": "60"}}
    return known.get(status, {})
