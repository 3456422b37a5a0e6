"""Text, names, organisations: total, idempotent, and right on what courts write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.normalise.addresses import parse_address
from features.normalise.case_numbers import case_number, cited_case_numbers
from features.normalise.causes import CAUSE_FAMILIES, cause_family
from features.normalise.dates import iso_date
from features.normalise.identity import identity_number, licence_number
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.phones import phone_number
from features.normalise.pinyin import name_pinyin
from features.normalise.text import fold, skeleton


@settings(deadline=None)  # the first text reads the tables
@given(st.text())
def test_everything_is_total(text: str) -> None:
    fold(text), person_name(text), organisation_name(text), parse_address(text), phone_number(text)
    case_number(text), cited_case_numbers(text), iso_date(text), licence_number(text), name_pinyin(text)
    identity_number(text, None, person=True), identity_number(text, "other", person=False)
    skeleton(text, [text[:3], text])
    assert cause_family(text, "first_instance") in CAUSE_FAMILIES


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert case_number(case_number(text)) == case_number(text)
    assert iso_date(iso_date(text)) == iso_date(text)
    assert phone_number(phone_number(text) or "") == phone_number(text)


def test_folding() -> None:
    assert fold("　ＡＢ１２　張偉 ") == "ab12 张伟"


def test_skeleton_leaves_the_template() -> None:
    one = "２０２０年３月5日，被告張三因資金周轉向原告李四借款人民幣壹拾万元整(100,000元)。"
    other = "2021年12月15日，被告王小明因资金周转向原告赵六借款人民币叁仟元整（3000元）。"
    assert skeleton(one, ["张三", "李四"]) == skeleton(other, ["王小明", "赵六"])
    assert skeleton("甲方欧阳小明", ["欧阳", "欧阳小明"]) == "甲方"


@pytest.mark.parametrize(
    ("cause", "proceeding", "family"),
    [
        ("民间借贷纠纷", "first_instance", "private_loan"),
        ("金融借款合同纠纷", "appeal", "bank_loan"),
        ("民间借贷纠纷", "enforcement", "enforcement"),
        ("房屋租赁合同纠纷", "first_instance", "lease"),
        ("房屋买卖合同纠纷", "payment_order", "house_sale"),
        ("提供劳务者受害责任纠纷", "first_instance", "injury"),
        ("劳务合同纠纷", "first_instance", "labour_service"),
        ("案外人执行异议之诉", "first_instance", "enforcement_objection"),
        ("離婚糾紛", "first_instance", "divorce"),
        ("政府信息公开", "other", "administrative"),
        ("42:1983 Prisoner Civil Rights", "first_instance", "prisoner"),
        ("Other Civil Rights", "first_instance", "civil_rights"),
        ("Social Security - DIWC/DIWW (405(g))", "first_instance", "social_security"),
        ("Releases of debtors", "first_instance", "contract"),
        ("", "first_instance", "other"),
    ],
)
def test_causes(cause: str, proceeding: str, family: str) -> None:
    assert cause_family(cause, proceeding) == family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张伟", "張 偉"),
        ("李娜", "李　娜（曾用名李红）"),
        ("买买提·艾力", "买买提艾力"),
        ("王芳", "原告：王芳女士"),
        ("王强", "王强等12人"),
        ("Smith, John A., Jr.", "John A. Smith Jr"),
        ("van der Berg, Ludwig", "Ludwig van der Berg"),
        ("José GARCÍA", "Garcia, Jose"),
        ("Mary O'Brien", "OBRIEN, MARY"),
        ("Dr. Ann Lee, M.D.", "Lee, Ann"),
    ],
)
def test_one_person_two_spellings(one: str, other: str) -> None:
    assert person_name(one).key == person_name(other).key != ""


def test_latin_names_in_parts() -> None:
    assert person_name("Smith, John Albert, III")[:4] == ("smith|john", "smith|j", "albert", "iii")
    assert person_name("单国强").sound == "shan guo qiang"
    assert person_name("张伟").sound == person_name("章玮").sound


@pytest.mark.parametrize(
    "name",
    ["王某某", "李某1", "李1", "张×", "赵**", "张甲", "孙", "", "J.D.", "John Doe 3", "unknown officer"],
)
def test_masked_names_have_no_key(name: str) -> None:
    assert person_name(name).masked
    assert person_name(name).key == person_name(name).sound == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张掖宇祥装饰工程有限责任公司", "张掖市宇祥装饰工程有限公司", True),
        ("北京大成（深圳）律师事务所", "北京市大成(深圳)律师事务所", True),
        ("北京大成（深圳）律师事务所", "北京大成律师事务所深圳分所", True),
        ("中恒（北京）科技有限公司", "北京中恒科技有限公司", True),
        ("Wal-Mart Stores, Inc.", "The Wal Mart Stores Incorporated", True),
        ("广东金联律师事务所", "广东金轮律师事务所", False),
        ("瑞丰通信有限公司", "瑞丰通信有限公司甘州分公司", False),
        ("上海中恒科技有限公司", "北京中恒科技有限公司", False),
    ],
)
def test_organisations(one: str, other: str, same: bool) -> None:
    assert (organisation_name(one).key == organisation_name(other).key) is same


def test_parts_of_an_organisation() -> None:
    bank = organisation_name("甘州弘毅农村商业银行股份有限公司城关支行")
    assert bank[2:7] == ("甘州", "弘毅", "农村商业银行", "股份", "城关")
    assert organisation_name("宁夏新丰商贸有限公司")[2:5] == ("宁夏", "新丰", "商贸")


@pytest.mark.parametrize("name", ["×××公司", "张掖市某某商贸有限公司", "A公司", "甲公司", "公司"])
def test_masked_organisations(name: str) -> None:
    assert organisation_name(name).masked
    assert organisation_name(name).key == ""


def test_identity_numbers() -> None:
    def number(text: str, id_type: str | None = "resident_id", *, person: bool = True) -> str | None:
        found = identity_number(text, id_type, person=person)
        return found.number if found else None

    assert number("１１０１０５１９４９１２３１００２ｘ") == "11010519491231002X"
    assert number("110105491231002") == "11010519491231002X"  # 15 digits
    assert number("110105194912310021") is None  # check digit
    assert number("110105********002X") is None
    assert number("11010519491331002X") is None  # no thirteenth month
    assert number("91350100M000100Y43", "credit_code", person=False) == "91350100M000100Y43"
    assert number("91350100M000100Y44", "credit_code", person=False) is None
    assert number("E 1234 5678", "passport") == "E12345678"
    assert number("E12345678", None) is None  # unsaid kind is no guess
    assert licence_number("1 6207 2015 1000 0001") == "16207201510000001"


def test_phones() -> None:
    assert phone_number("+86 138-1234-0001") == phone_number("１３８１２３４０００１") == "13812340001"
    assert phone_number("0936-8212345转12") == "09368212345"
    assert phone_number("无 / 13812340001") == "13812340001"
    assert phone_number("11111111111") is None
    assert phone_number("不详") is None


def test_addresses() -> None:
    home = parse_address("甘肃省张掖市甘州区北浚镇牛王村四组23号")
    assert home[:3] == ("甘州", "北浚镇牛王村", "4-23")
    assert parse_address("甘州区北浚镇牛王村4组23号").key == home.key
    assert parse_address("康宁小区5号楼").street == "康宁小区"
    assert parse_address("县城").key == ""


def test_case_numbers() -> None:
    assert (
        case_number("（2023）甘0702民初1234号")
        == case_number("(2023) 甘0702民初1234号")
        == "2023甘0702民初1234"
    )
    assert case_number("(2015)甘民初字第123号") == "2015甘民初123"
    text = "被执行人未按（2019）甘0702民初3854号民事判决书履行，见(2019)甘0702民初3854号"
    assert cited_case_numbers(text) == ("2019甘0702民初3854",)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1976-05-03", "1976-05-03"),
        ("1976年5月3日", "1976-05-03"),
        ("19760503", "1976-05-03"),
        ("1976/5", "1976-05"),
        ("1976", "1976"),
        ("1976-13-01", ""),
        ("5/3/1976", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert iso_date(text) == date
