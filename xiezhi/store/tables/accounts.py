"""Who may come in, and the record of what was done."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from xiezhi.store.tables.columns import metadata, record_key, serial

users = Table(
    "users",  # accounts as they are now; how they came to be so is in user_changes
    metadata,
    Column("name", record_key, primary_key=True),
    Column("display_name", String, nullable=False),
    Column("roles", String, nullable=False),  # comma between, sorted
    Column("password_hash", String, nullable=False),  # argon2id with its parameters and salt
    Column("disabled_at", BigInteger),
    Column("courts", String, nullable=False, server_default=""),  # comma between, sorted; empty: every court
)

user_changes = Table(
    "user_changes",  # what was done to an account, by whom; appended, never a password or its hash
    metadata,
    Column("change_no", serial, primary_key=True),
    Column("name", record_key, nullable=False, index=True),
    Column("what", String, nullable=False),  # added, roles, password, disabled, courts, bound, …
    Column("detail", String, nullable=False),  # the roles, courts or scopes from then on, where they changed
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", record_key, nullable=False),
)

sessions = Table(
    "sessions",  # who is logged in; a row goes when the person leaves or its time is over
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256: a copy of the table opens no door
    Column("name", record_key, nullable=False, index=True),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

login_failures = Table(
    "login_failures",  # wrong passwords of late; what is typed as a name may be a password, so its keyed hash
    metadata,
    Column("failure_no", serial, primary_key=True),
    Column("name_hash", String(32), nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
)

audit_entries = Table(
    "audit_entries",  # what was done, by whom and when; each entry carries the digest of the one before it
    metadata,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("content", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
