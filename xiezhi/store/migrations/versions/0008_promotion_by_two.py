"""A promotion may need a second person, and can be taken back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("promotions") as table:
        table.add_column(sa.Column("action", sa.String(), nullable=True))
        table.add_column(sa.Column("reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("request_no", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("follows", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE promotions SET action = 'promoted', reason = '', follows = coalesce("
        "(SELECT max(p.promotion_no) FROM promotions p WHERE p.promotion_no < promotions.promotion_no), 0)"
    )
    with op.batch_alter_table("promotions") as table:
        table.alter_column("action", existing_type=sa.String(), nullable=False)
        table.alter_column("reason", existing_type=sa.Text(), nullable=False)
        table.alter_column("follows", existing_type=sa.BigInteger(), nullable=False)
        table.create_unique_constraint("uq_promotions_follows", ["follows"])
    op.create_table(
        "promotion_requests",
        sa.Column("request_no", _serial, nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("request_no", name="pk_promotion_requests"),
    )
    op.create_table(
        "promotion_answers",
        sa.Column("request_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("request_no", name="pk_promotion_answers"),
    )


def downgrade() -> None:
    op.drop_table("promotion_answers")
    op.drop_table("promotion_requests")
    with op.batch_alter_table("promotions") as table:
        table.drop_constraint("uq_promotions_follows", type_="unique")
        for column in ("follows", "request_no", "reason", "action"):
            table.drop_column(column)
