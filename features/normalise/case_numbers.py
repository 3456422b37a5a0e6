"""Case numbers (案号) in one form and in their parts; old and new style, and those cited in a text.

Form since 2016: 《关于人民法院案件案号的若干规定》 (法〔2015〕137号): (year)court type serial 号. Before, a court had one
to three characters of its own and the type ended in 字第: (2012)甘民初字第123号.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from features.normalise.courts import PROVINCE_CHARACTERS
from features.normalise.text import fold
from xiezhi.records import Proceeding


class CaseNumber(NamedTuple):
    """A case number taken apart.

    court: code, or the characters of the old style, which several courts may share; empty where none is named.
    type: as written (民初, 民二终, 执异). part: 之一, 之二 of several rulings in one case, else empty.
    """

    year: int
    court: str
    type: str
    serial: int
    part: str = ""


_HAN: Final = r"\u3400-\u9fff"
_PART: Final = r"之[一二三四五六七八九十0-9]{1,4}"
_CITED: Final = re.compile(
    rf"(?:[(\[〔【] ?(?:19|20)[0-9]{{2}} ?年? ?[)\]〕】]|(?<![0-9])(?:19|20)[0-9]{{2}} ?(?=[{PROVINCE_CHARACTERS}][0-9]{{2}}))"
    rf"[^,。;:()\[\]〔〕【】]{{1,24}}?[0-9]+ ?号(?:{_PART})?"
)
_OPEN: Final = re.compile(r"[\s()\[\]〔〕【】〖〗<>《》「」]")
_OLD_WORDS: Final = re.compile(r"[字第]*第|字+(?=[0-9])")
_CLOSE: Final = re.compile(r"号+(?=$|之)")
_FORM: Final = re.compile(
    rf"((?:19|20)[0-9]{{2}})年?([{_HAN}](?:[0-9]{{2}}|[0-9]{{4}})?[{_HAN}]{{1,15}})([0-9]{{1,9}})({_PART}|号.*)?"
)
_DIGITS: Final = str.maketrans("123456789", "一二三四五六七八九")
_CODED: Final = re.compile(rf"(最高法|[{PROVINCE_CHARACTERS}](?:[0-9]{{4}}|[0-9]{{2}}))([{_HAN}]+)")
_SPELT: Final = re.compile(
    r"(最高法|.{0,6}?)((?:刑附民|知民|知行|知刑|民|刑|行|执|破|商|知|经|赔|督|催|强清|清|诉|引|调|财|保|辖|司|委|国|认|请|撤|仲|劳)"
    r"[一二三四五六七八九十初终申再监抗撤复异恢特选辖更他提保全督公催清破执转调仲审确诉前引救助罚协外港澳台认移送赔消强财裁预]*)"
)
_NUMERALS: Final = re.compile("[一二三四五六七八九十]")
_KINDS: Final[tuple[tuple[str, Proceeding], ...]] = (
    ("确", "judicial_confirmation"),
    ("调", "pre_suit_mediation"),
    ("破", "bankruptcy"),
    ("清", "bankruptcy"),
    ("执异", "enforcement_objection"),
    ("执复", "enforcement_objection"),
    ("执监", "enforcement_objection"),
    ("执", "enforcement"),
    ("督", "payment_order"),
    ("特", "judicial_confirmation"),
    ("赔", "other"),
    ("刑", "other"),
    ("辖", "other"),
    ("终", "appeal"),
    ("申", "retrial"),
    ("再", "retrial"),
    ("监", "retrial"),
    ("抗", "retrial"),
    ("行", "administrative"),
    ("初", "first_instance"),
    ("撤", "first_instance"),
)


def case_number(text: str) -> str:
    """`text` in one form: width, brackets, 字第, 号, leading zeros and what follows the number do not matter.

    Other countries' numbers lose blanks and brackets only.
    """
    plain = fold(_CLOSE.sub("", _OLD_WORDS.sub("", _OPEN.sub("", fold(text)))))
    found = _FORM.fullmatch(plain)
    if not found:
        return plain
    tail = re.search(_PART, found[4]) if found[4] else None
    return f"{found[1]}{found[2]}{found[3].lstrip('0') or '0'}{tail[0].translate(_DIGITS) if tail else ''}"


def parse_case_number(text: str) -> CaseNumber | None:
    """The parts of a Chinese case number in any spelling, None where `text` is none."""
    found = _FORM.fullmatch(case_number(text))
    if not found:
        return None
    split = _CODED.fullmatch(found[2]) or _SPELT.fullmatch(found[2])
    if not split:
        return None
    return CaseNumber(int(found[1]), split[1], split[2], int(found[3]), found[4] or "")


def proceeding_of(case_type: str) -> Proceeding:
    """The kind of proceeding a type stands for (法〔2015〕137号 annex 1); `other` for what is not civil.

    民特 covers all special proceedings, of which judicial confirmation (司法确认) is by far the most frequent.
    """
    bare = _NUMERALS.sub("", case_type)
    return next((kind for sign, kind in _KINDS if sign in bare), "other")


def cited_case_numbers(text: str) -> tuple[str, ...]:
    """Case numbers written in a text, in one form, in order, each once."""
    if "号" not in text and "號" not in text:
        return ()
    found = (case_number(cited) for cited in _CITED.findall(fold(text)))
    return tuple(dict.fromkeys(number for number in found if parse_case_number(number)))
