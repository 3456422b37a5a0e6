"""Characters, words and places records are made of, read from `data/`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_DATA: Final = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Characters:
    """Characters by number; 0 is none. `sound` and `look` are padded rows of numbers, `*_count` how many count."""

    text: pa.Array
    pinyin: pa.Array
    number: dict[str, int]
    traditional: dict[int, str]
    sound: NDArray[np.int16]
    sound_count: NDArray[np.int16]
    look: NDArray[np.int16]
    look_count: NDArray[np.int16]


@dataclass(frozen=True)
class Areas:
    """County-level areas: texts by number, the six digits of their code, stems without 省 and 市."""

    code: NDArray[np.int32]
    province: pa.Array
    city: pa.Array
    area: pa.Array
    province_stem: pa.Array
    city_stem: pa.Array


@cache
def words(section: str) -> tuple[str, ...]:
    """One section of words.txt, commonest first."""
    text = (_DATA / "words.txt").read_text(encoding="utf-8")
    return tuple(text.partition(f"[{section}]\n")[2].partition("\n")[0].split())


@cache
def surnames() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Surnames and their shares."""
    pairs = [word.partition(":") for word in words("surnames")]
    weights = np.array([float(weight) for _, _, weight in pairs])
    return tuple(name for name, _, _ in pairs), weights / weights.sum()


@cache
def characters() -> Characters:
    """The table of characters.tsv with every character it names."""
    rows = [
        line.split("\t")
        for line in (_DATA / "characters.tsv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    own = [row[0] for row in rows]
    others = sorted({c for row in rows for c in row[3] + row[4]} - set(own))
    texts = ["", *own, *others, "某", "*"]
    number = {c: i for i, c in enumerate(texts)}
    sound, sound_count = _padded([row[3] for row in rows], number)
    look, look_count = _padded([row[4] or row[3] for row in rows], number)
    return Characters(
        pa.array(texts), pa.array(["", *(row[1] for row in rows)]), number,
        {ord(row[0]): row[2] for row in rows if row[0] != row[2]}, sound, sound_count, look, look_count,
    )  # fmt: skip


@cache
def areas() -> Areas:
    """The areas of regions.csv."""
    with (_DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cities = [row["city"] for row in rows]
    stems = [_stem(row["city"] or row["province"]) for row in rows]
    return Areas(
        np.array([int(row["code"]) for row in rows], dtype=np.int32), pa.array([row["province"] for row in rows]),
        pa.array(cities), pa.array([row["area"] for row in rows]),
        pa.array([_stem(row["province"]) for row in rows]), pa.array(stems),
    )  # fmt: skip


def _stem(name: str) -> str:
    """Without its unit: 甘肃 of 甘肃省, 张掖 of 张掖市; an autonomous region by its first two characters."""
    if name.endswith(("自治区", "自治州")):
        return name[:3] if name.startswith("内蒙古") else name[:2]
    return name.removesuffix("市").removesuffix("省").removesuffix("地区").removesuffix("盟")


def _padded(texts: list[str], number: dict[str, int]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    width = max(map(len, texts))
    table = np.zeros((len(number), width), dtype=np.int16)
    count = np.zeros(len(number), dtype=np.int16)
    for i, text in enumerate(texts, start=1):
        table[i, : len(text)] = [number[c] for c in text]
        count[i] = len(text)
    return table, count
