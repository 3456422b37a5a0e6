"""Cut a docket folder in two at a moment: what a court knew by then, and what came later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiezhi.clock import DAY, Moment, parse_moment, to_datetime

FILES = ("filings", "events", "findings")


@dataclass(frozen=True)
class Halves:
    """Filings on each side of the cut."""

    history: int
    new: int


def find_cut(docket: Path, zone: str, days: int) -> Moment:
    """The local midnight that begins the docket's last `days` days of filing."""
    last = max(_known_at(record, zone) for _, record in _lines(docket / "filings.jsonl"))
    day = to_datetime(last - (days - 1) * DAY, zone)
    return parse_moment(day.date().isoformat(), zone)


def split_docket(docket: Path, cut: Moment, history: Path, new: Path, zone: str) -> Halves:
    """Write each line of `docket` to `history` if it was known before `cut`, else to `new`.

    A filing is known when filed, an event or a finding when recorded: one recorded later goes to `new`
    even if its filing lies in `history`.
    """
    counts = {history: 0, new: 0}
    for folder in counts:
        folder.mkdir(parents=True)
    for name in FILES:
        source = docket / f"{name}.jsonl"
        if not source.exists():
            continue
        with (
            (history / source.name).open("w", encoding="utf-8") as before,
            (new / source.name).open("w", encoding="utf-8") as after,
        ):
            for line, record in _lines(source):
                early = _known_at(record, zone) < cut
                (before if early else after).write(line)
                if name == "filings":
                    counts[history if early else new] += 1
    return Halves(counts[history], counts[new])


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line, json.loads(line)


def _known_at(record: dict[str, Any], zone: str) -> Moment:
    return parse_moment(record.get("filed_at") or record.get("recorded_at") or record["at"], zone)
