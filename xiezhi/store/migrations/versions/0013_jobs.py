"""Jobs with their input and results, and answers kept for requests sent again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", _id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("asked_by", _id, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("input_name", sa.String(), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("worker", sa.String()),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("zh", sa.Text()),
        sa.Column("en", sa.Text()),
        sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state_asked_at", "jobs", ["state", "asked_at"])
    op.create_index("ix_jobs_asked_by_asked_at", "jobs", ["asked_by", "asked_at"])
    op.create_table(
        "job_inputs",
        sa.Column("job_id", _id, nullable=False),
        sa.Column("file_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("piece_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "file_no", "piece_no", name="pk_job_inputs"),
    )
    op.create_table(
        "job_rows",
        sa.Column("job_id", _id, nullable=False),
        sa.Column("result_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("field", sa.String()),
        sa.Column("filing_id", _id),
        sa.Column("screening_id", sa.String()),
        sa.Column("band", sa.String()),
        sa.PrimaryKeyConstraint("job_id", "result_no", name="pk_job_rows"),
        sa.UniqueConstraint("job_id", "row_no", name="uq_job_rows_job_id_row_no"),
    )
    op.create_table(
        "kept_answers",
        sa.Column("asked_by", _id, nullable=False),
        sa.Column("key", _id, nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.PrimaryKeyConstraint("asked_by", "key", name="pk_kept_answers"),
    )
    op.create_index("ix_kept_answers_asked_at", "kept_answers", ["asked_at"])


def downgrade() -> None:
    op.drop_table("kept_answers")
    op.drop_table("job_rows")
    op.drop_table("job_inputs")
    op.drop_table("jobs")
