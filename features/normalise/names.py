"""Names of persons: one key per spelling habit, one per sound, and which names are masked (匿名化)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from features.normalise.pinyin import name_pinyin
from features.normalise.text import fold


class PersonName(NamedTuple):
    """A person's name taken apart. `key` and `sound` are empty where the name is masked or says nothing.

    key: equal for one name written in any usual way; `surname|first` in Latin script.
    sound: toneless pinyin, or `surname|initial` in Latin script.
    middle, suffix: of Latin names, in short form: letters of the middle names, `jr` `sr` `ii` …
    """

    key: str
    sound: str
    middle: str = ""
    suffix: str = ""
    masked: bool = False


MASKED: Final = PersonName("", "", masked=True)

HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_BRACKETS: Final = re.compile(r"[(\[【〔《「『<].*?(?:[)\]】〕》」』>]|$)")
_FORMER: Final = re.compile(r"(?:曾用名|又名|别名|化名|原名|笔名|英文名|身份证).*$")
_MANY: Final = re.compile(r"等\d*[人名]?$")
_TITLE_ZH: Final = re.compile(r"(?:先生|女士|小姐|同志|律师|法定代理人)$")
_ROLE_ZH: Final = re.compile(
    r"^(?:原告|被告|第三人|申请人|被申请人|上诉人|被上诉人|申请执行人|被执行人)[::]?"
)
_MASK_ZH: Final = re.compile(r"[某*×xX□○◯■●]|[\da-zA-Z甲乙丙丁]$")
_NOT_WORD: Final = re.compile(r"[\W_]+")

_ALIAS: Final = re.compile(
    r"\b(?:a[/.]?k[/.]?a|f[/.]?k[/.]?a|d[/.]?b[/.]?a|also known as|formerly known as)\b.*$"
)
_CAPACITY: Final = re.compile(
    r"\b(?:in (?:his|her|their|its) |individually|et al|on behalf of|by and through).*$"
)
_MASK_LATIN: Final = re.compile(
    r"\b(?:john|jane|baby|mary|richard|james) (?:does?|roes?)\b|^does?\b|\bunknown\b|\bredacted\b|\banonymous\b"
)
_TITLE_WORDS: Final = (
    "mr mrs ms miss mx dr prof hon honorable judge justice sir dame rev reverend fr sgt lt capt captain col maj "
    "officer deputy sheriff warden esq esquire md phd dds jd"
)
_TITLES: Final = frozenset(_TITLE_WORDS.split())
_SUFFIXES: Final = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv",
    "2nd": "ii", "3rd": "iii", "4th": "iv",
}  # fmt: skip
_PARTICLE_WORDS: Final = (
    "van von der den de del della di da das dos du la le el al bin ibn ben st saint mac mc o ter ten"
)
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())


@lru_cache(maxsize=65_536)
def person_name(text: str) -> PersonName:
    """`text`, a person's name as filed, taken apart. Total: any text gives a name, at worst an empty one."""
    folded = fold(text)
    return _chinese(folded) if HAN.search(folded) else _latin(folded)


def _chinese(folded: str) -> PersonName:
    bare = _ROLE_ZH.sub("", _FORMER.sub("", _BRACKETS.sub("", folded)))
    bare = _TITLE_ZH.sub("", _MANY.sub("", bare.replace(" ", "")))
    if _MASK_ZH.search(bare):
        return MASKED
    # Dots part the words of minority names (买买提·艾力) and are left out as often as written.
    bare = _NOT_WORD.sub("", bare)
    if len(bare) < 2:
        return MASKED
    return PersonName(bare, name_pinyin(bare))


def _latin(folded: str) -> PersonName:
    plain = strip_marks(_CAPACITY.sub("", _ALIAS.sub("", _BRACKETS.sub(" ", folded))))
    if _MASK_LATIN.search(plain):
        return MASKED
    plain = re.sub(r"['’`´]", "", plain)
    before, comma, after = plain.partition(",")
    last_words, words = _words(before), _words(after)
    if "".join(words) in _TITLES:
        words = []  # M.D.
    if not comma or not words or all(w in _SUFFIXES or w in _TITLES for w in words):
        last_words, words = [], last_words + words
    suffix = next((_SUFFIXES[w] for w in (*words[1:], *last_words[1:]) if w in _SUFFIXES), "")
    words = [w for w in words if w not in _SUFFIXES and w not in _TITLES]
    last_words = [w for w in last_words if w not in _SUFFIXES and w not in _TITLES]
    if not last_words:
        words, last_words = _split_surname(words)
    surname = "".join(last_words)
    first, middle = (words[0] if words else ""), "".join(words[1:])
    if len(surname) < 2:
        return MASKED  # initials only: as courts write minors
    return PersonName(f"{surname}|{first}", f"{surname}|{first[:1]}", middle, suffix)


def _words(text: str) -> list[str]:
    # A hyphen joins (smith-jones), a full stop ends an initial.
    return _NOT_WORD.sub(" ", text.replace("-", "")).split()


def _split_surname(words: list[str]) -> tuple[list[str], list[str]]:
    """Given names and surname of a name written in the order of speech; particles go with the surname."""
    if len(words) < 2:
        return [], words
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return words[:start], words[start:]


def strip_marks(text: str) -> str:
    """Latin letters without accents."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
