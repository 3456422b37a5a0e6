"""What tells whether that still holds by which filings are screened: numbers that grow with every act."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from xiezhi.store.tables import challenges, policy_acts, promotions

_NEWEST = select(
    *(
        select(func.coalesce(func.max(number), 0)).scalar_subquery()
        for number in (promotions.c.promotion_no, challenges.c.challenge_no, policy_acts.c.act_no)
    )
)


def newest_numbers(connection: Connection) -> tuple[int, ...]:
    """Numbers of the newest promotion, challenge and act of a policy, 0 for none: all that a server holds of them in
    memory is as it was while these are."""
    return tuple(connection.execute(_NEWEST).one())
