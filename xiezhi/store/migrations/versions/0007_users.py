"""Accounts of the people who work with the program"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", _id, nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )
    op.create_table(
        "user_changes",
        sa.Column("change_no", _serial, nullable=False),
        sa.Column("name", _id, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", _id, nullable=False),
        sa.PrimaryKeyConstraint("change_no", name="pk_user_changes"),
    )
    op.create_index("ix_user_changes_name", "user_changes", ["name"])


def downgrade() -> None:
    op.drop_table("user_changes")
    op.drop_table("users")
