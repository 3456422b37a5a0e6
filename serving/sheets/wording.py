"""What a document asks of a language: sentences by key, days, amounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from xiezhi.clock import Moment


class Wording(Protocol):
    """The sentences of one language, and how it writes dates and amounts."""

    language: str

    def say(self, key: str, **values: object) -> str:
        """The sentence under `key`. Raises KeyError."""
        ...

    def day(self, moment: Moment) -> str:
        """A moment's day."""
        ...

    def date(self, when: date) -> str:
        """A day of the calendar."""
        ...

    def minute(self, moment: Moment) -> str:
        """A moment's day, hour and minute."""
        ...

    def short_day(self, moment: Moment) -> str:
        """A moment's day for tables."""
        ...

    def amount(self, value: float | None, currency: str | None) -> str:
        """An amount of money; a dash for unknown."""
        ...


def printable(text: str) -> str:
    """`text` without the characters that no XML document may hold; every other one, however rare, stays."""
    return "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def listed(items: Iterable[str], language: str) -> str:
    """Words one after another, with the mark the language puts between them."""
    return ("、" if language == "zh" else ", ").join(items)


_NUMERALS = "一二三四五六七八九"


def ordinal(number: int, language: str) -> str:
    """The head of part `number`: 一、 or 1. (GB/T 9704-2012, 7.3.3)."""
    return f"{numeral(number)}、" if language == "zh" else f"{number}. "


def inner_ordinal(number: int, language: str) -> str:
    """The head of a part within a part: （一） or (1)."""
    return f"（{numeral(number)}）" if language == "zh" else f"({number}) "


def numeral(number: int) -> str:
    """A number from 1 to 99 as it is written in documents: 三, 十, 二十一."""
    ten, one = divmod(number, 10)
    tens = "" if ten == 0 else "十" if ten == 1 else f"{_NUMERALS[ten - 1]}十"
    return tens + (_NUMERALS[one - 1] if one else "")
