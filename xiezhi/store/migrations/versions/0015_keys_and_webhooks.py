"""Courts of an account, keys of programs, log-ins by OpenID Connect, webhooks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("users", sa.Column("courts", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "api_keys",
        sa.Column("name", _id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("courts", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", _id, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_api_keys"),
        sa.UniqueConstraint("token_hash", name="uq_api_keys_token_hash"),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", _id, nullable=False),
        sa.Column("subject", _id, nullable=False),
        sa.Column("name", _id, nullable=False),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_name", "identities", ["name"])
    op.create_table(
        "begun_logins",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_begun_logins"),
    )
    op.create_index("ix_begun_logins_begun_at", "begun_logins", ["begun_at"])
    _create_webhooks()


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", _id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.String(), nullable=False),
        sa.Column("courts", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", _id, nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhooks"),
    )
    op.create_table(
        "webhook_messages",
        sa.Column("message_no", _serial, nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("webhook_id", _id, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_no", name="pk_webhook_messages"),
        sa.UniqueConstraint("message_id", name="uq_webhook_messages_message_id"),
    )
    op.create_index("ix_webhook_messages_state_next_at", "webhook_messages", ["state", "next_at"])
    op.create_index(
        "ix_webhook_messages_webhook_id_happened_at", "webhook_messages", ["webhook_id", "happened_at"]
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("attempt_no", _serial, nullable=False),
        sa.Column("message_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_no", name="pk_webhook_attempts"),
    )
    op.create_index("ix_webhook_attempts_message_no", "webhook_attempts", ["message_no"])


def downgrade() -> None:
    for table in (
        "webhook_attempts",
        "webhook_messages",
        "webhooks",
        "begun_logins",
        "identities",
        "api_keys",
    ):
        op.drop_table(table)
    op.drop_column("users", "courts")
