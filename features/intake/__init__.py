"""Read what courts hand in: every format becomes records, and what cannot be read is said with its mend."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from features.intake.docket import Conventions, read_docket
from features.intake.mapping import Mapping, load_mapping
from features.intake.outcome import Accepted, Place, Rejected
from features.intake.sources import Plan, plan_sources
from xiezhi.settings import Settings

__all__ = ["Accepted", "Mapping", "Place", "Rejected", "load_mapping", "read_plan", "read_sources"]


def read_sources(
    paths: Sequence[Path | str], *, mapping: Mapping | None, settings: Settings
) -> Iterator[Accepted | Rejected]:
    """Every record at `paths`, one by one; within a path filings, then events, then findings.

    A path is a docket folder, a file (.jsonl, .jsonl.gz, .parquet, .csv, .xlsx) or `-` for JSON Lines on
    standard input. Raises MappingError.
    """
    with tempfile.TemporaryDirectory(prefix="xiezhi-") as spool:
        plan = plan_sources(paths, mapping or Mapping(), Path(spool))
        yield from read_plan(plan, mapping, settings)


def read_plan(plan: Plan, mapping: Mapping | None, settings: Settings) -> Iterator[Accepted | Rejected]:
    """Every record of what `plan_sources` found. Raises MappingError."""
    mapping = mapping or Mapping()
    conventions = Conventions(mapping, mapping.zone or settings.zone, mapping.currency or settings.currency)
    yield from plan.rejected
    for docket in plan.dockets:
        yield from read_docket(docket, conventions)
