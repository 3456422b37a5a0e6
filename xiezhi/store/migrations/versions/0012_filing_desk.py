"""The filing desk: uploads row by row, steps taken, questions left open"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_received_at", "uploads", ["received_at"])
    op.create_table(
        "upload_rows",
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("place_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("filing_id", _id, nullable=True),
        sa.Column("filed_at", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("mend_zh", sa.Text(), nullable=False),
        sa.Column("mend_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "place_no", name="pk_upload_rows"),
    )
    op.create_table(
        "upload_answers",
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("place_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("screening_id", sa.String(), nullable=True),
        sa.Column("is_new", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "place_no", name="pk_upload_answers"),
    )
    op.create_table(
        "desk_steps",
        sa.Column("entry_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("screening_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry_no", name="pk_desk_steps"),
    )
    op.create_index("ix_desk_steps_filing_id", "desk_steps", ["filing_id"])
    op.create_table(
        "doubts",
        sa.Column("doubt_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("doubt_no", name="pk_doubts"),
    )
    op.create_index("ix_doubts_filing_id", "doubts", ["filing_id"])


def downgrade() -> None:
    for table in ("doubts", "desk_steps", "upload_answers", "upload_rows", "uploads"):
        op.drop_table(table)
