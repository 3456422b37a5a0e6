"""Numbers that identify: resident id (公民身份号码), credit code (统一社会信用代码), lawyer's licence.

For linking only. Check digits: GB 11643-1999 (resident id, MOD 11-2) and GB 32100-2015 (credit code, MOD 31).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from features.normalise.text import fold


class IdentityNumber(NamedTuple):
    """A number in one form. `scheme` tells what it can be compared with: r, c, p or o."""

    scheme: str
    number: str


_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES: Final = {c: i for i, c in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_RESIDENT: Final = re.compile(r"[0-9]{17}[0-9X]")
_OLD_RESIDENT: Final = re.compile(r"[0-9]{15}")
_CREDIT: Final = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
_BLANKS: Final = re.compile(r"[\s\-–—_.·:()]+")


def identity_number(text: str, id_type: str | None, *, person: bool) -> IdentityNumber | None:
    """The number in one form, or None where it is masked, cut short or its check digit is wrong.

    Without `id_type` a person's number must be a resident id and an organisation's a credit code: what else
    it might be is a guess, and a guess must not join two people.
    """
    number = _BLANKS.sub("", fold(text)).upper()
    match id_type or ("resident_id" if person else "credit_code"):
        case "resident_id":
            found, scheme = resident_id(number), "r"
        case "credit_code":
            found, scheme = credit_code(number), "c"
        case "passport":
            found, scheme = _plain(number), "p"
        case _:
            found, scheme = _plain(number), "o"
    return IdentityNumber(scheme, found) if found else None


def resident_id(number: str) -> str | None:
    """A resident id of 18 characters with a right check digit; 15 digits are brought to 18."""
    number = number.upper()
    if _OLD_RESIDENT.fullmatch(number):
        number = number[:6] + "19" + number[6:]
        number += _resident_check(number)
    elif not _RESIDENT.fullmatch(number) or _resident_check(number[:17]) != number[17]:
        return None
    return number if birth_date(number) else None


def birth_date(resident: str) -> str | None:
    """Date of birth (ISO) inside an 18-character resident id, None where there is no such day."""
    try:
        return date(int(resident[6:10]), int(resident[10:12]), int(resident[12:14])).isoformat()
    except ValueError:
        return None


def credit_code(number: str) -> str | None:
    """A unified social credit code with a right check character."""
    number = number.upper()
    if not _CREDIT.fullmatch(number):
        return None
    total = sum(_CREDIT_VALUES[c] * w for c, w in zip(number[:17], _CREDIT_WEIGHTS, strict=True))
    return number if _CREDIT_ALPHABET[-total % 31] == number[17] else None


def licence_number(text: str) -> str | None:
    """A licence of a lawyer or legal worker in one form: 17 digits, or the older and other kinds as written."""
    number = _BLANKS.sub("", fold(text)).upper()
    return number if len(number) >= 8 and number.isascii() and number.isalnum() else None


def _resident_check(first17: str) -> str:
    total = sum(int(c) * w for c, w in zip(first17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def _plain(number: str) -> str | None:
    """Numbers without a check digit: letters and digits, five at least, not one character repeated."""
    usable = len(number) >= 5 and number.isascii() and number.isalnum() and len(set(number)) > 2
    return number if usable else None
