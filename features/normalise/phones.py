"""Telephone numbers in one form."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from features.normalise.text import fold

_SEVERAL: Final = re.compile(r"[/,;、;,|]| {2,}|或")
_EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?|x)\s*\d+$")
_NOT_DIGIT: Final = re.compile(r"\D+")
_MOBILE: Final = re.compile(r"(?:0086|86)?(1[3-9]\d{9})")


@lru_cache(maxsize=65_536)
def phone_number(text: str) -> str | None:
    """Digits of the first number in `text`: mobile numbers without country code, others as dialled.

    None where fewer than seven digits are left, or one digit repeated (placeholders).
    """
    for part in _SEVERAL.split(fold(text)):
        digits = _NOT_DIGIT.sub("", _EXTENSION.sub("", part.strip()))
        if len(digits) >= 7 and len(set(digits)) > 2:
            mobile = _MOBILE.fullmatch(digits)
            return mobile[1] if mobile else digits
    return None
