"""Work for the job table: filings in files, and a service whose clock and luck the test decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from serving_samples import NOW, loan, promote_toy

from serving.jobs.ask import ask_for
from serving.jobs.run import claim, run_job
from serving.parts import Model, Parts
from serving.screening.promoted import PromotedModel
from serving.screening.screener import Screener
from xiezhi.bundle import Kind
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.jobs import InputFile, Job, JobRow, results_of
from xiezhi.store.screenings import Screening


class Killed(BaseException):
    """The power went: nothing after this is done."""


def nothing(_number: int) -> None:
    """Nothing happens."""


@dataclass
class Fragile:
    """A model at which something may happen before and after each filing it keeps, by number from 1 on."""

    inner: Model
    before: Callable[[int], None] = nothing
    after: Callable[[int], None] = nothing
    kept: list[str] = field(default_factory=list)

    def version(self) -> str | None:
        return self.inner.version()

    def is_synthetic(self) -> bool:
        return self.inner.is_synthetic()

    def kind(self) -> Kind:
        return self.inner.kind()

    def screener(self) -> Screener:
        return self.inner.screener()

    def keep(self, filing: Filing, *, source: str, scored_at: Moment) -> tuple[Screening, bool]:
        self.kept.append(filing.filing_id)
        self.before(len(self.kept))
        answer = self.inner.keep(filing, source=source, scored_at=scored_at)
        self.after(len(self.kept))
        return answer


class Office:
    """A store with a model and jobs; `now` is set by the test and moves with every look."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        promote_toy(store, Settings())
        self.model = Fragile(PromotedModel(store, Settings()))
        self.parts = Parts(store, Settings(), self.model, self.tick)

    def tick(self) -> Moment:
        self.now += 1
        return self.now

    def ask(self, *files: InputFile, asked_by: str = "") -> Job:
        return ask_for(self.store, "screen", files, source="api", asked_by=asked_by, at=self.tick())

    def work(self, worker: str = "w1", stopping: Callable[[], bool] = lambda: False) -> Job | None:
        """Do the next job as `worker`."""
        job = claim(self.parts, worker)
        return None if job is None else run_job(self.parts, job, worker, stopping=stopping)

    def rows(self, job: Job) -> list[JobRow]:
        """Its results in the order they were done."""
        with self.store.read() as connection:
            return [result.row for result in results_of(connection, job.job_id, 0, 10_000)]


def lines(records: Sequence[dict[str, Any] | str], name: str = "filings.jsonl") -> InputFile:
    """Records, or lines as they are, as a file of JSON Lines."""
    texts = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    return InputFile(name, "\n".join(texts).encode())


def some_loans(count: int) -> list[dict[str, Any]]:
    """Loan suits a day apart; every third is large."""
    return [
        loan(f"F-{n:03}", f"2026-10-{n:02}T09:00", 3_000_000 if n % 3 == 0 else 80_000)
        for n in range(1, count + 1)
    ]
