"""Administrative divisions (行政区划): which province, prefecture and county a text begins with.

Codes are those of GB/T 2260: 2 digits a province, 4 a prefecture, 6 a county. They say where an address is; those
that open a resident id say where a person comes from, and are never looked up here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from features.normalise.text import fold


class Region(NamedTuple):
    """What the names at the front of a text say.

    code: as deep as it can be told, "" where it cannot. name: the last name without its unit (甘州区 → 甘州).
    start, end: where the last name stands; both 0 where there is none.
    """

    code: str
    name: str
    start: int
    end: int


_Spelling = tuple[str, bool, tuple[str, ...]]
"""One way of writing a name: its text, whether its unit is left out, and the codes of the divisions so written."""

_NOWHERE: Final = Region("", "", 0, 0)
_DATA: Final = Path(__file__).with_name("data")
_PEOPLES: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇"
    "|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春|各"
)
_AUTONOMOUS: Final = re.compile(
    rf"^(.{{2,}}?)(?:(?:{_PEOPLES})族|维吾尔|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)*族?自治([区州县旗])$"
)
_PLAIN: Final = re.compile(r"^(.{2,}?)(?:特别行政区|新区|林区|特区|矿区|地区|省|市|盟|县|区|旗)$")
_ZONE: Final = re.compile(r"(?:开发区|园区|管理区|示范区|合作区)$")
_SEPARATORS: Final = frozenset(" ,.-/\\|·、>_")
_UNITS: Final = frozenset("省市县区旗州盟")
NO_UNIT: Final = "场"
"""After what would be a unit: 市场, 区场."""
_NO_PLACE: Final = re.compile(
    r"[东西南北中一二三四五六七八九十环大小新老]{0,2}"
    r"(?:[路街道巷弄里村镇乡桥湾庄城苑港站]|胡同|广场|花园|小区|家园|公寓|大厦|饭店|酒店|宾馆|大学|市场|商|公司|银行)"
)
_TOWNSHIP: Final = re.compile(r"[^\d]{1,4}(?:镇|乡|街道)|法院|$")


def leading_region(folded: str) -> Region:
    """The administrative names at the front of a folded text; provinces and prefectures may be left out.

    A county's name held by several is told apart by what stands before it, else the code is what they share.
    """
    for size in _sizes.get(folded[:_HEAD], ()):
        if (found := _remembered.get(folded[:size])) and folded[size : size + 1] != NO_UNIT:
            return found
    codes: tuple[str, ...] = ()
    starts: list[int] = []
    end = 0
    while step := _next(folded, end, codes):
        codes, start, end = step
        starts.append(start)
        if len(codes[0]) == 6:
            break
        if folded.startswith("市辖区", end):
            end += 3
    if not codes:
        return _NOWHERE
    code = codes[0]
    if len(codes) > 1:
        code = next((code[:n] for n in (4, 2) if len({other[:n] for other in codes}) == 1), "")
    found = Region(code, _stems()[codes[0]], starts[-1], end)
    if len(codes[0]) == 6:
        _remember(folded, found, starts)
    return found


_HEAD: Final = 4
_sizes: dict[str, tuple[int, ...]] = {}
_remembered: dict[str, Region] = {}
"""Front of a text down to a county with its unit -> what it says: few, and most addresses begin with one."""


def remembered_codes() -> dict[str, str]:
    """Front of a text, down to a county with its unit -> the code of its region, of those read so far.

    The longest that a text begins with holds, unless 场 follows (市场); see `_remember`.
    """
    return {front: found.code for front, found in list(_remembered.items())}


def _remember(folded: str, found: Region, starts: Sequence[int]) -> None:
    """Keep what the front of a text says where whatever follows cannot change it.

    That is where the county's name carries its unit, and no longer name begins with what follows any place.
    """
    front, last = folded[: found.end], folded[found.start : found.end]
    bare = any(bare for spelling, bare, _ in _spellings()[last[:2]] if spelling == last)
    if not bare and not any(front[start:] in _beginnings() for start in starts):
        _remembered[front] = found
        sizes = {*_sizes.get(front[:_HEAD], ()), found.end}
        _sizes[front[:_HEAD]] = tuple(sorted(sizes, reverse=True))


@cache
def _beginnings() -> frozenset[str]:
    """What spellings begin with, without the spellings themselves."""
    whole = (spelling for group in _spellings().values() for spelling, _, _ in group)
    return frozenset(spelling[:size] for spelling in whole for size in range(1, len(spelling)))


def region_stem(code: str) -> str:
    """The name of a division without its unit (620702 → 甘州), "" where there is none of that code."""
    return _stems().get(code, "")


def _next(text: str, at: int, within: tuple[str, ...]) -> tuple[tuple[str, ...], int, int] | None:
    """The name that stands at a place: the divisions it may be among those `within`, where it starts and ends."""
    while text[at : at + 1] in _SEPARATORS:
        at += 1
    for spelling, bare, codes in _spellings().get(text[at : at + 2], ()):
        if not text.startswith(spelling, at):
            continue
        if within:
            codes = tuple([c for c in codes if c.startswith(within) and not (bare and c in within)])
            if not codes:
                continue
        end = at + len(spelling)
        if _is_place(text, end, codes, within) if bare else text[end : end + 1] != NO_UNIT:
            return codes, at, end
    return None


def _is_place(text: str, end: int, codes: tuple[str, ...], within: tuple[str, ...]) -> bool:
    """Whether a name without its unit is a place here and no part of a road's or estate's name (南京西路)."""
    if text[end : end + 1] in _UNITS:
        return False
    if _next(text, end, codes):  # no deeper than from province to county: a bare name goes down a level
        return True
    if _NO_PLACE.match(text, end):
        return False
    return bool(within) or len(codes[0]) < 6 or bool(_TOWNSHIP.match(text, end))


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    """(code, name) of every division, then of those renamed or merged since."""
    lines: list[str] = []
    for file in ("regions.txt", "former_regions.txt"):
        lines += (_DATA / file).read_text(encoding="utf-8").splitlines()
    return tuple((code, fold(name)) for code, name in (line.split() for line in lines))


@cache
def _stems() -> dict[str, str]:
    stems: dict[str, str] = {}
    for code, name in _rows():
        stems.setdefault(code, _stem(name))
    return stems


def _stem(name: str) -> str:
    """`name` without its unit; one character keeps it (城区, 赵县)."""
    if "自治" in name and (found := _AUTONOMOUS.match(name)):
        return found[1]
    if _ZONE.search(name):
        return name[:-1]
    found = _PLAIN.match(name)
    return found[1] if found else name


@cache
def _spellings() -> dict[str, tuple[_Spelling, ...]]:
    """Spellings by their first two characters, longest first, of one length the likeliest first."""
    readings: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, name in _rows():
        for rank, text in _ways(code, name):
            if code not in readings[text][rank]:
                readings[text][rank].append(code)
    table: dict[str, list[_Spelling]] = defaultdict(list)
    for text in sorted(readings, key=lambda text: (-len(text), min(readings[text]), text)):
        by_rank = readings[text]
        table[text[:2]] += [(text, rank >= _BARE, tuple(by_rank[rank])) for rank in sorted(by_rank)]
    return {head: tuple(group) for head, group in table.items()}


_BARE: Final = 2
"""Ranks: 0 the name itself or its usual short form, 1 another unit (密云县, now 密云区), from 2 no unit, higher level first."""


def _ways(code: str, name: str) -> Iterator[tuple[int, str]]:
    yield 0, name
    stem = _stem(name)
    if len(stem) < 2 or _ZONE.search(name) or stem == name:
        return
    yield from ((0, stem + unit) for unit in _short_units(code, name) if stem + unit != name)
    if len(code) == 6:
        yield from ((1, stem + unit) for unit in "县区市旗" if stem + unit != name)
    elif len(code) == 4:
        yield 1, stem + "地区"
    yield _BARE + len(code), stem
    if stem == "内蒙古":
        yield _BARE + len(code), "内蒙"


def _short_units(code: str, name: str) -> Iterable[str]:
    found = _AUTONOMOUS.match(name) if "自治" in name else None
    if not found:
        return ()
    return ("省", "自治区") if len(code) == 2 else (found[2], f"自治{found[2]}")
