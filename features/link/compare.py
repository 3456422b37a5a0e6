"""Two profiles compared, field by field, each at one level of agreement.

`features.link.table.levels` gives the same levels for millions of pairs at once; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein

from features.link.profile import Profile
from features.normalise.characters import alike

Levels = tuple[tuple[str, str], ...]
"""(field, level) of every field both sides know."""

_TEXT: Final = ("same", "near", "other")
_AGREE: Final = ("same", "other")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("exact", "sound", "bag", "alike", "near", "family", "other"),
    "organization": ("exact", "core", "brand", "sound", "alike", "near", "elsewhere", "other"),
}
_LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "surname": ("exact", "near", "swapped", "other"),
    "given": ("exact", "root", "initial", "near", "swapped", "other"),
    "middle": ("same", "initial", "other"),
    "suffix": _AGREE,
    "number": ("same", "repaired", "partial", "near", "other"),
    "birth": ("same", "part", "near", "two", "year", "other"),
    "phone": _TEXT,
    "address": ("same", "near", "street", "other"),
    "region": ("same", "within", "city", "other"),
    "locality": _TEXT,
    "postcode": _TEXT,
    "head": _AGREE,
    "firm": _AGREE,
    "role": _AGREE,
    "court": _AGREE,
}

VETO_SCHEMES: Final = ("r", "c")
"""Numbers one bearer has one of: resident id and credit code. Passports are renewed, licences reissued."""

ALIKE: Final = 0.88
"""Jaro-Winkler similarity from which two words are spellings of one (Splink's examples use 0.88 and 0.9)."""

STREETS_ALIKE: Final = 75.0
"""Indel ratio (0-100) from which two streets with one door are spellings of one, by reason."""


def levels_of(kind: str, field: str) -> tuple[str, ...]:
    """Levels of a field, best first; a column compared as it is has those of a text."""
    if field == "name":
        return _NAMES["person" if kind in ("person", "agent") else "organization"]
    return _LEVELS.get(field, _TEXT)


def compare(a: Profile, b: Profile) -> Levels | None:
    """Levels of agreement of two profiles of one kind; None where they cannot be one bearer."""
    return _COMPARE[a.kind](a, b)


def numbers_clash(a: Profile, b: Profile) -> bool:
    """Whether a mention and an earlier one carry two valid numbers of which a bearer has but one."""
    mine = a.number
    if mine[:1] not in VETO_SCHEMES:
        return False
    return any(other[:1] == mine[:1] and other != mine for other in (b.number, b.known))


def _person(a: Profile, b: Profile) -> Levels | None:
    if numbers_clash(a, b):
        return None
    levels = _court(a, b)
    _named(levels, a, b)
    _number(levels, a, b)
    if a.birth and b.birth:
        levels.append(("birth", birth_level(a.birth, b.birth)))
    _where(levels, a, b)
    return tuple(levels)


def _organization(a: Profile, b: Profile) -> Levels | None:
    if numbers_clash(a, b) or branches_clash(a, b):
        return None
    levels = _court(a, b)
    if a.name and b.name:
        levels.append(("name", organisation_level(a, b)))
    _number(levels, a, b)
    if a.head and b.head:
        levels.append(("head", "same" if a.head == b.head else "other"))
    _where(levels, a, b)
    return tuple(levels)


def _agent(a: Profile, b: Profile) -> Levels | None:
    levels = _court(a, b)
    levels.append(("role", "same" if a.role == b.role else "other"))
    _named(levels, a, b)
    _number(levels, a, b)
    if a.phone and b.phone:
        levels.append(("phone", phone_level(a.phone, b.phone)))
    if a.firm and b.firm:
        levels.append(("firm", "same" if a.firm == b.firm else "other"))
    return tuple(levels)


def _firm(a: Profile, b: Profile) -> Levels | None:
    if a.branch != b.branch or not (a.name and b.name):
        return None
    return (*_court(a, b), ("name", organisation_level(a, b)))


_COMPARE: Final[dict[str, Callable[[Profile, Profile], Levels | None]]] = {
    "person": _person,
    "organization": _organization,
    "agent": _agent,
    "firm": _firm,
}


def _named(levels: list[tuple[str, str]], a: Profile, b: Profile) -> None:
    if a.surname and b.surname:
        levels.append(("surname", surname_level(a, b)))
        if a.given and b.given:
            levels.append(("given", given_level(a, b)))
        if a.middle and b.middle:
            levels.append(("middle", middle_level(a.middle, b.middle)))
        if a.suffix and b.suffix:
            levels.append(("suffix", "same" if a.suffix == b.suffix else "other"))
    elif a.name and b.name:
        levels.append(("name", person_level(a, b)))


def person_level(a: Profile, b: Profile) -> str:
    """Level of two names of persons of which one at least is written in Chinese characters."""
    if a.name == b.name:
        return "exact"
    if a.sound and a.sound == b.sound:
        return "sound"
    if a.bag and a.bag == b.bag:
        return "bag"
    if a.surname or b.surname:
        return "other"
    found = spelling_level(a.name, b.name)
    return found or ("family" if a.name[0] == b.name[0] else "other")


def spelling_level(a: str, b: str) -> str:
    """alike: one character differs and looks like the other. near: one other character, of three or more, or left out."""
    if len(a) == len(b):
        off = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        if len(off) != 1:
            return ""
        if alike(a[off[0]], b[off[0]]):
            return "alike"
        return "near" if len(a) >= 3 else ""
    short, long = sorted((a, b), key=len)
    dropped = len(long) - len(short) == 1 and Levenshtein.distance(a, b, score_cutoff=1) <= 1
    return "near" if dropped and len(short) >= 2 else ""


def _crossed(a: Profile, b: Profile) -> bool:
    """Whether surname and given name changed places, or the one word of a name is the other's given name."""
    if a.given and b.given:
        return _spelt_alike(a.surname, b.given) and _spelt_alike(a.given, b.surname)
    return (not a.given and a.surname == b.given) or (not b.given and b.surname == a.given)


def surname_level(a: Profile, b: Profile) -> str:
    """Level of two surnames in Latin script. swapped: it stands where the other has the given name."""
    if a.surname == b.surname:
        return "exact"
    if _crossed(a, b):
        return "swapped"
    words = [(a.surname, b.surname)]
    words += [(a.surname, b.given)] if b.given and not a.given else []
    words += [(a.given, b.surname)] if a.given and not b.given else []
    return "near" if any(_spelt_alike(x, y) for x, y in words) else "other"


def given_level(a: Profile, b: Profile) -> str:
    """Level of two given names in Latin script. root: nickname and formal name. initial: one is short for the other."""
    if a.given == b.given:
        return "exact"
    if a.root == b.root:
        return "root"
    if _crossed(a, b):
        return "swapped"
    if a.given.startswith(b.given) or b.given.startswith(a.given):
        return "initial"
    return "near" if _spelt_alike(a.given, b.given) else "other"


def _spelt_alike(a: str, b: str) -> bool:
    return JaroWinkler.similarity(a, b) >= ALIKE


def middle_level(a: str, b: str) -> str:
    """Level of two middle names, of which one may be an initial."""
    if a == b:
        return "same"
    return "initial" if a[0] == b[0] and 1 in (len(a), len(b)) else "other"


def organisation_level(a: Profile, b: Profile) -> str:
    """Level of two names of organisations. exact: whole names, with a place or legal form. brand: one leaves out the
    trade. elsewhere: same core, another place."""
    if a.name == b.name:
        return "exact" if a.whole or b.whole else "core"
    fits = places_fit(a.place, b.place)
    if a.core == b.core:
        return "core" if fits else "elsewhere"
    if a.sound and a.sound == b.sound:
        return "sound"
    if not fits:
        return "other"
    if min(len(a.core), len(b.core)) >= 2 and (a.core.startswith(b.core) or b.core.startswith(a.core)):
        return "brand"
    if min(len(a.core), len(b.core)) >= 4:
        return spelling_level(a.core, b.core) or "other"
    return "other"


def places_fit(a: str, b: str) -> bool:
    """Whether two places of registration may be one, of which a part is often left out."""
    return not a or not b or a.endswith(b) or b.endswith(a) or a.startswith(b) or b.startswith(a)


def branches_clash(a: Profile, b: Profile) -> bool:
    """Whether one is a branch and the other its head office or another branch."""
    return a.core == b.core and a.branch != b.branch


def birth_level(a: str, b: str) -> str:
    """Level of two dates of birth, ISO and maybe cut short. near: one digit off, or day and month changed places.
    two: two of year, month and day."""
    if a == b and len(a) == 10:
        return "same"
    if len(a) != len(b) or len(a) < 10:
        short = min(len(a), len(b))
        return "part" if a[:short] == b[:short] else "other"
    swapped = a[:4] == b[:4] and a[5:7] == b[8:] and a[8:] == b[5:7]
    if swapped or one_off(a, b):
        return "near"
    agree = (a[:4] == b[:4], a[5:7] == b[5:7], a[8:] == b[8:])
    return "two" if sum(agree) == 2 else "year" if agree[0] else "other"


def one_off(a: str, b: str) -> bool:
    """Whether two texts of one length differ in one character, or in two neighbours that changed places."""
    if len(a) != len(b):
        return False
    off = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(off) == 2:
        i, j = off
        return j == i + 1 and a[i] == b[j] and a[j] == b[i]
    return len(off) == 1


def phone_level(a: str, b: str) -> str:
    """Level of two telephone numbers."""
    return "same" if a == b else "near" if one_off(a, b) else "other"


def region_level(a: str, b: str) -> str:
    """Level of two administrative codes of 2, 4 or 6 digits. within: one is told less exactly."""
    if a == b:
        return "same"
    if a.startswith(b) or b.startswith(a):
        return "within"
    return "city" if a[:4] == b[:4] else "other"


def postcode_level(a: str, b: str) -> str:
    """Level of two postcodes. near: all but the last two characters, or one off."""
    if a == b:
        return "same"
    return "near" if a[:-2] == b[:-2] or one_off(a, b) else "other"


def text_level(a: str, b: str) -> str:
    """Level of two texts compared as they are."""
    return "same" if a == b else "near" if JaroWinkler.similarity(a, b) >= ALIKE else "other"


def address_level(a: Profile, b: Profile) -> str:
    """Level of two addresses with a street. near: another door of one house, or one door of streets alike."""
    if a.street == b.street:
        if a.door == b.door:
            return "same" if a.door else "street"
        house = a.door.partition("-")[0]
        return "near" if house and house == b.door.partition("-")[0] else "street"
    alike_streets = a.door and a.door == b.door and fuzz.ratio(a.street, b.street) >= STREETS_ALIKE
    return "near" if alike_streets else "other"


def _number(levels: list[tuple[str, str]], a: Profile, b: Profile) -> None:
    known = (b.number, b.known)
    if a.number and a.number in known:
        levels.append(("number", "same"))
    elif (a.repairs and (a.repairs == b.repairs or not set(known).isdisjoint(a.repairs.split()))) or (
        b.repairs and a.number and a.number in b.repairs.split()
    ):
        levels.append(("number", "repaired"))
    elif a.partial and a.partial == b.partial:
        levels.append(("number", "partial"))
    elif a.number and any(n and n.split(":")[0] == a.number.split(":")[0] for n in known):
        near = a.number[:1] not in VETO_SCHEMES and one_off(a.number, b.number)
        levels.append(("number", "near" if near else "other"))
    elif (a.number[:1] == "r" or a.partial or a.repairs) and (b.number[:1] == "r" or b.partial or b.repairs):
        levels.append(("number", "other"))


def _where(levels: list[tuple[str, str]], a: Profile, b: Profile) -> None:
    if a.phone and b.phone:
        levels.append(("phone", phone_level(a.phone, b.phone)))
    if a.street and b.street:
        levels.append(("address", address_level(a, b)))
        if levels[-1][1] == "same":
            return  # one door lies in one place: where the finer agrees the coarser is no evidence of its own
    if a.postcode and b.postcode:
        levels.append(("postcode", postcode_level(a.postcode, b.postcode)))
        if levels[-1][1] == "same":
            return
    if a.region and b.region:
        levels.append(("region", region_level(a.region, b.region)))
    if a.locality and b.locality:
        levels.append(("locality", text_level(a.locality, b.locality)))


def _court(a: Profile, b: Profile) -> list[tuple[str, str]]:
    if not (a.court and b.court):
        return []
    # The code of a higher Chinese court opens those of the courts below it (甘07, 甘0702).
    near = a.court.startswith(b.court) or b.court.startswith(a.court)
    return [("court", "same" if near else "other")]
