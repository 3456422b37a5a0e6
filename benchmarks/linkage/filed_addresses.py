"""Addresses as filed: whose, cut short in many ways, now and then with a wrong number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import rates
from entities import AREA, BUILDING, ESTATE, NUMBER, ROAD, ROOM, RURAL_ROAD, UNIT, Entities, Ints
from numpy.random import Generator
from numpy.typing import NDArray
from texts import Texts, blank, drop, join, numerals, take
from words import areas, words

_ROAD_KINDS = ("路", "路", "街", "大道", "东路", "西路", "南路", "北路", "巷", "大街")


def addresses(all_: Entities, rows: NDArray[np.int64], firm: NDArray[np.int32], rng: Generator) -> Texts:
    """The address column; `firm` is the law firm that filed each mention."""
    count = len(rows)
    whose = rng.random(count)
    parts = all_.address[rows]
    moved = whose > 1 - rates.ADDRESS_MOVED
    parts[moved] = all_.other[rows[moved]]
    service = whose < rates.ADDRESS_SERVICE
    parts[service] = all_.firm_address[firm[service]]
    wrong = np.flatnonzero(rng.random(count) < rates.ADDRESS_TYPO)
    parts[wrong, NUMBER] += rng.integers(1, 10, len(wrong)).astype(np.int16)
    rural = parts[:, RURAL_ROAD] > 0
    text = pc.if_else(pa.array(rural), _rural(parts, rng), _urban(parts, rng))
    return drop(join(_region(parts[:, AREA], rng), text), rng.random(count) < rates.ADDRESS_MISSING)


def _region(area: Ints, rng: Generator) -> Texts:
    """甘肃省张掖市甘州区, or less of it."""
    table, kind = areas(), rng.random(len(area))
    no_city = kind < rates.ADDRESS_NO_CITY
    no_province = kind < rates.ADDRESS_NO_CITY + rates.ADDRESS_NO_PROVINCE
    no_area = kind > 1 - rates.ADDRESS_NO_AREA
    return join(
        blank(take(table.province, area), no_province),
        blank(take(table.city, area), no_city),
        blank(take(table.area, area), no_area),
    )


def _urban(parts: Ints, rng: Generator) -> Texts:
    """人民路123号阳光小区3号楼2单元502室, dashed, or cut after the road's number."""
    count = len(parts)
    roads, estates = words("roads"), words("estates")
    road = join(
        take(roads, parts[:, ROAD] % len(roads)), take(_ROAD_KINDS, parts[:, ROAD] // 100 % len(_ROAD_KINDS))
    )
    estate = blank(
        join(take(estates, parts[:, ESTATE] % len(estates)), "小区"),
        (parts[:, ESTATE] >= 120) | (rng.random(count) < 0.2),
    )
    kind = rng.random(count)
    building, unit, room = (numerals(parts[:, i]) for i in (BUILDING, UNIT, ROOM))
    tower = take(["号楼", "栋", "幢", "号楼"], rng.integers(0, 4, count))
    long = join(building, tower, unit, "单元", room, take(["室", "", "号"], rng.integers(0, 3, count)))
    dashed = join(building, "-", unit, "-", room)
    end = pc.if_else(pa.array(kind < rates.ADDRESS_DASHED), dashed, long)
    cut = kind > 1 - rates.ADDRESS_CUT
    return join(road, numerals(parts[:, NUMBER]), "号", blank(estate, cut), blank(end, cut))


def _rural(parts: Ints, rng: Generator) -> Texts:
    """龙泉镇王庄村3组12号; the last number is often left out."""
    count = len(parts)
    towns, villages = words("towns"), words("villages")
    town = join(take(towns, parts[:, ROAD] % len(towns)), take(["镇", "镇", "乡"], parts[:, ROAD] // 30 % 3))
    village = join(take(villages, parts[:, ESTATE] % len(villages)), "村")
    group = join(numerals(parts[:, UNIT]), take(["组", "社", "组"], rng.integers(0, 3, count)))
    door = blank(join(numerals(parts[:, NUMBER]), "号"), rng.random(count) < 0.3)
    return join(town, village, group, door)
