"""The bench: who holds which review, how it was drawn, what a decision rests on, and who may not judge"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_AUDIT_DRAWN = sa.text("scores LIKE '%\"audit\":%'")


def upgrade() -> None:
    op.create_index(
        "ix_screenings_audit",
        "screenings",
        ["filing_id"],
        sqlite_where=_AUDIT_DRAWN,
        postgresql_where=_AUDIT_DRAWN,
    )
    op.create_table(
        "review_acts",
        sa.Column("act_no", _serial, nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("seat", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("person", _id, nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("act_no", name="pk_review_acts"),
    )
    op.create_index("ix_review_acts_filing_id", "review_acts", ["filing_id"])
    op.create_index("ix_review_acts_person", "review_acts", ["person"])
    op.create_table(
        "draws",
        sa.Column("draw_no", _serial, nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("seat", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("eligible", sa.Text(), nullable=False),
        sa.Column("barred", sa.Text(), nullable=False),
        sa.Column("chosen", _id, nullable=False),
        sa.PrimaryKeyConstraint("draw_no", name="pk_draws"),
    )
    op.create_index("ix_draws_filing_id", "draws", ["filing_id"])
    op.create_table(
        "decision_details",
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("drawn_with", sa.Float(), nullable=True),
        sa.Column("blind", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_details"),
    )
    op.create_index("ix_decision_details_filing_id", "decision_details", ["filing_id"])
    op.create_index("ix_decision_details_series", "decision_details", ["series"])
    op.create_table(
        "opinions",
        sa.Column("opinion_no", _serial, nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("screening_id", sa.String(), nullable=False),
        sa.Column("first_decision", sa.String(), nullable=False),
        sa.Column("drawn_with", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("opinion_no", name="pk_opinions"),
    )
    op.create_index("ix_opinions_filing_id", "opinions", ["filing_id"])
    op.create_table(
        "referrals",
        sa.Column("referral_no", _serial, nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("referred_on", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.PrimaryKeyConstraint("referral_no", name="pk_referrals"),
    )
    op.create_index("ix_referrals_filing_id", "referrals", ["filing_id"])
    op.create_table(
        "recusals",
        sa.Column("recusal_no", _serial, nullable=False),
        sa.Column("reviewer", _id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", _id, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.PrimaryKeyConstraint("recusal_no", name="pk_recusals"),
    )
    op.create_index("ix_recusals_reviewer", "recusals", ["reviewer"])
    op.create_table(
        "time_off",
        sa.Column("off_no", _serial, nullable=False),
        sa.Column("reviewer", _id, nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.PrimaryKeyConstraint("off_no", name="pk_time_off"),
    )
    op.create_index("ix_time_off_reviewer", "time_off", ["reviewer"])
    op.create_table(
        "review_policies",
        sa.Column("policy_no", _serial, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", _id, nullable=False),
        sa.PrimaryKeyConstraint("policy_no", name="pk_review_policies"),
    )


def downgrade() -> None:
    op.drop_table("review_policies")
    op.drop_table("time_off")
    op.drop_table("recusals")
    op.drop_table("referrals")
    op.drop_table("opinions")
    op.drop_table("decision_details")
    op.drop_table("draws")
    op.drop_table("review_acts")
    op.drop_index("ix_screenings_audit", "screenings")
