"""Who sends a request, and whether it may go on: by role, by scope of a key, by court. A route that `permissions` does
not name is refused when the app is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import Connection
from starlette.routing import BaseRoute

from serving.parts import Parts, PartsDep
from serving.permissions import ALLOWED, NO_KEY, PUBLIC, SCOPED
from serving.rates import RateLimits
from serving.security import bearer_token
from xiezhi.accounts.administer import has_accounts
from xiezhi.accounts.keys import actor_of, which_key
from xiezhi.accounts.reach import require_court_of, within
from xiezhi.accounts.roles import require_role, sole_user
from xiezhi.accounts.scopes import require_scope
from xiezhi.accounts.sessions import who_is
from xiezhi.audit.chain import Act, digest_of
from xiezhi.errors import NotAuthenticated, NotPermitted
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.casework import get_attachment
from xiezhi.store.contests import get_contest
from xiezhi.store.screenings import Screening, get_screening
from xiezhi.store.shown import add_list
from xiezhi.store.users import User

COOKIE = "session"


@dataclass(frozen=True)
class Visitor:
    """Who sent a request. Not `known` where the home has no accounts: then all roles are his.

    `scopes`: those of the key by which a program came; None for a person.
    """

    user: User
    known: bool
    scopes: frozenset[str] | None = None

    @property
    def courts(self) -> frozenset[str]:
        """The courts whose filings are within reach; none: every court's."""
        return self.user.courts

    def reaches(self, court: str) -> bool:
        """Whether filings of `court` are within reach."""
        return within(self.courts, court)

    def signs(self, typed: str) -> str:
        """The name a decision carries: the account's, or what was `typed` where there are no accounts."""
        return signature(self.user) if self.known else typed

    @property
    def account(self) -> str:
        """The name of the account; empty where there are none."""
        return self.user.name if self.known else ""

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
    """Lets a request through to its route, and notes who it is.

    Raises NotAuthenticated (`login-required`, `key-invalid`), NotPermitted, TooMany, and NotFound for a filing of a
    court out of reach.
    """
    place = request.method.replace("HEAD", "GET"), request.scope["route"].path
    limits: RateLimits = request.app.state.limits
    try:
        request.state.visitor = visitor = find_visitor(request, parts)
    except NotAuthenticated:
        limits.count_stranger(request)
        raise
    limits.count(request, visitor, place)
    if place in PUBLIC:
        return
    if visitor is None:
        raise NotAuthenticated("请先登录。", "Log in first.", code="login-required")
    if visitor.scopes is None:
        require_role(visitor.user, ALLOWED[place])
    else:
        require_scope(visitor.scopes, SCOPED.get(place, NO_KEY))
    require_reach(parts.store, visitor, request.path_params)


def require_reach(store: Store, visitor: Visitor, named: Mapping[str, str]) -> None:
    """Raises NotFound where the filing that a path names is of a court out of the visitor's reach.

    Here and not in the routes, so that none can forget it: whatever names a filing in its path is checked.
    """
    if not visitor.courts:
        return
    for name in FILING_OF.keys() & named.keys():
        with store.read() as connection:
            filing_id = FILING_OF[name](connection, named[name])
        if filing_id is not None:
            require_court_of(store, visitor.courts, filing_id)


def _filing_of_screening(connection: Connection, screening_id: str) -> str | None:
    screening = get_screening(connection, screening_id)
    return None if screening is None else screening.filing_id


def _filing_of_attachment(connection: Connection, attachment_id: str) -> str | None:
    attachment = get_attachment(connection, attachment_id)
    return None if attachment is None else attachment.filing_id


def _filing_of_contest(connection: Connection, contest_id: str) -> str | None:
    contest = get_contest(connection, contest_id)
    return None if contest is None else contest.filing_id


FILING_OF: Mapping[str, Callable[[Connection, str], str | None]] = MappingProxyType(
    {
        "filing_id": lambda _, filing_id: filing_id,
        "other_id": lambda _, filing_id: filing_id,
        "screening_id": _filing_of_screening,
        "attachment_id": _filing_of_attachment,
        "contest_id": _filing_of_contest,
    }
)
"""Parameter of a path -> the filing it names. Its court is within the visitor's reach, or the path leads nowhere."""

NAMES_NO_FILING: Final = frozenset(
    {
        "act", "correction_id", "entity_id", "job_id", "name", "number", "off_no", "proposal_id", "recusal_no",
        "webhook_id",
    }
)  # fmt: skip
"""Parameters of paths that name something else."""


def get_visitor(request: Request) -> Visitor:
    """The visitor of a request that passed `check_access`."""
    visitor: Visitor | None = request.state.visitor
    assert visitor is not None, "only public routes are open to nobody"
    return visitor


VisitorDep = Annotated[Visitor, Depends(get_visitor)]


def find_visitor(request: Request, parts: Parts) -> Visitor | None:
    """Who it is by a program's key or the session's cookie; None for nobody in a home with accounts.

    Raises NotAuthenticated for a key that does not hold, and for a key and a cookie together.
    """
    token, cookie = bearer_token(request.headers), request.cookies.get(COOKIE, "")
    if token is not None:
        if cookie:
            raise NotAuthenticated(
                "密钥与登录会话不得同时使用。",
                "A key and a session's cookie do not go together.",
                code="two-credentials",
            )
        key = which_key(parts.store, token, parts.now())
        name = actor_of(key.name)
        return Visitor(User(name, name, frozenset(), courts=key.courts), known=True, scopes=key.scopes)
    if not has_accounts(parts.store):
        return Visitor(sole_user(""), known=False)
    user = who_is(parts.store, cookie, parts.now()) if cookie else None
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


def note_listed(parts: Parts, visitor: Visitor, place: str, screening_ids: Iterable[str | None]) -> None:
    """Put on record that this person was shown these scores in a list: one entry, however many they are."""
    shown = [screening_id for screening_id in screening_ids if screening_id is not None]
    if shown and visitor.known:
        with parts.store.write() as connection:
            add_list(connection, place, shown, at=parts.now(), actor=visitor.user.name)


def require_every_route(routes: Sequence[BaseRoute]) -> None:
    """Raises LookupError for a route of the app that `permissions` does not name."""
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, APIRoute):
            places = {(method, route.path or "") for method in route.methods or ()}
            if lost := places - ALLOWED.keys() - PUBLIC:
                raise LookupError(f"no roles are named for {sorted(lost)}")
            of_api = {place for place in places if place[1].startswith("/api/")}
            if lost := of_api - SCOPED.keys() - PUBLIC:
                raise LookupError(f"no scopes are named for {sorted(lost)} (NO_KEY: for people alone)")


def signature(user: User) -> str:
    """How a person's decisions are signed: readable, and one person's alone."""
    return user.name if user.display_name == user.name else f"{user.display_name}（{user.name}）"
