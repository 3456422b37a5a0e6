"""Addresses by what tells one door from another: road or village, first and last number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from features.normalise.text import fold


class Address(NamedTuple):
    """An address taken apart.

    region: county or district without its unit, empty where left out. street: road, estate or village.
    door: first-last number.
    """

    region: str
    street: str
    door: str

    @property
    def key(self) -> str:
        """One form of the whole address; empty where it names no door."""
        return f"{self.region}|{self.street}|{self.door}" if self.street and self.door else ""


_REGION: Final = re.compile(
    r"^(.{1,12}?)(?:自治区|自治州|自治县|省|市(?!场)|州(?![区市县])|县|旗|(?<![小社园校])区)"
)
_NUMBER: Final = re.compile(r"\d+")
_BRACKETS: Final = re.compile(r"[(\[].*?(?:[)\]]|$)")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_CHINESE_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")
_COUNTED: Final = re.compile(r"[一二三四五六七八九](?=[组号栋幢楼单队社层室])")


@lru_cache(maxsize=65_536)
def parse_address(text: str) -> Address:
    """`text`, an address as filed, taken apart. Total; an empty address says nothing."""
    folded = _BRACKETS.sub("", fold(text))
    folded = _COUNTED.sub(lambda found: found[0].translate(_CHINESE_DIGITS), folded)
    numbers = _NUMBER.findall(folded)
    door = f"{int(numbers[0])}-{int(numbers[-1])}" if numbers else ""
    if folded.isascii():
        words = _NOT_WORD.sub(" ", _NUMBER.sub(" ", folded.partition(",")[0])).split()
        return Address("", " ".join(words), door)
    head = _NUMBER.split(folded, maxsplit=1)[0]
    region = ""
    while (found := _REGION.match(head)) and len(head) - found.end() >= 2:
        region, head = found[1], head[found.end() :]
    return Address(region, _NOT_WORD.sub("", head), door)
