"""Earlier filings of one person as a drawing the server makes; a table beside it says the same."""

from __future__ import annotations

from dataclasses import dataclass

from serving.casework.histories import History
from xiezhi.clock import Moment

WIDTH = 640
LEFT, RIGHT = 84, 16
LANES = ("plaintiff", "defendant", "third_party")
"""Rows of the drawing, from above: whose side somebody stood on."""

_TOP, _STEP = 16, 24


@dataclass(frozen=True)
class Dot:
    """One earlier filing, in the units of the viewBox. `side` chooses the shape."""

    x: float
    y: float
    side: str


@dataclass(frozen=True)
class Timeline:
    """The drawing of one history: `lanes` are (side, y) of the rows in use, `end` the x of the case itself."""

    dots: tuple[Dot, ...]
    lanes: tuple[tuple[str, float], ...]
    first: Moment
    last: Moment
    end: float
    height: float


def draw_history(history: History, filed_at: Moment) -> Timeline:
    """From the oldest filing listed to the case itself, in proportion to time."""
    moments = [past.earlier.filed_at for past in history.filings]
    first, span = min(moments), max(filed_at - min(moments), 1)
    used = [side for side in LANES if side in history.sides]
    rows = {side: _TOP + _STEP * place for place, side in enumerate(used)}
    room = WIDTH - LEFT - RIGHT
    dots = tuple(
        Dot(
            round(LEFT + room * (past.earlier.filed_at - first) / span, 1),
            rows[past.earlier.side],
            past.earlier.side,
        )
        for past in history.filings
    )
    return Timeline(
        dots, tuple(rows.items()), first, max(moments), WIDTH - RIGHT, 2 * _TOP + _STEP * len(used)
    )
