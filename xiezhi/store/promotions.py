"""Which bundle screens: promotions (启用) and roll-backs (回退), appended; the newest one holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select

from xiezhi.clock import Moment
from xiezhi.errors import Conflict
from xiezhi.store.audit import tell
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import promotions

PROMOTED, ROLLED_BACK = "promoted", "rolled_back"


@dataclass(frozen=True)
class Promotion:
    """`promoted_by` made the bundle `model_version` with this `digest` (SHA-256, hex) the one that screens.

    `action`: `promoted` or `rolled_back`, the latter for a `reason`; `request_no`: the request a second
    person approved, None where the home has no accounts. `number` is given by the store.
    """

    promoted_at: Moment
    promoted_by: str
    model_version: str
    digest: str
    action: str = PROMOTED
    reason: str = ""
    request_no: int | None = None
    number: int = field(default=0, compare=False)


def promote(connection: Connection, promotion: Promotion, *, follows: int | None = None) -> None:
    """Append `promotion`: from now on it holds.

    `follows`: the number of the promotion the caller saw in force, 0 for none; by default the one that is.
    Raises Conflict when another one came between.
    """
    held = current(connection)
    newest = 0 if held is None else held.number
    row = {name: getattr(promotion, name) for name in _FIELDS} | {"follows": newest}
    statement = insert_or_ignore(connection, promotions).values(row)
    statement = statement.returning(promotions.c.promotion_no)
    outdated = follows is not None and follows != newest
    # On PostgreSQL the one that held may have been followed since it was read: the key tells.
    if outdated or (made := connection.execute(statement).first()) is None:
        raise Conflict(
            "其间启用的模型已经改变；请查看 xiezhi promotions 后重试。",
            "Another model was promoted in between; look at `xiezhi promotions` and try again.",
            code="promotion-outdated",
        )
    row["promotion_no"] = made.promotion_no
    tell(connection, "promotion", [row], at=promotion.promoted_at, actor=promotion.promoted_by)


def current(connection: Connection) -> Promotion | None:
    """The promotion that holds, or None where nothing was promoted yet."""
    row = connection.execute(_every().order_by(promotions.c.promotion_no.desc()).limit(1)).first()
    return None if row is None else Promotion(*row)


def history(connection: Connection) -> list[Promotion]:
    """Every promotion and roll-back, oldest first."""
    return [Promotion(*row) for row in connection.execute(_every().order_by(promotions.c.promotion_no))]


def standing(past: Sequence[Promotion]) -> list[Promotion]:
    """The promotions that stand, the one that holds last: a roll-back takes the last one away.

    The same bundle promoted again takes its own place, so that going back always changes something.
    """
    stack: list[Promotion] = []
    for promotion in past:
        if promotion.action == ROLLED_BACK:
            stack.pop()
        elif stack and stack[-1].digest == promotion.digest:
            stack[-1] = promotion
        else:
            stack.append(promotion)
    return stack


_FIELDS = tuple(name for name in Promotion.__dataclass_fields__ if name != "number")


def _every() -> Select[Any]:
    return select(*(promotions.c[name] for name in _FIELDS), promotions.c.promotion_no)
