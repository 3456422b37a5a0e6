"""Progress on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[int, int], None]
"""Called with (done, total)."""

console = Console(stderr=True)


def silent(done: int, total: int) -> None:
    """The `Advance` of whoever does not want to know."""


@contextmanager
def stage(title: str) -> Iterator[Advance]:
    """Show one stage's progress on stderr; yields the `Advance` to report to. Nothing in a pipe."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (
        TextColumn("{task.description:<38}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance
