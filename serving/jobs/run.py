"""Do one job: plan it anew, pass over what is done, keep row after row."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from serving.jobs.kinds import KINDS
from serving.jobs.tasks import Plan, Task, make_row
from serving.parts import Parts
from xiezhi.clock import SECOND
from xiezhi.errors import BundleError, InputError, StoreError, XiezhiError
from xiezhi.progress import Advance, silent
from xiezhi.store.jobs import (
    Job,
    JobRow,
    JobState,
    claim_job,
    end_job,
    find_job,
    is_held,
    keep_rows,
    read_input,
    release_job,
    rows_done,
)

LEASE = 60 * SECOND
"""How long a worker may not be heard of before another takes its job: reading the largest input takes some twenty
seconds, a row well under one."""

MOST_CLAIMS = 3
"""Taken up so often without one row done, a job is given up: it may be what ends its workers."""

_AT_ONCE = 1_000
_log = logging.getLogger("xiezhi.jobs")


def never() -> bool:
    """The `stopping` of whoever wants a job done to its end."""
    return False


def claim(parts: Parts, worker: str, wanted: str | None = None) -> Job | None:
    """The next job for `worker`, or the one `wanted` by id; None where none waits."""
    with parts.store.write() as connection:
        at = parts.now()
        return claim_job(connection, worker, at, at + LEASE, wanted)


def run_job(
    parts: Parts, job: Job, worker: str, *, stopping: Callable[[], bool] = never, advance: Advance = silent
) -> Job:
    """Do a claimed job until it ends, or `stopping()` after a row; the job as it is then. Raises SQLAlchemyError."""
    try:
        _run(parts, job, worker, stopping, advance)
    except (SQLAlchemyError, StoreError) as error:
        # The store may be back in a moment; a job it always fails at is given up by its claims.
        _log.error("job %s: store: %s", job.job_id, type(error).__name__)
        _release(parts, job, worker)
    except XiezhiError as error:
        _end(parts, job, worker, "failed", (error.code, error.zh, error.en))
    except Exception as error:  # a fault of ours must not end the worker, nor be tried for ever
        _log.error("job %s: %s", job.job_id, type(error).__name__)
        _end(parts, job, worker, "failed", ("internal", "处理任务时出错。", "Something went wrong here."))
    with parts.store.read() as connection:
        return find_job(connection, job.job_id) or job


def _run(parts: Parts, job: Job, worker: str, stopping: Callable[[], bool], advance: Advance) -> None:
    if job.claims > MOST_CLAIMS:
        raise InputError(
            "任务多次中断而无进展，已停止；请将文件拆小后再提交。",
            "The job was broken off several times without progress and was given up; hand the file in again in parts.",
            code="job-stuck",
        )
    with parts.store.read() as connection:
        files = read_input(connection, parts.store.vault, job.job_id)
        done = rows_done(connection, job.job_id)
    plan = KINDS[job.kind].plan(parts, job, files)
    held = _keep_told(parts, job, worker, plan, done)
    for task in plan.tasks:
        if held is None or held.ended:
            return
        if stopping():
            _release(parts, job, worker)
            return
        if task.row_no not in done:
            held = _keep(parts, job, worker, [_do(task)])
            if held is not None:
                advance(held.done, plan.total)
    if held is not None:
        _end(parts, job, worker, "done")


def _do(task: Task) -> JobRow:
    """The row of a task; a fault of ours at one record leaves the others their turn."""
    try:
        return task.do()
    except (SQLAlchemyError, StoreError, BundleError):
        raise
    except XiezhiError as error:
        return JobRow(task.row_no, task.place.file, task.place.row, error.code, error.zh, error.en)
    except Exception as error:
        _log.error("row: %s", type(error).__name__)
        return make_row(task.row_no, task.place, "row-failed")


def _keep_told(parts: Parts, job: Job, worker: str, plan: Plan, done: set[int]) -> Job | None:
    """Keep the rows that need no work; the job with its total, None where it is another worker's by now."""
    held = _keep(parts, job, worker, [], total=plan.total)
    rows = [row for row in plan.told if row.row_no not in done]
    for start in range(0, len(rows), _AT_ONCE):
        if held is not None:
            held = _keep(parts, job, worker, rows[start : start + _AT_ONCE])
    return held


def _keep(parts: Parts, job: Job, worker: str, rows: list[JobRow], **known: int) -> Job | None:
    with parts.store.write() as connection:
        return keep_rows(connection, job.job_id, worker, rows, until=parts.now() + LEASE, **known)


def _release(parts: Parts, job: Job, worker: str) -> None:
    with parts.store.write() as connection:
        release_job(connection, job.job_id, worker, parts.now())


def _end(
    parts: Parts, job: Job, worker: str, state: JobState, why: tuple[str, str, str] | None = None
) -> None:
    with parts.store.write() as connection:
        if is_held(connection, job.job_id, worker):
            end_job(connection, job, state, parts.now(), why)
