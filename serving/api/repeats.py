"""`Idempotency-Key` on every POST of the API: the same request again gets the first answer, and is done once.

After draft-ietf-httpapi-idempotency-key-header: another request under the same key is refused (422), a twin that comes
while the first is still being done is told to wait (409).
"""

from __future__ import annotations

import hashlib
import json
import logging
from email.message import Message as Headers_
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.access import Visitor, find_visitor
from serving.api.problems import tell_problem
from serving.parts import Parts
from xiezhi.errors import Conflict, InputError, NotAuthenticated, StoreError, XiezhiError
from xiezhi.store.erased_texts import ERASED
from xiezhi.store.kept_answers import Answer, Claim, claim_request, forget_request, keep_answer

HEADER: Final = "idempotency-key"
LONGEST_KEY: Final = 200
REPLAYED: Final = "idempotency-replayed"

_log = logging.getLogger("xiezhi.serving")

_KEPT_HEADERS = ("content-type", "location", "etag")
_NOT_KEPT = frozenset({401, 403, 413, 429})
"""Answers that tell of the moment and not of the request: asked again, it is looked at again."""


class Repeats:
    """The layer that does it; requests without the header pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        asks = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith("/api/")
        key = Request(scope).headers.get(HEADER) if asks else None
        if key is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        parts: Parts = request.app.state.parts
        if not key.strip() or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
            await _tell(_bad_key(), request, parts)(scope, receive, send)
            return
        try:
            visitor = await run_in_threadpool(_find_visitor, request, parts)
            body = await request.body()
            who = "" if visitor is None else visitor.user.name
            digest = digest_of_request(request, body)
            claimed = None if visitor is None else await run_in_threadpool(_claim, parts, who, key, digest)
        except (HTTPException, SQLAlchemyError) as error:
            await tell_problem(request, error, parts.settings.language)(scope, receive, send)
            return
        if claimed is None:  # the route says so
            await self._app(scope, _again(body), send)
        elif claimed == "ours":
            await self._do(parts, who, key, scope, _again(body), send)
        else:
            await _answer(claimed, request, parts)(scope, receive, send)

    async def _do(self, parts: Parts, who: str, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be done, and keep its answer before it is sent: whoever has it can have it again."""
        start: Message = {}
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                try:
                    await run_in_threadpool(_keep, parts, who, key, start, bytes(body))
                except SQLAlchemyError as error:  # it is done, and whoever asked is told
                    _log.error("store: %s", type(error).__name__)
                await send(start)
                await send({"type": "http.response.body", "body": bytes(body)})

        try:
            await self._app(scope, receive, hold)
        except BaseException:
            await run_in_threadpool(_forget, parts, who, key)
            raise


def digest_of_request(request: Request, body: bytes) -> str:
    """SHA-256 (hex) of what is asked; the boundary of a multipart body, which every sender draws anew, counts not."""
    content_type = Headers_()
    content_type["content-type"] = request.headers.get("content-type", "")
    boundary = content_type.get_boundary()
    if boundary:
        body = body.replace(b"--" + boundary.encode("utf-8", "replace"), b"--")
    head = (request.method, request.url.path, request.url.query, content_type.get_content_type())
    digest = hashlib.sha256("\n".join(head).encode("utf-8", "surrogatepass"))
    digest.update(b"\n" + body)
    return digest.hexdigest()


def _again(body: bytes) -> Receive:
    """The body, to be read once more."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive


def _find_visitor(request: Request, parts: Parts) -> Visitor | None:
    try:
        return find_visitor(request, parts)
    except NotAuthenticated:
        return None


def _claim(parts: Parts, who: str, key: str, digest: str) -> Claim:
    with parts.store.write() as connection:
        return claim_request(connection, who, key, digest, parts.now())


def _keep(parts: Parts, who: str, key: str, start: Message, body: bytes) -> None:
    status = start["status"]
    if status >= 500 or status in _NOT_KEPT:
        _forget(parts, who, key)
        return
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    with parts.store.write() as connection:
        # Sealed: an answer may hold a secret that is told this once, or parties by name.
        sealed = parts.store.vault.seal(body.decode())
        keep_answer(connection, who, key, Answer(status, json.dumps(kept), sealed))


def _forget(parts: Parts, who: str, key: str) -> None:
    with parts.store.write() as connection:
        forget_request(connection, who, key)


def _answer(claimed: Claim, request: Request, parts: Parts) -> Response:
    if isinstance(claimed, Answer) and claimed.body == ERASED:
        erased = Conflict(
            "该请求已处理，其答复中的个人信息已依规定删除，不再重复给出。",
            "The request was done; its answer held data erased since and is not given again.",
            code="answer-erased",
        )
        return _tell(erased, request, parts)
    if isinstance(claimed, Answer):
        headers = {**json.loads(claimed.headers), REPLAYED: "true"}
        try:
            body = parts.store.vault.open(claimed.body)
        except StoreError as error:
            return _tell(error, request, parts)
        return Response(body, claimed.status, headers=headers)
    if claimed == "in_progress":
        waiting = Conflict(
            "同一幂等键的请求正在处理，请稍后再试。",
            "The request of this idempotency key is being done; ask again in a moment.",
            code="idempotency-in-progress",
        )
        response = _tell(waiting, request, parts)
        response.headers["retry-after"] = "1"
        return response
    reused = InputError(
        "该幂等键已用于另一请求；请换一个新的键。",
        "This idempotency key was used for another request; take a new one.",
        code="idempotency-key-reused",
    )
    return _tell(reused, request, parts)


def _bad_key() -> InputError:
    return InputError(
        f"Idempotency-Key 须为 1 至 {LONGEST_KEY} 个可见 ASCII 字符，如 UUID。",
        f"Idempotency-Key is of 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID.",
        code="idempotency-key",
    )


def _tell(error: XiezhiError, request: Request, parts: Parts) -> Response:
    return tell_problem(request, error, parts.settings.language)
