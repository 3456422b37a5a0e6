"""Names of organisations in Latin letters: legal form, abbreviations, governments, branches, former names.

Decided by kind, the same for every jurisdiction: common abbreviations of American and English captions are written
out (data/abbreviations.txt); an article in front, possessives, dots and notes of incorporation go; the United States,
a State, a county and a city have one spelling each. `Co.` before another form is no part of the name.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from features.normalise.scripts import plain_letters, words_of


class LatinOrganisation(NamedTuple):
    """core: the name without article and form. form, branch: in one spelling. former: the former name as written."""

    core: str
    form: str
    branch: str
    former: str


_DATA: Final = Path(__file__).with_name("data")
_FORMER: Final = re.compile(
    r"[\s,(]+(?:f[/.]?k[/.]?a\.?|formerly (?:known as|d/b/a)?|previously known as)\b[\s,:.]*(?P<former>[^()]+)\)?"
)
_NOW: Final = re.compile(r"[\s,(]+(?:n[/.]?k[/.]?a\.?|now known as)\b[\s,:.]*(?P<now>[^()]+)\)?")
_NOTE: Final = re.compile(
    r"[\s,(]+(?:et al\b|d[/.]?b[/.]?a\b|a[/.]?k[/.]?a\b|also known as|doing business as|trading as|t/a\b|c/o\b"
    r"|an? (?:[\w.]+ ){0,3}(?:corporation|company|partnership|association|municipality|entity|subdivision)\b"
    r"|individually\b|on behalf of|by and through|in (?:its|their|his|her) |as (?:trustee|successor|assignee|agent|subrogee)"
    r"|its (?:successors|officers|agents)|and its ).*$"
)
_FORMS: Final = {
    "inc": "inc", "incorporated": "inc", "corp": "inc", "corporation": "inc", "co": "co", "company": "co",
    "llc": "llc", "lc": "llc", "llp": "llp", "lllp": "llp", "lp": "lp", "ltd": "ltd",
    "limited": "ltd", "plc": "plc", "na": "na", "pc": "pc", "pa": "pc", "pllc": "pc", "gmbh": "gmbh", "ag": "ag",
    "sa": "sa", "nv": "nv", "bv": "bv", "spa": "spa", "srl": "srl", "sarl": "sarl", "oy": "oy", "ab": "ab", "kg": "kg",
    "pty": "ltd", "pte": "ltd", "fsb": "na", "ssb": "na",
    "ooo": "ooo", "zao": "ao", "oao": "ao", "pao": "ao", "ao": "ao",
}  # fmt: skip
_LONG_FORMS: Final = (
    ("limited liability company", "llc"), ("limited liability co", "llc"), ("limited liability partnership", "llp"),
    ("limited partnership", "lp"), ("public limited company", "plc"), ("professional corporation", "pc"),
    ("national association", "na"), ("professional association", "pc"),
)  # fmt: skip
_LONG_ENDS: Final = frozenset({"company", "co", "partnership", "corporation", "association"})
_LEADING_FORMS: Final = frozenset({"ooo", "zao", "oao", "pao", "ao"})
_APOSTROPHE: Final = re.compile(r"['’‘`´ʼʻ]")
_BRANCH: Final = re.compile(r"[,(]\s*(?P<branch>[^,()]+?) branch\)?$")
_NOBODY: Final = re.compile(
    r"(?:(?:john|jane|richard) )?(?:does?|roes?)(?: (?:\d.*|i+|[a-z]|corporations?|company|companies|entity|entities|defendants?))*"
    r"|(?:abc|xyz)(?: (?:corporations?|company|companies|entity|entities))? ?\d*|[a-z]|x{2,} ?\d*"
    r"|un(?:known|named|identified)\b.*|(?:redacted|sealed|confidential)(?: (?:party|plaintiff|defendant|respondent).*)?|plaintiffs?|defendants?|respondents?|petitioners?|the"
)
_STATE_NAMES: Final = (
    "alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,georgia,hawaii,idaho,illinois,indiana,"
    "iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,mississippi,missouri,montana,nebraska,"
    "nevada,new hampshire,new jersey,new mexico,new york,north carolina,north dakota,ohio,oklahoma,oregon,pennsylvania,"
    "rhode island,south carolina,south dakota,tennessee,texas,utah,vermont,virginia,washington,west virginia,wisconsin,"
    "wyoming"
)
_STATES: Final = frozenset(_STATE_NAMES.split(","))
_NATION: Final = re.compile(
    r"^(?:(?:government|people) of (?:the )?)?(?:united states(?: of america)?|usa?)(?: government)?\b(?: of america\b)?"
)
_STATE: Final = re.compile(r"^(?:people of )?(?:the )?(?:state|commonwealth) of ")
_UNIT_OF: Final = re.compile(r"^(county|city|town|township|village|borough|parish) of (.+)$")


@cache
def _written_out() -> dict[str, str]:
    """Abbreviation -> word. A line of the file gives a word, then its abbreviations."""
    lines = (line.split() for line in (_DATA / "abbreviations.txt").read_text(encoding="utf-8").splitlines())
    return {short: word for word, *shorts in lines for short in shorts}


def latin_organisation(folded: str) -> LatinOrganisation | None:
    """The name in its parts; None where it is masked or says nothing."""
    text, former = _renamed(plain_letters(folded))
    text = _NOTE.sub("", text)
    branch = ""
    if text.endswith(("branch", "branch)")) and (found := _BRANCH.search(text)):
        text, branch = text[: found.start()], " ".join(words_of(found["branch"]))
    words = _words(text)
    form = ""
    if len(words) > 1 and words[0] in _LEADING_FORMS:
        form = _FORMS[words.pop(0)]
    words, found_form = _without_form(words)
    core = _public_body(" ".join(words))
    if not core or core in _FORMS or _NOBODY.fullmatch(core):
        return None
    return LatinOrganisation(core, form or found_form, branch, former)


def _renamed(text: str) -> tuple[str, str]:
    """The name it bears now, and the former one."""
    if (
        "known" not in text
        and "ka" not in text
        and "k/a" not in text
        and "k.a" not in text
        and "formerly" not in text
    ):
        return text, ""
    if found := _NOW.search(text):
        return found["now"], text[: found.start()]
    if found := _FORMER.search(text):
        return text[: found.start()] + text[found.end() :], found["former"]
    return text, ""


def _words(text: str) -> list[str]:
    """Words without articles, initials in a row as one (U. S., U.S., US), abbreviations written out."""
    text = _APOSTROPHE.sub("", text).replace("&", " and ").replace("+", " and ")
    words: list[str] = []
    initials = ""
    for word in words_of(text):
        if len(word) == 1 and word.isalpha():
            initials += word
            continue
        if initials:
            words.append(initials)
            initials = ""
        words.append(_written_out().get(word, word))
    if initials:
        words.append(initials)
    return words[1:] if words[:1] == ["the"] and len(words) > 1 else words


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """The name without legal forms, and the last of them: Smith Co., Inc. is smith, inc."""
    form = ""
    while len(words) > 1:
        if words[-1] in _LONG_ENDS:
            name = " ".join(words)
            found = next(((long, short) for long, short in _LONG_FORMS if name.endswith(f" {long}")), None)
            if found:
                words, form = name[: -len(found[0])].split(), form or found[1]
                continue
        if words[-1] not in _FORMS:
            break
        form = form or _FORMS[words[-1]]
        words = words[:-1]
    return words, form


def _public_body(core: str) -> str:
    """The United States, a State, a county or a city in one spelling; any other name as it is."""
    if core.startswith(("united states", "us", "government of", "people of")):
        core = _NATION.sub("united states", core)
    if core in _STATES:
        return f"state of {core}"
    if " of " not in core:
        return core
    core = _STATE.sub("state of ", core)
    return _UNIT_OF.sub(r"\2 \1", core)
