"""The administrator's page of accounts (账户): the same acts as `xiezhi user`, each on record."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import VisitorDep
from serving.parts import Parts, PartsDep
from serving.web.court_keys import read_courts
from serving.web.render import render
from xiezhi.accounts.administer import add_user, disable_user, set_courts, set_password, set_roles
from xiezhi.accounts.roles import ROLES
from xiezhi.errors import Conflict, InputError, XiezhiError
from xiezhi.store.users import list_users

router = APIRouter(include_in_schema=False)

Roles = Annotated[list[str] | None, Form()]
Password = Annotated[str, Form(max_length=1000)]


@router.get("/court/accounts")
def show_accounts(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Everybody with his roles."""
    return _show(request, parts, visitor)


@router.post("/court/accounts")
def post_account(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    name: Annotated[str, Form(max_length=64)] = "",
    display_name: Annotated[str, Form(max_length=100)] = "",
    roles: Roles = None,
    password: Password = "",
) -> Response:
    """Make an account."""
    by = visitor.acts()
    shown = display_name.strip() or name
    try:
        add_user(
            parts.store, name, display_name=shown, roles=roles or [], password=password, by=by, at=parts.now()
        )
    except (InputError, Conflict) as error:
        return _show(request, parts, visitor, error)
    return RedirectResponse("/court/accounts", 303)


@router.post("/court/accounts/{name}")
def post_change(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    name: str,
    act: Annotated[Literal["roles", "courts", "disable", "password"], Form()],
    roles: Roles = None,
    password: Password = "",
    courts: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Other roles or courts, another password, or closed for good."""
    by, at = visitor.acts(), parts.now()
    try:
        if act == "roles":
            set_roles(parts.store, name, roles or [], by=by, at=at)
        elif act == "courts":
            set_courts(parts.store, name, read_courts(courts), by=by, at=at)
        elif act == "password":
            set_password(parts.store, name, password, by=by, at=at)
        else:
            disable_user(parts.store, name, by=by, at=at)
    except (InputError, Conflict) as error:
        return _show(request, parts, visitor, error)
    return RedirectResponse("/court/accounts", 303)


def _show(
    request: Request, parts: Parts, visitor: VisitorDep, error: XiezhiError | None = None
) -> HTMLResponse:
    with parts.store.read() as connection:
        users = list_users(connection)
    return render(
        request,
        "court_accounts.html",
        status=200 if error is None else 422,
        users=users,
        roles=ROLES,
        error=error,
        known=visitor.known,
    )
