"""Telephone numbers in one form."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from features.normalise.text import fold

_SEVERAL: Final = re.compile(r"[/,;、|]|或")
_WRITTEN: Final = re.compile(
    # United States and Canada: +1, 001, or 1 before the usual grouping, which no Chinese number has
    r"(?:\+1|(?<![0-9])001|(?<![0-9])1(?=[ .-]*\(|[ .-][2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}))"
    r"[ .-]*\(?(?P<area>[2-9][0-9]{2})\)?[ .-]*(?P<exchange>[2-9][0-9]{2})[ .-]*(?P<line>[0-9]{4})(?![0-9])"
    # Chinese mobile numbers (GSM 11 digits)
    r"|(?<![0-9])(?:(?:00)?86[ -]*)?(?P<mobile>1[3-9][0-9][ .-]?[0-9]{4}[ .-]?[0-9]{4})(?![0-9])"
    # Chinese landlines with their area code; +86 drops its zero
    r"|(?:(?P<abroad>\+86|(?<![0-9])0086|(?<![0-9])86-)[ -]*\(?0?(?P<code>10|2[0-9]|[3-9][0-9]{2})"
    r"|(?<![0-9])(?P<zero>0(?:10|2[0-9]|[3-9][0-9]{2})))[ )-]*(?P<local>[2-9][0-9]{2,3}[ -]?[0-9]{4})(?![0-9])"
    # a landline without it, with an extension
    r"|(?<![0-9])(?P<bare>[2-9][0-9]{6,7})-[0-9]{1,5}$"
)
_EXTENSION: Final = re.compile(r"(?:转|分机|ext(?:ension)?\.?|x|#|\*)[ :]*[0-9]*$")
_NOT_DIGIT: Final = re.compile(r"[^0-9]+")
_ABROAD: Final = re.compile(r"^(?:00)+")
_MOBILE: Final = re.compile(r"(?:86)?(1[3-9][0-9]{9})")
_AMERICAN: Final = re.compile(r"1(2[0-9]{2}[2-9][0-9]{6})")


@lru_cache(maxsize=65_536)
def phone_number(text: str) -> str | None:
    """Digits of the first number in `text`, without extension.

    Chinese mobile numbers have 11 digits, landlines begin with the zero of their area code, American numbers have
    10; all without the country's code. Others as dialled, without 00. None where fewer than seven digits are left,
    or where one or two are repeated (placeholders).
    """
    for part in _SEVERAL.split(fold(text)):
        number = _one(_EXTENSION.sub("", part.strip()))
        if len(number) >= 7 and len(set(number)) > 2 and len(set(number[-7:])) > 1:
            return number
    return None


def _one(text: str) -> str:
    found = _WRITTEN.search(text)
    if found is None:
        digits = _ABROAD.sub("", _NOT_DIGIT.sub("", text.replace("(0)", "")))
        plain = _MOBILE.fullmatch(digits) or _AMERICAN.fullmatch(digits)
        return plain[1] if plain else digits
    parts = found.groupdict()
    if parts["code"]:
        parts["code"] = f"0{parts['code']}"
    named = ("area", "exchange", "line", "mobile", "code", "zero", "local", "bare")
    return _NOT_DIGIT.sub("", "".join(parts[name] or "" for name in named))
