"""Numbers that identify: resident id (公民身份号码), credit code (统一社会信用代码), lawyer's licence.

For linking only. Check digits: GB 11643-1999 (resident id, ISO 7064 MOD 11-2) and GB 32100-2015 (credit code,
MOD 31). A check digit finds every single wrong character and swap of neighbours, so what was meant is among few.
"""

from __future__ import annotations

import re
from operator import mul
from typing import Final, NamedTuple

from features.normalise.check_digits import CheckRule, one_slip
from features.normalise.text import fold


class IdentityNumber(NamedTuple):
    """A number in one form. `scheme` tells what it can be compared with: r, c, p or o."""

    scheme: str
    number: str


PROVINCES: Final = frozenset(
    str(code)
    for codes in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for code in range(*codes)
)
"""First two digits of a resident id: provinces of GB/T 2260; 81 to 83 also the residence permits since 2018."""

RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_VALUES: Final = {c: i for i, c in enumerate(CREDIT_ALPHABET)}
CREDIT_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))

_RESIDENT_CHECKS: Final = "10X98765432"
RESIDENT_RULE: Final = CheckRule.of("0123456789X", (*RESIDENT_WEIGHTS, 1), 1)
CREDIT_RULE: Final = CheckRule.of(CREDIT_ALPHABET, (*CREDIT_WEIGHTS, 1), 0)
_ZEROS: Final = 48 * sum(RESIDENT_WEIGHTS)  # what the byte values of digits add to the sum
_RESIDENT: Final = re.compile(r"[0-9]{17}[0-9X]")
_OLD_RESIDENT: Final = re.compile(r"[0-9]{15}")
_CREDIT_FORM: Final = re.compile(r"[0-9A-Y]{2}[0-9]{6}[0-9A-Y]{10}")  # authority, kind, region, body, check
_CREDIT: Final = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
_BLANKS: Final = re.compile(r"[\s\-–—_.·:()]+")
_DAYS: Final = frozenset(
    f"{month:02d}{day:02d}"
    for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)
    for day in range(1, days + 1)
)
_CENTURIES: Final = frozenset(("18", "19", "20"))  # ids were first issued in 1984
_CROSSES: Final = str.maketrans("хχ×✕", "xxxx")
CREDIT_READ_AS: Final = {
    ord(letter): digit for letter, digit in zip("OISZ", "0152", strict=True)
}  # letters a credit code leaves out as too like digits
_DIGITS_READ_AS: Final = str.maketrans("OIL", "011")
_SHOWN: Final = re.compile(r"([0-9]{6})[0-9]{0,8}?(?:[*x#?•●○■□_~某]|[.\-–—]{2})[^a-wyz]*?([0-9]{3}[0-9x])")
_LICENCE: Final = re.compile(r"(?<![0-9])(?:[0-9]{17}|[0-9]{12})(?![0-9])")


def identity_number(text: str, id_type: str | None, *, person: bool) -> IdentityNumber | None:
    """The number in one form, or None where it is masked, cut short or its check digit is wrong.

    Without `id_type` a person's number must be a resident id and an organisation's a credit code: what else
    it might be is a guess, and a guess must not join two people.
    """
    number = _compact(text)
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
        number += resident_check(number)
    elif not _RESIDENT.fullmatch(number) or resident_check(number[:17]) != number[17]:
        return None
    return number if born_on_a_day(number) else None


def resident_check(first17: str) -> str:
    """Check character (校验码) of the first 17 digits of a resident id."""
    return _RESIDENT_CHECKS[(sum(map(mul, first17.encode(), RESIDENT_WEIGHTS)) - _ZEROS) % 11]


def born_on_a_day(resident: str) -> bool:
    """Whether digits 7 to 14 of a resident id are a day of the 19th to 21st century."""
    day, year = resident[10:14], resident[6:10]
    if day not in _DAYS or year[:2] not in _CENTURIES:
        return False
    return day != "0229" or (int(year) % 4 == 0 and year not in ("1800", "1900"))


def birth_date(resident: str) -> str | None:
    """Date of birth (ISO) inside an 18-character resident id, None where there is no such day."""
    if not born_on_a_day(resident):
        return None
    return f"{resident[6:10]}-{resident[10:12]}-{resident[12:14]}"


def credit_code(number: str) -> str | None:
    """A unified social credit code with a right check character; O, I, S and Z are read as 0, 1, 5 and 2."""
    number = number.upper()
    if not _CREDIT.fullmatch(number):
        number = number.translate(CREDIT_READ_AS)
        if not _CREDIT.fullmatch(number):
            return None
    total = sum(map(mul, map(CREDIT_VALUES.__getitem__, number), CREDIT_WEIGHTS))
    return number if CREDIT_ALPHABET[-total % 31] == number[17] else None


def partial(number: str) -> str:
    """`620102|1234`: first six and last four of a valid resident id, or of a masked one that shows both; else "".

    Masked are ids with asterisks, crosses or other marks in the middle, and those cut there by dots or dashes.
    Many people share one: evidence far weaker than the number.
    """
    whole = resident_id(_compact(number))
    if whole:
        return f"{whole[:6]}|{whole[14:]}"
    shown = _SHOWN.fullmatch(_folded(number).replace(" ", ""))
    return f"{shown[1]}|{shown[2].upper()}" if shown and shown[1][:2] in PROVINCES else ""


def licence_number(text: str) -> str | None:
    """A licence of a lawyer or legal worker (执业证号) in one form, None under eight letters and digits.

    Lawyers have 17 digits: kind, province and city, year, category, sex, serial; older ones 12. Either is found
    among other words; the numbers of others stay as written. It compares identities, no more is read from it.
    """
    number = _compact(text)
    if len(number) in (12, 17):
        number = number.translate(_DIGITS_READ_AS)
    if found := _LICENCE.search(number):
        return found[0]
    return number if len(number) >= 8 and number.isascii() and number.isalnum() else None


def repairs(number: str) -> tuple[str, ...]:
    """Resident ids one slip of the pen away from `number`, sorted; () where it is valid or of another length.

    A slip is a wrong character, two neighbours swapped, one character lost (17) or one too many (19). Each is
    valid, with a possible birth date, and a known province where the slip is in it. Some four to twelve, at most
    one of them meant: to find candidates by; who is meant needs other evidence.
    """
    found = _compact(number)
    if len(found) < 17 or resident_id(found):
        return ()
    found = found[:-1].translate(_DIGITS_READ_AS) + found[-1]
    if resident_id(found):
        return (found,)
    near = (
        other
        for other in one_slip(found, RESIDENT_RULE)
        if _RESIDENT.fullmatch(other)
        and born_on_a_day(other)
        and other[6:8] != "18"
        and (other[:2] == found[:2] or other[:2] in PROVINCES)
    )
    return tuple(sorted(set(near)))


def credit_repairs(number: str) -> tuple[str, ...]:
    """Credit codes one slip away from `number`, sorted, as `repairs`; () where it is valid.

    Letters the alphabet leaves out are read as digits first; V, like any other mark, may stand for anything.
    """
    found = _compact(number).translate(CREDIT_READ_AS)
    if credit_code(found):
        return ()
    return tuple(sorted({other for other in one_slip(found, CREDIT_RULE) if _CREDIT_FORM.fullmatch(other)}))


def _folded(text: str) -> str:
    """`text` folded, crosses that stand for X in their place."""
    folded = fold(text)
    return folded if folded.isascii() else folded.translate(_CROSSES)


def _compact(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.upper()
    return _BLANKS.sub("", _folded(text)).upper()


def _plain(number: str) -> str | None:
    """Numbers without a check digit: letters and digits, five at least, not one character repeated."""
    usable = len(number) >= 5 and number.isascii() and number.isalnum() and len(set(number)) > 2
    return number if usable else None
