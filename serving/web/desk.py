"""The filing desk (立案窗口): a form with the elements of its family of causes, and files dropped beside it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.intake.schema import parse_filing
from serving.access import Visitor, VisitorDep
from serving.api.problems import status_of
from serving.desk.elements import FAMILIES, find_family
from serving.desk.uploads import SOURCE, uploads_of
from serving.parts import Parts, PartsDep
from serving.web.forms import AGENT_ROWS, EVIDENCE_ROWS, PARTY_ROWS, YES_NO_FIELDS, Form, Typed, read_filing
from serving.web.posted import read_form
from serving.web.render import render
from xiezhi.accounts.reach import require_own
from xiezhi.clock import to_datetime
from xiezhi.errors import BundleError, NotPermitted, RecordError, XiezhiError
from xiezhi.records import EVIDENCE_KINDS, PROCEEDINGS

router = APIRouter(include_in_schema=False)

MOST_UPLOADS = 5
"""Uploads of late that the desk links to."""


@dataclass(frozen=True)
class Slip:
    """What is wrong with a form, and the name of the input it is wrong at (empty: the whole)."""

    error: XiezhiError
    input_name: str


@router.get("/desk")
def show_desk(request: Request, parts: PartsDep, visitor: VisitorDep, family: str = "") -> HTMLResponse:
    """An empty form. The time of filing is filled in, so that sending it twice makes one filing."""
    return show_form(request, parts, visitor, empty_form(parts, family), None)


@router.post("/desk")
async def post_filing(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Screen the filing typed, then to its answer; a slip is told beside its field.

    Asked for the elements of another family, the form comes back with all that was typed.
    """
    typed = await read_form(request)
    return await run_in_threadpool(_screen_typed, request, parts, visitor, typed)


def empty_form(parts: Parts, family: str = "") -> dict[str, str]:
    """What a form begins with."""
    chosen = find_family(family)
    now = f"{to_datetime(parts.now(), parts.settings.zone):%Y-%m-%dT%H:%M}"
    return {"filed_at": now, "family": chosen.code, "proceeding": chosen.proceeding}


def show_form(
    request: Request, parts: Parts, visitor: Visitor, typed: Form, slip: Slip | None
) -> HTMLResponse:
    """The desk with what was typed."""
    family = find_family(typed.get("family", ""))
    shown = {f"elements.{element.name}" for element in family.elements}
    return render(
        request,
        "desk.html",
        status=200 if slip is None else status_of(slip.error),
        typed=typed,
        slip=slip,
        family=family,
        families=FAMILIES,
        # Kept for whoever goes back to the other form; never part of the filing.
        put_by={key: text for key, text in typed.items() if key.startswith("elements.") and key not in shown},
        party_rows=range(PARTY_ROWS),
        agent_rows=range(AGENT_ROWS),
        evidence_rows=range(EVIDENCE_ROWS),
        yes_no_fields=YES_NO_FIELDS,
        proceedings=PROCEEDINGS,
        evidence_kinds=EVIDENCE_KINDS,
        currency=parts.settings.currency,
        uploads=uploads_of(parts.store, visitor.account, MOST_UPLOADS),
    )


def _screen_typed(request: Request, parts: Parts, visitor: Visitor, form: Form) -> Response:
    if form.get("other_family"):
        return show_form(request, parts, visitor, {**form, "family": form["other_family"]}, None)
    typed: Typed = read_filing(form)
    try:
        filing = parse_filing(typed.filing, parts.settings)
        require_own(parts.store, visitor.courts, filing)
    except RecordError as error:
        return show_form(request, parts, visitor, form, Slip(error, typed.input_name(error.field)))
    except NotPermitted as error:
        return show_form(request, parts, visitor, form, Slip(error, typed.input_name("court")))
    try:
        screening, _ = parts.model.keep(filing, source=SOURCE, scored_at=parts.now())
    except BundleError as error:  # what was typed is not lost over it
        return show_form(request, parts, visitor, form, Slip(error, ""))
    return RedirectResponse(f"/desk/answers/{screening.screening_id}", 303)
