"""Who acts at the desk."""

from __future__ import annotations

from xiezhi.errors import InputError

LONGEST_NAME = 200
"""Characters of a name."""


def require_name(by: str) -> str:
    """The name without blanks around it. Raises InputError where there is none."""
    by = by.strip()
    if not by or len(by) > LONGEST_NAME:
        raise InputError("请写明经办人姓名。", "Give your name.", code="who")
    return by
