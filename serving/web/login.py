"""The way in and out (登录、退出)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import COOKIE
from serving.api.problems import status_of
from serving.oidc.enter import PATIENCE, begin, finish
from serving.oidc.provider import Provider
from serving.parts import Parts, PartsDep
from serving.web.render import render
from xiezhi.accounts.sessions import LONGEST, log_in, log_out, open_session
from xiezhi.clock import SECOND
from xiezhi.errors import NotAuthenticated, NotFound, XiezhiError

router = APIRouter(include_in_schema=False)

STATE = "login_state"
"""The cookie of a log-in under way at the identity provider."""

_PROVIDER_PATH = "/login/oidc"


@router.get("/login")
def show_login(
    request: Request, parts: PartsDep, to: Annotated[str, Query(max_length=2000)] = "/"
) -> HTMLResponse:
    """The form."""
    return _show(request, parts, to)


@router.post("/login")
def post_login(
    request: Request,
    parts: PartsDep,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """A session for whoever knows the password, then to where he wanted to go."""
    try:
        _, token = log_in(parts.store, name, password, parts.now())
    except NotAuthenticated as error:
        return _show(request, parts, to, name, error)
    return _let_in(request, token, to)


@router.get("/login/oidc")
def go_to_provider(
    request: Request, parts: PartsDep, to: Annotated[str, Query(max_length=2000)] = "/"
) -> Response:
    """To the identity provider; the browser keeps what it must bring back."""
    provider = _provider(request)
    try:
        begun = begin(parts.store, provider, goal=own_path(to), back=_back(request), at=parts.now())
    except XiezhiError as error:
        return _show(request, parts, to, error=error)
    response = RedirectResponse(begun.url, 303)
    # Lax: it must come along when the provider leads back.
    response.set_cookie(
        STATE, begun.state, max_age=PATIENCE // SECOND, httponly=True, samesite="lax", path=_PROVIDER_PATH,
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


@router.get("/login/oidc/back", name="come_back")
def come_back(
    request: Request,
    parts: PartsDep,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """A session for whom the identity provider knows, then to where he wanted to go."""
    provider, cookie = _provider(request), request.cookies.get(STATE, "")
    try:
        user, goal = finish(
            parts.store, provider, code=code, state=state, cookie=cookie, back=_back(request), at=parts.now()
        )
    except XiezhiError as error:
        return _show(request, parts, "/", error=error)
    response = _let_in(request, open_session(parts.store, user, parts.now()), goal)
    response.delete_cookie(STATE, path=_PROVIDER_PATH)
    return response


@router.post("/logout")
def post_logout(request: Request, parts: PartsDep) -> Response:
    """End the session."""
    log_out(parts.store, request.cookies.get(COOKIE, ""), parts.now())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _let_in(request: Request, token: str, to: str) -> Response:
    response = RedirectResponse(own_path(to), 303)
    response.set_cookie(
        COOKIE, token, max_age=LONGEST // SECOND, httponly=True, samesite="lax", path="/",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("没有这个地址。", "There is nothing at this address.")
    return provider


def _back(request: Request) -> str:
    return str(request.url_for("come_back"))


def _show(
    request: Request, parts: Parts, to: str, name: str = "", error: XiezhiError | None = None
) -> HTMLResponse:
    return render(
        request,
        "login.html",
        status=200 if error is None else status_of(error),
        to=own_path(to),
        name=name,
        error=error,
        provider=request.app.state.provider,
    )


def own_path(to: str) -> str:
    """`to` where it is a path of this server, else the front page: a link must not lead a login elsewhere."""
    # Browsers take a backslash for a slash, and drop tabs and line ends before they look.
    is_own = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if is_own else "/"
