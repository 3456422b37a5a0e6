"""What a page has begun that takes longer than a second (进行中): done beside the requests, with how far it is.

Kept in memory: what is under way when the server stops is not done, keeps nothing, and is begun again by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from xiezhi.progress import Advance

PATIENCE = 1.0
"""Seconds a page waits for the end itself; what takes longer shows how far it is."""


_log = logging.getLogger("xiezhi.under_way")


@dataclass
class Run:
    """One thing under way: how far it is, and how it ended."""

    done: int = 0
    total: int | None = None
    error: Exception | None = None
    ended: Event = field(default_factory=Event)


class UnderWay:
    """What is under way in this process, one thing a key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: dict[Hashable, Run] = {}

    def begin(self, key: Hashable, do: Callable[[Advance], object]) -> bool:
        """Begin `do`, unless the same is under way; whether it ended while the page waited. Raises what it raised."""
        with self._lock:
            run = self._runs.get(key)
            if run is None or run.ended.is_set():
                run = self._runs[key] = Run()
                Thread(target=_do, args=(run, do), daemon=True).start()
        if run.ended.wait(PATIENCE):
            self.look(key)
            if run.error is not None:
                raise run.error
        return run.ended.is_set()

    def look(self, key: Hashable) -> Run | None:
        """How far it is; once it has ended this is told once, and forgotten."""
        with self._lock:
            run = self._runs.get(key)
            if run is not None and run.ended.is_set():
                del self._runs[key]
            return run


def _do(run: Run, do: Callable[[Advance], object]) -> None:
    def advance(done: int, total: int) -> None:
        run.done, run.total = done, total

    try:
        do(advance)
    except Exception as error:  # told by the page that asks next
        run.error = error
        _log.error("under way: %s", type(error).__name__)
    finally:
        run.ended.set()
