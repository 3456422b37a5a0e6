"""Names of persons: one key per spelling habit, one per sound, and which names are masked (匿名化)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Final, NamedTuple

from features.normalise.characters import HAN
from features.normalise.chinese_names import bare_name, is_plain
from features.normalise.latin_names import LatinName, latin_name
from features.normalise.nicknames import formal_name
from features.normalise.pinyin import latin_bag, name_bag, name_pinyin, surname_rank, syllables
from features.normalise.scripts import words_of
from features.normalise.text import LONGEST_NAME, fold, simplified_table


class PersonName(NamedTuple):
    """A person's name taken apart. `key` and `sound` are empty where the name is masked or says nothing.

    key: equal for one name written in any usual way; `surname|first` in Latin script, Cyrillic and Greek romanised.
    sound: toneless pinyin, or `surname|initial` in Latin script.
    middle, suffix: of Latin names, in short form: letters of the middle names, `jr` `sr` `ii` …
    bag: toneless pinyin syllables in alphabetical order, of Chinese names in either script; else empty.
    root: of Latin names, the formal form of the first given name (bob → robert), else that name.
    """

    key: str
    sound: str
    middle: str = ""
    suffix: str = ""
    masked: bool = False
    bag: str = ""
    root: str = ""


MASKED: Final = PersonName("", "", masked=True)
_SYLLABIC: Final = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7a3]")
_NUMBERED: Final = re.compile(r"&#x?[0-9a-f]{1,6};", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def person_name(text: str) -> PersonName:
    """`text`, a person's name as filed, taken apart. Total: any text gives a name, at worst an empty one."""
    if is_plain(text):
        return _chinese(text.translate(simplified_table()))
    text = text[:LONGEST_NAME]
    if "&#" in text:
        text = _NUMBERED.sub(
            lambda found: unescape(found[0]), text
        )  # a rare character on its way through a form
    folded = fold(text)
    if HAN.search(folded):
        bare = bare_name(folded)
        return _chinese(bare) if bare else MASKED
    if _SYLLABIC.search(folded):
        whole = "".join(words_of(folded))  # Hangul and kana: the family name first, blanks at will
        return PersonName(whole, whole) if len(whole) > 1 else MASKED
    found = latin_name(text, folded)
    return MASKED if found is None else _latin(found, folded)


def _chinese(bare: str) -> PersonName:
    sound = name_pinyin(bare)
    return PersonName(bare, sound, "", "", False, name_bag(bare, sound))


def _latin(name: LatinName, folded: str) -> PersonName:
    given = name.given
    surname = "".join(name.surname)
    bag = ""
    if syllables(name.surname[0]):
        bag = latin_bag(_with_umlauts((*name.surname, *given), folded))
        if bag and surname_rank(surname) is not None:
            given = ("".join(given),)  # Wang, Jian Guo and Wang Jian-Guo are Wang Jianguo
    first = given[0] if given else ""
    middle = "".join(given[1:])
    return PersonName(
        f"{surname}|{first}", f"{surname}|{first[:1]}", middle, name.suffix, False, bag, formal_name(first)
    )


def _with_umlauts(words: tuple[str, ...], folded: str) -> tuple[str, ...]:
    """`words` with lü and nü as lv and nv (Lü Xiaobu), which plain letters do not tell from lu and nu."""
    if folded.isascii() and "u:" not in folded:
        return words
    spelt = unicodedata.normalize("NFD", folded).replace("u\u0308", "v").replace("u:", "v")
    told = {part.replace("v", "u"): part for part in re.findall(r"[a-z]+", spelt) if "v" in part}
    return tuple(told.get(word, word) for word in words)
