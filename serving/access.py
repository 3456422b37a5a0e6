"""Who may do what: every route names its roles here, every route of the API its scopes, too, and one that does not is
refused when the app is built."""

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
from serving.rates import RateLimits
from serving.security import bearer_token
from xiezhi.accounts.administer import has_accounts
from xiezhi.accounts.keys import actor_of, which_key
from xiezhi.accounts.reach import require_court_of, within
from xiezhi.accounts.roles import ROLES, require_role, sole_user
from xiezhi.accounts.scopes import require_scope
from xiezhi.accounts.sessions import who_is
from xiezhi.audit.chain import Act, digest_of
from xiezhi.errors import NotAuthenticated, NotPermitted
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.screenings import Screening, get_screening
from xiezhi.store.users import User

COOKIE = "session"

EVERYBODY: Final = frozenset(ROLES)
DESK: Final = frozenset({"clerk", "reviewer", "presiding_judge"})
READERS: Final = DESK | {"supervisor", "auditor"}
BENCH: Final = frozenset({"reviewer", "presiding_judge"})
PRESIDING: Final = frozenset({"presiding_judge"})
ASSIGNERS: Final = frozenset({"presiding_judge", "supervisor"})
OVERSEERS: Final = BENCH | {"supervisor", "auditor"}
COURT: Final = frozenset({"supervisor", "scientist", "auditor", "administrator"})
RULERS: Final = frozenset({"supervisor", "scientist"})
MODELLERS: Final = RULERS | {"administrator"}
AUDITORS: Final = frozenset({"auditor"})
HEADS: Final = frozenset({"supervisor"})
ADMINISTRATORS: Final = frozenset({"administrator"})

PUBLIC: Final = frozenset(
    {
        ("GET", "/healthz"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("POST", "/logout"),
        ("GET", "/login/oidc"),
        ("GET", "/login/oidc/back"),
        ("GET", "/verify"),
    }
)
"""Open to whoever reaches the server: whether it lives, the way in and out, whether a paper in hand is the court's."""

ALLOWED: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("GET", "/"): EVERYBODY,
        ("GET", "/queue"): OVERSEERS,
        ("GET", "/filings/{filing_id:path}"): READERS,
        ("POST", "/flags/{screening_id}/decisions"): BENCH,
        ("GET", "/filings/{filing_id:path}/compare/{other_id:path}"): READERS,
        ("POST", "/filings/{filing_id:path}/checks"): DESK,
        ("POST", "/filings/{filing_id:path}/notes"): DESK,
        ("POST", "/filings/{filing_id:path}/attachments"): DESK,
        ("GET", "/attachments/{attachment_id}"): READERS,
        ("GET", "/filings/{filing_id:path}/sheet"): READERS,
        ("GET", "/filings/{filing_id:path}/sheet.pdf"): READERS,
        ("GET", "/filings/{filing_id:path}/sheet.docx"): READERS,
        ("GET", "/desk/answers/{screening_id}/notice"): DESK,
        ("GET", "/desk/answers/{screening_id}/notice.pdf"): DESK,
        ("GET", "/desk/answers/{screening_id}/undertaking"): DESK,
        ("GET", "/desk/answers/{screening_id}/undertaking.pdf"): DESK,
        ("POST", "/flags/{screening_id}/answers"): PRESIDING,
        ("POST", "/flags/{screening_id}/reopenings"): BENCH,
        ("POST", "/flags/{screening_id}/adjudications"): PRESIDING,
        ("POST", "/flags/{screening_id}/referrals"): BENCH,
        ("POST", "/flags/{screening_id}/claim"): BENCH,
        ("POST", "/flags/{screening_id}/release"): BENCH,
        ("POST", "/flags/{screening_id}/hand-over"): BENCH,
        ("POST", "/flags/{screening_id}/clock"): BENCH,
        ("POST", "/flags/{screening_id}/reassign"): ASSIGNERS,
        ("GET", "/bench"): BENCH,
        ("POST", "/bench/next"): BENCH,
        ("GET", "/bench/list"): OVERSEERS,
        ("GET", "/bench/assignments"): OVERSEERS,
        ("POST", "/bench/draws"): ASSIGNERS,
        ("GET", "/bench/absences"): BENCH | ASSIGNERS,
        ("POST", "/bench/absences"): BENCH | ASSIGNERS,
        ("GET", "/bench/agreement"): OVERSEERS,
        ("POST", "/bench/policy"): frozenset({"supervisor"}),
        ("GET", "/desk"): DESK,
        ("POST", "/desk"): DESK,
        ("POST", "/desk/uploads"): DESK,
        ("GET", "/desk/uploads/{job_id}"): DESK,
        ("GET", "/desk/uploads/{job_id}/results.csv"): DESK,
        ("GET", "/desk/answers/{screening_id}"): READERS,
        ("POST", "/desk/answers/{screening_id}/questions"): DESK,
        ("POST", "/desk/answers/{screening_id}/steps"): DESK,
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
        ("GET", "/api/v1/webhooks"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks"): ADMINISTRATORS,
        ("DELETE", "/api/v1/webhooks/{webhook_id}"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks/{webhook_id}/pause"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks/{webhook_id}/resume"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks/{webhook_id}/replay"): ADMINISTRATORS,
        ("GET", "/api/v1/webhooks/{webhook_id}/messages"): ADMINISTRATORS,
        ("GET", "/api/v1/reviews"): OVERSEERS,
        ("POST", "/api/v1/reviews/next"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/holds"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/reassignments"): ASSIGNERS,
        ("POST", "/api/v1/flags/{screening_id}/answers"): PRESIDING,
        ("POST", "/api/v1/flags/{screening_id}/reopenings"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/adjudications"): PRESIDING,
        ("POST", "/api/v1/flags/{screening_id}/referrals"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/draws"): ASSIGNERS,
        ("GET", "/api/v1/draws"): OVERSEERS,
        ("GET", "/api/v1/recusals"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/recusals"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/recusals/{recusal_no}/ends"): BENCH | ASSIGNERS,
        ("GET", "/api/v1/time-off"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/time-off"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/time-off/{off_no}/ends"): BENCH | ASSIGNERS,
        ("GET", "/api/v1/agreement"): OVERSEERS,
        ("GET", "/api/v1/review-policy"): OVERSEERS,
        ("POST", "/api/v1/review-policy"): frozenset({"supervisor"}),
        ("POST", "/api/v1/filings/{filing_id:path}/events"): DESK,
        ("POST", "/api/v1/filings/{filing_id:path}/findings"): BENCH,
        ("GET", "/api/v1/filings/{filing_id:path}/seen"): READERS,
        ("GET", "/filings/{filing_id:path}/seen"): READERS,
        ("GET", "/api/v1/entities/{entity_id}"): OVERSEERS,
        ("GET", "/entities/{entity_id}"): OVERSEERS,
        ("GET", "/api/v1/corrections"): OVERSEERS,
        ("POST", "/api/v1/corrections"): BENCH,
        ("GET", "/api/v1/corrections/preview"): OVERSEERS,
        ("GET", "/api/v1/corrections/{correction_id}"): OVERSEERS,
        ("GET", "/corrections"): OVERSEERS,
        ("POST", "/corrections"): BENCH,
        ("GET", "/corrections/new"): BENCH,
        ("GET", "/corrections/{correction_id}"): OVERSEERS,
        ("GET", "/api/v1/link-proposals"): OVERSEERS,
        ("POST", "/api/v1/link-proposals/{proposal_id}/rejection"): BENCH,
        ("POST", "/link-proposals/{proposal_id}/rejection"): BENCH,
        ("GET", "/api/v1/link-questions"): OVERSEERS,
        ("GET", "/api/v1/contests"): READERS,
        ("POST", "/api/v1/filings/{filing_id:path}/contests"): DESK,
        ("GET", "/api/v1/filings/{filing_id:path}/contests"): READERS,
        ("POST", "/api/v1/contests/{contest_id}/answers"): BENCH,
        ("GET", "/contests"): READERS,
        ("POST", "/filings/{filing_id:path}/contests"): DESK,
        ("POST", "/contests/{contest_id}/answers"): BENCH,
    }
)
"""Roles by route. A data scientist and an administrator see no filing: neither task needs a party's name."""

NO_KEY: Final[frozenset[str]] = frozenset()

SCOPED: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("POST", "/api/v1/screenings"): frozenset({"screen"}),
        ("GET", "/api/v1/flags"): frozenset({"read-flags"}),
        ("GET", "/api/v1/filings/{filing_id:path}"): frozenset({"read-filings"}),
        ("GET", "/api/v1/filings/{filing_id:path}/relations"): frozenset({"read-filings"}),
        ("POST", "/api/v1/flags/{screening_id}/decisions"): NO_KEY,
        ("GET", "/api/v1/screenings/{screening_id}"): frozenset({"screen", "read-filings"}),
        ("POST", "/api/v1/jobs"): frozenset({"screen"}),
        ("GET", "/api/v1/jobs"): frozenset({"screen"}),
        ("GET", "/api/v1/jobs/{job_id}"): frozenset({"screen"}),
        ("GET", "/api/v1/jobs/{job_id}/results"): frozenset({"screen"}),
        ("POST", "/api/v1/jobs/{job_id}/cancel"): frozenset({"screen"}),
        ("GET", "/api/v1/webhooks"): NO_KEY,
        ("POST", "/api/v1/webhooks"): NO_KEY,
        ("DELETE", "/api/v1/webhooks/{webhook_id}"): NO_KEY,
        ("POST", "/api/v1/webhooks/{webhook_id}/pause"): NO_KEY,
        ("POST", "/api/v1/webhooks/{webhook_id}/resume"): NO_KEY,
        ("POST", "/api/v1/webhooks/{webhook_id}/replay"): NO_KEY,
        ("GET", "/api/v1/webhooks/{webhook_id}/messages"): NO_KEY,
    }
)
"""Scopes by route of the API, for programs with a key; pages are for people. A decision is a person's, never a key's."""


def allowed_on(method: str, path: str) -> frozenset[str]:
    """The roles of a route."""
    return ALLOWED[(method, path)]


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


FILING_OF: Mapping[str, Callable[[Connection, str], str | None]] = MappingProxyType(
    {"filing_id": lambda _, filing_id: filing_id, "screening_id": _filing_of_screening}
)
"""Parameter of a path -> the filing it names. Its court is within the visitor's reach, or the path leads nowhere."""

NAMES_NO_FILING: Final = frozenset({"webhook_id"})
"""Parameters of paths that name something else."""


def require_court(visitor: Visitor, court: str) -> None:
    """Raises NotPermitted for a filing handed in that is of a court out of reach."""
    if not within(visitor.courts, court):
        raise NotPermitted(
            "该收案不属于本账户或密钥限定的法院；请由受理法院提交。",
            "This filing is of a court the account or key is not for; its own court hands it in.",
            code="court-foreign",
        )


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


def require_every_route(routes: Sequence[BaseRoute]) -> None:
    """Raises LookupError for a route of the app that no line above names."""
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
