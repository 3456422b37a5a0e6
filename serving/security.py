"""What every response carries and what no request may do: one ASGI layer, no state.

Whoever is logged in, or sits at a machine whose home has no accounts, could be tricked by a browser: foreign pages
posting (CSRF), foreign names resolving to this host (DNS rebinding), foreign content in a page (CSP).
"""

from __future__ import annotations

import json
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
"""Pages need no script; those that help come from this host as files, none is written into a page."""

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes of a request: some ten thousand filings in one upload. More goes in by `xiezhi ingest`."""

TOO_LARGE = (
    "提交内容过大；大批收案请用 xiezhi ingest 导入。",
    "The request is too large; take large dockets in with `xiezhi ingest`.",
    "body-too-large",
)
"""zh, en, code of the answer to more."""

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: that makes browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Refuses foreign hosts, foreign posts and bodies that are too large; adds the headers."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        """`hosts`: names this server answers to; None is any (it is bound to more than loopback)."""
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
                out.setdefault("cache-control", _cache_control(scope["path"]))
            await send(message)

        # A page tells a person so as a page, when it comes to read the body.
        left = LARGEST_BODY if _is_short(headers) else -1

        async def receive_counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        refusal = self._refuse(scope["method"], scope["path"], headers)
        app = self._app if refusal is None else refusal
        await app(scope, receive_counted, send_guarded)

    def _refuse(self, method: str, path: str, headers: Headers) -> Response | None:
        if self._hosts is not None and host_of(headers.get("host", "")) not in self._hosts:
            return _problem(
                421,
                "foreign-host",
                "此服务不以该主机名应答。",
                "This server does not answer to that host name.",
            )
        # No browser adds a key by itself, so a request with one is no page's trick.
        if method in _UNSAFE and bearer_token(headers) is None and not is_same_origin(headers):
            return _problem(
                403, "foreign-origin", "拒绝来自其他网站的提交。", "A post from another site is refused."
            )
        if path.startswith("/api/") and not _is_short(headers):
            zh, en, code = TOO_LARGE
            return _problem(413, code, zh, en)
        return None


def _is_short(headers: Headers) -> bool:
    """Whether the length told before a body is one we take; a body sent in pieces tells none."""
    length = headers.get("content-length", "0")
    return length.isdecimal() and int(length) <= LARGEST_BODY


def _cache_control(path: str) -> str:
    """Names and texts of parties must not stay in a shared browser's cache; scripts named by version may."""
    return "public, max-age=31536000, immutable" if path.startswith("/static/vendor/") else "no-store"


def is_same_origin(headers: Headers) -> bool:
    """Whether a post comes from our own pages, or from no browser at all.

    Browsers say so themselves: `Sec-Fetch-Site` on secure origins and loopback, `Origin` everywhere.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def bearer_token(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer …` (RFC 6750); None for another scheme or none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def host_of(host: str) -> str:
    """The name in a Host header, without its port and brackets; empty where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def hosts_for(bind: str) -> frozenset[str] | None:
    """Names a server bound to `bind` answers to: loopback's own for loopback, else any (None)."""
    try:
        loopback = bind == "localhost" or ip_address(bind).is_loopback
    except ValueError:
        loopback = False
    return frozenset({"localhost", "127.0.0.1", "::1", bind}) if loopback else None


def _problem(status: int, code: str, zh: str, en: str) -> Response:
    body = {
        "type": f"urn:xiezhi:problem:{code}",
        "title": zh,
        "status": status,
        "code": code,
        "zh": zh,
        "en": en,
    }
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status, media_type="application/problem+json")
