"""The administrator's pages of webhooks (推送): who is told of what, held back, ended, told again, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import Visitor, VisitorDep
from serving.corrections.seen import read_day
from serving.parts import Parts, PartsDep
from serving.web.court_keys import read_courts
from serving.web.render import render
from serving.webhooks.deliver import MOST_ATTEMPTS
from serving.webhooks.subscriptions import hold_back, read_log, send_again, subscribe, unsubscribe
from xiezhi.clock import Moment, parse_moment
from xiezhi.errors import InputError, NotFound, XiezhiError
from xiezhi.store.users import User
from xiezhi.store.webhooks import EVENTS, count_messages, find_webhook, list_webhooks

router = APIRouter(include_in_schema=False)

PAGE_ROWS = 50
MOST_PICKED = 1_000
"""Messages sent again at once by their ids, as over the API."""

STATES = ("waiting", "delivered", "dead")

WebhookId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Act = Literal["pause", "resume", "remove", "replay"]
State = Literal["waiting", "delivered", "dead"]


@router.get("/court/webhooks")
def show_webhooks(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Every subscription with what waits for it, and a form for another one."""
    return _show_all(request, parts, visitor)


@router.post("/court/webhooks")
def post_webhook(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    url: Annotated[str, Form(max_length=2000)] = "",
    events: Annotated[list[str] | None, Form()] = None,
    courts: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Subscribe a system; the page that answers is the only one that ever tells the secret."""
    by = visitor.acts()
    try:
        hook, secret = subscribe(
            parts.store, url.strip(), events=events or [], courts=read_courts(courts),
            hosts=parts.settings.webhook_hosts, by=by, at=parts.now(),
        )  # fmt: skip
    except InputError as error:
        typed = {"url": url, "courts": courts, "events": tuple(events or ())}
        return _show_all(request, parts, visitor, error=error, typed=typed)
    return _show_all(request, parts, visitor, secret=secret, made=hook.url)


@router.get("/court/webhooks/{webhook_id}")
def show_webhook(
    request: Request,
    webhook_id: WebhookId,
    parts: PartsDep,
    visitor: VisitorDep,
    state: State | Literal[""] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
    sent: Annotated[int | None, Query(ge=0)] = None,
) -> HTMLResponse:
    """One subscription: its messages, the newest first, each with what came of sending it."""
    return _show_one(request, parts, visitor, webhook_id, state or None, before, sent=sent)


@router.post("/court/webhooks/{webhook_id}/{act}")
def post_act(
    request: Request,
    webhook_id: WebhookId,
    act: Act,
    parts: PartsDep,
    visitor: VisitorDep,
    message: Annotated[list[str] | None, Form()] = None,
    since: Annotated[str, Form(max_length=40)] = "",
    until: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Hold back, let go, end, or send again; a slip is told on the page."""
    by, own = visitor.acts(), f"/court/webhooks/{webhook_id}"
    if act == "replay":
        try:
            count = _send_again(parts, webhook_id, message or [], since, until, by)
        except InputError as error:
            return _show_one(
                request, parts, visitor, webhook_id, None, None, error=error, typed=(since, until)
            )
        return RedirectResponse(f"{own}?{urlencode({'sent': count})}", 303)
    if act == "remove":
        unsubscribe(parts.store, webhook_id, by=by, at=parts.now())
    else:
        hold_back(parts.store, webhook_id, act == "pause", by=by, at=parts.now())
    return RedirectResponse(own, 303)


def _send_again(parts: Parts, webhook_id: str, messages: list[str], since: str, until: str, by: User) -> int:
    """Those ticked, or all that happened from the one day to the end of the other."""
    if not messages and not (since.strip() and until.strip()):
        raise InputError(
            "请勾选消息，或给出起止日期。", "Tick messages, or give both days.", code="replay-what"
        )
    happened: tuple[Moment, Moment] | None = None
    if not messages:
        zone, last = parts.settings.zone, read_day(until, parts.settings.zone)
        read_day(since, zone)  # says what is wrong with it
        happened = parse_moment(since, zone), last + 1
    return send_again(
        parts.store, webhook_id, message_ids=messages[:MOST_PICKED], happened=happened, by=by, at=parts.now()
    )


def _show_all(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    *,
    error: XiezhiError | None = None,
    typed: Mapping[str, Sequence[str]] | None = None,
    secret: str = "",
    made: str = "",
) -> HTMLResponse:
    with parts.store.read() as connection:
        hooks, counts = list_webhooks(connection), count_messages(connection)
    return render(
        request,
        "court_webhooks.html",
        status=200 if error is None else 422,
        hooks=sorted(hooks, key=lambda hook: hook.removed_at is not None),
        counts=counts,
        events=tuple(EVENTS),
        hosts=[host.strip() for host in parts.settings.webhook_hosts.split(",") if host.strip()],
        error=error,
        typed=typed or {},
        secret=secret,
        made=made,
        known=visitor.known,
    )


def _show_one(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    webhook_id: str,
    state: State | None,
    before: int | None,
    *,
    sent: int | None = None,
    error: XiezhiError | None = None,
    typed: tuple[str, str] = ("", ""),
) -> HTMLResponse:
    with parts.store.read() as connection:
        hook, counts = find_webhook(connection, webhook_id), count_messages(connection, webhook_id)
    if hook is None:
        raise NotFound("没有这个订阅。", "There is no such subscription.", code="no-webhook")
    log = read_log(parts.store, webhook_id, state, by=visitor.user, most=PAGE_ROWS + 1, before=before)
    shown = log[:PAGE_ROWS]
    own, chosen = f"/court/webhooks/{webhook_id}", {"state": state} if state else {}
    older = urlencode(chosen | {"before": str(shown[-1][0].message_no)}) if len(log) > PAGE_ROWS else ""
    return render(
        request,
        "court_webhook.html",
        status=200 if error is None else 422,
        hook=hook,
        counts=counts.get(webhook_id, {}),
        states=STATES,
        state=state or "",
        log=shown,
        most=MOST_ATTEMPTS,
        is_first=before is None,
        first_url=f"{own}?{urlencode(chosen)}",
        next_url=f"{own}?{older}" if older else None,
        sent=sent,
        error=error,
        typed=typed,
        now=parts.now(),
        known=visitor.known,
    )
