"""Cursors of pages: opaque to the caller, readable here."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

from xiezhi.errors import InputError
from xiezhi.store.flags import Cursor

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


def read_values(text: str | None, *kinds: type[int] | type[float] | type[str]) -> tuple[Any, ...] | None:
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
