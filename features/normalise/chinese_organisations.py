"""Names of Chinese organisations cut up: notes, former names, brackets, branch, legal form, trade (企业名称的构成).

Decided by kind, the same for every court:

- What a bracket holds is a place (中恒（北京）科技), a form (普通合伙), a note (以下简称…) or else part of the name.
- 公司 of any form may have a branch; so may firms, banks and co-operatives. 分公司, 支行, 分所 and the like are left out
  of the branch's own name, other units (营业部, 项目部) are kept.
- A firm's partnership form is left out: it has one. Nor does the form of an individual business tell one from another.
- 某, ×, □, XX, or a single letter or 甲 乙 丙 丁 in place of the core mask a name.
- 农商银行 is 农村商业银行, 村委会 is 村民委员会; the national banks and insurers have one short name (data/banks.txt).
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from features.normalise.chinese_names import PARTY_ROLE
from features.normalise.places import is_place, leading_places, stems_in
from features.normalise.text import ALL_HAN

_DATA: Final = Path(__file__).with_name("data")


class Notes(NamedTuple):
    """A name without notes; what its brackets hold; the name before a change of name, as written."""

    name: str
    inside: tuple[str, ...]
    former: str


_ORGANISED: Final = r"[^()]*(?:公司|厂|店|社|所|行|院|校|局|站|中心|集团|部|合伙\)?)"
_FORMER: Final = re.compile(
    rf"[(,;]?(?:曾用名|原名称?|旧称|原企业名称|变更前名?称?|更名前名?称?|前身|原(?={_ORGANISED}\)))[为系是]?:?(?P<former>[^(),;]{{3,}}(?:\([^()]*\)[^(),;]*)?)\)?"
)
_RENAMED: Final = re.compile(
    r"[(,;](?:现已?更名|现名称?|已?更名|现已?变更|已?变更|后更名|现)[为称]*:?(?P<name>[^(),;]{4,}(?:\([^()]*\)[^(),;]*)?)\)?"
)
_NOTE: Final = re.compile(
    r"\((?:以下|简称|下称|下同|盖章|公章|印章|原告|被告|第三人|反诉|本诉|原审|一审|上诉|被上诉|申请|被申请|统一社会信用|信用代码"
    r"|组织机构|注册号|法定代表|负责人|经营者|业主|住所|地址|已注销|已吊销|注销|吊销|单位|企业法人)[^)]*\)?"
)
_TAIL: Final = re.compile(
    r"(?<=...)(?:[,;、].*|(?:法定代表人|负责人|经营者|统一社会信用代码|住所地?:|地址:).*)$"
)
_BRACKET: Final = re.compile(r"\(([^()]*)\)?")
_OTHER_BRACKETS: Final = str.maketrans("[【〔〖{《「『<〈]】〕〗}》」』>〉", "((((((((((" + "))))))))))")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_MASK: Final = re.compile(
    r"[某*∗×✕✖╳□■▇○◯〇●◎△▲_�?⿰-⿻\ue000-\uf8ff]|…|\.{3}|(?<![a-z])x{2,}(?![a-z])|(?<![a-z])x(?=[省市县区镇乡村公])"
)
_COUNTER: Final = re.compile(r"[a-z\d甲乙丙丁戊己本该]")
_SHORT: Final = re.compile(
    r"(?P<bank>农商银?行)|(?P<union>农村信用联社$)|(?P<village>村?村(?:民委员|委)会$)|(?P<estate>居委会$)"
    r"|(?P<street>街道办$)|(?P<law>律所$|律师[楼行]$)|(?P<rule>(?<!人民)政府$)"
)
SHORT_ENDS: Final = ("联社", "委会", "委员会", "街道办", "律所", "律师楼", "律师行", "政府")
_WHOLE: Final = {
    "bank": "农村商业银行", "union": "农村信用合作联社", "village": "村村民委员会", "estate": "居民委员会",
    "street": "街道办事处", "law": "律师事务所", "rule": "人民政府",
}  # fmt: skip
FORMS: Final = (
    ("有限责任公司", "有限"), ("股份有限公司", "股份"), ("有限公司", "有限"), ("股份公司", "股份"), ("集团公司", "集团"), ("公司", "公司"),
    ("特殊普通合伙企业", "合伙"), ("特殊普通合伙", "合伙"), ("普通合伙", "合伙"), ("有限合伙", "合伙"), ("合伙企业", "合伙"),
    ("个体工商户", "个体"), ("个人独资企业", "独资"), ("个人独资", "独资"),
)  # fmt: skip
_FORM_OF: Final = dict(FORMS)
_FORM_ENDS: Final = ("公司", "企业", "合伙", "工商户", "独资")
BRANCHES: Final = (
    "分公司", "支公司", "分行", "支行", "分社", "营业部", "营业厅", "营业所", "分部", "分所", "分店", "分厂", "分院", "分校", "办事处",
    "分理处", "储蓄所", "项目部", "信用卡中心",
)  # fmt: skip
_BRANCH_UNIT: Final = re.compile(r"(?:中心支公司|分公司|支公司|分行|支行|分所|分部|分社)$")
_HEADS: Final = (
    re.compile(r"^.{2,}?(?<![分支])公司(?=.)"),
    re.compile(r"^.{2,}?(?:事务所|服务所|银行|信用社|合作社|联社|集团|医院|大学|学校)(?=.)"),
)


def without_notes(folded: str) -> Notes | None:
    """A folded name's own words; None where it is masked."""
    name = PARTY_ROLE.sub("", folded.replace(" ", "").lstrip(",.:;、·+-"))
    former = ""
    inside: tuple[str, ...] = ()
    if not name.isalnum():
        name = name.translate(_OTHER_BRACKETS)
        if found := _RENAMED.search(name):
            name, former = found["name"], name[: found.start()]
        elif found := _FORMER.search(name):
            name, former = name[: found.start()] + name[found.end() :], found["former"]
        name = _TAIL.sub("", _NOTE.sub("", name))
        if _MASK.search(name):
            return None
        if "(" in name:
            name, inside = _opened(name)
        name = _NOT_WORD.sub("", name)
    elif ("某" in name or not ALL_HAN.fullmatch(name)) and _MASK.search(name):
        return None
    if name.endswith(SHORT_ENDS) or "农商" in name:
        name = _SHORT.sub(lambda found: _WHOLE[found.lastgroup or ""], name)
    return Notes(name, inside, former)


def _opened(name: str) -> tuple[str, tuple[str, ...]]:
    """`name` without its brackets, and of what they held the places and forms; the rest stays in the name.

    In a firm's name they hold where its office is, known as a place or not (前海).
    """
    inside: list[str] = []
    firm = "事务所" in name

    def keep(found: re.Match[str]) -> str:
        held = _NOT_WORD.sub("", found[1])
        if not firm and held not in _FORM_OF and not is_place(held):
            return held
        inside.append(held)
        return ""

    return _BRACKET.sub(keep, name), tuple(inside)


def split_branch(name: str) -> tuple[str, str]:
    """Head office and branch; the branch is empty where `name` is a head office."""
    if not name.endswith(BRANCHES):
        return name, ""
    found = next((found for head in _HEADS if (found := head.match(name))), None)
    return (found[0], branch_name(name[found.end() :])) if found else (name, "")


def branch_name(text: str) -> str:
    """A branch's name without its unit and those of places: 深圳市分所 and 深圳 agree."""
    return stems_in(_BRANCH_UNIT.sub("", text)) or text


def split_form(name: str) -> tuple[str, str]:
    """The legal form in one spelling, and what stands before it."""
    if name.endswith(_FORM_ENDS):
        for word, form in FORMS:
            if name.endswith(word):
                return form, name[: -len(word)]
    return "", name


def form_within(inside: tuple[str, ...]) -> str:
    """The legal form that a bracket told, if any."""
    return next((_FORM_OF[held] for held in inside if held in _FORM_OF), "")


def place_within(inside: tuple[str, ...]) -> str:
    """The places that brackets told, without units."""
    return "".join(stems_in(held) for held in inside if held not in _FORM_OF)


@cache
def trades() -> frozenset[str]:
    """The words for a trade (行业)."""
    return frozenset((_DATA / "trades.txt").read_text(encoding="utf-8").split())


@cache
def _trade_sizes() -> dict[str, tuple[int, ...]]:
    """Last character of a trade -> lengths of those that end so, longest first."""
    sizes: dict[str, set[int]] = defaultdict(set)
    for word in trades():
        sizes[word[-1]].add(len(word))
    return {last: tuple(sorted(found, reverse=True)) for last, found in sizes.items()}


def trade_of(name: str, core: int = 0) -> str:
    """The words for a trade at the end of `name`, as many as leave `core` characters before them."""
    words, sizes = trades(), _trade_sizes()
    end = len(name)
    while end > core:
        for size in sizes.get(name[end - 1], ()):
            if size <= end - core and name[end - size : end] in words:
                end -= size
                break
        else:
            break
    return name[end:]


class National(NamedTuple):
    """A national bank or insurer: its short name and its branch, empty for the head office."""

    name: str
    branch: str


@cache
def _nationals() -> dict[str, str]:
    """Spelling -> short name, longest spelling first."""
    lines = (line.split() for line in (_DATA / "banks.txt").read_text(encoding="utf-8").splitlines())
    spellings = {spelling: names[0] for names in lines for spelling in names}
    return dict(sorted(spellings.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def national_starts() -> frozenset[str]:
    """The two characters that a national bank's or insurer's name may begin with."""
    return frozenset(spelling[:2] for spelling in _nationals())


_NATIONAL_FORM: Final = re.compile(r"^(?:股份)?有限(?:责任)?公司|^股份公司")


def national(name: str) -> National | None:
    """The national bank or insurer that `name` is, or is a branch of; None for any other name."""
    if name[:2] not in national_starts():
        return None
    spelling = next((spelling for spelling in _nationals() if name.startswith(spelling)), None)
    if spelling is None:
        return None
    branch = _NATIONAL_FORM.sub("", name[len(spelling) :])
    if branch and not branch.endswith(BRANCHES) and not is_place(branch):
        return None
    return National(_nationals()[spelling], branch and branch_name(branch))


FIRM: Final = re.compile(r"(?:事务所|法律服务所|法律援助中心)$")
COMMON_CORE: Final = re.compile(
    r"第?[一二三四五六七八九十百\d]+|人民|中心|实验|市立|县立|[东西南北中]关|城关"
)
ORGAN: Final = re.compile(r"(?:政府|法院|检察院|局|分局|委员会|派出所|街道办事处|公证处|看守所|监狱)$")


def is_firm(name: str) -> bool:
    """Whether it is a law or other firm, the offices of which stand in a bracket."""
    return FIRM.search(name) is not None


def is_organ(trade: str) -> bool:
    """Whether what ends in `trade` is a public body, village or notary, told by where it is."""
    return ORGAN.search(trade) is not None


def says_nothing(name: str, trade: str) -> bool:
    """Whether a name without its form tells no organisation: 甲公司, 张掖市A商贸, 该公司, 商贸公司."""
    if len(name) < 2 or name.removesuffix(trade) in trades():
        return True
    if not _COUNTER.search(name):
        return False
    rest = name[leading_places(name, 0).end :]
    return _COUNTER.fullmatch(rest.removesuffix(trade_of(rest))) is not None


def is_common_core(core: str) -> bool:
    """Whether every town has one of that name (第一 of 第一人民医院), so that the place belongs to its core."""
    return COMMON_CORE.fullmatch(core) is not None
