"""Webhooks over the API, for an administrator; no key may change where results go."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from serving.access import VisitorDep
from serving.api.cursors import cut_page, end_page, read_values
from serving.api.ids import NO_NUL, CursorText, Limit, Name
from serving.api.problems import problem_responses
from serving.parts import PartsDep
from serving.webhooks.subscriptions import hold_back, read_log, send_again, subscribe, unsubscribe
from xiezhi.clock import Moment, format_known, format_moment, parse_moment
from xiezhi.errors import InputError
from xiezhi.store.webhooks import Attempt, Message, Webhook, list_webhooks

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])

Event = Literal["screened", "decided", "reopened"]
WebhookId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class WebhookIn(BaseModel):
    """What to subscribe: `courts` empty is every court's filings."""

    url: str = Field(max_length=2000, pattern=NO_NUL)
    events: list[Event] = Field(min_length=1, max_length=3)
    courts: list[Name] = Field(default=[], max_length=200)


class WebhookOut(BaseModel):
    """A subscription, without its secret."""

    webhook_id: str
    url: str
    events: list[str]
    courts: list[str]
    made_at: str
    made_by: str
    paused_at: str | None
    removed_at: str | None


class NewWebhookOut(WebhookOut):
    """A subscription just made: the secret is told this once."""

    secret: str


class WebhookPage(BaseModel):
    """Some subscriptions, oldest first; `next` is the cursor of the page after, null on the last."""

    items: list[WebhookOut]
    next: str | None


class ReplayIn(BaseModel):
    """Which messages to send again: these, or all of what happened from `since` on and before `until`."""

    message_ids: list[Annotated[str, Field(pattern="^[0-9a-f-]{36}$")]] = Field(default=[], max_length=1000)
    since: str | None = Field(default=None, max_length=40, pattern=NO_NUL)
    until: str | None = Field(default=None, max_length=40, pattern=NO_NUL)


class ReplayOut(BaseModel):
    """How many messages are sent again."""

    messages: int


class AttemptOut(BaseModel):
    """One sending: the receiver's status (null: none came) and why it failed (empty: it did not)."""

    at: str
    status: int | None
    fault: str


class MessageOut(BaseModel):
    """A message and every attempt to send it."""

    message_id: str
    event: str
    happened_at: str
    state: Literal["waiting", "delivered", "dead"]
    next_at: str
    attempts: list[AttemptOut]


class MessagePage(BaseModel):
    """Some messages, the newest first; `next` is the cursor of the page after, null on the last."""

    items: list[MessageOut]
    next: str | None


@router.get("", responses=problem_responses(), summary="Subscriptions")
def get_webhooks(parts: PartsDep, limit: Limit = 50, cursor: CursorText = None) -> WebhookPage:
    """Every subscription, removed ones, too."""
    with parts.store.read() as connection:
        hooks = list_webhooks(connection)
    key = attrgetter("made_at", "webhook_id")
    shown, following = cut_page(hooks, cursor, limit, key, (int, str))
    return WebhookPage(items=[_hook_out(hook, parts.settings.zone) for hook in shown], next=following)


@router.post("", status_code=201, responses=problem_responses(400), summary="Subscribe a system")
def post_webhook(asked: WebhookIn, parts: PartsDep, visitor: VisitorDep) -> NewWebhookOut:
    """Subscribe; the answer holds the secret, which is never told again."""
    hook, secret = subscribe(
        parts.store,
        asked.url,
        events=asked.events,
        courts=asked.courts,
        hosts=parts.settings.webhook_hosts,
        by=visitor.user,
        at=parts.now(),
    )
    return NewWebhookOut(**_hook_out(hook, parts.settings.zone).model_dump(), secret=secret)


@router.delete(
    "/{webhook_id}",
    status_code=204,
    responses=problem_responses(404),
    summary="End a subscription",
)
def delete_webhook(webhook_id: WebhookId, parts: PartsDep, visitor: VisitorDep) -> Response:
    """For good; what it was told stays on record."""
    unsubscribe(parts.store, webhook_id, by=visitor.user, at=parts.now())
    return Response(status_code=204)


@router.post(
    "/{webhook_id}/pause",
    status_code=204,
    responses=problem_responses(404),
    summary="Hold messages back",
)
def post_pause(webhook_id: WebhookId, parts: PartsDep, visitor: VisitorDep) -> Response:
    """They wait until the subscription is resumed."""
    hold_back(parts.store, webhook_id, True, by=visitor.user, at=parts.now())
    return Response(status_code=204)


@router.post(
    "/{webhook_id}/resume",
    status_code=204,
    responses=problem_responses(404),
    summary="Let messages go again",
)
def post_resume(webhook_id: WebhookId, parts: PartsDep, visitor: VisitorDep) -> Response:
    """What waited is sent."""
    hold_back(parts.store, webhook_id, False, by=visitor.user, at=parts.now())
    return Response(status_code=204)


@router.post(
    "/{webhook_id}/replay",
    responses=problem_responses(400, 404),
    summary="Send messages again",
)
def post_replay(webhook_id: WebhookId, asked: ReplayIn, parts: PartsDep, visitor: VisitorDep) -> ReplayOut:
    """Under their old ids, so that a receiver that has them knows them."""
    happened = _read_range(asked.since, asked.until, parts.settings.zone)
    if happened is None and not asked.message_ids:
        raise InputError(
            "请给出 message_ids，或 since 与 until。",
            "Give message_ids, or since and until.",
            code="replay-what",
        )
    count = send_again(
        parts.store,
        webhook_id,
        message_ids=asked.message_ids,
        happened=happened,
        by=visitor.user,
        at=parts.now(),
    )
    return ReplayOut(messages=count)


@router.get(
    "/{webhook_id}/messages",
    responses=problem_responses(404),
    summary="What was told, and every attempt",
)
def get_messages(
    webhook_id: WebhookId,
    parts: PartsDep,
    visitor: VisitorDep,
    state: Annotated[
        Literal["waiting", "delivered", "dead"] | None, Query(description="`dead`: given up.")
    ] = None,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> MessagePage:
    """The newest first."""
    (before,) = read_values(cursor, int) or (None,)
    log = read_log(parts.store, webhook_id, state, by=visitor.user, most=limit + 1, before=before)
    shown, following = end_page(log, limit, lambda told: (told[0].message_no,))
    return MessagePage(items=[_message_out(*told, parts.settings.zone) for told in shown], next=following)


def _read_range(since: str | None, until: str | None, zone: str) -> tuple[Moment, Moment] | None:
    if since is None and until is None:
        return None
    try:
        return parse_moment(since or "", zone), parse_moment(until or "", zone)
    except (ValueError, OverflowError):
        raise InputError(
            "since 与 until 须同时给出，写作 2026-01-31T09:00。",
            "since and until go together, written 2026-01-31T09:00.",
            code="replay-range",
        ) from None


def _hook_out(hook: Webhook, zone: str) -> WebhookOut:
    return WebhookOut(
        webhook_id=hook.webhook_id,
        url=hook.url,
        events=sorted(hook.events),
        courts=sorted(hook.courts),
        made_at=format_moment(hook.made_at, zone),
        made_by=hook.made_by,
        paused_at=format_known(hook.paused_at, zone),
        removed_at=format_known(hook.removed_at, zone),
    )


def _message_out(message: Message, attempts: list[Attempt], zone: str) -> MessageOut:
    return MessageOut(
        message_id=message.message_id,
        event=message.event,
        happened_at=format_moment(message.happened_at, zone),
        state=message.state,
        next_at=format_moment(message.next_at, zone),
        attempts=[AttemptOut(at=format_moment(a.at, zone), status=a.status, fault=a.fault) for a in attempts],
    )
