"""Take records into the store, batch by batch, each batch whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from features.intake import read_plan
from features.intake.mapping import Mapping
from features.intake.outcome import Accepted, Rejected
from features.intake.rejects import RejectsFile
from features.intake.sources import plan_sources
from features.normalise.causes import cause_family
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.records import Event, Filing, Finding
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import PutCount, put_filings
from xiezhi.store.happenings import put_events, put_findings
from xiezhi.store.turn import write_in_turn

_BATCH = 2_000
"""Records a transaction: one commit costs a disk flush, and a kill loses at most this much work."""

_EXAMPLES = 20
"""Rejections shown in the summary; the rejects file has them all."""


@dataclass
class Intake:
    """What one intake did."""

    files: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    filings: PutCount = field(default_factory=PutCount)
    events: PutCount = field(default_factory=PutCount)
    findings: PutCount = field(default_factory=PutCount)
    rejected: dict[str, int] = field(default_factory=dict)
    """Rejections by code."""
    examples: list[Rejected] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Records accepted, whether new or already there."""
        return sum(c.added + c.changed + c.unchanged for c in (self.filings, self.events, self.findings))

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON types."""
        counts = {name: asdict(getattr(self, name)) for name in ("filings", "events", "findings")}
        rejected = {"total": sum(self.rejected.values()), "by_code": dict(sorted(self.rejected.items()))}
        return {"files": self.files, "ignored": self.ignored, **counts, "rejected": rejected}


def take_in(
    store: Store,
    paths: Sequence[Path | str],
    *,
    mapping: Mapping | None,
    settings: Settings,
    rejects: Path | None,
    received_at: Moment,
    advance: Advance = silent,
) -> Intake:
    """Read `paths` into the store; a record already held changes nothing, a bad one is left out alone.

    What is left out goes to the CSV file `rejects`. Killed and run again, the store ends as if never
    killed. `advance` hears bytes read. Raises MappingError, StoreError.
    """
    with ExitStack() as stack:
        spool = stack.enter_context(tempfile.TemporaryDirectory(prefix="xiezhi-"))
        plan = plan_sources(paths, mapping or Mapping(), Path(spool))
        report = Intake([source.name for source in plan.inputs()], plan.ignored)
        refused = stack.enter_context(RejectsFile(rejects))
        batch: list[Accepted] = []
        total = sum(source.size for source in plan.inputs())
        for outcome in read_plan(plan, mapping, settings):
            if isinstance(outcome, Rejected):
                refused.write(outcome)
                _count(report, outcome)
                continue
            batch.append(outcome)
            if len(batch) == _BATCH:
                _put(store, batch, received_at, report)
                batch = []
                advance(sum(source.bytes_read for source in plan.inputs()), total)
        _put(store, batch, received_at, report)
        advance(total, total)
    return report


def _count(report: Intake, rejected: Rejected) -> None:
    report.rejected[rejected.code] = report.rejected.get(rejected.code, 0) + 1
    if len(report.examples) < _EXAMPLES:
        report.examples.append(rejected)


def _put(store: Store, batch: Sequence[Accepted], received_at: Moment, report: Intake) -> None:
    filings: list[tuple[Filing, str, str]] = []
    events: list[tuple[Event, str]] = []
    findings: list[tuple[Finding, str]] = []
    for accepted in batch:
        record, file = accepted.record, accepted.place.file
        if isinstance(record, Filing):
            filings.append((record, cause_family(record.cause, record.proceeding), file))
        elif isinstance(record, Event):
            events.append((record, file))
        else:
            findings.append((record, file))
    # In its turn: of two corrections of one filing kept at once PostgreSQL would drop the second unseen.
    with write_in_turn(store) as connection:
        if filings:
            report.filings += put_filings(connection, store.vault, filings, received_at)
        if events:
            report.events += put_events(connection, events, received_at)
        if findings:
            report.findings += put_findings(connection, findings, received_at)
