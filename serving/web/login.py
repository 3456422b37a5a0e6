"""The way in and out (登录、退出)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import COOKIE
from serving.parts import Parts, PartsDep
from serving.web.render import render
from xiezhi.accounts.sessions import LONGEST, log_in, log_out
from xiezhi.clock import SECOND
from xiezhi.errors import NotAuthenticated

router = APIRouter(include_in_schema=False)


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
    response = RedirectResponse(own_path(to), 303)
    response.set_cookie(
        COOKIE, token, max_age=LONGEST // SECOND, httponly=True, samesite="lax", path="/",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


@router.post("/logout")
def post_logout(request: Request, parts: PartsDep) -> Response:
    """End the session."""
    log_out(parts.store, request.cookies.get(COOKIE, ""), parts.now())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _show(
    request: Request, parts: Parts, to: str, name: str = "", error: NotAuthenticated | None = None
) -> HTMLResponse:
    status, model = 200 if error is None else 401, parts.model.version()
    return render(
        request, "login.html", status=status, to=own_path(to), name=name, error=error, model_version=model
    )


def own_path(to: str) -> str:
    """`to` where it is a path of this server, else the front page: a link must not lead a login elsewhere."""
    # Browsers take a backslash for a slash, and drop tabs and line ends before they look.
    is_own = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if is_own else "/"
