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
from xiezhi.errors import NotAuthenticated, NotPermitted
from xiezhi.store.audit import append_acts
from xiezhi.store.screenings import Screening
from xiezhi.store.users import User

COOKIE = "session"

EVERYBODY: Final = frozenset(ROLES)
DESK: Final = frozenset({"clerk", "reviewer", "presiding_judge"})
READERS: Final = DESK | {"supervisor", "auditor"}
BENCH: Final = frozenset({"reviewer", "presiding_judge"})
OVERSEERS: Final = BENCH | {"supervisor", "auditor"}
COURT: Final = frozenset({"supervisor", "scientist", "auditor", "administrator"})
RULERS: Final = frozenset({"supervisor", "scientist"})
MODELLERS: Final = RULERS | {"administrator"}
AUDITORS: Final = frozenset({"auditor"})
HEADS: Final = frozenset({"supervisor"})
ADMINISTRATORS: Final = frozenset({"administrator"})

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
        ("GET", "/desk/answers/{screening_id}"): READERS,
        ("GET", "/court"): COURT,
        ("GET", "/court/policies"): RULERS | AUDITORS,
        ("POST", "/court/policies"): RULERS,
        ("GET", "/court/policies/{number}"): RULERS | AUDITORS,
        ("POST", "/court/policies/{number}/{act}"): RULERS,
        ("POST", "/court/roll-back"): HEADS,
        ("GET", "/court/models"): MODELLERS | AUDITORS,
        ("POST", "/court/models"): MODELLERS,
        ("POST", "/court/models/requests/{number}"): MODELLERS,
        ("POST", "/court/models/roll-back"): HEADS | ADMINISTRATORS,
        ("GET", "/court/audit"): AUDITORS,
        ("POST", "/court/audit"): AUDITORS,
        ("GET", "/court/audit/trail.jsonl"): AUDITORS,
        ("GET", "/court/report"): HEADS | AUDITORS,
        ("GET", "/court/accounts"): ADMINISTRATORS,
        ("POST", "/court/accounts"): ADMINISTRATORS,
        ("POST", "/court/accounts/{name}"): ADMINISTRATORS,
        ("GET", "/court/keeping"): ADMINISTRATORS | AUDITORS,
        ("POST", "/api/v1/screenings"): DESK,
        ("GET", "/api/v1/flags"): OVERSEERS,
        ("GET", "/api/v1/filings/{filing_id:path}"): READERS,
        ("GET", "/api/v1/filings/{filing_id:path}/relations"): READERS,
        ("POST", "/api/v1/flags/{screening_id}/decisions"): BENCH,
    }
)
"""Roles by route. A data scientist and an administrator see no filing: neither task needs a party's name."""


def allowed_on(method: str, path: str) -> frozenset[str]:
    """The roles of a route."""
    return ALLOWED[(method, path)]


@dataclass(frozen=True)
class Visitor:
    """Who sent a request. Not `known` where the home has no accounts: then all roles are his."""

    user: User
    known: bool

    def signs(self, typed: str) -> str:
        """The name a decision carries: the account's, or what was `typed` where there are no accounts."""
        return signature(self.user) if self.known else typed

    def acts(self) -> User:
        """The account an act is signed by. Raises NotPermitted where there are none: two persons cannot be told apart."""
        if not self.known:
            raise NotPermitted(
                "本系统尚无账户；此操作须记名，请先运行 xiezhi user add。",
                "This home has no accounts, and this act is signed by one; run `xiezhi user add` first.",
                code="accounts-needed",
            )
        return self.user

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


def note_seen(parts: Parts, visitor: Visitor, screening: Screening | None) -> None:
    """Put on record that this person saw this score; in a home without accounts there is nobody to name."""
    if screening is None or not visitor.known:
        return
    act = Act(
        parts.now(), visitor.user.name, "saw", screening.screening_id, digest_of(dict(screening.scores))
    )
    with parts.store.write() as connection:
        append_acts(connection, [act])


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
