"""What is done at the filing desk: steps taken, questions left open."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key

desk_steps = Table(
    "desk_steps",  # a step the law allows, done at the desk or entered by mistake; appended
    metadata,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("screening_id", String, nullable=False),  # the answer that was open
    Column("step", String, nullable=False),
    Column("what", String, nullable=False),  # done, taken_back
    Column("note", Text, nullable=False),
    Column("done_at", BigInteger, nullable=False),
    Column("done_by", String, nullable=False),
)

doubts = Table(
    "doubts",  # a person could not tell whether two mentions are one; a judgement says more
    metadata,
    Column("doubt_no", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("filing_id", record_key, nullable=False),
    Column("record_id", String, nullable=False),
    Column("entity_id", String, nullable=False),  # the entity that was offered
    Column("told_at", BigInteger, nullable=False),
    Column("told_by", String, nullable=False),
    Index("ix_doubts_filing_id", "filing_id"),
)
