"""Notes, attachments and verifications of a case, and the sheets issued of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "case_notes",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("withdraws", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("note_id", name="pk_case_notes"),
    )
    op.create_index("ix_case_notes_filing_id", "case_notes", ["filing_id"])
    op.create_table(
        "case_attachments",
        sa.Column("attachment_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("attached_at", sa.BigInteger(), nullable=False),
        sa.Column("attached_by", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_case_attachments"),
    )
    op.create_index("ix_case_attachments_filing_id", "case_attachments", ["filing_id"])
    op.create_table(
        "case_checks",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("check_id", name="pk_case_checks"),
    )
    op.create_index("ix_case_checks_filing_id", "case_checks", ["filing_id"])
    op.create_table(
        "issued_sheets",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("screening_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_issued_sheets"),
    )
    op.create_index("ix_issued_sheets_filing_id", "issued_sheets", ["filing_id"])


def downgrade() -> None:
    for table in ("issued_sheets", "case_checks", "case_attachments", "case_notes"):
        op.drop_table(table)
