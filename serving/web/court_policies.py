"""Pages of the court's policies (法院策略): drafts, what they would have said, who approved them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import VisitorDep
from serving.api.ids import RowNo
from serving.court import policies
from serving.court.policies import PolicyView
from serving.parts import PartsDep
from serving.permissions import HEADS, RULERS, allowed_on
from serving.web.render import render
from xiezhi.accounts.reach import filings_within
from xiezhi.errors import InputError, XiezhiError
from xiezhi.policy import CourtPolicy, SecondPerson
from xiezhi.review_policy import OF_THE_BENCH
from xiezhi.store.filings import get_filings
from xiezhi.store.policies import PolicyAct
from xiezhi.store.review_policies import current_policy
from xiezhi.store.users import User

router = APIRouter(include_in_schema=False)

_BACKTEST: Final = "backtest"

REFRESH = 2
"""Seconds between two looks at a back-test that is under way."""

Act = Literal["backtest", "shadow", "shadow-end", "approve", "reject"]
NUMBERS = ("capacity_per_day", "floor", "notice_factor", "audit_rate", "double_review_share")


@router.get("/court/policies")
def show_policies(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Every policy, and a form for another one that begins with what holds."""
    return _show(request, parts, visitor)


@router.post("/court/policies")
def post_draft(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    note: Annotated[str, Form(max_length=4000)] = "",
    capacity_per_day: Annotated[float, Form()] = 3.0,
    floor: Annotated[float, Form()] = 3.0,
    notice_factor: Annotated[float, Form()] = 3.0,
    audit_rate: Annotated[float, Form()] = 0.0,
    double_review_share: Annotated[float, Form()] = 0.0,
    second_person: Annotated[SecondPerson, Form()] = "adverse",
    signs: Annotated[str, Form(max_length=policies.LONGEST_SIGNS)] = "",
    due_days: Annotated[int | None, Form()] = None,
    lease_hours: Annotated[int | None, Form()] = None,
    load_cap: Annotated[int | None, Form()] = None,
) -> Response:
    """Keep a draft, then its page; a slip is told beside the form."""
    typed = CourtPolicy(
        capacity_per_day, floor, notice_factor, audit_rate, double_review_share, second_person,
        signs.replace("\r\n", "\n").strip(), due_days, lease_hours, load_cap,
    )  # fmt: skip
    try:
        kept = policies.draft(parts.store, parts.settings, typed, note, by=visitor.acts(), at=parts.now())
    except InputError as error:
        return _show(request, parts, visitor, typed, note, error)
    return RedirectResponse(f"/court/policies/{kept.number}", 303)


@router.get("/court/policies/{number}")
def show_policy(
    request: Request, parts: PartsDep, visitor: VisitorDep, number: RowNo, follow: bool = False
) -> HTMLResponse:
    """One policy: its values, its back-test, its shadow, its approvals.

    While a back-test is under way and one asks to `follow` it, the page loads itself again.
    """
    run = parts.under_way.look((_BACKTEST, number))
    view = policies.read_policy(parts.store, number)
    changes = view.backtest.shown["changes"] if view.backtest else ()
    with parts.store.read() as connection:
        near = filings_within(connection, visitor.courts, [filing_id for filing_id, *_ in changes])
        filings = get_filings(connection, parts.store.vault, sorted(near))
    page = render(
        request,
        "court_policy.html",
        run=run,
        run_error=run.error if run is not None and isinstance(run.error, XiezhiError) else None,
        follow=follow,
        view=view,
        filings=filings,
        values=_values(view.drafted.policy),
        bench_names=OF_THE_BENCH,
        open=_open_acts(view, visitor.user) if visitor.known else (),
        reads_cases=visitor.may(allowed_on("GET", "/filings/{filing_id:path}")),
        known=visitor.known,
        needed=policies.NEEDED,
    )
    if follow and run is not None and not run.ended.is_set():
        page.headers["refresh"] = str(REFRESH)
    return page


@router.post("/court/policies/{number}/{act}")
def post_act(
    parts: PartsDep,
    visitor: VisitorDep,
    number: RowNo,
    act: Act,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> RedirectResponse:
    """One step of its life, then its page."""
    by, at = visitor.acts(), parts.now()
    here = f"/court/policies/{number}"
    if act == _BACKTEST:
        ended = parts.under_way.begin(
            (_BACKTEST, number),
            lambda advance: policies.backtest(
                parts.store, parts.settings, number, by=by, at=at, advance=advance
            ),
        )
        return RedirectResponse(here if ended else f"{here}?follow=1", 303)
    steps: Mapping[Act, Callable[[], PolicyAct]] = {
        "shadow": lambda: policies.start_shadow(parts.store, number, by=by, at=at),
        "shadow-end": lambda: policies.end_shadow(parts.store, number, by=by, at=at),
        "approve": lambda: policies.approve(parts.store, number, by=by, at=at),
        "reject": lambda: policies.reject(parts.store, number, reason, by=by, at=at),
    }
    steps[act]()
    return RedirectResponse(here, 303)


@router.post("/court/roll-back")
def post_roll_back(
    parts: PartsDep, visitor: VisitorDep, reason: Annotated[str, Form(max_length=4000)] = ""
) -> RedirectResponse:
    """The policy before holds again."""
    policies.roll_back(parts.store, reason, by=visitor.acts(), at=parts.now())
    return RedirectResponse("/court/policies", 303)


def _show(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    typed: CourtPolicy | None = None,
    note: str = "",
    error: InputError | None = None,
) -> HTMLResponse:
    views = policies.read_policies(parts.store)
    live = next((view for view in views if view.state == "live"), None)
    begin: CourtPolicy = typed or (CourtPolicy() if live is None else live.drafted.policy)
    with parts.store.read() as connection:
        bench = current_policy(connection)
    return render(
        request,
        "court_policies.html",
        status=200 if error is None else 422,
        views=views,
        live=live,
        lacking=policies.why_own_cuts(parts.store, parts.settings),
        typed=asdict(begin),
        numbers=NUMBERS,
        bench={name: getattr(begin, name) or getattr(bench, name) for name in OF_THE_BENCH},
        bounds=OF_THE_BENCH,
        note=note,
        error=error,
        drafts=visitor.known and visitor.may(RULERS),
        rolls_back=visitor.known and live is not None and visitor.may(HEADS),
        known=visitor.known,
    )


def _values(policy: CourtPolicy) -> dict[str, float | None]:
    return {name: getattr(policy, name) for name in (*NUMBERS, *OF_THE_BENCH)}


def _open_acts(view: PolicyView, user: User) -> tuple[Act, ...]:
    """What this person may do now."""
    by_state: Mapping[str, tuple[Act, ...]] = {
        "draft": ("backtest", "reject"),
        "backtested": ("shadow", "backtest", "reject"),
        "shadow": ("approve", "backtest", "shadow-end", "reject"),
        "before": ("backtest", "shadow"),
    }
    may: dict[Act, bool] = dict.fromkeys(
        ("backtest", "shadow", "shadow-end"), not user.roles.isdisjoint(policies.MAY_DRAFT)
    )
    heads = not user.roles.isdisjoint(policies.MAY_APPROVE)
    may["approve"] = heads and user.name not in {act.by for act in view.approvals}
    may["reject"] = heads or user.name == view.drafted.made_by
    return tuple(act for act in by_state.get(view.state, ()) if may[act])
