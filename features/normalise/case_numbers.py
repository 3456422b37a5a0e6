"""Case numbers (案号) in one form; old and new style, and those cited in a text.

Form since 2016: 《关于人民法院案件案号的若干规定》 (法〔2015〕137号): (year)court type serial 号.
"""

from __future__ import annotations

import re
from typing import Final

from features.normalise.text import fold

_CITED: Final = re.compile(
    r"[(\[〔](?:19|20)\d{2}[)\]〕][^\s,。;()\[\]]{2,20}?第?\d+号(?:之[一二三四五六七八九十\d]+)?"
)
_OPEN: Final = re.compile(r"[\s()\[\]〔〕]")
_OLD_WORDS: Final = re.compile(r"字第|第")
_CLOSE: Final = re.compile(r"号+(?=$|之)")


def case_number(text: str) -> str:
    """`text` in one form: width, brackets, 字第 and 号 do not matter. Other countries' numbers lose blanks only."""
    return fold(_CLOSE.sub("", _OLD_WORDS.sub("", _OPEN.sub("", fold(text)))))


def cited_case_numbers(text: str) -> tuple[str, ...]:
    """Case numbers written in a text, in one form, in order, each once."""
    if "号" not in text and "號" not in text:
        return ()
    return tuple(dict.fromkeys(case_number(found) for found in _CITED.findall(fold(text))))
