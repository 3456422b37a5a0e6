"""Text folded to one form: width, case, simplified characters; and the skeleton of a narrative.

Chosen for every script alike: NFKC, case folding, blanks; what cannot be seen goes, half a surrogate pair becomes �.
For Chinese characters: traditional to simplified and plain variants to the usual shape, one to one. 乾 stays, being
simplified too and read otherwise (qián). Characters that registers hold apart (喆 and 哲, 甯 and 宁) stay apart.
"""

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
ALL_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_BLANKS: Final = re.compile(r"\s+")
# Control characters but blanks, and Default_Ignorable_Code_Point of Unicode: joiners, marks of direction, variation
# selectors (rare characters in names carry them), fillers, tags.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_VARIANTS: Final = (
    "昻昂 暎映 囯国 囻国 黒黑 淸清 冨富 晈皎 惪德 悳德 㤙恩 珎珍 夀寿 椘楚 囬回 廻回 鐡铁 靑青 祕秘 竝并 氷冰 巗岩 "
    "嵒岩 喦岩 秊年 艸草 菓果 穂穗 広广 気气 図图 沢泽 辺边 桜樱 恵惠 斉齐 徳德 穏稳 様样 栄荣 実实 戸户 収收 両两 "
    "焔焰 粛肃 頼赖 髙高 﨑崎 嶋岛 舘馆 濶阔 皷鼓 牀床 爲为 衞卫 綫线 錬炼 寕宁 寜宁 夣梦 "
    # Radicals that scans and PDF text have in place of the character, where NFKC leaves them.
    "⺠民 ⻁虎 ⻄西 ⻅见 ⻆角 ⻉贝 ⻋车 ⻑长 ⻒长 ⻓长 ⻔门 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 "
    "⻬齐 ⻮齿 ⻰龙"
)

LONGEST_NAME: Final = 300
"""Characters of a name that are read. Registered names stay far under it; what is longer is a list or a mistake, and
patterns that look for notes would take a time that grows with the square of it."""


@cache
def simplified_table() -> dict[int, str]:
    """Traditional and variant to simplified, one character to one (繁转简), for `str.translate`.

    Made once from OpenCC's t2s: 1.4 million names a second against 0.7 million through OpenCC itself; what is
    lost are choices by phrase, which names hardly need.
    """
    convert = OpenCC("t2s").convert
    characters = [chr(code) for block in _IDEOGRAPHS for code in block]
    simple = convert("\n".join(characters)).split("\n")
    table = {ord(a): b for a, b in zip(characters, simple, strict=True) if a != b and len(b) == 1}
    table |= {ord(pair[0]): pair[1] for pair in _VARIANTS.split()} | _private_use()
    del table[ord("乾")]
    return {code: _last(table, usual) for code, usual in table.items()}


def _private_use() -> dict[int, str]:
    """Private-use codes under which GB 18030-2000 kept 䶮 and 65 others, with the character each stands for."""
    rows = [cell for cell in range(0xFE50, 0xFEA1) if cell != 0xFE7F]
    held = (cell.to_bytes(2, "big").decode("gb18030") for cell in rows)
    return {code: c for code, c in enumerate(held, 0xE815) if unicodedata.category(c) != "Co"}


def _last(table: dict[int, str], character: str) -> str:
    while ord(character) in table:
        character = table[ord(character)]
    return character


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """NFKC (full width to half width), simplified characters, lower case, single blanks. Idempotent, total."""
    if text.isascii():
        return _BLANKS.sub(" ", text if text.isprintable() else _HIDDEN.sub("", text)).strip().lower()
    if ALL_HAN.fullmatch(text):
        return text.translate(simplified_table())
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    folded = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold()
    folded = unicodedata.normalize("NFKC", folded.translate(simplified_table()))
    return _BLANKS.sub(" ", folded).strip()


_DATE_WORDS: Final = re.compile(r"(?<=\d)\s*[年月日号时分]")
_CAPITAL_NUMERALS: Final = re.compile(
    r"[壹贰叁肆伍陆柒捌玖拾佰仟][零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整]*"
)
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


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
