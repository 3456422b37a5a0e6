"""The page of the models (模型): champion, challenger, drift, card, and promotion by two persons."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from serving.access import VisitorDep
from serving.api.ids import RowNo
from serving.court.models import ask_for, read_models
from serving.parts import PartsDep
from serving.web.card import write_card
from serving.web.people import people_of
from serving.web.render import render
from xiezhi import promotion
from xiezhi.decisions import check_words

router = APIRouter(include_in_schema=False)


@router.get("/court/models")
def show_models(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Champion beside challenger, what training wrote of them, requests that wait."""
    view = read_models(parts.store, parts.settings, parts.now())
    card = {} if view.champion is None else view.champion.card
    return render(
        request,
        "court_models.html",
        people=people_of(parts.store),
        view=view,
        cards={language: write_card(card[language]) for language in ("zh", "en") if language in card},
        asks=visitor.known and visitor.may(promotion.MAY_REQUEST),
        approves=visitor.known and visitor.may(promotion.MAY_APPROVE),
        known=visitor.known,
        me=visitor.user.name,
    )


@router.post("/court/models")
def post_request(
    parts: PartsDep, visitor: VisitorDep, version: Annotated[str, Form(max_length=100)] = ""
) -> RedirectResponse:
    """Ask that a model may screen."""
    ask_for(parts.store, parts.settings, version, by=visitor.acts(), at=parts.now())
    return RedirectResponse("/court/models", 303)


@router.post("/court/models/requests/{number}")
def post_answer(
    parts: PartsDep,
    visitor: VisitorDep,
    number: RowNo,
    answer: Annotated[Literal["approve", "reject"], Form()],
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> RedirectResponse:
    """A second person's answer, or one's own request taken back."""
    by, at = visitor.acts(), parts.now()
    request = promotion.find_request(parts.store, number=number)
    if answer == "approve":
        promotion.approve(parts.store, parts.settings, request, by=by, at=at)
    else:
        _, why = check_words(by.name, reason)
        promotion.reject(parts.store, request, why, by=by, at=at)
    return RedirectResponse("/court/models", 303)


@router.post("/court/models/roll-back")
def post_roll_back(
    parts: PartsDep, visitor: VisitorDep, reason: Annotated[str, Form(max_length=4000)] = ""
) -> RedirectResponse:
    """The model before screens again."""
    by = visitor.acts()
    _, why = check_words(by.name, reason)
    promotion.roll_back(parts.store, parts.settings, why, by=by, at=parts.now())
    return RedirectResponse("/court/models", 303)
