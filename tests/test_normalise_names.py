"""Names of persons: one key however written, nothing from a masked name, total over any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.normalise import nicknames
from features.normalise.characters import alike, compose
from features.normalise.names import PersonName, person_name
from features.normalise.pinyin import name_pinyin, surnames, syllables
from features.normalise.text import fold, simplified_table

any_text = st.text(st.characters(exclude_categories=()), max_size=30)
_FRAGMENTS = (
    "原告|被告一：|张三|王某|欧阳|（|）|[|]|曾用名|化名|、|等3人|律师|先生|x|某|*|×|·|．|,|'|-|&|1|John|Smith|Jr|Dr.|van|de|Ю|и|Ω|가|あ"
    "|⿰|女|吉|+|�|?|\ue863|\ud800|\udfff|\u200d|\u0301|\x00|&#x36C3;|&#99999999;|1st|Baron|of|and|a/k/a|the| |　|O'|Xi'an|lü|u:"
)
glued = st.lists(st.sampled_from(_FRAGMENTS.split("|")), max_size=7).map("".join)


@settings(deadline=None)  # the first name read loads the tables
@given(any_text | glued)
@example("\ud800")
@example("&#x110000;")
@example("王" * 2000)
def test_any_text_gives_a_name(text: str) -> None:
    name = person_name(text)
    assert name.masked == (name.key == "") == (name.sound == "")
    for value in (name.key, name.sound, name.middle, name.suffix, name.bag, name.root):
        assert value == value.strip()
        value.encode()  # hashed and stored
    if name.masked:
        assert name == PersonName("", "", masked=True)


@settings(deadline=None)  # the first name read loads the tables
@given(any_text | glued)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert person_name(fold(text)).masked == person_name(text).masked


@settings(deadline=None)  # the first name read loads the tables
@given(st.text(st.sampled_from("一二三王李国建伟欧阳明娜秀英单曾解買張偉㛃䶮"), min_size=2, max_size=4))
def test_a_chinese_name_is_its_own_key(text: str) -> None:
    name = person_name(text)
    assert person_name(name.key) == name
    assert person_name(f" {text[0]}　{text[1:]}") == name
    assert person_name(f"{text}（男）") == name
    if text[0] in surnames():
        assert sorted(name.sound.split()) == name.bag.split()


def test_folding_of_rare_and_broken_text() -> None:
    assert fold("李\ue863") == fold("李䶮") == fold("李龑")  # private use of GB 18030-2000, traditional
    assert fold("⻢⻰") == fold("马龙") == "马龙"  # radicals of PDF text
    assert fold("葛\U000e0100") == "葛"  # variation selector
    assert fold("王\ud840\udc00") == "王\U00020000"  # surrogates, halves put together
    assert fold("王\ud840") == "王\ufffd"
    assert fold("李乾") == "李乾" != fold("李干")
    assert fold("a\x00b\u200bc") == "abc"
    assert all(ord(simple) not in simplified_table() for simple in simplified_table().values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "原告张三"),
        ("张三", "被告一：张三"),
        ("张三", "被告2张三"),
        ("张三", "上诉人(原审被告)：张三"),
        ("张三", "（原告）张三"),
        ("张三", "法定代表人张三"),
        ("张三", "张三（曾用名李四）"),
        ("张三", "张三曾用名李四"),
        ("张三", "张三律师"),
        ("张三", "张三(身份证号620102199001011234)"),
        ("张三", "张三，男，汉族，1980年生"),
        ("张三", "张三 男 汉族"),
        ("张三", "张三等3人"),
        ("张三", "张三、李四等三人"),
        ("李亚男", "李 亚 男"),
        ("李娜", "李娜 Li Na"),
        ("李娜", "Lina Li 李娜"),
        ("王红", "王红（化名小红）"),
        ("买买提艾力", "买买提·艾力"),
        ("买买提艾力", "买买提．艾力"),
        ("买买提艾力", "買買提•艾力"),
        ("欧阳小明", "歐陽　小明"),
        ("王㛃", "王(女吉)"),
        ("王㛃", "王[女+吉]"),
        ("王㛃", "王⿰女吉"),
        ("王㛃", "王（左女右吉）"),
        ("王㛃", "王&#x36C3;"),
        ("李元甲", "李元甲"),
        ("김철수", "김 철수"),
        ("Иванов Иван Иванович", "Ivan Ivanovich Ivanov"),
        ("Παπαδόπουλος, Γιώργος", "Giorgos Papadopoulos"),
    ],
)
def test_one_person_two_writings(one: str, other: str) -> None:
    assert person_name(one).key == person_name(other).key != ""
    assert person_name(one).sound == person_name(other).sound


@pytest.mark.parametrize(
    "name",
    [
        *(
            "王某某",
            "李某1",
            "张×",
            "赵＊＊",
            "王XX",
            "王〇〇",
            "李某甲",
            "刘某乙",
            "张某（男）",
            "王Х",
            "小A",
            "李1",
        ),
        *("王甲", "张丁", "欧阳甲", "王氏", "老王", "小李", "张先生", "李律师", "小红（化名）", "小红化名"),
        *("原告", "被告一", "第三人", "不详", "无名氏", "甲方", "法定代表人："),
        *("王?国", "王�国", "王□国", "王[?]国", "王\ue900", "王⿰木贵", "王（左木右贵）", "王(*)国"),
        *(
            "John Doe 3",
            "Doe, Jane",
            "Unknown Officer",
            "J.D.",
            "A.B., a minor",
            "Plaintiff",
            "Defendant 1",
            "xxx",
        ),
        *("12345", "!!!", "Does 1-10", "", "〇〇", "Minor Child"),
    ],
)
def test_masked_or_empty_names_say_nothing(name: str) -> None:
    assert person_name(name) == PersonName("", "", masked=True)


@pytest.mark.parametrize(
    "spelling", ["王建国", "建国王", "Wang Jianguo", "WANG JIAN GUO", "Jian-Guo Wang", "Wang, Jian Guo"]
)
def test_the_bag_of_a_chinese_name(spelling: str) -> None:
    assert person_name(spelling).bag == "guo jian wang"


def test_pinyin() -> None:
    assert (
        person_name("吕小布").bag
        == person_name("Lü Xiaobu").bag
        == person_name("LYU XIAOBU").bag
        == "bu lv xiao"
    )
    assert person_name("Lu: Xiaobu").bag == person_name("Xiaobu Lv").bag == "bu lv xiao"
    assert person_name("国强单").bag == person_name("单国强").bag == "guo qiang shan"
    assert person_name("欧阳明").bag == person_name("Ouyang Ming").bag
    assert person_name("李西安").bag == person_name("Xi'an Li").bag == "an li xi"
    assert syllables("danan") == ("da", "nan")
    assert syllables("xian") == ("xian",)
    assert syllables("smith") == syllables("") == ()
    assert name_pinyin("尉迟恭") == "yu chi gong"
    assert name_pinyin("尉健行").startswith("wei ")
    assert len(surnames()) > 300
    for other in ("Susan Diane", "Mary Roberts", "John Lee", "Moss"):
        assert person_name(other).bag == ""


def test_the_key_of_a_romanised_name_is_one() -> None:
    keys = {person_name(n).key for n in ("Wang Jianguo", "Jianguo Wang", "WANG JIAN GUO", "Wang, Jian-Guo")}
    assert keys == {"wang|jianguo"}


@pytest.mark.parametrize(
    ("name", "key", "middle", "suffix"),
    [
        ("Smith, John A., Jr.", "smith|john", "a", "jr"),
        ("John A. Smith Jr", "smith|john", "a", "jr"),
        ("Smith Jr., John A", "smith|john", "a", "jr"),
        ("Smith, Jr., John", "smith|john", "", "jr"),
        ("John Smith, M.D., Ph.D.", "smith|john", "", ""),
        ("John Smith M.D.", "smith|john", "", ""),
        ("J.R. Smith", "smith|j", "r", ""),
        ("Smith, John V", "smith|john", "v", ""),
        ("Smith, John, V", "smith|john", "", "v"),
        ("John Allen Smith V", "smith|john", "allen", "v"),
        ("Ludwig van der Berg", "vanderberg|ludwig", "", ""),
        ("Berg, Ludwig van der", "vanderberg|ludwig", "", ""),
        ("Bashar al-Assad", "alassad|bashar", "", ""),
        ("Mohammed bin Salman", "binsalman|mohammed", "", ""),
        ("Mary O'Brien", "obrien|mary", "", ""),
        ("Mary O Brien", "obrien|mary", "", ""),
        ("McDonald, Ron", "mcdonald|ron", "", ""),
        ("Jean-Pierre Dupont", "dupont|jean", "pierre", ""),
        ("GARCIA Jose", "garcia|jose", "", ""),
        ("Søren Łukasz Weiß", "weiss|soren", "lukasz", ""),
        ("Sir John Acland, 6th Baronet", "acland|john", "", ""),
        ("Hugh Clifford, 1st Baron Clifford of Chudleigh", "clifford|hugh", "", ""),
        ("1st baron clifford of chudleigh", "clifford|", "", ""),
        ("James Earl Jones", "jones|james", "earl", ""),
        ("John Smith a/k/a Johnny", "smith|john", "", ""),
        ("John Smith, individually and as trustee", "smith|john", "", ""),
        ("Estate of John Smith", "smith|john", "", ""),
        ("John and Mary Smith", "smith|john", "", ""),
        ("Mr. and Mrs. John Smith", "smith|john", "", ""),
        ("John Smith #12345", "smith|john", "", ""),
        ("Smith, Bart", "smith|bart", "", ""),
        ("Moss", "moss|", "", ""),
    ],
)
def test_latin_names(name: str, key: str, middle: str, suffix: str) -> None:
    found = person_name(name)
    assert (found.key, found.middle, found.suffix) == (key, middle, suffix)
    surname, _, first = key.partition("|")
    assert found.sound == f"{surname}|{first[:1]}"


def test_roots() -> None:
    assert person_name("Bob Smith").root == person_name("Smith, Robert").root == "robert"
    assert person_name("Peggy Smith").root == "margaret"
    assert person_name("Ngozi Smith").root == "ngozi"
    assert person_name("王建国").root == person_name("Moss").root == ""


def test_a_nickname_has_one_formal_name() -> None:
    path = Path(nicknames.__file__).with_name("data") / "nicknames.txt"
    facts = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    shorts = [short for _, *forms in facts for short in forms]
    assert len(shorts) == len(set(shorts)) > 400
    assert set(shorts).isdisjoint(formal for formal, *_ in facts)
    assert all(nicknames.formal_name(short) == formal for formal, *forms in facts for short in forms)


@settings(deadline=None)  # the first name read loads the tables
@given(st.characters(), st.characters())
@example("未", "末")
def test_looking_alike_is_mutual(a: str, b: str) -> None:
    assert alike(a, b) == alike(b, a)
    assert not alike(a, a)


def test_lookalikes() -> None:
    assert alike("未", "末")
    assert alike("己", "已")
    assert not alike("王", "李")


def test_parts_that_make_no_known_character_stay_unread() -> None:
    assert compose("王(上诉人)") == "王(上诉人)"
    assert compose("王(木+贵)") == "王�"
