"""Entity tags: an answer that has not changed is not sent again, and nobody decides on what he has not seen."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from xiezhi.errors import Outdated

_TAG = re.compile(r'(?:W/)?"[^"]*"')

TAGGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "changes with the answer", "schema": {"type": "string"}}}},
    304: {"description": "Not changed since the answer whose `ETag` was sent as `If-None-Match`"},
}
"""For a route's `responses`, where `answer_tagged` answers."""


def tag_of(body: bytes) -> str:
    """The strong tag of an answer."""
    return f'"{blake2b(body, digest_size=16).hexdigest()}"'


def write_answer(answer: BaseModel) -> bytes:
    """The answer as it is sent."""
    return answer.model_dump_json().encode()


def answer_tagged(request: Request, answer: BaseModel) -> Response:
    """The answer with its tag; 304 without a body where the caller has it already."""
    body = write_answer(answer)
    tag = tag_of(body)
    asked = request.headers.get("if-none-match", "")
    # The weak comparison of RFC 9110 13.1.2: proxies that compress make tags weak.
    known = {found.removeprefix("W/") for found in _TAG.findall(asked)}
    if tag in known or asked.strip() == "*":
        return Response(status_code=304, headers={"etag": tag})
    return Response(body, headers={"etag": tag}, media_type="application/json")


def require_seen(if_match: str, answer: BaseModel) -> None:
    """Raises Outdated where the caller names another state of things than `answer`."""
    if if_match.strip() != "*" and tag_of(write_answer(answer)) not in _TAG.findall(if_match):
        raise Outdated(
            "您查看之后情况已有变化；请重新查看后再决定。",
            "Something has changed since you looked; look again, then decide.",
            code="changed-since",
        )
