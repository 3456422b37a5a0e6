"""The questions every engine answers, as lines, and where data lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

DAYS: Final = (30, 90, 365, 1095)
ENTITIES: Final = ("plaintiff", "defendant", "pair", "agent")
PEOPLE: Final = ("plaintiff", "defendant", "agent")


class Line(NamedTuple):
    """One feature. days: the window, None for all before. of: what is told apart (`distinct`) or happened (`learned`).

    loans: only filings of cause family 0 count. here: only filings of the asking filing's own court.
    """

    name: str
    entity: str
    kind: str
    days: int | None
    of: str = ""
    loans: bool = False
    here: bool = False


_WHO: Final = {"plaintiff": "defendant", "defendant": "plaintiff", "agent": "plaintiff"}

WINDOWS: Final = [
    Line(f"{entity}_{kind}_{days}", entity, kind, days)
    for entity in ENTITIES
    for days in DAYS
    for kind in ("count", "sum")
]
LOANS: Final = [
    Line(f"{entity}_loans_{kind}_{days}", entity, kind, days, loans=True)
    for entity in PEOPLE
    for days in DAYS
    for kind in ("count", "sum")
]
HERE: Final = [
    Line(f"{entity}_here_{days}", entity, "count", days, here=True)
    for entity in ("plaintiff", "agent")
    for days in DAYS
]
SINCE: Final = [Line(f"{entity}_since", entity, "since", None) for entity in ENTITIES]
DISTINCT: Final = [
    Line(f"{entity}_{other}s_{days}", entity, "distinct", days, other)
    for entity, other in _WHO.items()
    for days in DAYS
]
LEARNED: Final = [
    Line(f"{entity}_{kind}_{days}", entity, "learned", days, kind)
    for entity in PEOPLE
    for kind in ("mediated", "defendant_absent")
    for days in (365, 1095)
]
ASKED: Final = [*WINDOWS, *LOANS, *HERE, *SINCE, *DISTINCT, *LEARNED]
"""92 features of the kinds the registry has, all that window frames in SQL can say: counts, amounts, different
counterparties and outcomes by entity, window, cause and court."""


def key_column(line: Line) -> str:
    """The columns of an entity, as SQL writes them."""
    keys = {"pair": "plaintiff, defendant"}.get(line.entity, line.entity)
    return f"{keys}, court" if line.here else keys


def answers(folder: Path) -> Path:
    """Where ours writes its values for the others to compare with: (filings, features) float64."""
    return folder / "ours.npy"
