"""Addresses by what tells one door from another: road or village, first and last number; and where they lie."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from features.normalise.latin_addresses import parse_latin
from features.normalise.regions import leading_region
from features.normalise.text import fold


class Address(NamedTuple):
    """An address taken apart; what is not told is empty.

    region: county or district (or the prefecture, the province) without its unit. street: road, estate or village,
    in Latin script its words in short form. door: first-last number; in Latin script house-unit.
    code: administrative code (GB/T 2260) of 2, 4 or 6 digits, as deep as can be told. locality: in Latin script
    town and state. postcode: without blanks.
    """

    region: str
    street: str
    door: str
    code: str = ""
    locality: str = ""
    postcode: str = ""

    @property
    def key(self) -> str:
        """One form of the whole address; empty where it names no door."""
        return f"{self.region}|{self.street}|{self.door}" if self.street and self.door else ""


_HAN: Final = re.compile(r"[〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_LEAD: Final = re.compile(
    r"[\s:,.]*(?:(?:户籍|身份证|联系|通讯|送达|注册|经常居住|实际经营|经营|现居?住|居住|住所?|家庭|单位)?(?:所在)?(?:地址?|址)"
    r"|现住|住(?=.{2,}[省市县区旗州盟镇乡村]))?[\s:]*(?:中华人民共和国|中国(?=.{2,7}[省市区州]))?"
)
LEADS: Final = "户身联通送注经实现居住家单所地址中 :,."
"""What a lead begins with."""
_UNLISTED: Final = re.compile(
    r"[^\d路街巷道镇乡村弄楼,]{2,9}?"
    r"(?:自治[州县旗]|县(?![城府道])|旗(?!舰)|高新区|(?<![小社园校东南西北厂院库片街新业一二三四五六七八九十a-z])区|市(?!场))"
)
_UNIT: Final = re.compile(r"(?:自治)?[州县旗区市]$")
_SIX: Final = re.compile(r"[0-9]{6}")
_BRACKETS: Final = re.compile(r"[(\[].*?(?:[)\]]|$)")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_POSTCODE: Final = re.compile(
    r"[\s,;:(]*(?:邮政编码|邮编)[\s:]*([0-9]{6})(?![0-9])[\s)]*|^\(?([0-9]{6})(?:[\s,)]+|$)|[\s,;]([0-9]{6})$"
)
NUMERALS: Final = "〇零一二三四五六七八九十百两"
NUMBERED: Final = "号楼?|栋|幢|单元|组|小?队|社|楼|层|室|排|弄"
"""What a numeral before it counts."""
_NUMERAL: Final = re.compile(rf"[{NUMERALS}]+(?=(?:{NUMBERED})(?![村路街镇乡桥区会屯庄线委巷]))")
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NOT_A_DOOR: Final = "号?(?:[路街巷镇乡村桥]|大道|[国省县]道|社区|公里)"
"""What follows a number that is part of a name (105国道)."""
_NUMBER: Final = re.compile(rf"[0-9]+(?![0-9]|{NOT_A_DOOR})")


@lru_cache(maxsize=65_536)
def parse_address(text: str) -> Address:
    """`text`, an address as filed, taken apart. Total; an empty address says nothing."""
    folded = fold(text)
    if folded.isascii() or not _HAN.search(folded):
        street, door, locality, postcode = parse_latin(folded)
        return Address("", street, door, "", locality, postcode)
    return _chinese(folded)


def _chinese(folded: str) -> Address:
    postcode = ""
    if _SIX.search(folded) and (found := _POSTCODE.search(folded)):
        postcode = found[found.lastindex or 0]
        folded = f"{folded[: found.start()]} {folded[found.end() :]}".strip()
    if "(" in folded or "[" in folded:
        folded = _BRACKETS.sub("", folded)
    if folded and folded[0] in LEADS and (lead := _LEAD.match(folded)):
        folded = folded[lead.end() :]
    code, region, end = region_of(folded)
    rest = _NUMERAL.sub(_in_digits, folded[end:])
    numbers = _NUMBER.findall(rest)
    if not numbers:
        return Address(region, street_of(rest), "", code, "", postcode)
    first, last = numbers[0], numbers[-1]
    street = _NUMBER.split(rest, 1)[0]
    return Address(region, street_of(street), f"{_plain(first)}-{_plain(last)}", code, "", postcode)


def region_of(folded: str) -> tuple[str, str, int]:
    """Code and name of the region a folded address begins with, and where it ends; unlisted ones have no code."""
    code, region, _, end = leading_region(folded)
    while len(code) < 6 and (found := _UNLISTED.match(folded, end)) and len(folded) - found.end() != 1:
        region, end = _UNIT.sub("", found[0]).strip(" ,"), found.end()
    return code, region, end


def street_of(text: str) -> str:
    """Road, estate or village without marks; 第 belongs to the number behind it."""
    text = text if text.isalnum() else _NOT_WORD.sub("", text)
    return text[:-1] if text[-1:] in ("第", "附") else text


def _plain(digits: str) -> str:
    return digits if digits[0] != "0" else digits.lstrip("0") or "0"


def _in_digits(found: re.Match[str]) -> str:
    """A Chinese numeral below a thousand in digits: 二十三 → 23, 一〇二 → 102."""
    text = found[0]
    if "十" not in text and "百" not in text:
        return "".join(str(_DIGITS[c]) for c in text)
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total += (digit or (0 if total and c == "百" else 1)) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[c]
    return str(total + digit)
