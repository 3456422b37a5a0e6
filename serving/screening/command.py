"""The body of `xiezhi screen`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from features.intake import Mapping, Rejected, load_mapping, read_sources
from features.intake.take_in import take_in
from features.link.docket import link_pending
from serving.screening.one import screen_one
from serving.screening.output import open_output, write_scores
from serving.screening.screener import Screener, load_screener
from serving.screening.stream import screen_again, screen_first
from xiezhi.cli import DONE, NOTHING_DONE, SOME_REJECTED
from xiezhi.clock import now
from xiezhi.progress import stage
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.links import unlinked
from xiezhi.store.screenings import Screening

_EXAMPLES = 20
"""Rejections told in the summary: enough to see the pattern."""

BATCH_THREADS = 0
"""LightGBM's own choice: for a batch every core helps."""


@dataclass
class Tally:
    """What one run did, for its summary and exit status."""

    screened: int = 0
    flagged: int = 0
    rejected: int = 0
    examples: list[Rejected] = field(default_factory=list)

    def count(self, screening: Screening) -> None:
        """Count one score."""
        self.screened += 1
        self.flagged += screening.band != "none"

    def reject(self, rejected: Rejected) -> None:
        """Count one record that cannot be taken."""
        self.rejected += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(rejected)

    @property
    def status(self) -> int:
        """The exit status."""
        if not self.screened:
            return NOTHING_DONE
        return SOME_REJECTED if self.rejected else DONE


def screen_sources(path: Path, out: Path | None, mapping: Path | None) -> int:
    """Score every filing at `path`, each for itself, in the order read; nothing is kept. Returns the status."""
    settings, rules, tally = Settings(), load_mapping(mapping) if mapping else None, Tally()
    store = open_store(settings)
    try:
        screener = load_screener(store, settings)
        _tell_unlinked(store, settings.language)
        with stage("筛查 screening") as advance, open_output(out) as file:
            for filing in _filings(path, rules, settings, tally):
                screening = screen_one(store, screener, filing, scored_at=filing.filed_at)
                write_scores(file, screening)
                tally.count(screening)
                advance(tally.screened, tally.screened)
    finally:
        store.close()
    _tell(tally, settings.language)
    return tally.status


def screen_stream(folder: Path, out: Path | None, rescores: Path | None, mapping: Path | None) -> int:
    """Live through the docket `folder` in order of time; its filings and scores are kept. Returns the status."""
    settings, rules, tally = Settings(), load_mapping(mapping) if mapping else None, Tally()
    store = open_store(settings)
    try:
        screener = load_screener(store, settings, num_threads=BATCH_THREADS)
        filing_ids = _take_in(store, folder, rules, settings, tally)
        with stage("筛查 screening") as advance, open_output(out) as file:
            for screening in screen_first(store, screener, filing_ids, kept_at=now(), advance=advance):
                write_scores(file, screening)
                tally.count(screening)
        if rescores is not None:
            _rescore(store, screener, filing_ids, rescores)
    finally:
        store.close()
    _tell(tally, settings.language)
    return tally.status


def _rescore(store: Store, screener: Screener, filing_ids: list[str], path: Path) -> None:
    with stage("事件后复评 scoring again") as advance, open_output(path) as file:
        for screening in screen_again(store, screener, filing_ids, kept_at=now(), advance=advance):
            write_scores(file, screening)


def _take_in(
    store: Store, folder: Path, rules: Mapping | None, settings: Settings, tally: Tally
) -> list[str]:
    """Keep and link what the folder holds; returns the ids of its filings."""
    with stage("读入 reading") as advance:
        report = take_in(
            store,
            [folder],
            mapping=rules,
            settings=settings,
            rejects=None,
            received_at=now(),
            advance=advance,
        )
    tally.rejected, tally.examples = sum(report.rejected.values()), report.examples
    with stage("关联 linking") as advance:
        link_pending(store, advance)
    # Read again for the ids alone: the store holds other filings, too, and may have held these before.
    return [filing.filing_id for filing in _filings(folder, rules, settings, Tally())]


def _filings(path: Path, rules: Mapping | None, settings: Settings, tally: Tally) -> Iterator[Filing]:
    for outcome in read_sources([path], mapping=rules, settings=settings):
        if isinstance(outcome, Rejected):
            tally.reject(outcome)
        elif isinstance(outcome.record, Filing):
            yield outcome.record


def _tell_unlinked(store: Store, language: str) -> None:
    with store.read() as connection:
        waiting = len(unlinked(connection))
    if waiting:
        zh = f"有 {waiting} 件收案尚未关联，不计入历史；请先运行 xiezhi link docket。"
        en = f"{waiting} filings are not linked and count for nothing; run `xiezhi link docket` first."
        print(zh if language.startswith("zh") else en, file=sys.stderr)


def _tell(tally: Tally, language: str) -> None:
    """The summary, on standard error: standard output may be the scores."""
    chinese = language.startswith("zh")
    lines = [
        f"已筛查 {tally.screened} 件，提示 {tally.flagged} 件。提示不是认定。"
        if chinese
        else f"{tally.screened} filings screened, {tally.flagged} flagged. A flag is not a finding."
    ]
    if tally.rejected:
        lines.append(f"未接收 {tally.rejected} 条：" if chinese else f"{tally.rejected} records rejected:")
        for bad in tally.examples:
            mend = bad.zh if chinese else bad.en
            lines.append(f"  {bad.place.file}:{bad.place.row} {bad.field}: {mend}")
    print("\n".join(lines), file=sys.stderr)
