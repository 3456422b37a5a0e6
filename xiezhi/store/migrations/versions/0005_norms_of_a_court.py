"""An index for the norm of a cause at one court: its latest filings, however rare the cause is there."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_NAME = "ix_filings_court_cause_family_filed_at"


def upgrade() -> None:
    op.create_index(_NAME, "filings", ["court", "cause_family", "filed_at"])


def downgrade() -> None:
    op.drop_index(_NAME, "filings")
