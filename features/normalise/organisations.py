"""Names of organisations: place, core, trade, legal form and branch (字号、行业、组织形式、分支机构).

The four parts of a registered name follow 《企业名称登记管理规定》 (2020) art 6. 有限公司 and 有限责任公司 are
one form (Company Law). A branch (分公司) is kept apart from its head office.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from features.normalise.names import HAN, strip_marks
from features.normalise.pinyin import pinyin
from features.normalise.text import fold


class OrganisationName(NamedTuple):
    """An organisation's name taken apart; all parts are empty where it is masked (×公司, 某某公司).

    key: the whole name in one form. sound: toneless pinyin of the key, empty in Latin script.
    place: stems without 省/市/县/区, joined. core: what tells it from others of its trade.
    """

    key: str
    sound: str = ""
    place: str = ""
    core: str = ""
    trade: str = ""
    form: str = ""
    branch: str = ""
    masked: bool = False


MASKED: Final = OrganisationName("", masked=True)

_NOTE: Final = re.compile(r"\((?:曾用名|原名|原|以下简称|简称|下称)[^)]*\)?")
_BRACKET: Final = re.compile(r"\(([^)]*)\)?")
_MASK: Final = re.compile(r"某|[*×□○■]|(?<![a-z])x{2,}(?![a-z])")
_FORMS: Final = (
    ("股份有限公司", "股份"), ("有限责任公司", "有限"), ("有限公司", "有限"), ("集团公司", "集团"),
    ("特殊普通合伙", "合伙"), ("普通合伙", "合伙"), ("有限合伙", "合伙"), ("个体工商户", "个体"), ("公司", "公司"),
)  # fmt: skip
_BRANCH: Final = r"(?P<branch>.+(?:分公司|支公司|分行|支行|分社|营业部|营业厅|分部|分所|分店|办事处|分理处|储蓄所|项目部|信用卡中心))$"
_HEADS: Final = (
    re.compile(rf"^(?P<head>.+?公司){_BRANCH}"),
    re.compile(rf"^(?P<head>.+?(?:事务所|服务所|银行|信用社|合作社|集团)){_BRANCH}"),
)
_FIRM: Final = re.compile(r"(律师事务所|法律服务所|法律援助中心|会计师事务所)")
_LATIN_FORMS: Final = {
    "inc": "inc", "incorporated": "inc", "corp": "inc", "corporation": "inc", "co": "co", "company": "co",
    "llc": "llc", "lc": "llc", "llp": "llp", "lp": "lp", "ltd": "ltd", "limited": "ltd", "plc": "plc", "na": "na",
    "pc": "pc", "pa": "pc", "pllc": "pc", "gmbh": "gmbh", "ag": "ag", "sa": "sa", "nv": "nv", "bv": "bv",
}  # fmt: skip
_NOT_WORD: Final = re.compile(r"[\W_]+")


@cache
def _place_pattern() -> re.Pattern[str]:
    path = Path(__file__).with_name("data") / "places.txt"
    stems = sorted(path.read_text(encoding="utf-8").split(), key=lambda s: (-len(s), s))
    unit = r"(?:特别行政区|自治[区州县旗]|地区|省|市|盟|县|区|旗)?"
    return re.compile(f"({'|'.join(stems)}){unit}")


@cache
def _trades() -> tuple[str, ...]:
    path = Path(__file__).with_name("data") / "trades.txt"
    return tuple(sorted(path.read_text(encoding="utf-8").split(), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=65_536)
def organisation_name(text: str) -> OrganisationName:
    """`text`, an organisation's name as filed, taken apart. Total: any text gives a name."""
    folded = fold(text)
    return _chinese(folded) if HAN.search(folded) else _latin(folded)


def _chinese(folded: str) -> OrganisationName:
    name = _NOTE.sub("", folded).replace(" ", "")
    if _MASK.search(name):
        return MASKED
    inside = [_NOT_WORD.sub("", part) for part in _BRACKET.findall(name)]
    name = _NOT_WORD.sub("", _BRACKET.sub("", name))
    branch = ""
    if split := next((found for head in _HEADS if (found := head.match(name))), None):
        name, branch = split["head"], split["branch"]
    form, name = _form(name, inside)
    places = [part for part in inside if _place_pattern().fullmatch(part)]
    lead, rest, trade = _lead_place(name)
    if places and _FIRM.search(name):
        branch = branch or "".join(places)  # 北京大成(深圳)律师事务所 is its Shenzhen office
    elif places:
        lead = lead or "".join(places)  # 中恒(北京)科技有限公司 is registered in Beijing
    place = "".join(_place_pattern().findall(lead))
    branch = _branch(branch)
    core = rest[: len(rest) - len(trade)] or rest
    key = "".join((place, rest, form, branch))
    if len(rest) < 2:
        return MASKED  # 甲公司, A公司
    return OrganisationName(key, pinyin(key), place, core, trade, form, branch)


def _form(name: str, inside: list[str]) -> tuple[str, str]:
    """Legal form in one spelling, and the name without it."""
    for word, form in _FORMS:
        if name.endswith(word):
            return form, name[: -len(word)]
        if word in inside:
            return form, name
    return "", name


def _lead_place(name: str) -> tuple[str, str, str]:
    """Places at the front of a name, what follows them, and the trade at the end of that.

    What follows keeps a core of two characters: 宁夏新丰商贸 is 新丰 of 宁夏, though 新丰 is a county too.
    """
    trade = next((word for word in _trades() if name.endswith(word)), "")
    end = 0
    while (found := _place_pattern().match(name, end)) and len(name) - len(trade) - found.end() >= 2:
        end = found.end()
    return name[:end], name[end:], trade


def _branch(text: str) -> str:
    """A branch's name without places' units, so that 深圳市分所 and 深圳 agree."""
    if not text:
        return ""
    bare = re.sub(r"(?:分公司|支公司|分行|支行|分所|分部|分社)$", "", text)
    return _place_pattern().sub(lambda found: found[1], bare) or text


def _latin(folded: str) -> OrganisationName:
    plain = re.sub(r"\bet al\b.*$|\bd[/.]?b[/.]?a\b.*$", "", strip_marks(folded))
    plain = re.sub(r"['’`´.]", "", plain).replace("&", " and ")
    words = _NOT_WORD.sub(" ", plain).split()
    if words[:1] == ["the"]:
        words = words[1:]
    form = ""
    while len(words) > 1 and words[-1] in _LATIN_FORMS:
        form = _LATIN_FORMS[words.pop()]
    core = " ".join(words)
    if not core or core in ("unknown", "unnamed", "does"):
        return MASKED
    return OrganisationName(f"{core} {form}".rstrip(), core=core, form=form)
