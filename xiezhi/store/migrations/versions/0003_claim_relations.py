"""Relations between claims"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "claim_relations",
        sa.Column("filing_id", sa.String(), nullable=False),
        sa.Column(
            "other_filing_id",
            sa.String(),
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("filing_id", "other_filing_id", "kind", name=op.f("pk_claim_relations")),
    )
    with op.batch_alter_table("claim_relations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_claim_relations_other_filing_id"), ["other_filing_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("claim_relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_relations_other_filing_id"))

    op.drop_table("claim_relations")
