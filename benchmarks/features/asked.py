"""The questions every engine answers, as lines (name, entity, kind, window in days or None), and where data lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

DAYS: Final = (30, 90, 365, 1095)
ENTITIES: Final = ("plaintiff", "defendant", "pair", "agent")


class Line(NamedTuple):
    """One feature. `of`: what is told apart (`distinct`), or what happened (`learned`)."""

    name: str
    entity: str
    kind: str
    days: int | None
    of: str = ""


WINDOWS: Final = [
    Line(f"{entity}_{kind}_{days}", entity, kind, days)
    for entity in ENTITIES
    for days in DAYS
    for kind in ("count", "sum")
]
SINCE: Final = [Line(f"{entity}_since", entity, "since", None) for entity in ENTITIES]
COURT: Final = [Line(f"plaintiff_court_{days}", "plaintiff_court", "count", days) for days in (365, 1095)]
LEARNED: Final = [
    Line("plaintiff_mediated_365", "plaintiff", "learned", 365, "mediated"),
    Line("defendant_mediated_365", "defendant", "learned", 365, "mediated"),
    Line("agent_mediated_365", "agent", "learned", 365, "mediated"),
    Line("plaintiff_absent_1095", "plaintiff", "learned", 1095, "defendant_absent"),
]
DISTINCT: Final = [
    Line("plaintiff_defendants_1095", "plaintiff", "distinct", 1095, "defendant"),
    Line("defendant_plaintiffs_1095", "defendant", "distinct", 1095, "plaintiff"),
    Line("agent_clients_1095", "agent", "distinct", 1095, "plaintiff"),
]
ASKED: Final = [*WINDOWS, *SINCE, *COURT, *LEARNED, *DISTINCT]
"""45 features of the issue's kinds that SQL can say in window frames."""


def key_column(entity: str) -> str:
    """The columns of an entity, as SQL writes them."""
    return {"pair": "plaintiff, defendant", "plaintiff_court": "plaintiff, court"}.get(entity, entity)


def answers(folder: Path) -> Path:
    """Where ours writes its values for the others to compare with: (filings, features) float64."""
    return folder / "ours.npy"
