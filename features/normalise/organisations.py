"""Names of organisations: place, core, trade, legal form and branch (字号、行业、组织形式、分支机构).

The parts of a registered name follow 《企业名称登记管理规定》 (2020) art 6. 有限公司 and 有限责任公司 are one form (Company
Law). A branch (分公司) is kept apart from its head office.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from features.normalise.characters import HAN
from features.normalise.chinese_organisations import (
    form_within,
    is_common_core,
    is_firm,
    is_organ,
    national,
    place_within,
    says_nothing,
    split_branch,
    split_form,
    trade_of,
    without_notes,
)
from features.normalise.latin_organisations import latin_organisation
from features.normalise.pinyin import pinyin
from features.normalise.places import Places, is_place, leading_places, stems_in
from features.normalise.text import LONGEST_NAME, fold


class OrganisationName(NamedTuple):
    """An organisation's name taken apart; all parts are empty where it is masked (×公司, 某某公司).

    key: the whole name in one form. sound: toneless pinyin of the key, empty in Latin script.
    place: stems without 省/市/县/区, joined. core: what tells it from others of its trade.
    former: key of the name it had before (曾用名), where the filing says so.
    """

    key: str
    sound: str = ""
    place: str = ""
    core: str = ""
    trade: str = ""
    form: str = ""
    branch: str = ""
    masked: bool = False
    former: str = ""


MASKED: Final = OrganisationName("", masked=True)
_CORE: Final = 2
"""Characters of a core at the least: a registered one has two or more (企业名称登记管理规定 art 8)."""


_FIRM_IN_SHORT: Final = re.compile(r"律师所(?!在)")


@lru_cache(maxsize=65_536)
def organisation_name(text: str) -> OrganisationName:
    """`text`, an organisation's name as filed, taken apart. Total: any text gives a name."""
    folded = fold(text[:LONGEST_NAME])
    return _chinese(folded) if HAN.search(folded) else _latin(folded)


def _former(written: str) -> str:
    """Key of a former name; a name before that one is not looked for."""
    if not written:
        return ""
    if HAN.search(written):
        return _chinese(written, look_back=False).key
    return _latin(written, look_back=False).key


def _chinese(folded: str, *, look_back: bool = True) -> OrganisationName:
    notes = without_notes(_FIRM_IN_SHORT.sub("律师事务所", folded))
    if notes is None:
        return MASKED
    if not HAN.search(notes.name):
        return _latin(notes.name)  # only a note was Chinese
    former = _former(notes.former) if look_back else ""
    within = place_within(notes.inside)
    if known := national(notes.name):
        key, trade = f"{within}{known.name}{known.branch}", trade_of(known.name, _CORE)
        core = known.name.removesuffix(trade)
        return OrganisationName(key, pinyin(key), within, core, trade, "", known.branch, former=former)
    head, branch = split_branch(notes.name)
    form, stem = split_form(head)
    trade = trade_of(stem, _CORE)
    if says_nothing(stem, trade):
        return MASKED
    found = leading_places(stem, len(trade) + _CORE)
    rest = stem[found.end :]
    stems = found.stems
    if is_firm(rest):
        branch = branch or within  # 北京大成(深圳)律师事务所 is its Shenzhen office
    elif within and within != "".join(stems):
        stems = (*stems, within)  # 中恒(北京)科技有限公司 is registered in Beijing
    core, place = rest.removesuffix(trade), "".join(stems)
    if is_organ(trade):
        key = f"{_needed(found, core)}{rest}{form}{branch}"
    else:
        if is_place(core):
            core = stems_in(core)  # 张掖市供水 is 张掖供水
        key = f"{place}{core}{trade}{form}{branch}"
    if stems and is_common_core(core):
        core = stems[-1] + core
    form = form or form_within(notes.inside)
    return OrganisationName(key, pinyin(key), place, core, trade, form, branch, False, former)


def _needed(found: Places, core: str) -> str:
    """Of the places before a public body those that tell it from others: 张掖市甘州区人民政府 is 甘州区人民政府."""
    own = leading_places(core, 0)
    if own.alone and own.end == len(core):
        return ""
    return found.stems[-1] if found.alone else "".join(found.stems)


def _latin(folded: str, *, look_back: bool = True) -> OrganisationName:
    found = latin_organisation(folded)
    if found is None:
        return MASKED
    former = _former(found.former) if look_back else ""
    key = " ".join(filter(None, (found.core, found.form, found.branch)))
    return OrganisationName(key, core=found.core, form=found.form, branch=found.branch, former=former)
