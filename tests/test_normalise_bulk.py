"""Columns normalised at once give what the functions for one text give."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.link.normalisers import (
    ADDRESSES,
    CREDIT_CODES,
    HEADS,
    ORGANISATION_NAMES,
    PERSON_NAMES,
    PHONES,
    RESIDENT_IDS,
    TYPED,
    Normaliser,
)
from features.normalise import regions
from features.normalise.identity import CREDIT_ALPHABET, resident_check

HAN = "王欧阳万俟单于尉迟曾黑丽娟国强張偉某等氏甲老小先生㐂𠮷乾〇"
SLIPS = st.tuples(st.integers(0, 19), st.sampled_from("0123456789XxOIVB *-１"))


def written(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Columns of texts, some of them anything at all."""
    return st.lists(st.one_of(texts, texts, st.text(max_size=24)), max_size=12)


NAMES = st.text(HAN, min_size=1, max_size=5) | st.tuples(
    st.sampled_from(["张", "欧阳", "上官", "曾", "万"]), st.text("丽娟伟華曾万任", min_size=1, max_size=2)
).map("".join)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    """Resident ids, some with a slip, masked or cut."""
    area = draw(st.sampled_from(["620702", "110101", "990101"]))
    born = draw(
        st.sampled_from(["19790807", "20000229", "19000229", "18991231", "17991231", "19991301", "20230431"])
    )
    first = f"{area}{born}{draw(st.integers(0, 999)):03d}"
    return slipped(draw, first + resident_check(first))


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Credit codes, right or not."""
    return slipped(draw, "91620702" + draw(st.text(CREDIT_ALPHABET + "OIVSZ", min_size=10, max_size=10)))


def slipped(draw: st.DrawFn, number: str) -> str:
    match draw(st.integers(0, 5)):
        case 0:
            at, letter = draw(SLIPS)
            return number[:at] + letter + number[at + 1 :]
        case 1:
            at = draw(st.integers(0, 16))
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        case 2:
            return number[:6] + "*" * 8 + number[14:]
        case 3:
            return number.lower() + draw(st.sampled_from(["", " ", "1"]))
    return number


PLACES = st.sampled_from(
    ["甘肃省张掖市甘州区", "张掖市甘州区", "甘州区", "北京市市辖区朝阳区", "朝阳区", "新疆伊犁尼勒克县", "长葛市场", "海原县", "海原", "中山市",
     "山丹县城", "某某开发区", "甘肃省兰州新区", "吉林省吉林市", "東莞市", ""]
)  # fmt: skip
ROADS = st.sampled_from(
    ["祁连路", "南京西路", "五一大街", "红旗村", "二十里铺镇", "县府街", "小区", "第", "附", "乡镇"]
)
ENDS = st.text("0123456789-号楼栋单元室组社路街道巷村三十二〇(),　", max_size=14)
PLAIN_ENDS = st.tuples(
    st.integers(0, 300), st.sampled_from(["号", "号5栋3单元", "-2-1", "国道", "号路9号", "00000"])
).map(lambda pair: f"{pair[0]}{pair[1]}")
ADDRESSED = st.tuples(PLACES, ROADS, ENDS | PLAIN_ENDS).map("".join)
MOBILES = st.sampled_from(["138", "199", "11", "+86 138", "138-"]).flatmap(
    lambda start: st.text("0123456789", min_size=7, max_size=9).map(lambda rest: start + rest)
)
LANDLINES = st.tuples(
    st.sampled_from(["0931", "010", "020", "021", "0310", "+86 931", "+8610", "0"]),
    st.sampled_from(["-", "", " ", ")"]),
    st.text("012389", min_size=6, max_size=9),
).map("".join)
# Places, cores, trades, forms and branches, in any order, so that each also stands where another should.
ORGANISATION_PARTS = (
    "张掖市 甘肃省 上海市政 北京 内蒙古 新丰 广东 平安 吉林市 西湖区域 上海自治县 （北京） (张掖市) （中恒） （原名华泰） 中恒 金轮 甲 某某 "
    "第一 人民 恆 㐂 𠮷 科技 商贸 建筑工程 物业管理 人民政府 村委会 法院 医院 律师事务所 有限公司 有限责任公司 公司 集团 厂 "
    "普通合伙企业 分公司 上海分公司 第一支行 支公司 营业部 原告 法定代表人"
)
ORGANISED = st.lists(st.sampled_from(ORGANISATION_PARTS.split()), min_size=1, max_size=6).map("".join)


@pytest.mark.parametrize(
    ("normaliser", "texts"),
    [
        (PERSON_NAMES, NAMES),
        (HEADS, NAMES),
        (RESIDENT_IDS, resident_ids()),
        (CREDIT_CODES, credit_codes()),
        (ADDRESSES, ADDRESSED),
        (PHONES, MOBILES | LANDLINES | st.just("13333333333") | st.just("13131313131")),
        (ORGANISATION_NAMES, ORGANISED),
    ],
    ids=["names", "heads", "resident ids", "credit codes", "addresses", "phones", "organisations"],
)
@settings(deadline=None)
@given(data=st.data())
def test_a_column_reads_as_its_texts(
    normaliser: Normaliser, texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    column = [text for text in data.draw(written(texts)) if not any("\ud800" <= c <= "\udfff" for c in text)]
    assert said(normaliser, column) == [one_by_one(normaliser, text) for text in column]


def said(normaliser: Normaliser, column: list[str]) -> list[dict[str, str]]:
    found = normaliser(pa.array(column, pa.string()))
    return [{name: values[i].as_py() or "" for name, values in found.items()} for i in range(len(column))]


def one_by_one(normaliser: Normaliser, text: str) -> dict[str, str]:
    return {name: values[0] for name, values in normaliser.one_by_one([text]).items()}


@pytest.mark.parametrize(
    ("normaliser", "column", "plain"),
    [
        (PERSON_NAMES, ["张丽娟", "欧阳修", "王某某", "张三（化名）", "万俟丽", "John Smith", "張偉"], [0, 1, 6]),
        (RESIDENT_IDS, ["620702197908072316", "620702********2316", "62070219790807231", "G1234567"], [0, 1]),
        (CREDIT_CODES, ["91620702MA71XXXX0B", "916207021234", "914104********T73F"], [0, 2]),
        (ADDRESSES, ["海原县祁连路79号27幢", "红旗村", "祁连路三号楼", "住海原县祁连路9号", "東莞市祁连路7号"], [0, 1]),
        (PHONES, ["13820999123", "158-5337-8319", "13333333333", "0931-8412345", "+86 13820999123", "031 8412345"], [0, 3, 4]),
        (ORGANISATION_NAMES, ["张掖市中恒科技有限公司", "中恒（北京）科技有限公司", "中恒科技有限公司上海分公司", "某某公司", "甘肃中恒律师事务所",
                              "中恒（原名恒中）科技有限公司", "張掖中恆商貿有限責任公司", "第一人民医院"], [0, 1, 2, 6]),
    ],
)  # fmt: skip
def test_which_texts_are_plain(normaliser: Normaliser, column: list[str], plain: list[int]) -> None:
    assert normaliser.plain is not None
    rows, _ = normaliser.plain(pa.array(column, pa.string()))
    assert sorted(rows.tolist()) == plain


def test_a_type_told_beside_a_number_is_read() -> None:
    number = "620702197908072316"
    columns = [f"{number}{TYPED}{told}" for told in ("", "resident_id", "other", "passport")]
    assert said(RESIDENT_IDS, columns) == [one_by_one(RESIDENT_IDS, text) for text in columns]


def test_a_slice_of_a_column_reads_as_its_own_texts() -> None:
    column = pa.array(["张丽娟", "李强", "13820999123", "中恒科技有限公司", "海原县祁连路79号"], pa.string())
    for normaliser in (PERSON_NAMES, ORGANISATION_NAMES, RESIDENT_IDS, ADDRESSES, PHONES):
        part = column.slice(1, 3)
        assert said(normaliser, part.to_pylist()) == [
            {name: values[i].as_py() or "" for name, values in normaliser(part).items()} for i in range(3)
        ]


@settings(deadline=None)
@given(texts=st.lists(ADDRESSED, min_size=1, max_size=8))
@example(["甘肃省张掖市甘州区祁连路1号", "甘肃省张掖市甘州区场1号", "甘肃省张掖市甘州区祁连路2号"])
def test_what_is_remembered_of_a_region_changes_nothing(texts: list[str]) -> None:
    remembered = [regions.leading_region(text) for text in texts * 2]
    for cache in (regions._remembered, regions._sizes):
        cache.clear()
    fresh = []
    for text in texts:
        fresh.append(regions.leading_region(text))
        for cache in (regions._remembered, regions._sizes):
            cache.clear()
    assert remembered == fresh * 2
