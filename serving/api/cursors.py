"""Cursors of pages: opaque to the caller, readable here."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, TypeVar

from xiezhi.errors import InputError
from xiezhi.store.flags import Cursor

Row = TypeVar("Row")
Kind = type[int] | type[float] | type[str]

_LARGEST = 2**63 - 1  # what the databases count to


def write_cursor(cursor: Sequence[str | float] | None) -> str | None:
    """A cursor as text for a URL."""
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(list(cursor)).encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor of flags in `text`, None for none. Raises InputError."""
    values = read_values(text, float, str)
    return None if values is None else Cursor(*values)


def read_values(text: str | None, *kinds: Kind) -> tuple[Any, ...] | None:
    """What `write_cursor` wrote, of these kinds (an int is a float, too), None for none. Raises InputError."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise TypeError
        return tuple(_check(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise InputError(
            "分页游标无效；请从第一页重新开始。",
            "The cursor is not one of ours; begin at the first page again.",
            code="bad-cursor",
        ) from None


def cut_page(
    rows: Sequence[Row],
    cursor: str | None,
    limit: int,
    key: Callable[[Row], tuple[Any, ...]],
    kinds: Sequence[Kind],
) -> tuple[list[Row], str | None]:
    """The page of a list that is read whole, and the cursor of the next; rows come in the order of `key`, which is of
    `kinds` and no two share. Raises InputError."""
    after = read_values(cursor, *kinds)
    left = [row for row in sorted(rows, key=key) if after is None or key(row) > after]
    return end_page(left, limit, key)


def end_page(
    found: Sequence[Row], limit: int, key: Callable[[Row], tuple[Any, ...]]
) -> tuple[list[Row], str | None]:
    """The first `limit` rows of those found after the page before, and the cursor of the next where there are more."""
    shown = list(found[:limit])
    return shown, write_cursor(key(shown[-1])) if len(found) > limit else None


def _check(value: Any, kind: type) -> Any:
    """The value, if it is of the kind and the databases can hold it."""
    if kind is str:
        if not isinstance(value, str) or "\0" in value:
            raise TypeError
        value.encode()
        return value
    wanted = (int, float) if kind is float else (int,)
    if (
        isinstance(value, bool)
        or not isinstance(value, wanted)
        or not isfinite(value)
        or abs(value) > _LARGEST
    ):
        raise TypeError
    return value
