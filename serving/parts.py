"""What the routes work with, handed in when the app is built; nothing is global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from serving.screening.screener import Screener
from serving.under_way import UnderWay
from xiezhi.bundle import Kind
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.screenings import Screening


class Model(Protocol):
    """What screens, as the routes see it."""

    def version(self) -> str | None:
        """The version of the promoted model; None where there is none."""
        ...

    def is_synthetic(self) -> bool:
        """Whether the promoted model was trained on a simulated docket."""
        ...

    def kind(self) -> Kind:
        """What the scores rest on now."""
        ...

    def screener(self) -> Screener:
        """What screens now, to score filings again. Raises BundleError."""
        ...

    def keep(self, filing: Filing, *, source: str, scored_at: Moment) -> tuple[Screening, bool]:
        """Score and keep a filing; the score, and whether it is new. Raises BundleError."""
        ...


@dataclass(frozen=True)
class Parts:
    """The store, the settings, what screens, the clock, and what pages have begun that takes longer."""

    store: Store
    settings: Settings
    model: Model
    now: Callable[[], Moment]
    under_way: UnderWay = field(default_factory=UnderWay)


def get_parts(request: Request) -> Parts:
    """The parts of the app that got this request."""
    parts: Parts = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(get_parts)]
