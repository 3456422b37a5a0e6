"""Ids collate by code point in the indexes too

The tables said so, the columns were made without: on PostgreSQL every look-up by a list of ids then read its table
from end to end.
"""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0004"
down_revision = "0003"

_IDS: Final = (
    ("filings", "filing_id"),
    ("events", "filing_id"),
    ("findings", "filing_id"),
    ("mentions", "filing_id"),
    ("claims", "filing_id"),
    ("claim_relations", "filing_id"),
    ("claim_relations", "other_filing_id"),
    ("appearances", "filing_id"),
    ("screenings", "filing_id"),
    ("decisions", "filing_id"),
    ("judgements", "left_filing"),
    ("judgements", "right_filing"),
    ("questions", "filing_id"),
)


def upgrade() -> None:
    _collate("C")


def downgrade() -> None:
    _collate("default")


def _collate(collation: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite compares by code point as it is
        for table, column in _IDS:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR COLLATE "{collation}"')
