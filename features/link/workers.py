"""Processes beside this one, for work on texts that holds the interpreter."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Final, Self, TypeVar

import pyarrow as pa

_WORTH: Final = 100_000
"""Texts from which starting processes pays: each takes about a second to start, in which this one does that many."""

T = TypeVar("T")
W = TypeVar("W")


class Workers:
    """Work is done here until there is so much that processes pay, and from then on in these, one a core."""

    def __init__(self) -> None:
        self._texts = 0
        self._pool: Executor | None = None
        self._starting = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def do(self, work: Callable[[W, pa.StringArray], T], how: W, texts: pa.StringArray) -> T:
        """`work(how, texts)`; may be called from several threads at once. texts: no slice, which takes its column along."""
        with self._starting:
            self._texts += len(texts)
            if self._texts > _WORTH and not self._pool:
                # Not forked: a fork of a process that runs Arrow's threads may hang.
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(os.cpu_count(), mp_context=context)
        if not self._pool:
            return work(how, texts)
        return self._pool.submit(work, how, texts).result()
