"""What a job consists of: rows known from reading alone, and tasks that give one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from features.intake import Place
from xiezhi.store.jobs import JobRow

OUTCOMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "screened": ("已筛查。", "Screened."),
        "screened-before": ("此前已筛查，结果相同。", "Screened before, with the same answer."),
        "other-record": (
            "这是事件或认定，未在此处理；请用 xiezhi ingest 导入。",
            "This is an event or a finding and was left alone; take it in with `xiezhi ingest`.",
        ),
        "row-failed": (
            "处理本条时出错，未能筛查；请将本条单独再提交一次。",
            "Something went wrong at this record; hand it in again by itself.",
        ),
    }
)
"""What may become of a record that could be read, by code: zh, en. Those that cannot have the codes of intake."""


@dataclass(frozen=True)
class Task:
    """One row to do. `do` gives the row; done twice, it has the effect of once."""

    row_no: int
    place: Place
    do: Callable[[], JobRow]


@dataclass
class Plan:
    """All there is to do: `told` are rows known already, `tasks` come in the order they are to be done."""

    told: list[JobRow] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Rows in all."""
        return len(self.told) + len(self.tasks)


def make_row(
    row_no: int,
    place: Place,
    code: str,
    *,
    filing_id: str | None = None,
    screening_id: str | None = None,
    band: str | None = None,
) -> JobRow:
    """A row that says what `code` of OUTCOMES says."""
    zh, en = OUTCOMES[code]
    return JobRow(
        row_no, place.file, place.row, code, zh, en, filing_id=filing_id, screening_id=screening_id, band=band
    )
