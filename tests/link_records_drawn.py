"""Random party and agent records that resemble each other: the same few people, firms and homes, written in many ways."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from link_samples import IDS

from features.link.profile import Profile, agent_profile, firm_profile, party_profile
from xiezhi.records import Agent, Party

_HAN = "王建国军伟玮明民欧阳张章李丽莉强刘"
_WORDS = (
    "john",
    "jon",
    "smith",
    "smyth",
    "smithe",
    "robert",
    "bob",
    "wang",
    "jianguo",
    "van",
    "li",
    "o'brien",
)

PERSON_NAMES = st.one_of(
    st.sampled_from(
        ("张伟", "張 偉", "张玮", "王建国", "王建军", "建国王", "王健国", "欧阳小明", "小明欧阳", "欧阳小民", "李某某", "李某1", "王×",
         "Wang Jianguo", "WANG JIAN GUO", "Jianguo Wang", "Zhang Wei", "John Doe", "J. S.", "John Smith", "Smith, John",
         "Jon Smyth", "Smith", "John", "Bob Smith Jr.", "Robert A. Smith", "Robert Alan Smith III", "阿依古丽·买买提",
         "阿依古丽买买提", "김철수", "Иван Петров", "", "x", "王", "Madonna", "De La Cruz, Maria", "J Smith",
         "Wolfeschlegelsteinhausenbergerdorff Hubert", "Smith Wolfeschlegelsteinhausenbergerdorffxyz",
         "Smith Wolfeschlegelsteinhausenbergerdorffabc")
    ),
    st.text(alphabet=_HAN, min_size=1, max_size=4),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join),
    st.text(max_size=12),
)  # fmt: skip

ORGANISATION_NAMES = st.one_of(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(("", "张掖", "张掖市", "甘肃省张掖市甘州区", "北京", "甘州区")),
        st.sampled_from(("宇祥", "宇翔", "雨祥", "宇祥泰", "瑞丰", "中国建设", "大成", "金联", "金轮", "宏达盛世", "宏大盛世", "宏达盛")),
        st.sampled_from(("", "商贸", "商务贸易", "通信", "房地产开发", "律师事务所", "银行", "小额贷款")),
        st.sampled_from(("", "有限公司", "有限责任公司", "股份有限公司", "（深圳）", "合作社")),
        st.sampled_from(("", "", "甘州分公司", "第一分公司", "兰州分所", "甘州支行")),
    ),
    st.sampled_from(
        ("×公司", "某某公司", "分公司", "第一分公司", "Acme Trading Co., Ltd.", "Acme Trading LLC", "ACME", "Acme Trading Company",
         "北京大成（深圳）律师事务所", "北京市大成(深圳)律师事务所", "北京大成律师事务所", "张掖市甘州区人民政府", "甘州区人民政府",
         "The Extraordinarily Long Named International Holding Company of the North",
         "The Extraordinarily Long Named International Holding Company of the South",
         "The Extraordinarily Long Named International Holding", "", "公司")
    ),
    st.text(max_size=12),
)  # fmt: skip

_RESIDENT = st.one_of(
    st.sampled_from(IDS),
    st.sampled_from(("110105491231002", "110105194912310021", "11010519491231012X", "62070219800101010X", "62070219800101001")),
    st.sampled_from(("110105********002X", "620702********001X", "620702xxxxxxxx001X", "1101**********002X", "不详", "")),
)  # fmt: skip
_CREDIT = st.sampled_from(
    ("91350100M000100Y43", "91350100M000100Y44", "91350100M000100Y4", "913501**********43", "91350100M0********",
     "91110000100000000A", "110105194912310021", "")
)  # fmt: skip
_OTHER_NUMBERS = st.sampled_from(
    ("E12345678", "E12345679", "E12345687", "12345", "g1234567", "11010519491231002X")
)
_PHONES = st.sampled_from(
    (None, "13812340001", "138-1234-0001", "13812340002", "13812340010", "09361234567", "+1 (212) 555-0147", "212.555.0174",
     "13812340001/13900001111", "123")
)  # fmt: skip
_ADDRESSES = st.sampled_from(
    (None, "甘肃省张掖市甘州区东大街12号", "甘州区东大街12号", "张掖市甘州区东大街12号2单元301室", "甘州区东大街12-2号", "东大街12号", "甘肃省张掖市",
     "甘肃省张掖市甘州区", "甘肃省", "甘肃省张掖市临泽县东大街12号", "甘肃省兰州市城关区", "甘州区牛王村4组23号", "甘州区牛玉村4组23号", "东大街",
     "12 Main Street, Springfield, IL 62701", "12 Main St., Springfield, Illinois 62704", "14 Main Street, Springfeld, IL",
     "Springfield, IL 62701", "10 Downing Street, London SW1A 2AA", "London SW1A 2AB", "London SW1A", "北京市朝阳区建国路88号3号楼1201",
     "北京市朝阳区建国路88号", "新疆维吾尔自治区乌鲁木齐市")
)  # fmt: skip
_BIRTHS = st.sampled_from(
    (None, "1976-05-03", "1976-03-05", "1976-05-08", "1976-05-30", "1976-06-03", "1967-05-03", "1976-05", "1976", "1977",
     "1976年5月", "19760503", "1949-12-31", "生于旧社会")
)  # fmt: skip
_COURTS = st.sampled_from(
    ("甘0702", "甘07", "甘", "甘0723", "", "Superior Court of the State of California, County of Los Angeles",
     "Superior Court of the State of California, County of Orange", "Superior Court of the State of California")
)  # fmt: skip
_HEADS = st.sampled_from((None, "张伟", "張偉", "王建国", "李某某", "John Smith", "Smith, John"))
_LICENCES = st.sampled_from(
    (None, "16207201510000001", "16207201510000002", "16207201510000010", "620702151001", "620702151002", "甘12345678", "无")
)  # fmt: skip


def _plain(text: str) -> str:
    return text


@st.composite
def party_profiles(draw: st.DrawFn, kind: Any) -> Profile:
    """A party as the linker sees it."""
    is_person = kind == "person"
    id_type: Any = draw(st.sampled_from((None, "resident_id", "credit_code", "passport", "other")))
    numbers = _RESIDENT if is_person else _CREDIT
    id_number = draw(st.one_of(st.none(), numbers, numbers, _OTHER_NUMBERS))
    party = Party(
        "p1",
        "plaintiff",
        kind,
        draw(PERSON_NAMES if is_person else ORGANISATION_NAMES),
        id_type=id_type,
        id_number=id_number,
        birth_date=draw(_BIRTHS),
        phone=draw(_PHONES),
        address=draw(_ADDRESSES),
        legal_representative=draw(_HEADS),
    )
    return party_profile(party, draw(_COURTS), _plain)


@st.composite
def agent_profiles(draw: st.DrawFn) -> Profile:
    """An agent as the linker sees it."""
    agent = Agent(
        "a1",
        draw(st.sampled_from(("lawyer", "citizen"))),
        draw(PERSON_NAMES),
        licence_number=draw(_LICENCES),
        firm=draw(st.one_of(st.none(), ORGANISATION_NAMES)),
        phone=draw(_PHONES),
    )
    return agent_profile(agent, draw(_COURTS), _plain)


@st.composite
def firm_profiles(draw: st.DrawFn) -> Profile:
    """An agent's firm as the linker sees it."""
    return firm_profile(draw(ORGANISATION_NAMES), draw(_COURTS))


def profiles(kind: str) -> st.SearchStrategy[Profile]:
    """Profiles of one kind, through the normalisers that a filing goes through."""
    if kind == "agent":
        return agent_profiles()
    return firm_profiles() if kind == "firm" else party_profiles(kind)
