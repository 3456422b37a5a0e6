"""Scores shown in lists; wrong passwords are counted under a keyed hash of what was typed as the name

The wrong passwords kept before go: they held what people typed, and a quarter of an hour later would have counted no more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    _make_anew(sa.Column("name_hash", sa.String(32), nullable=False))
    op.create_table(
        "shown_lists",
        sa.Column("list_no", _SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _NAME, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("screening_ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_no", name="pk_shown_lists"),
    )
    op.create_index("ix_shown_lists_at", "shown_lists", ["at"])


def downgrade() -> None:
    op.drop_table("shown_lists")
    _make_anew(sa.Column("name", _NAME, nullable=False))


def _make_anew(name: sa.Column[str]) -> None:
    op.drop_table("login_failures")
    op.create_table(
        "login_failures",
        sa.Column("failure_no", _SERIAL, nullable=False),
        name,
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("failure_no", name="pk_login_failures"),
    )
    op.create_index(f"ix_login_failures_{name.name}", "login_failures", [name.name])
    op.create_index("ix_login_failures_at", "login_failures", ["at"])
