"""The forms of a case's review: claim it, hand it on, judge, confirm, reopen, adjudicate, refer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import VisitorDep
from serving.api.problems import status_of
from serving.bench_access import reviewer_of
from serving.parts import Parts, PartsDep
from serving.review.assign import reassign
from serving.review.bench import claim, hand_over, pause, release, resume
from serving.review.case import read_case
from serving.review.decide import Judgement, adjudicate, answer, judge, refer, reopen
from serving.review.reviewer import Reviewer
from serving.review.second import give_opinion
from serving.web.case import Slip, show_case_page
from serving.web.posted import Posted, read_form
from serving.web.render import case_url
from xiezhi.errors import NotFound, XiezhiError
from xiezhi.store.screenings import get_screening

router = APIRouter(include_in_schema=False)


Do = Callable[[Parts, Reviewer, str, Posted], None]


def _typed(form: Posted) -> dict[str, str | tuple[str, ...]]:
    """For showing the form again."""
    return {**form, **{name: form.all(name) for name in ("measures", "grounds", "also")}}


def judgement_of(form: Posted) -> Judgement:
    """The judgement typed."""
    return Judgement(form["decision"], form["reason"], form.all("measures"), form.all("grounds"))


def _decide(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    now, said = parts.now(), judgement_of(form)
    if give_opinion(parts.store, screening_id, said, by, now) is None:
        judge(parts.store, [screening_id, *form.all("also")], said, by, now)


def _answer(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    confirms = form["answer"] == "confirm"
    answer(parts.store, screening_id, confirms=confirms, reason=form["reason"], by=by, at=parts.now())


def _reopen(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    whole = form["series"] == "yes"
    reopen(parts.store, screening_id, reason=form["reason"], by=by, at=parts.now(), whole_series=whole)


def _adjudicate(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    adjudicate(parts.store, screening_id, judgement_of(form), by, parts.now())


def _refer(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    refer(
        parts.store, screening_id, authority=form["authority"], referred_on=form["referred_on"],
        reference=form["reference"], by=by, at=parts.now(),
    )  # fmt: skip


def _claim(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    claim(parts.store, parts.settings, screening_id, by, parts.now())


def _release(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    release(parts.store, parts.settings, screening_id, by, form["reason"], parts.now())


def _hand_over(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    hand_over(parts.store, parts.settings, screening_id, by, form["to"], form["reason"], parts.now())


def _pause(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    act = resume if form["clock"] == "resume" else pause
    act(parts.store, parts.settings, screening_id, by, form["reason"], parts.now())


def _reassign(parts: Parts, by: Reviewer, screening_id: str, form: Posted) -> None:
    reassign(parts.store, parts.settings, screening_id, by, form["to"], form["reason"], parts.now())


ACTS: Mapping[str, Do] = MappingProxyType(
    {
        "decisions": _decide,
        "answers": _answer,
        "reopenings": _reopen,
        "adjudications": _adjudicate,
        "referrals": _refer,
        "claim": _claim,
        "release": _release,
        "hand-over": _hand_over,
        "clock": _pause,
        "reassign": _reassign,
    }
)
"""What may be done with a flag, by the last part of the path a form posts to."""


def _route_of(do: Do) -> Callable[..., Awaitable[Response]]:
    async def post(request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
        return await _run(do, request, parts, visitor, screening_id)

    return post


async def _run(do: Do, request: Request, parts: Parts, visitor: VisitorDep, screening_id: str) -> Response:
    form = await read_form(request)
    by = reviewer_of(visitor, form["decided_by"])
    return await run_in_threadpool(_answer_with_case, do, request, parts, by, screening_id, form)


def _answer_with_case(
    do: Do, request: Request, parts: Parts, by: Reviewer, screening_id: str, form: Posted
) -> Response:
    with parts.store.read() as connection:
        flag = get_screening(connection, screening_id)
    if flag is None:
        raise NotFound("没有这条提示。", "There is no such flag.", code="no-flag")
    try:
        do(parts, by, screening_id, form)
    except NotFound:
        raise
    except XiezhiError as error:
        case = read_case(parts.store, flag.filing_id)
        slip = Slip("decisions", error, _typed(form))
        return show_case_page(request, parts, case, status_of(error), slip=slip)
    return RedirectResponse(f"{case_url(flag.filing_id)}#decisions", 303)


for _act, _do in ACTS.items():
    router.post(f"/flags/{{screening_id}}/{_act}", name=f"post_{_act}")(_route_of(_do))
