"""The kinds of jobs, in one table. A kind reads its input and says what there is to do, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from serving.jobs.screen import plan_screening
from serving.jobs.tasks import Plan
from serving.parts import Parts
from xiezhi.store.jobs import InputFile, Job

KindName = Literal["screen"]


@dataclass(frozen=True)
class Kind:
    """`plan` makes the same plan of the same input every time: a job goes on where it stopped."""

    name: KindName
    zh: str
    en: str
    plan: Callable[[Parts, Job, Sequence[InputFile]], Plan]


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {kind.name: kind for kind in (Kind("screen", "批量筛查", "Bulk screening", plan_screening),)}
)
