"""Toneless pinyin by a one-character table: homophones (同音字) get one key."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from pypinyin.pinyin_dict import pinyin_dict

# Characters read otherwise as surnames (姓氏异读), from general knowledge of the common ones.
_SURNAME_READINGS: Final = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "任": "ren", "盖": "ge",
    "朴": "piao", "翟": "zhai", "乐": "yue", "覃": "qin", "缪": "miao", "尉": "yu", "万": "wan", "冼": "xian",
    "洗": "xian", "种": "chong", "折": "she", "黑": "he", "员": "yun", "繁": "po", "祭": "zhai", "召": "shao",
    "宓": "fu", "秘": "bi", "能": "nai", "不": "fou", "过": "guo", "华": "hua", "燕": "yan", "哈": "ha",
}  # fmt: skip


@cache
def _readings() -> dict[int, str]:
    """Character code to its first reading without tone, closed by a blank, for `str.translate`."""
    return {code: _toneless(readings.split(",")[0]) + " " for code, readings in pinyin_dict.items()}


def _toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    return "".join(c for c in plain if c.isascii() and c.isalpha())


def pinyin(text: str) -> str:
    """Syllables of `text`, one blank between; what is not a Chinese character stays as it is."""
    return text.translate(_readings()).rstrip()


def name_pinyin(name: str) -> str:
    """Pinyin of a person's name; the first character is read as a surname."""
    first = _SURNAME_READINGS.get(name[:1])
    return pinyin(name) if first is None else f"{first} {pinyin(name[1:])}".rstrip()
