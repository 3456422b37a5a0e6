"""A court's policies, reports for its pages, and what it erased"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_record_key = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("policy_no", _serial, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("policy_no", name="pk_policies"),
    )
    op.create_table(
        "policy_acts",
        sa.Column("act_no", _serial, nullable=False),
        sa.Column("policy_no", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("once", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("act_no", name="pk_policy_acts"),
        sa.UniqueConstraint("once", name="uq_policy_acts_once"),
    )
    op.create_index("ix_policy_acts_policy_no", "policy_acts", ["policy_no"])
    op.create_table(
        "policy_shadows",
        sa.Column("screening_id", sa.String(), nullable=False),
        sa.Column("policy_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("filing_id", _record_key, nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("shown_band", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("screening_id", "policy_no", name="pk_policy_shadows"),
    )
    op.create_index("ix_policy_shadows_policy_no", "policy_shadows", ["policy_no"])
    op.create_table(
        "model_reports",
        sa.Column("report_no", _serial, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_no", name="pk_model_reports"),
    )
    op.create_index("ix_model_reports_model_version", "model_reports", ["model_version"])
    op.create_table(
        "erasures",
        sa.Column("erasure_no", _serial, nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("backups", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("erasure_no", name="pk_erasures"),
    )
    op.create_table(
        "tombstones",
        sa.Column("filing_hash", sa.String(length=32), nullable=False),
        sa.Column("erasure_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("filing_hash", "erasure_no", name="pk_tombstones"),
    )


def downgrade() -> None:
    for table in ("tombstones", "erasures", "model_reports", "policy_shadows", "policy_acts", "policies"):
        op.drop_table(table)
