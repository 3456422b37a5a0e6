"""Judgements on who is who, referents, questions, proposals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("judgement_no", _serial, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("left_filing", sa.String(), nullable=False),
        sa.Column("left_record", sa.String(), nullable=False),
        sa.Column("right_filing", sa.String(), nullable=False),
        sa.Column("right_record", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("judgement_no", name=op.f("pk_judgements")),
    )
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgements_left_filing"), ["left_filing"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgements_right_filing"), ["right_filing"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgements_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "referents",
        sa.Column("referent_no", _serial, nullable=False),
        sa.Column("old_id", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judgement_no", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("referent_no", name=op.f("pk_referents")),
    )
    with op.batch_alter_table("referents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referents_old_id"), ["old_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referents_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referents_since"), ["since"], unique=False)

    op.create_table(
        "questions",
        sa.Column("filing_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("filing_id", "record_id", "kind", name=op.f("pk_questions")),
    )
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposals")),
    )
    op.create_table(
        "proposal_answers",
        sa.Column("answer_no", _serial, nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("answer_no", name=op.f("pk_proposal_answers")),
    )
    with op.batch_alter_table("proposal_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_answers_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "linking_runs",
        sa.Column("run_no", _serial, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("ran_at", sa.BigInteger(), nullable=False),
        sa.Column("newest_mention", sa.BigInteger(), nullable=False),
        sa.Column("newest_judgement", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_no", name=op.f("pk_linking_runs")),
    )


def downgrade() -> None:
    op.drop_table("linking_runs")
    with op.batch_alter_table("proposal_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_answers_proposal_id"))

    op.drop_table("proposal_answers")
    op.drop_table("proposals")
    op.drop_table("questions")
    with op.batch_alter_table("referents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referents_since"))
        batch_op.drop_index(batch_op.f("ix_referents_entity_id"))
        batch_op.drop_index(batch_op.f("ix_referents_old_id"))

    op.drop_table("referents")
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgements_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_judgements_right_filing"))
        batch_op.drop_index(batch_op.f("ix_judgements_left_filing"))

    op.drop_table("judgements")
