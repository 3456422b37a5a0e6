"""The administrator's page of keys for programs (程序密钥): the same acts as `xiezhi key`, each on record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import Visitor, VisitorDep
from serving.corrections.seen import read_day
from serving.parts import Parts, PartsDep
from serving.web.render import render
from xiezhi.accounts.keys import add_key, end_key
from xiezhi.accounts.scopes import SCOPES
from xiezhi.errors import Conflict, InputError, XiezhiError
from xiezhi.store.api_keys import list_keys

router = APIRouter(include_in_schema=False)

Line = Annotated[str, Form(max_length=4000)]


@router.get("/court/keys")
def show_keys(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Every key with its scopes, courts and last use; never its token."""
    return _show(request, parts, visitor)


@router.post("/court/keys")
def post_key(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    name: Annotated[str, Form(max_length=64)] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    courts: Line = "",
    until: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Make a key; the page that answers is the only one that ever tells its token."""
    by, at = visitor.acts(), parts.now()
    typed = {"name": name, "courts": courts, "until": until, "scopes": tuple(scopes or ())}
    try:
        expires = read_day(until, parts.settings.zone) if until.strip() else None
        token = add_key(
            parts.store, name.strip(), scopes=scopes or [], courts=read_courts(courts), expires_at=expires,
            by=by, at=at,
        )  # fmt: skip
    except (InputError, Conflict) as error:
        return _show(request, parts, visitor, error=error, typed=typed)
    return _show(request, parts, visitor, token=token, made=name.strip())


@router.post("/court/keys/{name}")
def post_revocation(parts: PartsDep, visitor: VisitorDep, name: str) -> RedirectResponse:
    """Revoke a key, for good and at once."""
    end_key(parts.store, name, by=visitor.acts(), at=parts.now())
    return RedirectResponse("/court/keys", 303)


def read_courts(text: str) -> list[str]:
    """Court codes as typed, with commas, blanks or line ends between."""
    return [code for code in re.split(r"[\s,，、;；]+", text) if code]


def _show(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    *,
    error: XiezhiError | None = None,
    typed: Mapping[str, Sequence[str]] | None = None,
    token: str = "",
    made: str = "",
) -> HTMLResponse:
    with parts.store.read() as connection:
        keys = list_keys(connection)
    return render(
        request,
        "court_keys.html",
        status=200 if error is None else 409 if isinstance(error, Conflict) else 422,
        keys=sorted(keys, key=lambda key: (key.revoked_at is not None, key.name)),
        scopes=SCOPES,
        error=error,
        typed=typed or {},
        token=token,
        made=made,
        now=parts.now(),
        known=visitor.known,
    )
