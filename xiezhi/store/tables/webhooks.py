"""Who is told of scores and decisions by HTTP, what waits to be told, and every attempt to tell it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key, serial

webhooks = Table(
    "webhooks",  # subscriptions as they are now; how they came to be so is in the audit trail
    metadata,
    Column("webhook_id", record_key, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", String, nullable=False),  # comma between, sorted
    Column("courts", String, nullable=False),  # comma between, sorted; empty: every court
    Column("sealed_secret", Text, nullable=False),  # by the vault
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", record_key, nullable=False),
    Column("paused_at", BigInteger),
    Column("removed_at", BigInteger),
)

webhook_messages = Table(
    "webhook_messages",  # the outbox: written in the transaction of what it tells
    metadata,
    Column("message_no", serial, primary_key=True),
    Column("message_id", String(36), nullable=False, unique=True),
    Column("webhook_id", record_key, nullable=False),
    Column("event", String, nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # the JSON that is signed and sent
    Column("state", String, nullable=False),  # waiting, delivered, dead
    Column("attempts", BigInteger, nullable=False),  # since it was made or last replayed
    Column("next_at", BigInteger, nullable=False),
    Index(None, "state", "next_at"),
    Index(None, "webhook_id", "happened_at"),
)

webhook_attempts = Table(
    "webhook_attempts",  # the delivery log
    metadata,
    Column("attempt_no", serial, primary_key=True),
    Column("message_no", BigInteger, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("status", BigInteger),  # the receiver's; null: none came
    Column("fault", String, nullable=False),  # why it failed, in one word; empty: delivered
)
