"""Places at the front of an organisation's name (行政区划), by their stems: 张掖市 and 张掖 are one.

An address begins with a place in full; a registered name need not, and its core may be one: 宁夏新丰商贸 is 新丰 of
宁夏, though 新丰 is a county of Guangdong. So a later place must lie within the one before it, or carry its unit.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from features.normalise.regions import region_stem


class Places(NamedTuple):
    """stems: of the places, outermost first. end: where the name goes on. alone: the last is the only one so called."""

    stems: tuple[str, ...]
    end: int
    alone: bool


_DATA: Final = Path(__file__).with_name("data")
_COUNTRY: Final = "中国"
_UNIT: Final = re.compile(
    r"省(?![心力])|市(?!政(?!府)|场|容)|县(?!域)|区(?![块域间])|州(?=\w)|盟(?!友)|旗(?![舰袍下帜])|地区|林区|新区|特别行政区"
    r"|(?:[^族]{1,4}族|维吾尔|蒙古|柯尔克孜|哈萨克|塔吉克|锡伯)*自治[区州县旗]"
)
_UNIT_STARTS: Final = frozenset("省市县区盟旗州") | {"地区", "林区", "新区", "特别"}
_FORMER_UNIT: Final = re.compile(r"[区县]$")
_NO_STEM: Final = re.compile(r"^.区$|开发$|管理$|^.{6,}$")


@cache
def _divisions() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """First two characters -> (stem, codes of all that are or were so called), longest stem first.

    中国 has the empty code, within which all others are.
    """
    found: dict[str, list[str]] = defaultdict(list, {_COUNTRY: [""], "内蒙": ["15"]})
    for line in (_DATA / "regions.txt").read_text(encoding="utf-8").splitlines():
        code = line.split()[0]
        found[region_stem(code)].append(code)
    for line in (_DATA / "former_regions.txt").read_text(encoding="utf-8").splitlines():
        code, name = line.split()
        found[_FORMER_UNIT.sub("", name) if len(name) > 2 else name].append(code)
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for stem in sorted(found, key=lambda stem: (-len(stem), stem)):
        if len(stem) > 1 and not _NO_STEM.search(stem):
            table[stem[:2]].append((stem, tuple(found[stem])))
    return {start: tuple(stems) for start, stems in table.items()}


@cache
def place_heads() -> frozenset[str]:
    """The two characters that any place begins with."""
    return frozenset(_divisions())


def leading_places(name: str, keep: int) -> Places:
    """The places `name` begins with, as long as `keep` characters follow."""
    stems: list[str] = []
    within: tuple[str, ...] = ()
    at = 0
    while found := _place(name, at, within):
        stem, codes, end = found
        if len(name) - end < keep:
            break
        stems.append(stem)
        within, at = codes, end
    return Places(tuple(stems), at, len(within) == 1)


def stems_in(text: str) -> str:
    """`text` with the units of its places left out (深圳市福田区 → 深圳福田)."""
    out, at = [], 0
    while at < len(text):
        found = _place(text, at, ())
        out.append(found[0] if found else text[at])
        at = found[2] if found else at + 1
    return "".join(out)


def is_place(text: str) -> bool:
    """Whether `text` is places and nothing else."""
    return text[:2] in _divisions() and leading_places(text, 0).end == len(text)


def _place(name: str, at: int, within: tuple[str, ...]) -> tuple[str, tuple[str, ...], int] | None:
    """(stem, codes, end) of the place that begins at `at`."""
    for stem, codes in _divisions().get(name[at : at + 2], ()):
        if not name.startswith(stem, at):
            continue
        end = at + len(stem)
        after = _unit_end(name, end)
        if within:
            inside = tuple([code for code in codes if code.startswith(within)])
            if not inside and after == end:
                continue
            codes = inside or codes
        return stem, codes, after
    return None


def _unit_end(name: str, at: int) -> int:
    """Where the unit that begins at `at` ends; `at` itself where none does."""
    if name[at : at + 1] in _UNIT_STARTS or name[at : at + 2] in _UNIT_STARTS or "自治" in name:
        found = _UNIT.match(name, at)
        return found.end() if found else at
    return at
