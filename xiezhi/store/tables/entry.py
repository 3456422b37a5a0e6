"""Other ways in than a password: keys of programs, and log-ins by the court's own identity provider."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key

api_keys = Table(
    "api_keys",  # keys of programs as they are now; how they came to be so is in user_changes, under key:NAME
    metadata,
    Column("name", record_key, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),  # SHA-256: a copy opens no door
    Column("scopes", String, nullable=False),  # comma between, sorted
    Column("courts", String, nullable=False),  # comma between, sorted; empty: every court
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", record_key, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("used_at", BigInteger),  # to the minute
)

identities = Table(
    "identities",  # which account a subject of the identity provider is
    metadata,
    Column("issuer", record_key, primary_key=True),
    Column("subject", record_key, primary_key=True),
    Column("name", record_key, nullable=False, index=True),
    Column("bound_at", BigInteger, nullable=False),
)

begun_logins = Table(
    "begun_logins",  # log-ins under way at the identity provider; a row goes when it is used or too old
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("nonce", String, nullable=False),
    Column("verifier", String, nullable=False),
    Column("goal", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False, index=True),
)
