"""The worker (任务进程): one by one it does what was asked for, in a thread beside the server or as a process of its own."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from features.history.follow import HeldHistory
from serving.jobs.kinds import KINDS
from serving.jobs.run import claim, run_job
from serving.parts import Parts
from serving.screening.promoted import PromotedModel
from xiezhi.clock import now
from xiezhi.progress import silent, stage
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.jobs import Job

PAUSE = 0.5
"""Seconds between two looks for work: one indexed query each."""

_log = logging.getLogger("xiezhi.jobs")


def name_worker() -> str:
    """A name no other worker has, readable in the table of jobs."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def work(parts: Parts, stop: Event, *, shown: bool = False) -> None:
    """Do job after job until `stop` is set; a job begun is left after the row it is at.

    `shown`: progress on a terminal, and a line of standard error for each job.
    """
    worker = name_worker()
    while not stop.is_set():
        try:
            job = claim(parts, worker)
            if job is not None:
                with stage(_title(job, parts)) if shown else nullcontext(silent) as advance:
                    job = run_job(parts, job, worker, stopping=stop.is_set, advance=advance)
                if shown:
                    print(_tell(job, parts.settings.language), file=sys.stderr)
        except SQLAlchemyError as error:  # a store that is away for a while
            _log.error("jobs: store: %s", type(error).__name__)
            job = None
        if job is None:
            stop.wait(PAUSE)


@contextmanager
def working_beside(parts: Parts) -> Iterator[None]:
    """A worker in a thread of its own; at the end it finishes the row it is at."""
    stop = Event()
    thread = Thread(target=work, args=(parts, stop), name="xiezhi-worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run_worker() -> None:
    """The body of `xiezhi worker`: until SIGTERM or SIGINT."""
    settings, stop = Settings(), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    store = open_store(settings)
    try:
        history = HeldHistory(store)
        with history.kept():
            work(Parts(store, settings, PromotedModel(store, settings, history.fetch), now), stop, shown=True)
    finally:
        store.close()


def _title(job: Job, parts: Parts) -> str:
    kind = KINDS[job.kind]
    return f"{kind.zh if parts.settings.language.startswith('zh') else kind.en} {job.job_id[:9]}"


def _tell(job: Job, language: str) -> str:
    chinese, kind = language.startswith("zh"), KINDS[job.kind]
    total = "?" if job.total is None else job.total
    why = "" if job.code is None else f" {job.code}: {job.zh if chinese else job.en}"
    return f"{kind.zh if chinese else kind.en} {job.job_id} {job.state} {job.done}/{total}{why}"
