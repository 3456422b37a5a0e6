"""Text folded to one form: width, case, simplified characters; and the skeleton of a narrative."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from opencc import OpenCC

_IDEOGRAPHS: Final = (
    range(0x3400, 0x4DC0),  # CJK extension A
    range(0x4E00, 0xA000),  # CJK unified
    range(0xF900, 0xFB00),  # CJK compatibility
    range(0x20000, 0x2A6E0),  # CJK extension B
)
_BLANKS: Final = re.compile(r"\s+")
_HIDDEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe00-\ufe0f\ufeff]")
_DATE_WORDS: Final = re.compile(r"(?<=\d)\s*[年月日号时分]")
_CAPITAL_NUMERALS: Final = re.compile(
    r"[壹贰叁肆伍陆柒捌玖拾佰仟][零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整]*"
)
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


@cache
def simplified_table() -> dict[int, str]:
    """Traditional to simplified, one character to one (繁转简), for `str.translate`.

    Made once from OpenCC's t2s: 1.4 million names a second against 0.7 million through OpenCC itself; what is
    lost are choices by phrase, which names hardly need.
    """
    convert = OpenCC("t2s").convert
    characters = [chr(code) for block in _IDEOGRAPHS for code in block]
    simple = convert("\n".join(characters)).split("\n")
    return {ord(a): b for a, b in zip(characters, simple, strict=True) if a != b and len(b) == 1}


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """NFKC (full width to half width), simplified characters, lower case, single blanks. Idempotent."""
    if text.isascii():
        return _BLANKS.sub(" ", text).strip().lower()
    folded = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold()
    folded = unicodedata.normalize("NFKC", folded.translate(simplified_table()))
    return _BLANKS.sub(" ", folded).strip()


def skeleton(text: str, names: Sequence[str]) -> str:
    """`text` with names, digits, dates, punctuation and blanks taken out: what a template leaves.

    `names` are those of the filing's parties and agents as filed; longer ones go first, so that a name within
    another does not leave a stump. Amounts in capital numerals (壹万元整) go with the digits.
    """
    folded = fold(text)
    for name in sorted({fold(n) for n in names}, key=lambda n: (-len(n), n)):
        if len(name) >= 2:
            folded = folded.replace(name, "")
    folded = _DATE_WORDS.sub("", folded)
    folded = _CAPITAL_NUMERALS.sub("", folded)
    return _NOT_LETTERS.sub("", folded)
