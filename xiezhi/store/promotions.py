"""Which bundle screens: promotions (启用), appended; the newest one holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from xiezhi.clock import Moment
from xiezhi.store.tables import promotions


@dataclass(frozen=True)
class Promotion:
    """`promoted_by` made the bundle `model_version` with this `digest` (SHA-256, hex) the one that screens."""

    promoted_at: Moment
    promoted_by: str
    model_version: str
    digest: str


def promote(connection: Connection, promotion: Promotion) -> None:
    """Append `promotion`: from now on it holds."""
    connection.execute(
        insert(promotions).values(
            promoted_at=promotion.promoted_at,
            promoted_by=promotion.promoted_by,
            model_version=promotion.model_version,
            digest=promotion.digest,
        )
    )


def current(connection: Connection) -> Promotion | None:
    """The promotion that holds, or None where nothing was promoted yet."""
    row = connection.execute(
        select(
            promotions.c.promoted_at,
            promotions.c.promoted_by,
            promotions.c.model_version,
            promotions.c.digest,
        )
        .order_by(promotions.c.promotion_no.desc())
        .limit(1)
    ).first()
    return None if row is None else Promotion(*row)
