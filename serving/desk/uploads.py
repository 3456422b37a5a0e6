"""Files handed in at the desk (批量提交): a job, begun while the clerk waits and gone on with by a worker."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from serving.jobs.ask import ask_for
from serving.jobs.run import claim, run_job
from serving.jobs.worker import name_worker
from serving.parts import Parts
from xiezhi.store import Store
from xiezhi.store.jobs import InputFile, Job, list_jobs

SOURCE = "desk"

WHILE_WAITING = 100
"""Rows screened while the clerk waits: a second or two. A worker goes on with the rest."""

SMALL = 512 * 1024
"""Bytes that are read while the clerk waits; reading more takes seconds, and is left to a worker as a whole."""


def hand_in(parts: Parts, files: Sequence[tuple[str, bytes]], pasted: str, *, by: str) -> Job:
    """Ask for the screening of `files` (name, content) and of pasted JSON; the job, done if it was small.

    Raises InputError for nothing, or for too many files.
    """
    inputs = [InputFile(name, content) for name, content in files]
    if pasted.strip():
        inputs.append(InputFile("pasted.json", pasted.encode()))
    job = ask_for(parts.store, "screen", inputs, source=SOURCE, asked_by=by, at=parts.now())
    if sum(len(file.content) for file in inputs) > SMALL:
        return job
    worker, rows = name_worker(), count()
    mine = claim(parts, worker, job.job_id)  # None: a worker was quicker
    if mine is None:
        return job
    return run_job(parts, mine, worker, stopping=lambda: next(rows) >= WHILE_WAITING)


def uploads_of(store: Store, asked_by: str, most: int) -> list[Job]:
    """The newest uploads of a person at the desk, at most `most`."""
    with store.read() as connection:
        return list_jobs(connection, asked_by, None, most, SOURCE)
