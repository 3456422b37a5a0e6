"""Work that somebody asked for and does not wait for, and answers kept so that a request may be sent again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from xiezhi.store.tables.columns import metadata, record_key

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", record_key, primary_key=True),
    Column("kind", String, nullable=False),  # serving.jobs.kinds
    Column("source", String, nullable=False),  # by which way it came in: api, desk
    Column("asked_by", record_key, nullable=False),  # the account; empty in a home without accounts
    Column("asked_at", BigInteger, nullable=False),
    Column("input_name", String, nullable=False),
    Column("input_digest", String(64), nullable=False),  # SHA-256 of what was handed in
    Column("state", String, nullable=False),  # pending, running, done, failed, cancelled
    Column("done", Integer, nullable=False),
    Column("total", Integer),  # none: not read yet
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("worker", String),  # who is at it, until when he has to be heard of again
    Column("leased_until", BigInteger),
    Column("claims", Integer, nullable=False),  # how often it was taken up since its last row
    Column("code", String),  # why it failed
    Column("zh", Text),
    Column("en", Text),
    Index("ix_jobs_state_asked_at", "state", "asked_at"),
    Index("ix_jobs_asked_by_asked_at", "asked_by", "asked_at"),
)

job_inputs = Table(
    "job_inputs",  # what was handed in, sealed, in pieces; gone when the job has ended
    metadata,
    Column("job_id", record_key, primary_key=True),
    Column("file_no", Integer, primary_key=True, autoincrement=False),
    Column("piece_no", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("content", Text, nullable=False),
)

job_rows = Table(
    "job_rows",  # what became of each record, in the order it was done
    metadata,
    Column("job_id", record_key, primary_key=True),
    Column("result_no", Integer, primary_key=True, autoincrement=False),
    Column("row_no", Integer, nullable=False),  # its place in the order of reading
    Column("file", String, nullable=False),
    Column("row", Integer, nullable=False),  # line or spreadsheet row; 0: the file itself
    Column("code", String, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("field", String),  # the place in the record that is wrong
    Column("filing_id", record_key),
    Column("screening_id", String),
    Column("band", String),
    UniqueConstraint("job_id", "row_no"),
)

kept_answers = Table(
    "kept_answers",  # what a request with an idempotency key was answered
    metadata,
    Column("asked_by", record_key, primary_key=True),
    Column("key", record_key, primary_key=True),
    Column("request_digest", String(64), nullable=False),  # SHA-256 of method, path, type and body
    Column("asked_at", BigInteger, nullable=False, index=True),
    Column("status", Integer),  # none: not answered yet
    Column("headers", Text),  # JSON
    Column("body", Text),  # sealed
)
