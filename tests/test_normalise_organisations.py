"""Names of organisations: one key however written, branches and look-alike names apart, masked ones barred."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.normalise.names import person_name
from features.normalise.organisations import OrganisationName, organisation_name
from features.normalise.places import is_place, leading_places, stems_in
from features.normalise.text import LONGEST_NAME, fold

any_text = st.text(st.characters(exclude_categories=()), max_size=30)
_FRAGMENTS = (
    "原告|被告一：|（|）|(|)|[|曾用名|原名|现更名为|，|公司|有限公司|有限责任公司|分公司|律师事务所|北京|上海市|甘州区|深圳|中国农业银行|农商|支行"
    "|村委会|政府|科技|建筑|鑫源|某|x|A|*|×|&|'|.|1|Smith|Inc.|LLC|the|United States|of|County|f/k/a|d/b/a|branch|ООО|가|�|\ud800|\u200d|\x00| "
)
glued = st.lists(st.sampled_from(_FRAGMENTS.split("|")), max_size=7).map("".join)
_PLACES = st.sampled_from(
    ["", "甘肃省", "张掖市", "甘州区", "甘肃省张掖市", "北京市", "临夏回族自治州", "内蒙古自治区", "中国"]
)
_CORES = st.text(
    st.sampled_from("宇祥鑫源宏达恒泰华丰瑞通金联永安长新和平德隆正天合大成东方红"), min_size=2, max_size=3
)
_TRADES = st.sampled_from(
    ["", "商贸", "建筑劳务", "装饰工程", "科技", "市政工程", "区块链科技", "农村商业银行"]
)
_FORMS = st.sampled_from(["有限公司", "有限责任公司", "股份有限公司", "集团有限公司"])
_BRANCHES = st.sampled_from(["", "", "甘州分公司", "张掖市分公司", "第一分公司"])


@settings(deadline=None)  # the first name read loads the tables
@given(any_text | glued)
@example("\ud800公司")
@example("(原名(原名(原名A有限公司)有限公司)有限公司)" * 5)
def test_any_text_gives_a_name(text: str) -> None:
    name = organisation_name(text)
    assert name.masked == (name.key == "")
    for value in (
        name.key,
        name.sound,
        name.place,
        name.core,
        name.trade,
        name.form,
        name.branch,
        name.former,
    ):
        assert value == value.strip()
        value.encode()  # hashed and stored
    if name.masked:
        assert name == OrganisationName("", masked=True)


@pytest.mark.parametrize("text", ["a f/k/a ", "甲，原名乙公司", "((((", "北京", "(原名", "a and b of c, "])
def test_of_a_long_text_the_beginning_alone_is_read(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Patterns look back and forth in it: of the whole it took up to 16 seconds."""
    looked_at = []
    organisation_name.cache_clear()
    person_name.cache_clear()

    def watched(part: str) -> str:
        looked_at.append(len(part))
        return fold(part)

    monkeypatch.setattr("features.normalise.organisations.fold", watched)
    monkeypatch.setattr("features.normalise.names.fold", watched)
    organisation_name(text * 5000), person_name(text * 5000)
    assert len(looked_at) >= 2
    assert max(looked_at) == LONGEST_NAME


@settings(deadline=None)  # the first name read loads the tables
@given(_PLACES, _CORES, _TRADES, _FORMS, _BRANCHES)
def test_the_key_of_a_chinese_company_is_its_own_key(
    place: str, core: str, trade: str, form: str, branch: str
) -> None:
    key = organisation_name(f"{place}{core}{trade}{form}{branch}").key
    assert organisation_name(key).key == key != ""


@settings(deadline=None)  # the first name read loads the tables
@given(_PLACES, _CORES, _TRADES, _BRANCHES)
def test_spellings_of_a_company_agree(place: str, core: str, trade: str, branch: str) -> None:
    one = organisation_name(f"{place}{core}{trade}有限公司{branch}")
    other = organisation_name(f"原告：{place} {core}{trade}有限责任公司{branch}（以下简称{core}公司）")
    assert one == other
    assert one.branch == "" or one.key != organisation_name(f"{place}{core}{trade}有限公司").key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张掖宇祥装饰工程有限责任公司", "张掖市宇祥装饰工程有限公司", True),
        ("張掖宇祥裝飾工程有限公司", "张掖宇祥装饰工程有限公司", True),
        ("中恒（北京）科技有限公司", "北京中恒科技有限公司", True),
        ("中恒（集团）有限公司", "中恒集团有限公司", True),
        ("临夏回族自治州宏达建筑有限公司", "临夏州宏达建筑有限公司", True),
        ("张掖市市政工程有限公司", "张掖市政工程有限公司", True),
        ("北京市区块链科技有限公司", "北京区块链科技有限公司", True),
        ("甘州区老王餐馆(个体工商户)", "甘州区老王餐馆（经营者：王五）", True),
        ("张掖宏达投资中心（有限合伙）", "张掖宏达投资中心", True),
        ("甘肃中恒（兰州）科技有限公司", "甘肃中恒科技有限公司", False),
        ("上海中恒科技有限公司", "北京中恒科技有限公司", False),
        ("瑞丰通信有限公司", "瑞丰通信有限公司甘州分公司", False),
        ("瑞丰通信有限公司", "瑞丰通信股份有限公司", False),
        # Firms: place, branch and core
        ("北京大成（深圳）律师事务所", "北京市大成（深圳）律师事务所", True),
        ("北京大成律师事务所上海分所", "北京大成（上海）律师事务所", True),
        ("北京大成（上海）律师事务所(特殊普通合伙)", "北京大成律师事务所上海市分所", True),
        ("国浩律师（深圳）事务所", "国浩律师事务所深圳分所", True),
        ("北京大成（前海）律师事务所", "北京大成律师事务所前海分所", True),
        ("甘肃正天合律所", "甘肃正天合律师事务所", True),
        ("北京市大成律师事务所", "北京大成（深圳）律师事务所", False),
        ("广东金联律师事务所", "广东金轮律师事务所", False),
        # Banks, insurers
        ("中国农业银行股份有限公司甘州支行", "农业银行甘州支行", True),
        ("中国农业银行股份有限公司甘州支行", "农行甘州区支行", True),
        ("上海浦东发展银行股份有限公司兰州分行", "浦发银行兰州分行", True),
        ("中国人民财产保险股份有限公司张掖市分公司", "人保财险张掖分公司", True),
        ("张掖农商银行", "张掖农村商业银行", True),
        ("中国农业银行股份有限公司甘州支行", "中国农业银行股份有限公司", False),
        ("中国银行股份有限公司", "中国银行业监督管理委员会", False),
        # Public bodies
        ("甘州区人民政府", "甘肃省张掖市甘州区人民政府", True),
        ("甘州区政府", "张掖市甘州区人民政府", True),
        ("张掖市甘州区北街街道办", "甘州区北街街道办事处", True),
        ("甘州区乌江镇牛王村委会", "张掖市甘州区乌江镇牛王村村民委员会", True),
        ("甘肃省张掖市公证处", "张掖市公证处", True),
        ("兰州市城关区人民政府", "拉萨市城关区人民政府", False),
        # Latin script
        ("Wal-Mart Stores, Inc.", "The Wal Mart Stores Incorporated", True),
        ("United States of America", "U.S.", True),
        ("U.S. Dept. of Justice", "United States Department of Justice", True),
        ("County of Adams", "Adams County", True),
        ("Commonwealth of Pennsylvania", "Pennsylvania", True),
        ("People of the State of California", "State of California", True),
        ("J.P. Morgan Chase Bank, N.A.", "JP Morgan Chase Bank NA", True),
        ("Smith Bros. Mfg. Co.", "Smith Brothers Manufacturing Company", True),
        ("Smith Co., Inc.", "Smith, Inc.", True),
        ("Nat'l Ass'n of Realtors", "National Association of Realtors", True),
        ("Macy's, Inc., a Delaware corporation", "Macys Inc", True),
        ("Acme LLC d/b/a Joe's Diner", "Acme, L.L.C.", True),
        ("AT&T Corp.", "A T & T Corporation", True),
        ("Crédit Agricole S.A.", "Credit Agricole SA", True),
        ("ООО «Ромашка»", "Romashka OOO", True),
        ("Smith, Inc.", "Smith, LLC", False),
        ("Banco de Venezuela, Curacao Branch", "Banco de Venezuela", False),
    ],
)
def test_one_organisation_or_two(one: str, other: str, same: bool) -> None:
    a, b = organisation_name(one), organisation_name(other)
    assert a.key
    assert b.key
    assert (a.key == b.key) is same


def test_parts() -> None:
    bank = organisation_name("甘州弘毅农村商业银行股份有限公司城关支行")
    assert bank[2:7] == ("甘州", "弘毅", "农村商业银行", "股份", "城关")
    assert organisation_name("宁夏新丰商贸有限公司")[2:5] == ("宁夏", "新丰", "商贸")
    assert organisation_name("甘肃永安通达物流有限公司")[2:5] == ("甘肃", "永安通达", "物流")
    assert organisation_name("兰州市第一人民医院")[2:5] == ("兰州", "兰州第一", "人民医院")
    assert organisation_name("北京市大成（深圳）律师事务所")[2:7] == (
        "北京",
        "大成",
        "律师事务所",
        "",
        "深圳",
    )
    assert organisation_name("Smith Bros. Co., Inc.")[:6] == (
        "smith brothers inc",
        "",
        "",
        "smith brothers",
        "",
        "inc",
    )


@pytest.mark.parametrize(
    ("name", "key", "former"),
    [
        ("张掖鑫源商贸有限公司（原名张掖金源商贸有限公司）", "张掖鑫源商贸有限", "张掖金源商贸有限"),
        ("张掖鑫源商贸有限公司，曾用名：张掖市金源商贸有限公司", "张掖鑫源商贸有限", "张掖金源商贸有限"),
        ("张掖金源商贸有限公司（现更名为张掖鑫源商贸有限公司）", "张掖鑫源商贸有限", "张掖金源商贸有限"),
        ("张掖鑫源商贸有限公司（原审被告）", "张掖鑫源商贸有限", ""),
        ("Acme Holdings, f/k/a Apex Holdings, Inc.", "acme holdings", "apex holdings inc"),
        ("Apex Inc. n/k/a Acme Inc.", "acme inc", "apex inc"),
    ],
)
def test_former_names(name: str, key: str, former: str) -> None:
    found = organisation_name(name)
    assert (found.key, found.former) == (key, former)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "×××公司",
            "张掖市某某商贸有限公司",
            "某公司",
            "甲公司",
            "A公司",
            "B银行",
            "XX银行",
            "张掖市甲公司",
            "x县供销社",
        ),
        *(
            "公司",
            "有限公司",
            "商贸有限公司",
            "该公司",
            "被告公司",
            "原告",
            "",
            "张掖□源公司",
            "张掖?源公司",
            "\ue900公司",
        ),
        *(
            "Does 1-10",
            "John Doe Corporation",
            "XYZ Company 1",
            "Unknown Insurer",
            "Inc.",
            "The",
            "Defendant",
            "A Corp",
        ),
    ],
)
def test_masked_organisations_say_nothing(name: str) -> None:
    assert organisation_name(name) == OrganisationName("", masked=True)


def test_names_that_look_masked_are_not() -> None:
    for name in (
        "TCL集团股份有限公司",
        "3M中国有限公司",
        "7天酒店",
        "锦绣花园A区业主委员会",
        "ABC Supply Co.",
        "3M Company",
    ):
        assert organisation_name(name).key


def test_places() -> None:
    assert leading_places("甘肃省张掖市甘州区宏达", 2).stems == ("甘肃", "张掖", "甘州")
    assert leading_places("宁夏新丰商贸", 4).stems == ("宁夏",)  # 新丰 is a county of Guangdong
    assert leading_places("张掖永安", 2).stems == ("张掖",)
    assert leading_places("张掖", 1).stems == ()
    assert stems_in("深圳市福田区") == "深圳福田"
    assert is_place("深圳市")
    assert not is_place("深圳湾")
    assert not is_place("")
