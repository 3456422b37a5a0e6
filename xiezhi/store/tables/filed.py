"""What was filed, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from xiezhi.store.tables.columns import metadata, record_key, serial

filings = Table(
    "filings",
    metadata,
    Column("row_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False),
    Column("version", Integer, nullable=False),  # 1 is the filing as first received
    Column("digest", String(32), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),  # version 1: filed_at; later: when received
    Column("received_at", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("filed_at", BigInteger, nullable=False),
    Column("court", String, nullable=False),
    Column("proceeding", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("cause_family", String, nullable=False),  # normalised, features.normalise.causes
    Column("claim_amount", Float),
    Column("body", Text, nullable=False),  # JSON of xiezhi.records.to_body, id numbers sealed
    UniqueConstraint("filing_id", "version"),
    Index("ix_filings_filed_at", "filed_at", "filing_id"),
    Index("ix_filings_cause_family_filed_at", "cause_family", "filed_at"),
    Index("ix_filings_court_cause_family_filed_at", "court", "cause_family", "filed_at"),
)

events = Table(
    "events",
    metadata,
    Column("row_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("party_id", String),
    Column("amount", Float),
    Column("detail", Text),
    Column("origin", String, nullable=False),  # the file or client it came from
    Column("digest", String(32), nullable=False, unique=True),
)

findings = Table(
    "findings",
    metadata,
    Column("row_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("finding", String, nullable=False),
    Column("source", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("scheme", String),
    Column("measure", String),
    Column("detail", Text),
    Column("origin", String, nullable=False),  # the file or client it came from
    Column("digest", String(32), nullable=False, unique=True),
)
