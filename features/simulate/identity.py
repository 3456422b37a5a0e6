"""Identity numbers with right check digits: resident id (GB 11643), credit code (GB 32100), licences."""

from __future__ import annotations

from datetime import date
from random import Random

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z: too like digits
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, inside the credit code


def resident_check(first17: str) -> str:
    """Check character of a resident identity number (公民身份号码) from its first 17 digits."""
    total = sum(int(c) * w for c, w in zip(first17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def resident_id(area: str, born: date, male: bool, rng: Random) -> str:
    """A resident identity number of 18 characters; ``area`` has 6 digits."""
    sequence = rng.randrange(0, 499) * 2 + (1 if male else 2)
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first17 + resident_check(first17)


def old_resident_id(number: str) -> str:
    """The 15-digit form issued before 1999: no century, no check character."""
    return number[:6] + number[8:17]


def credit_check(first17: str) -> str:
    """Check character of a unified social credit code (统一社会信用代码) from its first 17."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]


def credit_code(area: str, rng: Random, authority: str = "91") -> str:
    """A credit code of 18 characters; ``authority`` is the registering body and kind (91: company)."""
    body = "MA" + "".join(rng.choice(_CREDIT_ALPHABET) for _ in range(6))
    values = (int(c) if c.isdigit() else ord(c) - 55 for c in body)
    check = -sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    first17 = authority + area + body + ("X" if check == 10 else str(check))
    return first17 + credit_check(first17)


def lawyer_licence(city: str, since: int, male: bool, rng: Random) -> str:
    """A lawyer's licence (律师执业证号) of 17 digits; ``city`` has 4 digits, ``since`` is a year."""
    return f"1{city}{since}1{0 if male else 1}{rng.randrange(100000, 999999)}"


def legal_worker_licence(area: str, since: int, rng: Random) -> str:
    """A basic-level legal worker's licence (基层法律服务工作者), 14 digits in our form."""
    return f"3{area}{since % 100:02d}{rng.randrange(10000, 99999)}"


def mobile_number(rng: Random) -> str:
    """A mobile number of 11 digits."""
    return rng.choice(_MOBILE_PREFIXES) + f"{rng.randrange(10**8):08d}"


_MOBILE_PREFIXES = (
    "130",
    "131",
    "133",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "153",
    "155",
    "158",
    "159",
    "177",
    "180",
    "181",
    "182",
    "187",
    "188",
    "189",
)
