"""What processes that hold part of the store in memory follow."""

from __future__ import annotations

from sqlalchemy import Column, Table

from xiezhi.store.tables.columns import metadata, record_key, serial

history_changes = Table(
    "history_changes",  # whose history changed, in order of commit; the newest few thousand are kept
    metadata,
    Column("seq", serial, primary_key=True),
    Column("filing_id", record_key),  # none: more than can be named
)
