"""The page of a day that is past: what was shown of a filing then."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from serving.access import VisitorDep, note_seen
from serving.bench_access import require_sight
from serving.corrections.seen import read_day, read_seen
from serving.parts import PartsDep
from serving.review.case import read_case
from serving.web.render import render
from xiezhi.clock import to_datetime
from xiezhi.store.filings import get_filing

router = APIRouter(include_in_schema=False)


@router.get("/filings/{filing_id:path}/seen")
def show_seen(
    request: Request,
    filing_id: str,
    parts: PartsDep,
    visitor: VisitorDep,
    on: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The score that held on a day (none named: today) as it was shown, and who saw it."""
    require_sight(parts, visitor, read_case(parts.store, filing_id))
    zone = parts.settings.zone
    day = on or to_datetime(parts.now(), zone).date().isoformat()
    seen = read_seen(parts.store, filing_id, read_day(day, zone))
    note_seen(parts, visitor, seen.screening)
    with parts.store.read() as connection:
        stored = get_filing(connection, parts.store.vault, filing_id, as_of=seen.moment)
    filing = stored.filing if stored else None
    return render(
        request,
        "seen.html",
        filing_id=filing_id,
        case_number=filing.case_number if filing else None,
        names=filing.names if filing else {},
        seen=seen,
        on=day,
    )
