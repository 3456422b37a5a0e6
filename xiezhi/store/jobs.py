"""Jobs (后台任务): asked for, claimed by one worker at a time, done row by row, ended.

A worker holds a job on a lease that each row renews. When it is not heard of in time, another takes the job up where it
stopped. All of it is safe with many workers on SQLite (one writer) and PostgreSQL (rows locked).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from xiezhi.audit.chain import Act
from xiezhi.clock import Moment
from xiezhi.store.audit import append_acts
from xiezhi.store.tables import job_inputs, job_rows, jobs
from xiezhi.store.vault import Vault

JobState = Literal["pending", "running", "done", "failed", "cancelled"]
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled"})

_PIECE = 4 * 1024 * 1024  # bytes of a file in one row


class InputFile(NamedTuple):
    """A file handed in, under its own name."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """`done` of `total` rows are done (total None: not read yet); `code`, `zh`, `en` say why it failed."""

    job_id: str
    kind: str
    source: str
    asked_by: str
    asked_at: Moment
    input_name: str
    input_digest: str
    state: JobState = "pending"
    done: int = 0
    total: int | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    worker: str | None = None
    leased_until: Moment | None = None
    claims: int = 0
    code: str | None = None
    zh: str | None = None
    en: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will be done."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class JobRow:
    """What became of the record at `file`:`row`; `row_no` is its place in the order of reading."""

    row_no: int
    file: str
    row: int
    code: str
    zh: str
    en: str
    field: str | None = None
    filing_id: str | None = None
    screening_id: str | None = None
    band: str | None = None


class Result(NamedTuple):
    """A row in the order it was done: numbers grow while the job runs."""

    result_no: int
    row: JobRow


class JobCursor(NamedTuple):
    """The last job of a page."""

    asked_at: Moment
    job_id: str


def put_job(connection: Connection, vault: Vault, job: Job, files: Sequence[InputFile]) -> None:
    """Keep a new job with its input, sealed: it holds identity numbers."""
    connection.execute(insert(jobs).values(asdict(job)))
    for file_no, file in enumerate(files):
        for piece_no, start in enumerate(range(0, max(len(file.content), 1), _PIECE)):
            piece = zlib.compress(file.content[start : start + _PIECE], 1)
            row = {
                "job_id": job.job_id,
                "file_no": file_no,
                "piece_no": piece_no,
                "name": file.name,
                "content": vault.seal(base64.b64encode(piece).decode()),
            }
            connection.execute(insert(job_inputs), [row])
    append_acts(connection, [Act(job.asked_at, job.asked_by, "job_asked", job.job_id, job.input_digest)])


def read_input(connection: Connection, vault: Vault, job_id: str) -> list[InputFile]:
    """The files of a job that has not ended. Raises StoreError under another secret."""
    query = select(job_inputs).where(job_inputs.c.job_id == job_id)
    files: dict[int, tuple[str, list[bytes]]] = {}
    for row in connection.execute(query.order_by(job_inputs.c.file_no, job_inputs.c.piece_no)):
        piece = zlib.decompress(base64.b64decode(vault.open(row.content)))
        files.setdefault(row.file_no, (row.name, []))[1].append(piece)
    return [InputFile(name, b"".join(pieces)) for name, pieces in files.values()]


def find_job(connection: Connection, job_id: str) -> Job | None:
    """The job of this id."""
    row = connection.execute(select(jobs).where(jobs.c.job_id == job_id)).first()
    return None if row is None else Job(**row._mapping)


def list_jobs(
    connection: Connection, asked_by: str, after: JobCursor | None, limit: int, source: str | None = None
) -> list[Job]:
    """At most `limit` jobs of this person (that came in by `source`), the newest first."""
    c = jobs.c
    query = select(jobs).where(c.asked_by == asked_by)
    if source is not None:
        query = query.where(c.source == source)
    if after is not None:
        earlier = and_(c.asked_at == after.asked_at, c.job_id < after.job_id)
        query = query.where(or_(c.asked_at < after.asked_at, earlier))
    rows = connection.execute(query.order_by(c.asked_at.desc(), c.job_id.desc()).limit(limit))
    return [Job(**row._mapping) for row in rows]


def claim_job(
    connection: Connection, worker: str, at: Moment, until: Moment, wanted: str | None = None
) -> Job | None:
    """The oldest job that waits, or whose worker was not heard of in time, for `worker` until `until`.

    `wanted`: the id of the only one asked for.
    """
    c = jobs.c
    free = or_(c.state == "pending", and_(c.state == "running", c.leased_until <= at))
    if wanted is not None:
        free = and_(free, c.job_id == wanted)
    oldest = select(c.job_id).where(free).order_by(c.asked_at, c.job_id).limit(1)
    job_id = connection.execute(oldest.with_for_update(skip_locked=True)).scalar()
    if job_id is None:
        return None
    taken = {
        "state": "running",
        "worker": worker,
        "leased_until": until,
        "started_at": func.coalesce(c.started_at, at),
        "claims": c.claims + 1,
    }
    connection.execute(update(jobs).where(c.job_id == job_id).values(taken))
    return find_job(connection, job_id)


def keep_rows(
    connection: Connection, job_id: str, worker: str, rows: Sequence[JobRow], *, until: Moment, **known: int
) -> Job | None:
    """Append the rows done by `worker`, who holds the job until `until`; the job as it is then.

    `known`: the `total`, where it became known. None where another worker holds the job by now: nothing is kept. A
    job that was cancelled meanwhile keeps them all the same.
    """
    job = _held(connection, job_id, worker)
    if job is None:
        return None
    if rows:
        values = [
            {"job_id": job_id, "result_no": number, **asdict(row)}
            for number, row in enumerate(rows, job.done + 1)
        ]
        connection.execute(insert(job_rows), values)
    changed: dict[str, Any] = {"done": job.done + len(rows), **known}
    if not job.ended:
        changed["leased_until"] = until
    if rows:
        changed["claims"] = 0
    connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(changed))
    return find_job(connection, job_id)


def is_held(connection: Connection, job_id: str, worker: str) -> bool:
    """Whether the job is this worker's; until the transaction ends nobody takes it from him."""
    return _held(connection, job_id, worker) is not None


def release_job(connection: Connection, job_id: str, worker: str, at: Moment) -> None:
    """Give the job back before its end: whoever looks next takes it up."""
    job = _held(connection, job_id, worker)
    if job is not None and not job.ended:
        connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(leased_until=at))


def end_job(
    connection: Connection, job: Job, state: JobState, at: Moment, why: tuple[str, str, str] | None = None
) -> bool:
    """The job ends as `state`, for the code and sentences `why`; its input is forgotten. False: it had ended before."""
    code, zh, en = why or (None, None, None)
    ended = {"state": state, "ended_at": at, "leased_until": None}
    query = update(jobs).where(jobs.c.job_id == job.job_id, jobs.c.state.not_in(ENDED))
    if not connection.execute(query.values(**ended, code=code, zh=zh, en=en)).rowcount:
        return False
    connection.execute(delete(job_inputs).where(job_inputs.c.job_id == job.job_id))
    return True


def rows_done(connection: Connection, job_id: str) -> set[int]:
    """The row numbers that are done."""
    query = select(job_rows.c.row_no).where(job_rows.c.job_id == job_id)
    return set(connection.execute(query).scalars())


def results_of(connection: Connection, job_id: str, after: int, limit: int) -> list[Result]:
    """At most `limit` results after number `after`, in the order they were done."""
    c = job_rows.c
    query = select(job_rows).where(c.job_id == job_id, c.result_no > after).order_by(c.result_no).limit(limit)
    return [_result(dict(row._mapping)) for row in connection.execute(query)]


def results_in_order(connection: Connection, job_id: str) -> Iterable[Result]:
    """Every result, in the order of the input."""
    query = select(job_rows).where(job_rows.c.job_id == job_id).order_by(job_rows.c.row_no)
    return (_result(dict(row._mapping)) for row in connection.execute(query))


def rows_in_order(connection: Connection, job_id: str, after: int, limit: int) -> list[JobRow]:
    """At most `limit` rows after row number `after`, in the order of the input."""
    c = job_rows.c
    query = select(job_rows).where(c.job_id == job_id, c.row_no > after).order_by(c.row_no).limit(limit)
    return [_result(dict(row._mapping)).row for row in connection.execute(query)]


def count_results(connection: Connection, job_id: str) -> dict[tuple[str, str | None], int]:
    """How many rows by code and band."""
    c = job_rows.c
    query = select(c.code, c.band, func.count()).where(c.job_id == job_id).group_by(c.code, c.band)
    return {(code, band): count for code, band, count in connection.execute(query)}


def _result(row: Mapping[str, Any]) -> Result:
    values = {name: value for name, value in row.items() if name not in ("job_id", "result_no")}
    return Result(row["result_no"], JobRow(**values))


def _held(connection: Connection, job_id: str, worker: str) -> Job | None:
    """The job, locked, if it is this worker's; it may have been cancelled while he was at a row."""
    c = jobs.c
    query = select(jobs).where(c.job_id == job_id, c.worker == worker).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else Job(**row._mapping)
