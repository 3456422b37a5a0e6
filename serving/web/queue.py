"""The queue page."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from serving.access import VisitorDep, note_listed
from serving.api.cursors import read_cursor, write_cursor
from serving.bench_access import reviewer_of
from serving.parts import PartsDep
from serving.permissions import allowed_on
from serving.review.expiry import expiry_of, flag_months, flags_since
from serving.review.queue import read_queue
from serving.review.standing import blind_filings
from serving.web.plots import WEEKS, draw_weeks
from serving.web.render import render
from xiezhi.clock import SECOND, to_datetime
from xiezhi.policy import Band
from xiezhi.store.flags import FlagFilter, Order, count_by_week, count_flags, flag_courts

PAGE_ROWS = 25
"""Rows of a page: what a screen shows with a little scrolling."""

router = APIRouter(include_in_schema=False)

State = Literal["open", "decided", "all"]


@router.get("/")
def go_to_first(visitor: VisitorDep) -> RedirectResponse:
    """The first page this visitor may read: the queue, the desk, or oversight."""
    pages = ("/queue", "/desk", "/court")
    return RedirectResponse(next(page for page in pages if visitor.may(allowed_on("GET", page))), 303)


@router.get("/queue")
def show_queue(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    band: Annotated[Band | Literal[""], Query()] = "",
    state: State = "open",
    court: str = "",
    order: Order = "risk",
    cursor: str = "",
) -> HTMLResponse:
    """Flags, strongest first, with filters that are links and forms."""
    bands = (band,) if band in ("notice", "review") else FlagFilter.bands
    zone = parts.settings.zone
    since = flags_since(parts.model, parts.now(), zone)
    shown = None if state == "all" else state
    wanted = FlagFilter(bands, shown, court or None, since=since, reach=visitor.courts)
    page = read_queue(parts.store, wanted, order=order, after=read_cursor(cursor), limit=PAGE_ROWS)
    hidden = blind_filings(parts.store, reviewer_of(visitor), parts.now())
    offset = to_datetime(parts.now(), zone).utcoffset()
    assert offset is not None, "an aware datetime has one"
    with parts.store.read() as connection:
        counts = count_flags(connection, wanted)
        courts = flag_courts(connection, visitor.courts)
        weeks = count_by_week(connection, wanted, int(offset.total_seconds()) * SECOND, WEEKS)
    chosen = {"band": band, "state": state, "court": court, "order": order}
    rows = [row for row in page.rows if row.flag.screening.filing_id not in hidden]
    note_listed(parts, visitor, "queue", (row.flag.screening.screening_id for row in rows))
    following, months = write_cursor(page.following), flag_months(parts.model)
    return render(
        request,
        "queue.html",
        rows=rows,
        expires={
            flag.screening.screening_id: expiry_of(flag.screening, flag.latest_decision, months, zone)
            for flag in (row.flag for row in page.rows)
        },
        counts=counts,
        courts=courts,
        weeks=draw_weeks(weeks),
        chosen=chosen,
        is_first=not cursor,
        first_url=f"/queue?{urlencode(chosen)}",
        next_url=f"/queue?{urlencode(chosen | {'cursor': following})}" if following else None,
    )
