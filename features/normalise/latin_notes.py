"""What courts write beside a name in Latin letters: roles, capacities, aliases, noble titles; and masked names."""

from __future__ import annotations

import re
from typing import Final

_NOTE: Final = re.compile(
    r"\b(?:a[/.]?k[/.]?a|f[/.]?k[/.]?a|n[/.]?k[/.]?a|d[/.]?b[/.]?a|(?:also|now|formerly|previously) known as|formerly"
    r"|alias|born|nee|in (?:his|her|their|its|the) |individually|et al|et ux|et vir|on (?:his|her|their|its|own|behalf)"
    r"|by and through|through (?:his|her|their)|as (?:an? |the )?(?:next|parent|guardian|trustee|execut|administrat"
    r"|personal|special|representative|legal|mother|father|natural|owner|member|president|individual|officer|assignee"
    r"|beneficiary)|pro se|an individual|a minor|a married|a single|husband and|deceased).*$"
    r"|#.*$|\s\d[\d-]{3,}.*$|\sc/o\b.*$"
)
_PEER: Final = "baronet|baron(?:ess)?|earl|duke|duchess|viscount(?:ess)?|marquess|marquis|count(?:ess)?|laird|prince(?:ss)?"
_NOBLE: Final = re.compile(
    rf"[\s,]+(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)|first|second|third|fourth) (?:{_PEER}|lord|lady)\b.*$"
    rf"|[\s,]+(?:the )?(?:baronet$|(?:{_PEER}) of\b.*$)"
)
_ONLY_NOBLE: Final = re.compile(
    rf"^(?:the )?(?:(?:\d{{1,2}}(?:st|nd|rd|th)|first|second|third) )?(?:{_PEER}|lord|lady) (?:of )?(\w+).*$"
)
_BY_RANK: Final = re.compile(
    rf"^(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th) (?:{_PEER}|lord|lady)|(?:{_PEER}|lord|lady) of)\b"
)
_ROLE: Final = re.compile(
    r"^(?:c/o\b|(?:the )?(?:estate|matter|conservatorship|guardianship) of\b|in re\b:?|(?:plaintiff|defendant|petitioner"
    r"|respondent|appellant|appellee|claimant|movant|intervenor|debtor|creditor|witness|victim|complainant|applicant)s?\b"
    r"(?: no\.?)?(?: \d+\b)?:?)\s*"
)
_MASK: Final = re.compile(
    r"\b(?:john|jane|baby|mary|richard|james|jack|janie) (?:\w\.? )?(?:does?|roes?)\b|^(?:does?|roes?)\b"
    r"|\b(?:unknown|unnamed|unidentified|redacted|anonymous|confidential|sealed|undisclosed)\b"
    r"|^(?:party|person|minor|child|student|juvenile|adult|individual) [a-z\d]{1,2}$|^x{2,}\b|\bx{3,}\b|[*�□■?]|_{2,}"
    r"|^(?:minor|minor child|juvenile|\d*owner of record|nobody|none|n/a|not applicable|not available|same)$"
)
_BRACKETS: Final = re.compile(r"[(\[{《「『<\"“].*?(?:[)\]}》」』>\"”]|$)")
_OF_PLACE: Final = re.compile(r"(\w [^,]*?\w) of .*$|(?<=\w) of(?= \w)")
_SIMPLE: Final = re.compile(r"[a-z ,.'’-]*")
# Words without one of which a simple name has no note, role, noble title or mask.
_TELLING_WORDS: Final = (
    "a an aka fka nka dba also now formerly previously alias born nee in individually et on by through as pro husband and "
    "deceased baronet baron baroness earl duke duchess viscount viscountess marquess marquis count countess laird prince "
    "princess lord lady estate matter conservatorship guardianship plaintiff plaintiffs defendant defendants petitioner "
    "petitioners respondent respondents appellant appellants appellee appellees claimant claimants movant movants "
    "intervenor intervenors debtor debtors creditor creditors witness victim complainant applicant doe does roe roes "
    "unknown unnamed unidentified redacted anonymous confidential sealed undisclosed party person minor child student "
    "juvenile adult individual owner nobody none not same the of xx xxx xxxx xxxxx"
)
_TELLING: Final = frozenset(_TELLING_WORDS.split())


def without_notes(plain: str) -> str | None:
    """A name in small plain letters without what is no part of it; None where it is masked."""
    if _SIMPLE.fullmatch(plain) and _TELLING.isdisjoint(plain.replace(",", " ").replace(".", " ").split()):
        return plain
    text = _BRACKETS.sub(" ", plain)
    text = _ROLE.sub("", _NOTE.sub("", _ROLE.sub("", text))).strip()
    if _MASK.search(text):
        return None
    if _BY_RANK.match(text):
        return _ONLY_NOBLE.sub(r"\1", text)
    return _first_named(_OF_PLACE.sub(r"\1", _NOBLE.sub("", text)))


def _first_named(text: str) -> str:
    """The first of two people: John Smith and Mary Smith, John and Mary Smith; Mr. and Mrs. John Smith is John."""
    before, both, after = text.replace("&", " and ").partition(" and ")
    if not both or len(before.split()) > 1:
        return before
    return after if before.rstrip(".") in ("mr", "mrs", "dr") else f"{before} {after.rpartition(' ')[2]}"
