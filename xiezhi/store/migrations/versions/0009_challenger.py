"""A challenger and what it says, silently"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "challenges",
        sa.Column("challenge_no", _serial, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("challenge_no", name="pk_challenges"),
    )
    op.create_table(
        "shadow_scores",
        sa.Column("screening_id", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("risk", sa.Float(), nullable=False),
        sa.Column("raw", sa.Float(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("screening_id", "model_version", name="pk_shadow_scores"),
    )
    op.create_index("ix_shadow_scores_model_version", "shadow_scores", ["model_version"])


def downgrade() -> None:
    op.drop_table("shadow_scores")
    op.drop_table("challenges")
