"""Rate limits (限流): so many requests a minute by one caller, and no more. Kept in memory, a server process its own.

A limit is there against a program that runs wild or somebody who guesses, not against people at work: see the figures
in `docs/accounts.md`. It puts a request off for seconds; it decides nothing about a filing.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from xiezhi.clock import SECOND, now
from xiezhi.errors import TooMany
from xiezhi.settings import Settings

if TYPE_CHECKING:
    from serving.access import Visitor

LOGINS: Collection[tuple[str, str]] = frozenset(
    {("POST", "/login"), ("GET", "/login/oidc"), ("GET", "/login/oidc/back")}
)
"""What costs a password's hash or a call to the identity provider."""


class RateLimits:
    """Counts requests by account, key and address. In a home without accounts nobody is counted: it is one person's."""

    def __init__(self, settings: Settings) -> None:
        """The figures are the deployment's (`XIEZHI_RATE_…`)."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._person = RateLimitItemPerMinute(settings.rate_person)
        self._key = RateLimitItemPerMinute(settings.rate_key)
        self._address = RateLimitItemPerMinute(settings.rate_address)
        self._login = RateLimitItemPerMinute(settings.rate_login)

    def count(self, request: Request, visitor: Visitor | None, place: tuple[str, str]) -> None:
        """Count a request of `visitor` to `place`. Raises TooMany."""
        if visitor is not None and not visitor.known:
            return
        if place in LOGINS:
            self._take(self._login, f"login:{_address(request)}")
        elif visitor is None:
            self.count_stranger(request)
        else:
            limit = self._person if visitor.scopes is None else self._key
            self._take(limit, visitor.user.name)

    def count_stranger(self, request: Request) -> None:
        """Count a request of nobody known, by its address. Raises TooMany."""
        self._take(self._address, f"address:{_address(request)}")

    def _take(self, limit: RateLimitItemPerMinute, whose: str) -> None:
        if self._limiter.hit(limit, whose):
            return
        reset = self._limiter.get_window_stats(limit, whose).reset_time
        wait = max(1, math.ceil(reset - now() / SECOND))
        raise TooMany(
            f"请求过于频繁，请 {wait} 秒后再试。",
            f"Too many requests; try again in {wait} seconds.",
            wait=wait,
        )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
