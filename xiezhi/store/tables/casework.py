"""What people lay beside a filing: notes, attachments, verifications ticked off; and the sheets issued of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key

case_notes = Table(
    "case_notes",  # notes on a filing; appended. A row that withdraws another says why in its text
    metadata,
    Column("note_id", String, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("written_at", BigInteger, nullable=False),
    Column("written_by", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("withdraws", String),  # the note this one takes back
)

case_attachments = Table(
    "case_attachments",  # files laid beside a filing; their content is in XIEZHI_HOME by digest
    metadata,
    Column("attachment_id", String, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("attached_at", BigInteger, nullable=False),
    Column("attached_by", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),  # media type by its first bytes
    Column("size", BigInteger, nullable=False),  # bytes
    Column("digest", String(64), nullable=False),  # SHA-256 (hex) of the content
)

case_checks = Table(
    "case_checks",  # items of the verification list ticked off; the newest row of an item holds
    metadata,
    Column("check_id", String, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("item", String, nullable=False),
    Column("result", String, nullable=False),  # clear, doubt, open
    Column("note", Text, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Column("checked_by", String, nullable=False),
)

issued_sheets = Table(
    "issued_sheets",  # review sheets handed out; the code printed on one is found here
    metadata,
    Column("code", String, primary_key=True),  # keyed hash over the other columns
    Column("screening_id", String, nullable=False),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("language", String, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 (hex) of what the sheet says
    Column("issued_at", BigInteger, nullable=False),
    Column("issued_by", String, nullable=False),
)
