"""The front page of those who oversee (监督管理)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from serving.access import VisitorDep
from serving.parts import PartsDep
from serving.web.render import render, rooms_of

router = APIRouter(include_in_schema=False)


@router.get("/court")
def show_court(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """The rooms this visitor may enter."""
    cards = [(path, path.rpartition("/")[2]) for path, _ in rooms_of("/court", visitor)[1:]]
    return render(request, "court.html", cards=cards)
