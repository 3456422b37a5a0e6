"""Courts by name and by the code in their case numbers (法院代字, 法〔2015〕137号 annex): 甘0702, 京01, 最高法."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from features.normalise.regions import leading_region, region_stem
from features.normalise.text import fold


class Court(NamedTuple):
    """A court of the list. region: six digits, of today's division; "" for courts of the whole country."""

    code: str
    name: str
    region: str


PROVINCE_CHARACTERS: Final = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军"
"""First characters of court codes: provinces, the corps of Xinjiang (兵团) and the military courts."""

_CODE: Final = re.compile(rf"[{PROVINCE_CHARACTERS}](?:[0-9]{{4}}|[0-9]{{2}})?")
_CODE_INSIDE: Final = re.compile(rf"[{PROVINCE_CHARACTERS}][0-9]{{2}}(?:[0-9]{{2}})?(?![0-9])")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_COURT: Final = re.compile(r"^.*?法院(?:.*分院)?")
_SHORT: Final = re.compile(r"(?:第?([一二三四五])中|([高中]))(?:院|法)$")


@lru_cache(maxsize=16_384)
def court_code(text: str) -> str:
    """The code of a court by its name; a code stays, in any width. "" where the court is not known.

    省 or 市 in front may be left out, 人民 too, and what follows the name (民事审判第一庭) does not matter; where
    several courts could be meant (朝阳区法院) none is.
    """
    folded = _NOT_WORD.sub("", fold(text))
    if folded == "最高法" or _CODE.fullmatch(folded):
        return folded
    if found := _named(_key(folded)):
        return found
    inside = _CODE_INSIDE.search(folded)
    return inside[0] if inside and inside[0] in _courts() else ""


def court_name(code: str) -> str:
    """The name of the court of a code (or of another of its names), "" where it is not known."""
    court = _courts().get(court_code(code))
    return court.name if court else ""


def court_region(code: str) -> str:
    """The six-digit division a court sits in, zeros at the end for a prefecture or province; "" unknown.

    Divisions are today's, also where the court keeps the code and name of before (延庆县人民法院: 110119).
    """
    found = court_code(code)
    if court := _courts().get(found):
        return court.region
    return _region_of_code(found)


@cache
def _courts() -> dict[str, Court]:
    path = Path(__file__).with_name("data") / "courts.txt"
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {code: Court(code, name, "" if region == "-" else region) for code, name, region in rows}


class _Names(NamedTuple):
    """Codes by name: whole; from its last region's name on; by that region and what follows."""

    whole: dict[str, str]
    tails: dict[str, list[str]]
    placed: dict[tuple[str, str], list[str]]


@cache
def _names() -> _Names:
    names = _Names({}, defaultdict(list), defaultdict(list))
    for court in _courts().values():
        key = _key(fold(court.name))
        region = leading_region(key)
        names.whole[key] = court.code
        names.tails[key[region.start :]].append(court.code)
        names.placed[region.code, key[region.end :]].append(court.code)
    return names


def _named(key: str) -> str:
    """The one court a key can mean, else ""."""
    names = _names()
    if found := names.whole.get(key):
        return found
    region = leading_region(key)
    if not region.end:
        return ""
    for codes in (names.tails.get(key[region.start :]), names.placed.get((region.code, key[region.end :]))):
        near = [code for code in codes or () if _courts()[code].region.startswith(region.code[:4])]
        if len(near) == 1:
            return near[0]
    return ""


def _key(folded: str) -> str:
    """`folded` up to the court, without 人民, grades in full: 上海一中院 → 上海第一中级法院."""
    found = _COURT.match(folded)
    if found:
        return found[0].replace("人民", "")
    if folded.endswith("最高院"):
        return "最高法院"
    return _SHORT.sub(lambda m: f"第{m[1]}中级法院" if m[1] else f"{m[2]}级法院", folded)


@cache
def _region_of_code(code: str) -> str:
    """Of a court younger than the list: codes follow the divisions where there is such a division."""
    province = _courts().get(code[:1])
    region = f"{province.region[:2]}{code[1:]}" if province else ""
    return region if len(region) == 6 and region_stem(region) else ""
