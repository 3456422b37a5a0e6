"""Times each stage of the path on a simulated docket, and one filing's screening. Reports, asserts nothing."""

from __future__ import annotations

import os
import platform
import resource
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from features.pipeline import build_table
from serving.screening.one import screen_one
from serving.screening.screener import load_screener
from xiezhi.cli import run
from xiezhi.clock import Moment, to_datetime
from xiezhi.demo.command import NEWEST_DAYS, at_home
from xiezhi.demo.split import find_cut, split_docket
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.filings import iterate_filings


class Watch:
    """Times stages, each over a number of filings, into a table."""

    def __init__(self, title: str) -> None:
        self.table = Table("stage", "filings", "seconds", "a second", "peak MB so far", title=title)

    def time(self, stage: str, filings: int, work: Callable[[], object]) -> None:
        """Do `work`, one stage over `filings` filings."""
        start = perf_counter()
        work()
        seconds = perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
        self.table.add_row(
            stage, f"{filings:,}", f"{seconds:.2f}", f"{filings / seconds:,.0f}", f"{peak:,.0f}"
        )


def main(
    filings: Annotated[int, typer.Option(min=2_000, help="Size of the docket.")] = 20_000,
    seed: int = 7,
    singles: Annotated[int, typer.Option(min=1, help="Filings to screen one by one.")] = 200,
) -> None:
    """Time each stage of the path."""
    watch = Watch(f"{filings:,} filings · {os.cpu_count()} cores · Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder, at_home(Path(folder)):
        one_by_one = measure_path(watch, Path(folder), filings, seed, singles)
    console = Console()
    console.print(watch.table)
    p50, p99 = np.percentile(one_by_one, (50, 99)) * 1000
    console.print(f"screening one filing, {len(one_by_one)} times: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def measure_path(watch: Watch, home: Path, filings: int, seed: int, singles: int) -> list[float]:
    """Run the path once at `home`; returns the seconds of each filing screened alone."""
    settings = Settings()
    docket, history, new = home / "docket", home / "history", home / "new"
    command = ["simulate", "--filings", str(filings), "--seed", str(seed), "--out", str(docket)]
    watch.time("simulate", filings, lambda: must(command))
    cut = find_cut(docket, settings.zone, NEWEST_DAYS)
    halves = split_docket(docket, cut, history, new, settings.zone)
    day = to_datetime(cut, settings.zone).date().isoformat()
    watch.time("ingest", halves.history, lambda: must(["ingest", str(history)]))
    watch.time("link", halves.history, lambda: must(["link"]))
    watch.time("build", halves.history, build)
    watch.time("train (builds again)", halves.history, lambda: must(["train", "--synthetic", "--as-of", day]))
    must(["promote"])
    scores = str(home / "scores.jsonl")
    watch.time("screen --stream", halves.new, lambda: must(["screen", str(new), "--stream", "--out", scores]))
    return screen_singly(settings, cut, singles)


def build() -> None:
    """Compute every feature of every filing in the store."""
    store = open_store(Settings())
    build_table(store)
    store.close()


def screen_singly(settings: Settings, since: Moment, singles: int) -> list[float]:
    """Seconds taken by each of the first `singles` filings since `since`, screened alone against the whole store."""
    store = open_store(settings)
    screener = load_screener(store, settings)
    with store.read() as connection:
        found = list(islice(iterate_filings(connection, store.vault, since=since, open_ids=True), singles))
    seconds = []
    for stored in found:
        start = perf_counter()
        screen_one(store, screener, stored.filing, scored_at=stored.filing.filed_at)
        seconds.append(perf_counter() - start)
    store.close()
    return seconds


def must(words: list[str]) -> None:
    """Run a command line; stop here if it fails."""
    status = run(words)
    if status:
        raise typer.Exit(status)


if __name__ == "__main__":
    typer.run(main)
