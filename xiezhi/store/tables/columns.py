"""What all tables share: the naming of constraints, and the types of ids and of counted numbers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

record_key = String().with_variant(String(collation="C"), "postgresql")
"""Ids sort by code point on both databases, as they do in Python: order decides ties."""

serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up INTEGER keys only."""
