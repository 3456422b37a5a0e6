"""Corrections of links with what followed, and what parties contest"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("correction_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judgement_no", sa.BigInteger()),
        sa.Column("proposal_id", sa.String()),
        sa.Column("firsts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("correction_id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_judgement_no", "corrections", ["judgement_no"])
    op.create_index("ix_corrections_proposal_id", "corrections", ["proposal_id"])
    op.create_table(
        "correction_steps",
        sa.Column("correction_id", sa.String(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("moved", sa.Text()),
        sa.Column("done_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("correction_id", "stage", "place", name="pk_correction_steps"),
    )
    op.create_index("ix_correction_steps_done_at", "correction_steps", ["done_at"])
    op.create_table(
        "correction_effects",
        sa.Column("correction_id", sa.String(), nullable=False),
        sa.Column("before_id", sa.String(), nullable=False),
        sa.Column("after_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("band_before", sa.String(), nullable=False),
        sa.Column("band_after", sa.String(), nullable=False),
        sa.Column("state_before", sa.String()),
        sa.Column("carried_from", sa.String()),
        sa.PrimaryKeyConstraint("correction_id", "before_id", name="pk_correction_effects"),
    )
    op.create_index("ix_correction_effects_after_id", "correction_effects", ["after_id"])
    op.create_index("ix_correction_effects_filing_id", "correction_effects", ["filing_id"])
    op.create_table(
        "contests",
        sa.Column("contest_id", sa.String(), nullable=False),
        sa.Column("filing_id", _id, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", name="pk_contests"),
    )
    op.create_index("ix_contests_filing_id", "contests", ["filing_id"])
    op.create_table(
        "contest_answers",
        sa.Column("answer_no", _serial, nullable=False),
        sa.Column("contest_id", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("answer_no", name="pk_contest_answers"),
    )
    op.create_index("ix_contest_answers_contest_id", "contest_answers", ["contest_id"])


def downgrade() -> None:
    for name in ("contest_answers", "contests", "correction_effects", "correction_steps", "corrections"):
        op.drop_table(name)
