"""Toneless pinyin by a one-character table: homophones (同音字) get one key, in Chinese or Latin script."""

from __future__ import annotations

import runpy
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

# Characters read otherwise as surnames (姓氏异读), from general knowledge of the common ones.
SURNAME_READINGS: Final = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "任": "ren", "盖": "ge",
    "朴": "piao", "翟": "zhai", "乐": "yue", "覃": "qin", "缪": "miao", "尉": "wei", "万": "wan", "冼": "xian",
    "洗": "xian", "种": "chong", "折": "she", "黑": "he", "员": "yun", "繁": "po", "祭": "zhai", "召": "shao",
    "宓": "fu", "秘": "bi", "能": "nai", "不": "fou", "过": "guo", "华": "hua", "燕": "yan", "哈": "ha",
}  # fmt: skip
DOUBLE_READINGS: Final = {"万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu"}


def _pinyin_dict() -> dict[int, str]:
    """pypinyin's table of characters, read by itself: the package loads its phrases too, 0.2 s at every start."""
    package = PathFinder.find_spec("pypinyin")
    (folder,) = (package and package.submodule_search_locations) or ("",)
    found: dict[int, str] = runpy.run_path(str(Path(folder) / "pinyin_dict.py"))["pinyin_dict"]
    return found


@cache
def _readings() -> dict[int, str]:
    """Character code to its first reading without tone, closed by a blank, for `str.translate`."""
    return {code: _toneless(readings.split(",")[0]) + " " for code, readings in _pinyin_dict().items()}


def _toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in plain if c.isascii() and c.isalpha())


def pinyin(text: str) -> str:
    """Syllables of `text`, one blank between; what is not a Chinese character stays as it is."""
    return text.translate(_readings()).rstrip()


def reading(character: str) -> str:
    """Syllable of one Chinese character, "" where none is known."""
    return _readings().get(ord(character), "").rstrip()


def name_pinyin(name: str) -> str:
    """Pinyin of a person's name; what it begins with is read as a surname."""
    first = SURNAME_READINGS.get(name[:1])
    if first is None:
        return pinyin(name)
    if double := DOUBLE_READINGS.get(name[:2]):
        return f"{double} {pinyin(name[2:])}".rstrip()
    return f"{first} {pinyin(name[1:])}".rstrip()


def name_bag(name: str, sound: str) -> str:
    """Syllables of a name read as `sound`, in alphabetical order; a surname put last is read as a surname too."""
    syllables = sound.split(" ")
    if name[-1:] in SURNAME_READINGS and name[:1] not in surnames():
        syllables[-1] = SURNAME_READINGS[name[-1]]
    syllables.sort()
    return " ".join(syllables)


@cache
def _syllables() -> frozenset[str]:
    """Readings of the characters of GB 2312, without the interjections 嗯 呣 哦."""
    codes = (
        row + bytes([cell]) for row in (bytes([r]) for r in range(0xB0, 0xF8)) for cell in range(0xA1, 0xFF)
    )
    characters = "".join(code.decode("gb2312", "ignore") for code in codes)
    return frozenset(pinyin(characters).split()) - {"n", "ng", "m", "hm", "o", "lo", "yo", "ei"}


_OTHER_SPELLINGS: Final = {"lyu": "lv", "nyu": "nv", "lue": "lve", "nue": "nve", "lyue": "lve", "nyue": "nve"}
_LONGEST: Final = 6


@lru_cache(maxsize=65_536)
def syllables(word: str) -> tuple[str, ...]:
    """`word`, in small Latin letters, cut into pinyin syllables; empty where it is not pinyin throughout.

    Of several ways that with the fewest later syllables in a, e, o goes first, for these want an apostrophe
    (隔音符号, GB/T 16159): danan is da nan. Then the fewest syllables, then the longest first one.
    """
    best: list[tuple[int, int, tuple[str, ...]] | None] = [None] * len(word) + [(0, 0, ())]
    for start in range(len(word) - 1, -1, -1):
        for end in range(min(len(word), start + _LONGEST), start, -1):
            tail, head = best[end], word[start:end]
            head = _OTHER_SPELLINGS.get(head, head)
            if tail is None or head not in _syllables() or (len(head) == 1 and len(word) > 1):
                continue  # a and e stand alone (Chang'e): Lee and Diane are not Chinese
            found = (tail[0] + (start > 0 and head[0] in "aeo"), tail[1] + 1, (head, *tail[2]))
            current = best[start]
            if current is None or found[:2] < current[:2]:
                best[start] = found
    return best[0][2] if best[0] else ()


@cache
def surnames() -> frozenset[str]:
    """Common Chinese surnames (百家姓), of one character and of two (复姓)."""
    path = Path(__file__).with_name("data") / "surnames.txt"
    single, double = path.read_text(encoding="utf-8").splitlines()
    return frozenset(single) | frozenset(double.split())


@cache
def _surname_ranks() -> dict[str, int]:
    """Reading of a common surname, in one word -> its place in the list, which goes from common to rare."""
    path = Path(__file__).with_name("data") / "surnames.txt"
    single, double = path.read_text(encoding="utf-8").splitlines()
    ranks: dict[str, int] = {}
    for rank, surname in enumerate((*single, *double.split())):
        ranks.setdefault(name_pinyin(surname).replace(" ", ""), rank)
    return ranks


def surname_rank(word: str) -> int | None:
    """How common `word`, in small Latin letters, is as a Chinese surname, 0 the commonest; None where it is none."""
    return _surname_ranks().get("".join(syllables(word)))


def latin_bag(words: Sequence[str]) -> str:
    """Sorted syllables of a Chinese name in Latin letters; empty for any other name.

    Chinese is what cuts into 2 to 4 syllables throughout and has a common surname first or last; so Susan and
    Diane, pinyin by chance, hardly pass.
    """
    cut = [syllables(word) for word in words]
    if not all(cut) or not 2 <= sum(map(len, cut)) <= 4:
        return ""
    ends = (words[0], words[-1]) if len(cut) > 1 else (cut[0][0], "".join(cut[0][:2]))
    if surname_rank(ends[0]) is None and surname_rank(ends[1]) is None:
        return ""
    return " ".join(sorted(syllable for part in cut for syllable in part))
