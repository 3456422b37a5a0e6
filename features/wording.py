"""The wording of claims and facts (诉状措辞) as hashed runs of characters, and what a model of it adds to a score.

A model is one weight to a bucket and a constant, plain numbers in the bundle (`wording.npy`). Nobody's name, address or
number, and nothing protected, becomes a run; where a bundle has no such model no text is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.history.docket import Floats
from features.normalise.text import fold, skeleton
from xiezhi.bundle import WORDING_BUCKETS
from xiezhi.records import Filing

Runs = NDArray[np.int32]

SIZES: Final = (2, 3, 4)
"""Characters a run: Chinese words mostly have two, set phrases four."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""Odd 64-bit multiplier of Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""

_PEOPLES: Final = (
    "汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|"
    "独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
"""The 56 peoples as papers name them (GB/T 3304)."""
_PROTECTED: Final = re.compile(
    r"\b(?:male|female|man|woman|mr|mrs|ms|miss)\b"
    r"|[\u3400-\u9fff](?:某{1,3}[甲乙丙丁]?|先生|女士|小姐|太太)"  # whom papers name by the surname alone
    rf"|(?:{_PEOPLES})族"
    r"|[男女]性?|伊斯兰教?|穆斯林|清真寺?|佛教|道教|基督教?|天主教"
)


def words_of(filing: Filing) -> str:
    """Claims and facts without names, addresses, dates, numbers, punctuation, sex, people and creed."""
    given = [agent.name for agent in filing.agents]
    for party in filing.parties:
        given += [
            text
            for text in (party.name, party.address, party.service_address, party.legal_representative)
            if text
        ]
    folded = fold(f"{filing.claims or ''}\n{filing.facts or ''}")
    for name in sorted({fold(text) for text in given}, key=lambda name: (-len(name), name)):
        folded = folded.replace(name, "\n") if len(name) >= 2 else folded
    return skeleton(_PROTECTED.sub("\n", folded), ())


def runs_of(filing: Filing) -> Runs:
    """The distinct buckets, sorted, of the runs of characters in a filing's words; the same on every machine."""
    points = np.frombuffer(words_of(filing).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    found = [np.zeros(0, np.int32)]
    for size in SIZES:
        places = max(len(points) - size + 1, 0)
        code = np.full(places, size, dtype=np.uint64)
        for place in range(size):
            code = (code ^ points[place : place + places]) * _SPREAD
            code ^= code >> np.uint64(29)
        found.append((code % np.uint64(WORDING_BUCKETS)).astype(np.int32))
    return np.unique(np.concatenate(found))


def weigh_runs(runs: Sequence[Runs], model: Floats) -> Floats:
    """What the wording of n filings adds to their raw scores, (n,) log-odds: 0 of one without words.

    model: a weight to a bucket, and a constant at the end. A long text says no more than a short one.
    """
    return np.array([model[r].sum() / np.sqrt(len(r)) + model[-1] if len(r) else 0.0 for r in runs])


def weigh_words(filings: Sequence[Filing], model: Floats | None) -> Floats | float:
    """`weigh_runs` of filings whose texts nobody has read yet; without a model nobody does, and it is 0 of all."""
    return 0.0 if model is None else weigh_runs([runs_of(filing) for filing in filings], model)
