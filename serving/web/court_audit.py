"""The auditor's page (审计): the trail read page by page, verified, carried elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from serving.access import Visitor, VisitorDep
from serving.parts import Parts, PartsDep
from serving.web.render import render
from xiezhi.audit.carried import read_head
from xiezhi.audit.chain import Act
from xiezhi.audit.check import Verdict, check_store
from xiezhi.clock import DAY, Moment, parse_moment
from xiezhi.errors import InputError, NotPermitted
from xiezhi.store.audit import (
    Wanted,
    actions_told,
    append_acts,
    count_entries,
    find_entries,
    head_of,
    read_entries,
)
from xiezhi.store.audit_reach import Told, foreign_entries

router = APIRouter(include_in_schema=False)

PAGE_ROWS = 50
MOST_TOLD = 100
"""Changed rows told on the page; `xiezhi audit verify` tells all."""

Text = Annotated[str, Query(max_length=300)]


@router.get("/court/audit")
def show_audit(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    actor: Text = "",
    action: Text = "",
    subject: Text = "",
    since: Text = "",
    until: Text = "",
    below: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> HTMLResponse:
    """Entries, the newest first, with filters that are a form."""
    chosen = {"actor": actor, "action": action, "subject": subject, "since": since, "until": until}
    return _show(request, parts, visitor, chosen, below)


@router.post("/court/audit")
def verify(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    head: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Check the whole trail and every row it tells of, against a lodged head where one is given."""
    try:
        lodged = read_head(head) if head.strip() else None
    except InputError as error:
        return _show(request, parts, visitor, {}, None, slip=error, typed=head)
    with parts.store.read() as connection:
        verdict = check_store(connection, lodged)
    outcome = "whole" if verdict.whole else "broken"
    _note(parts, visitor, "verified", outcome)
    return _show(request, parts, visitor, {}, None, verdict=verdict, typed=head)


@router.get("/court/audit/trail.jsonl")
def export(parts: PartsDep, visitor: VisitorDep) -> StreamingResponse:
    """The whole trail as JSON Lines, for another office to verify. Raises NotPermitted for who is bound to courts."""
    if visitor.courts:
        raise NotPermitted(
            "审计记录只能整链导出，其中有其他法院的收案；请由不限法院的审计人员导出。",
            "The trail is exported whole, and it tells of other courts' filings; an auditor of every court exports it.",
            code="trail-whole",
        )
    _note(parts, visitor, "exported", "trail")

    def lines() -> Iterator[bytes]:
        with parts.store.read() as connection:
            for entry in read_entries(connection):
                text = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
                yield text.encode("utf-8", "surrogatepass")

    names = {"content-disposition": 'attachment; filename="trail.jsonl"'}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=names)


def _show(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    chosen: dict[str, str],
    below: int | None,
    *,
    verdict: Verdict | None = None,
    slip: InputError | None = None,
    typed: str = "",
) -> HTMLResponse:
    wanted, slip = _read(chosen, parts.settings.zone, slip)
    with parts.store.read() as connection:
        entries = find_entries(connection, wanted, below, PAGE_ROWS + 1)
        actions, head, count = actions_told(connection), head_of(connection), count_entries(connection)
        told: list[Told] = [*entries, *(verdict.changed[:MOST_TOLD] if verdict else ())]
        foreign = foreign_entries(connection, told, visitor.courts)
    shown = entries[:PAGE_ROWS]
    more = len(entries) > PAGE_ROWS
    kept = {name: value for name, value in chosen.items() if value}
    return render(
        request,
        "court_audit.html",
        status=200 if slip is None else 422,
        # Whoever asks for one subject by its id would learn that it is there.
        entries=[entry for entry in shown if not wanted.subject or entry.entry_no not in foreign],
        foreign=foreign,
        whole=not visitor.courts,
        actions=actions,
        head=head,
        count=count,
        chosen={"actor": "", "action": "", "subject": "", "since": "", "until": ""} | chosen,
        verdict=verdict,
        most=MOST_TOLD,
        slip=slip,
        typed=typed,
        is_first=below is None,
        first_url=f"/court/audit?{urlencode(kept)}",
        next_url=f"/court/audit?{urlencode(kept | {'below': shown[-1].entry_no})}" if more else None,
    )


def _read(chosen: dict[str, str], zone: str, slip: InputError | None) -> tuple[Wanted, InputError | None]:
    def day(name: str) -> Moment | None:
        text = chosen.get(name, "").strip()
        return parse_moment(text, zone) if text else None

    try:
        until = day("until")
        times = day("since"), None if until is None else until + DAY
    except ValueError:
        slip = InputError("日期应写作 2026-11-23。", "A day is written 2026-11-23.", code="day")
        times = None, None
    actor, action, subject = (chosen.get(name, "").strip() or None for name in ("actor", "action", "subject"))
    return Wanted(actor, action, subject, *times), slip


def _note(parts: Parts, visitor: Visitor, action: str, subject: str) -> None:
    """Put on record that it was done; in a home without accounts there is nobody to name."""
    if visitor.known:
        with parts.store.write() as connection:
            append_acts(connection, [Act(parts.now(), visitor.user.name, action, subject, "")])
