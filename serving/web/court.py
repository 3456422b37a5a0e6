"""The front page of those who oversee (督导)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from serving.access import VisitorDep
from serving.parts import PartsDep
from serving.permissions import allowed_on
from serving.web.render import render

router = APIRouter(include_in_schema=False)

ROOMS = ("report", "policies", "models", "audit", "accounts", "keeping")
"""Pages under /court, in the order they are told."""


@router.get("/court")
def show_court(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """The rooms this visitor may enter."""
    rooms = [room for room in ROOMS if visitor.may(allowed_on("GET", f"/court/{room}"))]
    return render(request, "court.html", rooms=rooms, model_version=parts.model.version())
