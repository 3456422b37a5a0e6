"""What is asked of the appearances of filings is read from the index alone

SQLite read it so before: there the table is an index itself. PostgreSQL fetched each row from a page of its own.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    _make_anew("filing_id", "key", "role")


def downgrade() -> None:
    _make_anew("filing_id")


def _make_anew(*columns: str) -> None:
    op.drop_index("ix_appearances_filing_id", "appearances")
    op.create_index("ix_appearances_filing_id", "appearances", columns)
