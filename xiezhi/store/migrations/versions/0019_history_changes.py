"""Which filings' history changed, for processes that hold it in memory"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "history_changes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "filing_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=True
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_history_changes"),
    )


def downgrade() -> None:
    op.drop_table("history_changes")
