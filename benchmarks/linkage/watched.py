"""A command run and watched: its seconds, what it printed, and the most memory it and its children held (Linux)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Final

import typer

_PAUSE: Final = 0.1  # seconds between two looks
_PAGE_KB: Final = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(frozen=True)
class Watched:
    """What a command took. peak_mb: of all its processes at one moment, shared memory counted once."""

    seconds: float
    peak_mb: float
    printed: str


def watch(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Watched:
    """Run `command` to its end; a failure ends the benchmark with what the command had to say."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        start = perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        memory = _Memory(process.pid)
        memory.start()
        printed, _ = process.communicate()
        seconds = perf_counter() - start
        memory.done.set()
        memory.join()
        if process.returncode:
            errors.seek(0)
            print(errors.read()[-4000:], file=sys.stderr)
            raise typer.Exit(process.returncode)
    return Watched(seconds, memory.peak_kb / 1024, printed)


class _Memory(Thread):
    """Adds up what a process and all below it hold, again and again."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.done, self.peak_kb = pid, Event(), 0

    def run(self) -> None:
        while not self.done.wait(_PAUSE):
            self.peak_kb = max(self.peak_kb, _held_kb(_family(self.pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        with suppress(OSError):  # ended meanwhile
            for children in Path(f"/proc/{one}/task").glob("*/children"):
                found += map(int, children.read_text().split())
    return found


def _held_kb(pids: list[int]) -> int:
    """Memory of each one's own, and once that of files mapped, which they share."""
    own, shared = 0, 0
    for pid in pids:
        with suppress(OSError):
            _, resident, mapped, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
            own += resident - mapped
            shared = max(shared, mapped)
    return (own + shared) * _PAGE_KB
