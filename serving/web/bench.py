"""The bench's pages: my queue, the printable list, assignment, absences, agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import VisitorDep, note_listed
from serving.bench_access import reviewer_of
from serving.parts import Parts, PartsDep
from serving.review.absence import (
    declare_recusal,
    end_recusal,
    end_time_off,
    names_of_entities,
    read_recusals,
    read_time_off,
    take_time_off,
)
from serving.review.assign import assign, assign_waiting
from serving.review.bench import Review, claim_next
from serving.review.overview import STATES, State, read_overview
from serving.review.reviewer import OVERSEE, Reviewer
from serving.review.second import agreement, set_policy
from serving.web.people import numbers_of
from serving.web.posted import Posted, read_form
from serving.web.render import case_url, render
from xiezhi.accounts.reach import filings_within
from xiezhi.clock import to_datetime
from xiezhi.decisions import FINAL
from xiezhi.errors import InputError, NotFound
from xiezhi.store.draws import newest_draws
from xiezhi.store.filings import get_filing
from xiezhi.store.policies import live_policy
from xiezhi.store.review_policies import policy_versions

MOST_DRAWS = 50
"""Draws listed: the newest; all of them stand in the audit trail."""

MOST_WAITING = 50
"""Reviews, or series, that the bench shows as waiting: the first due."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Group:
    """Reviews shown together: one, or a series."""

    series: str | None
    reviews: list[Review]


def grouped(reviews: list[Review]) -> list[Group]:
    """In order, the members of a series at the place of its first."""
    groups: dict[str, Group] = {}
    for review in reviews:
        key = f"s{review.series}" if review.series else f"f{review.work.filing_id}/{review.work.seat}"
        groups.setdefault(key, Group(review.series, [])).reviews.append(review)
    return list(groups.values())


@router.get("/bench")
def show_bench(
    request: Request, parts: PartsDep, visitor: VisitorDep, court: str = "", band: str = "", none: str = ""
) -> HTMLResponse:
    """My queue: what I hold, what I may claim, what asks for a second person."""
    by = reviewer_of(visitor)
    seen = read_overview(parts.store, parts.settings, parts.now(), visitor.courts)
    late = sum(review.holder == by.key for review in seen.late)
    mine = [r for r in seen.mine(by.key) if _kept(r, court, band)]
    waiting = grouped([r for r in seen.waiting(by, blind=False) if _kept(r, court, band)])
    first = [review for group in waiting[:MOST_WAITING] for review in group.reviews]
    told = [review.work.screening_id for review in (*mine, *first) if not review.work.blind]
    note_listed(parts, visitor, "bench", told)
    return render(
        request, "bench.html", seen=seen, by=by, late=late, mine=grouped(mine), waiting=waiting,
        most_waiting=MOST_WAITING,
        blind_waiting=len(seen.waiting(by, blind=True)), none=none,
        courts=sorted({r.work.court for r in seen.reviews}), chosen={"court": court, "band": band},
        proposals=seen.to_confirm(by),
    )  # fmt: skip


@router.post("/bench/next")
async def post_next(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Claim the next review and open it; nothing left: back to the bench, which says so."""
    form = await read_form(request)
    blind = form["blind"] == "yes"
    taken = await run_in_threadpool(
        claim_next, parts.store, parts.settings, reviewer_of(visitor), parts.now(), blind=blind,
        court=form["court"] or None,
    )  # fmt: skip
    to = (
        case_url(taken[0].work.filing_id)
        if taken
        else f"/bench?{urlencode({'none': 'blind' if blind else 'flag'})}"
    )
    return RedirectResponse(to, 303)


@router.get("/bench/list")
def show_list(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    reviewer: str = "",
    state: Annotated[State, Query()] = "all",
) -> HTMLResponse:
    """A list to print, by reviewer and state."""
    seen = read_overview(parts.store, parts.settings, parts.now(), visitor.courts)
    return render(
        request, "bench_list.html", seen=seen, reviews=seen.chosen(state, reviewer, reviewer_of(visitor)), reviewer=reviewer,
        state=state, states=STATES, at=parts.now(),
    )  # fmt: skip


@router.get("/bench/assignments")
def show_assignments(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Who holds how much, what waits for the lot, and the draws, each drawn again."""
    seen = read_overview(parts.store, parts.settings, parts.now(), visitor.courts)
    with parts.store.read() as connection:
        drawn = newest_draws(connection, MOST_DRAWS, courts=visitor.courts)
    return render(
        request, "bench_assignments.html", seen=seen, drawn=drawn,
        waiting=[r for r in seen.reviews if r.waits], held=[r for r in seen.reviews if r.holder],
    )  # fmt: skip


@router.post("/bench/draws")
async def post_draws(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Draw for one review, or for all that wait."""
    form, by = await read_form(request), reviewer_of(visitor)

    def act() -> None:
        if form["screening_id"]:
            assign(parts.store, parts.settings, form["screening_id"], by, parts.now())
        else:
            assign_waiting(parts.store, parts.settings, by, parts.now())

    await run_in_threadpool(act)
    return RedirectResponse("/bench/assignments", 303)


@router.get("/bench/absences")
def show_absences(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    filing_id: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Recusals and time off: one's own, and of everybody for who oversees.

    With `filing_id` (the link of a case page) the form names that filing and offers its people.
    """
    by, today = reviewer_of(visitor), to_datetime(parts.now(), parts.settings.zone).date().isoformat()
    everybody = by.may(OVERSEE)
    with parts.store.read() as connection:
        recused = read_recusals(connection, by)
        away = read_time_off(connection, by, today)
        reached = filings_within(connection, visitor.courts, {filing_id} - {""})
        filing = get_filing(connection, parts.store.vault, filing_id) if reached else None
    if filing_id and filing is None:
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
    names = names_of_entities(parts.store, [r.subject for r in recused if r.kind == "entity"])
    numbers = numbers_of(parts.store, (r.subject for r in recused if r.kind == "filing"), parts.now())
    return render(
        request, "bench_absences.html", recused=recused, away=away, names=names,
        numbers=numbers, filing=filing and filing.filing, by=by, everybody=everybody and visitor.known,
    )  # fmt: skip


@router.post("/bench/absences")
async def post_absence(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Declare or end a recusal, take or take back time off."""
    form = await read_form(request)
    await run_in_threadpool(_absence, parts, reviewer_of(visitor), form)
    return RedirectResponse("/bench/absences", 303)


@router.get("/bench/agreement")
def show_agreement(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """How far two reviewers agree, what they differ on, and how the court reviews."""
    seen = read_overview(parts.store, parts.settings, parts.now(), visitor.courts)
    with parts.store.read() as connection:
        versions, held = policy_versions(connection), live_policy(connection)
    return render(
        request, "bench_agreement.html", seen=seen, found=agreement(parts.store, visitor.courts), versions=versions, held=held,
        finals=sorted(FINAL),
    )  # fmt: skip


@router.post("/bench/policy")
async def post_policy(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Set how the court reviews from now on."""
    form = await read_form(request)
    body = {"due_days": _whole(form["due_days"]), "lease_hours": _whole(form["lease_hours"]),
            "load_cap": _whole(form["load_cap"]), "second_person": form.all("second_person"),
            "double_share": _percent(form["double_percent"])}  # fmt: skip
    await run_in_threadpool(set_policy, parts.store, body, form["reason"], reviewer_of(visitor), parts.now())
    return RedirectResponse("/bench/agreement", 303)


def _absence(parts: Parts, by: Reviewer, form: Posted) -> None:
    at, reviewer, what = parts.now(), form["reviewer"].strip() or by.key, form["what"]
    if what == "recusal":
        declare_recusal(
            parts.store, filing_id=form["filing_id"].strip(), record_id=form["record_id"].strip(),
            reviewer=reviewer, reason=form["reason"], by=by, at=at,
        )  # fmt: skip
    elif what == "recusal_end":
        end_recusal(parts.store, _whole(form["no"]), reason=form["reason"], by=by, at=at)
    elif what == "time_off":
        first, last = form["first_day"], form["last_day"]
        take_time_off(parts.store, reviewer=reviewer, first_day=first, last_day=last, by=by, at=at)
    elif what == "time_off_end":
        end_time_off(parts.store, _whole(form["no"]), by=by, at=at)
    else:
        raise InputError("请选择要办理的事项。", "Say what is to be done.", code="absence")


def _kept(review: Review, court: str, band: str) -> bool:
    return court in ("", review.work.court) and (band in ("", review.work.band) or review.work.blind)


def _whole(text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 9:
        raise InputError("请填写整数。", "Give a whole number.", code="whole-number")
    return int(text)


def _percent(text: str) -> float:
    try:
        return float(text) / 100
    except ValueError as error:
        raise InputError("请填写百分数。", "Give a percentage.", code="percent") from error
