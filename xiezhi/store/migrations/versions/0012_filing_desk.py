"""The filing desk: steps taken, questions left open"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
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
    for table in ("doubts", "desk_steps"):
        op.drop_table(table)
