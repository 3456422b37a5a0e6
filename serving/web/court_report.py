"""The court's figures as a page that prints (运行情况)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from serving.access import VisitorDep
from serving.court.keeping import read_keeping
from serving.court.report import PERIODS, Day, read_report
from serving.parts import PartsDep
from serving.web.render import render
from xiezhi.bundle import load_current
from xiezhi.errors import BundleError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.policies import live_policy

router = APIRouter(include_in_schema=False)

WIDTH, HEIGHT = 624, 96


@dataclass(frozen=True)
class Bar:
    """A day as drawn, in the units of the drawing."""

    day: Day
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """Flags for review a day, with the capacity as a line (None: there is none)."""

    bars: tuple[Bar, ...]
    capacity_y: float | None
    most: float


@router.get("/court/report")
def show_report(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    days: Annotated[Literal[30, 90, 365], BeforeValidator(int), Query()] = 90,
) -> HTMLResponse:
    """Workload, overturned flags, whom flags fall on, how long reviews take."""
    capacity = find_capacity(parts.store, parts.settings)
    report = read_report(parts.store, parts.settings, capacity, days, parts.now(), visitor.courts)
    return render(
        request,
        "court_report.html",
        report=report,
        chosen=days,
        periods=PERIODS,
        drawing=draw(report.days, capacity),
        now=parts.now(),
    )


@router.get("/court/keeping")
def show_keeping(request: Request, parts: PartsDep) -> HTMLResponse:
    """The last backup, how to restore, what was erased, whether the machine is as it should be."""
    kept = read_keeping(parts.store, parts.settings)
    return render(request, "court_keeping.html", kept=kept)


def find_capacity(store: Store, settings: Settings) -> float | None:
    """Reviews a court day as set by what holds: the court's policy, else the model's own; None under rules alone."""
    with store.read() as connection:
        held = live_policy(connection)
    if held is not None:
        return held.policy.capacity_per_day
    try:
        return load_current(store, settings).policy.capacity_per_day
    except (NotFound, BundleError):
        return None


def draw(days: tuple[Day, ...], capacity: float | None) -> Drawing:
    """The drawing of these days."""
    most = max([day.review for day in days] + [capacity or 0.0, 1.0])
    slot = WIDTH / max(len(days), 1)
    bars = tuple(
        Bar(
            day, round(place * slot, 2), round(slot * 0.8, 2),
            round(HEIGHT * (1 - day.review / most), 2), round(HEIGHT * day.review / most, 2),
        )
        for place, day in enumerate(days)
    )  # fmt: skip
    return Drawing(bars, None if capacity is None else round(HEIGHT * (1 - capacity / most), 2), most)
