"""Cursors of pages: opaque to the caller, readable here."""

from __future__ import annotations

import base64
import json

from xiezhi.errors import InputError
from xiezhi.store.flags import Cursor


def write_cursor(cursor: Cursor | None) -> str | None:
    """A cursor as text for a URL."""
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(list(cursor)).encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor in `text`, None for none. Raises InputError."""
    if not text:
        return None
    try:
        value, screening_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(value, (int, float)) or not isinstance(screening_id, str):
            raise TypeError
    except (ValueError, TypeError):
        raise InputError(
            "分页游标无效；请从第一页重新开始。",
            "The cursor is not one of ours; begin at the first page again.",
            code="bad-cursor",
        ) from None
    return Cursor(value, screening_id)
