"""What is done at the filing desk: files handed in, what became of each row, steps taken, questions left open."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key

uploads = Table(
    "uploads",  # files handed in at the desk together; what they hold is in `filings`
    metadata,
    Column("upload_id", String, primary_key=True),
    Column("received_at", BigInteger, nullable=False, index=True),
    Column("received_by", String, nullable=False),
    Column("files", Text, nullable=False),  # their names, JSON
    Column("row_count", Integer, nullable=False),
)

upload_rows = Table(
    "upload_rows",  # one record read from an upload, in the order of its files; nothing of what was filed
    metadata,
    Column("upload_id", String, primary_key=True),
    Column("place_no", Integer, primary_key=True, autoincrement=False),
    Column("file", String, nullable=False),
    Column("row_no", BigInteger, nullable=False),  # line or spreadsheet row; 0: the file itself
    Column("filing_id", record_key),  # none: it cannot be taken, or is no filing
    Column("filed_at", BigInteger),
    Column("field", String, nullable=False),  # where it cannot be taken: the place in the record
    Column("code", String, nullable=False),  # empty: a filing
    Column("mend_zh", Text, nullable=False),
    Column("mend_en", Text, nullable=False),
)

upload_answers = Table(
    "upload_answers",  # what screening a row came to; appended as it goes, so that it goes on after a restart
    metadata,
    Column("upload_id", String, primary_key=True),
    Column("place_no", Integer, primary_key=True, autoincrement=False),
    Column("screening_id", String),  # none: it could not be screened
    Column("is_new", Integer, nullable=False),  # 0: screened before
    Column("answered_at", BigInteger, nullable=False),
)

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
