"""Characters that are hard to write: look-alikes (形近字), rare characters (生僻字) spelt out, unreadable ones."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
UNREADABLE: Final = re.compile(r"[?�□■▇〓⿰-⿻\ue000-\uf8ff\U000f0000-\U0010fffd]")
"""What stands where a character could not be entered, printed or read: two names that hold one are not equal by it."""

_DATA: Final = Path(__file__).with_name("data")

# Rare characters of given names, each followed by the parts that pleadings write for it; from general knowledge.
_PARTS: Final = (
    "㛃女吉 䶮龙天 堃方方土 喆吉吉 犇牛牛牛 淼水水水 焱火火火 垚土土土 鑫金金金 骉马马马 燚火火火火 玥王月 珺王君 珅王申 珣王旬 "
    "琨王昆 璟王景 珂王可 玭王比 琍王利 昉日方 旸日易 晟日成 昊日天 旼日文 昕日斤 暄日宣 旻日文 赟文武贝 嫚女曼 妘女云 婳女画 "
    "嬿女燕 妤女予 姵女佩 媛女爰 媞女是 祎示韦 祺示其 禛示真 烜火亘 煊火宣 炘火斤 翀羽中 頔由页 湉水恬 沄水云 淏水昊 偲人思 "
    "镕金容 锜金奇 喬夭口 靓青见 竑立宏 槿木堇 樾木越"
)
_AS_PART: Final = str.maketrans("氵亻钅艹忄礻玉", "水人金草心示王")
_SPELT: Final = re.compile(
    r"[\[({<](?P<inside>[^\[\](){}<>]{2,12})[\])}>]|[⿰-⿻](?P<drawn>[^⿰-⿻]{2})|(?P<sum>\w(?:\+\w){1,3})"
)
_HOW: Final = re.compile(r"[⿰-⿻+加]|字?[旁头]")
_ARRANGED: Final = re.compile(r"左.+右|上.+下")
_PLAINLY_PARTS: Final = re.compile(r"[⿰-⿻+]|字[旁头]|^左.右.$|^上.下.$")


@cache
def _composed() -> dict[str, str]:
    """Parts -> the character; parts that two characters share tell neither."""
    found: dict[str, list[str]] = defaultdict(list)
    for fact in _PARTS.split():
        found[fact[1:]].append(fact[0])
    return {parts: characters[0] for parts, characters in found.items() if len(characters) == 1}


def compose(folded: str) -> str:
    """`folded` with rare characters that are spelt out put as one: 王(女吉), 王[女+吉], 王⿰女吉, 王(左女右吉) → 王㛃.

    Parts that make no known character become �, so that the name stays unreadable and no note is taken for one.
    """
    return _SPELT.sub(_one, folded) if "+" in folded or not folded.isalnum() else folded


def _one(found: re.Match[str]) -> str:
    text: str = found[found.lastgroup or 0]
    said = text[1:].replace("右", "", 1).replace("下", "", 1) if _ARRANGED.match(text) else text
    parts = _HOW.sub("", said).translate(_AS_PART)
    if character := _composed().get(parts):
        return character
    return "�" if found.lastgroup != "inside" or _PLAINLY_PARTS.search(text) else found[0]


@cache
def _lookalikes() -> dict[str, frozenset[str]]:
    """Character -> those that look like it, both ways; simplified characters only."""
    alike_to: defaultdict[str, set[str]] = defaultdict(set)
    for line in (_DATA / "lookalikes.txt").read_text(encoding="utf-8").splitlines():
        for other in line[1:]:
            alike_to[line[0]].add(other)
            alike_to[other].add(line[0])
    return {character: frozenset(others) for character, others in alike_to.items()}


_NONE: Final[frozenset[str]] = frozenset()


def alike(a: str, b: str) -> bool:
    """Whether two different characters, folded, look alike. Symmetric; no character looks like itself."""
    return b in _lookalikes().get(a, _NONE)


def lookalike_pairs() -> list[tuple[str, str]]:
    """Every pair of characters for which `alike` holds, in both orders."""
    return [(a, b) for a, others in _lookalikes().items() for b in others]
