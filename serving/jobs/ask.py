"""Use cases: ask for a job, follow one's own, cancel it. Whoever asked may see it, and nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import uuid4

from serving.file_names import clean_name
from serving.jobs.kinds import KindName
from xiezhi.audit.chain import Act
from xiezhi.clock import Moment
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.jobs import InputFile, Job, end_job, find_job, put_job

MOST_FILES = 20
_LONGEST_TOLD = 200  # characters of the names of a job's files, together


def ask_for(
    store: Store, kind: KindName, files: Sequence[InputFile], *, source: str, asked_by: str, at: Moment
) -> Job:
    """Keep a job for a worker to do. `source`: the way it came in (`api`, `desk`). Raises InputError."""
    files = [
        InputFile(clean_name(file.name, "upload"), file.content) for file in files if file.content.strip()
    ]
    if not files:
        raise InputError("请选择有内容的文件。", "Choose a file that is not empty.", code="nothing-sent")
    if len(files) > MOST_FILES:
        raise InputError(
            f"一次最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files at a time.", code="too-many-files"
        )
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{len(file.name)} {file.name} {len(file.content)} ".encode())
        digest.update(file.content)
    names = "、".join(file.name for file in files)[:_LONGEST_TOLD]
    job = Job("j" + uuid4().hex, kind, source, asked_by, at, names, digest.hexdigest())
    with store.write() as connection:
        put_job(connection, store.vault, job, files)
    return job


def read_job(store: Store, job_id: str, asked_by: str) -> Job:
    """One's own job. Raises NotFound, for another's, too."""
    with store.read() as connection:
        job = find_job(connection, job_id)
    if job is None or job.asked_by != asked_by:
        raise NotFound("没有这个任务。", "There is no such job.", code="no-job")
    return job


def note_read(store: Store, job: Job, read_by: str, at: Moment) -> None:
    """Put on record that this person read the results; in a home without accounts there is nobody to name."""
    if read_by:
        with store.write() as connection:
            append_acts(connection, [Act(at, read_by, "job_results_read", job.job_id, job.input_digest)])


def cancel_job(store: Store, job_id: str, asked_by: str, at: Moment) -> Job:
    """Stop one's own job after the row it is at; what is done stays done. Raises NotFound, Conflict."""
    job = read_job(store, job_id, asked_by)
    with store.write() as connection:
        if not end_job(connection, job, "cancelled", at):
            raise Conflict("任务已经结束。", "The job has ended already.", code="job-ended")
        append_acts(connection, [Act(at, asked_by, "job_cancelled", job_id, "")])
    return read_job(store, job_id, asked_by)
