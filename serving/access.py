"""Who may do what: every route names its roles here, and one that does not is refused when the app is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from serving.parts import Parts, PartsDep
from xiezhi.accounts.administer import has_accounts
from xiezhi.accounts.roles import ROLES, require_role, sole_user
from xiezhi.accounts.sessions import who_is
from xiezhi.audit.chain import Act, digest_of
from xiezhi.errors import NotAuthenticated
from xiezhi.store.audit import append_acts
from xiezhi.store.screenings import Screening
from xiezhi.store.users import User

COOKIE = "session"

EVERYBODY: Final = frozenset(ROLES)
DESK: Final = frozenset({"clerk", "reviewer", "presiding_judge"})
READERS: Final = DESK | {"supervisor", "auditor"}
BENCH: Final = frozenset({"reviewer", "presiding_judge"})
OVERSEERS: Final = BENCH | {"supervisor", "auditor"}

PUBLIC: Final = frozenset({("GET", "/healthz"), ("GET", "/login"), ("POST", "/login"), ("POST", "/logout")})
"""Open to whoever reaches the server: whether it lives, and the way in and out."""

ALLOWED: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("GET", "/"): EVERYBODY,
        ("GET", "/queue"): OVERSEERS,
        ("GET", "/filings/{filing_id:path}"): READERS,
        ("POST", "/flags/{screening_id}/decisions"): BENCH,
        ("GET", "/desk"): DESK,
        ("POST", "/desk"): DESK,
        ("POST", "/desk/uploads"): DESK,
        ("GET", "/desk/uploads/{job_id}"): DESK,
        ("GET", "/desk/uploads/{job_id}/results.csv"): DESK,
        ("GET", "/desk/answers/{screening_id}"): READERS,
        ("POST", "/desk/answers/{screening_id}/questions"): DESK,
        ("POST", "/desk/answers/{screening_id}/steps"): DESK,
        ("POST", "/api/v1/screenings"): DESK,
        ("GET", "/api/v1/flags"): OVERSEERS,
        ("GET", "/api/v1/filings/{filing_id:path}"): READERS,
        ("GET", "/api/v1/filings/{filing_id:path}/relations"): READERS,
        ("POST", "/api/v1/flags/{screening_id}/decisions"): BENCH,
        ("GET", "/api/v1/screenings/{screening_id}"): READERS,
        ("GET", "/jobs"): DESK,
        ("GET", "/jobs/{job_id}"): DESK,
        ("GET", "/jobs/{job_id}/results.csv"): DESK,
        ("POST", "/jobs/{job_id}/cancel"): DESK,
        ("POST", "/api/v1/jobs"): DESK,
        ("GET", "/api/v1/jobs"): DESK,
        ("GET", "/api/v1/jobs/{job_id}"): DESK,
        ("GET", "/api/v1/jobs/{job_id}/results"): DESK,
        ("POST", "/api/v1/jobs/{job_id}/cancel"): DESK,
    }
)
"""Roles by route. A data scientist and an administrator see no filing: neither task needs a party's name."""


@dataclass(frozen=True)
class Visitor:
    """Who sent a request. Not `known` where the home has no accounts: then all roles are his."""

    user: User
    known: bool

    def signs(self, typed: str) -> str:
        """The name a decision carries: the account's, or what was `typed` where there are no accounts."""
        return signature(self.user) if self.known else typed

    @property
    def account(self) -> str:
        """The name of the account; empty where there are none."""
        return self.user.name if self.known else ""

    def may(self, allowed: Iterable[str]) -> bool:
        """Whether one of the roles is his."""
        return not self.user.roles.isdisjoint(allowed)


def check_access(request: Request, parts: PartsDep) -> None:
    """Raises NotAuthenticated (`login-required`) or NotPermitted; notes who it is for the routes."""
    place = request.method.replace("HEAD", "GET"), request.scope["route"].path
    request.state.visitor = visitor = find_visitor(request, parts)
    if place in PUBLIC:
        return
    if visitor is None:
        raise NotAuthenticated("请先登录。", "Log in first.", code="login-required")
    require_role(visitor.user, ALLOWED[place])


def get_visitor(request: Request) -> Visitor:
    """The visitor of a request that passed `check_access`."""
    visitor: Visitor | None = request.state.visitor
    assert visitor is not None, "only public routes are open to nobody"
    return visitor


VisitorDep = Annotated[Visitor, Depends(get_visitor)]


def find_visitor(request: Request, parts: Parts) -> Visitor | None:
    """Who it is by the session's cookie; None for nobody in a home with accounts."""
    if not has_accounts(parts.store):
        return Visitor(sole_user(""), known=False)
    token = request.cookies.get(COOKIE, "")
    user = who_is(parts.store, token, parts.now()) if token else None
    return None if user is None else Visitor(user, known=True)


def note_seen(parts: Parts, visitor: Visitor, *shown: Screening | None) -> None:
    """Put on record that this person saw these scores; in a home without accounts there is nobody to name."""
    seen = [screening for screening in shown if screening is not None]
    if not seen or not visitor.known:
        return
    at, who = parts.now(), visitor.user.name
    acts = [Act(at, who, "saw", one.screening_id, digest_of(dict(one.scores))) for one in seen]
    with parts.store.write() as connection:
        append_acts(connection, acts)


def require_every_route(routes: Iterable[object]) -> None:
    """Raises LookupError for a route of the app that no line above names."""
    for route in routes:
        if isinstance(route, APIRoute):
            places = {(method, route.path) for method in route.methods or ()}
            if lost := places - ALLOWED.keys() - PUBLIC:
                raise LookupError(f"no roles are named for {sorted(lost)}")


def signature(user: User) -> str:
    """How a person's decisions are signed: readable, and one person's alone."""
    return user.name if user.display_name == user.name else f"{user.display_name}（{user.name}）"
