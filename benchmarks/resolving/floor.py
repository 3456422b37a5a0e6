"""The floor: the look-ups of a filing's keys alone, straight to the driver, with nothing made of what they find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from xiezhi.store.link_index import Before

LATEST: Final = 50
"""Holders read of a key: as many as the linker compares of the keys that it always follows."""

_RANGE: Final = (
    "SELECT mention_no FROM blocking_keys WHERE key = {key} AND (filed_at, mention_no) < ({moment}, {number}) "
    f"ORDER BY filed_at DESC, mention_no DESC LIMIT {LATEST}"
)


def one_by_one(connection: Connection, keys: Sequence[int], before: Before) -> int:
    """A prepared statement a key; how many holders were read."""
    mark = _mark(connection)
    sql = _RANGE.format(key=mark, moment=mark, number=mark)
    cursor = _cursor(connection)
    return sum(len(cursor.execute(sql, (key, *before)).fetchall()) for key in keys)


def together(connection: Connection, keys: Sequence[int], before: Before) -> int:
    """One statement for all keys; how many holders were read."""
    cursor = _cursor(connection)
    if connection.dialect.name == "postgresql":
        inner = _RANGE.format(key="k", moment="%s", number="%s")
        sql = f"SELECT r.mention_no FROM unnest(%s::bigint[]) AS k, LATERAL ({inner}) AS r"
        return len(cursor.execute(sql, (list(keys), *before)).fetchall())
    one = "SELECT * FROM (" + _RANGE.format(key="?", moment="?", number="?") + ")"
    sql = " UNION ALL ".join([one] * len(keys))
    bound = [value for key in keys for value in (key, *before)]
    return len(cursor.execute(sql, bound).fetchall())


def _mark(connection: Connection) -> str:
    return "%s" if connection.dialect.name == "postgresql" else "?"


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver.cursor()
