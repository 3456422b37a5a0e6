"""What was shown in lists."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key, serial

shown_lists = Table(
    "shown_lists",  # scores somebody was shown in a list, a row a request; pages of one filing are `saw` in the trail
    metadata,
    Column("list_no", serial, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("actor", record_key, nullable=False),
    Column("place", String, nullable=False),
    Column("screening_ids", Text, nullable=False),  # in the order shown, a space before and after each
)
