"""Courts, districts and addresses."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

DATA = Path(__file__).with_name("data")

_ROADS = (
    "东大街",
    "西大街",
    "南环路",
    "北环路",
    "民主西街",
    "青年路",
    "文化街",
    "新建路",
    "滨河路",
    "火车站路",
    "人民路",
    "解放路",
    "丹霞路",
    "祁连路",
    "昆仑大道",
    "玉关路",
    "马蹄路",
    "延安路",
    "长沙门路",
    "县府街",
)
_ESTATES = (
    "世纪花园",
    "金都家园",
    "润泉湖小区",
    "水岸华庭",
    "安居小区",
    "丽景苑",
    "阳光家园",
    "紫荆花园",
    "西关小区",
    "瑞和佳苑",
    "东湖嘉园",
    "祥和小区",
    "馨宇丽都",
    "北街家属院",
    "汇景名邸",
    "康宁小区",
    "新乐小区",
    "龙渠嘉苑",
)
_TOWN_HEADS = "平新三大沙甘六安西南红永明廖板双乌北倪蓼巷骆宣民丰顺老清东位山霍陈李"
_TOWN_TAILS = ("川镇", "丰镇", "寨乡", "满镇", "泉镇", "浚镇", "阳乡", "河乡", "堡镇", "家营镇")
_VILLAGES = (
    "上寨村",
    "下寨村",
    "东沟村",
    "西沟村",
    "新墩村",
    "南关村",
    "北关村",
    "高庙村",
    "三闸村",
    "五号村",
    "中沟村",
    "红沙窝村",
    "柳树堡村",
    "双墩子村",
    "永和村",
    "光明村",
    "前进村",
    "胜利村",
    "牛王村",
    "闸子村",
)


@dataclass(frozen=True, slots=True)
class Court:
    """A basic court (基层人民法院): code in case numbers, name, 6-digit region code, district name."""

    code: str
    name: str
    region: str
    district: str


def courts_by_code() -> dict[str, Court]:
    """Every court of the extract, by its code."""
    with (DATA / "courts.csv").open(encoding="utf-8", newline="") as handle:
        return {
            r["court_code"]: Court(r["court_code"], r["court_name"], r["region_code"], r["region_name"])
            for r in csv.DictReader(handle)
        }


class Places:
    """Draws districts and addresses. Towns of a district are fixed by its code, so they recur."""

    def __init__(self, courts: tuple[Court, ...], rng: Random) -> None:
        with (DATA / "regions.csv").open(encoding="utf-8", newline="") as handle:
            self._names = {r["code"]: r["name"] for r in csv.DictReader(handle)}
        self._rng = rng
        self.courts = courts
        self._outside = sorted(self._names.keys() - {c.region for c in courts})
        self._towns: dict[str, tuple[str, ...]] = {}

    def region_outside(self) -> str:
        """6-digit code of a district of Gansu without a court in this docket."""
        return self._rng.choice(self._outside)

    def name(self, region: str) -> str:
        """Name of a district by its 6-digit code."""
        return self._names[region]

    def towns(self, region: str) -> tuple[str, ...]:
        """Sixteen invented towns (乡镇) of a district."""
        if region not in self._towns:
            own = Random(int(region))
            self._towns[region] = tuple(own.choice(_TOWN_HEADS) + own.choice(_TOWN_TAILS) for _ in range(16))
        return self._towns[region]

    def rural(self, region: str) -> str:
        """A farm address: district, town, village, group and house."""
        r = self._rng
        return (
            f"{self.name(region)}{r.choice(self.towns(region))}{r.choice(_VILLAGES)}"
            f"{r.randrange(1, 12)}组{r.randrange(1, 90)}号"
        )

    def urban(self, region: str) -> str:
        """A flat: district, road, estate, building, unit and door."""
        return self.flat(self.estate(region, self._rng), self._rng)

    def estate(self, region: str, rng: Random) -> str:
        """District, road and estate."""
        return f"{self.name(region)}{rng.choice(_ROADS)}{rng.choice(_ESTATES)}"

    @staticmethod
    def flat(estate: str, rng: Random) -> str:
        """A door in an estate."""
        return f"{estate}{rng.randrange(1, 30)}号楼{rng.randrange(1, 6)}单元{rng.randrange(1, 19)}0{rng.randrange(1, 5)}室"

    def urban_afar(self, court: Court, rng: Random) -> str:
        """A flat in another prefecture than the court's."""
        region = rng.choice([code for code in self._outside if code[:4] != court.region[:4]])
        return self.flat(self.estate(region, rng), rng)

    def business(self, region: str) -> str:
        """Seat of an organisation."""
        r = self._rng
        return f"{self.name(region)}{r.choice(_ROADS)}{r.randrange(1, 399)}号"
