"""Two profiles compared, field by field, each at one level of agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

from features.link.profile import Profile

Levels = tuple[tuple[str, str], ...]
"""(field, level) of every field both sides know."""

VETO_SCHEMES: Final = ("r", "c")
"""Numbers one bearer has one of: resident id and credit code. Passports are renewed, licences reissued."""


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
    if a.name and b.name:
        levels.append(("name", person_level(a.name, a.sound, b.name, b.sound)))
        if "|" in a.name:
            _latin(levels, a, b)
    _number(levels, a, b)
    if a.birth and b.birth:
        levels.append(("birth", birth_level(a.birth, b.birth)))
    _phone_and_address(levels, a, b)
    return tuple(levels)


def _organization(a: Profile, b: Profile) -> Levels | None:
    if numbers_clash(a, b) or (a.core == b.core and a.branch != b.branch):
        return None
    levels = _court(a, b)
    if a.name and b.name:
        levels.append(("name", organisation_level(a, b)))
    _number(levels, a, b)
    if a.head and b.head:
        levels.append(("head", "same" if a.head == b.head else "other"))
    _phone_and_address(levels, a, b)
    return tuple(levels)


def _agent(a: Profile, b: Profile) -> Levels | None:
    levels = _court(a, b)
    levels.append(("role", "same" if a.role == b.role else "other"))
    if a.name and b.name:
        levels.append(("name", person_level(a.name, a.sound, b.name, b.sound)))
        if "|" in a.name:
            _latin(levels, a, b)
    _number(levels, a, b)
    if a.phone and b.phone:
        levels.append(("phone", "same" if a.phone == b.phone else "other"))
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


_ALIKE: Final = 0.88
"""Jaro-Winkler similarity from which two words are spellings of one (Splink's examples use 0.88 and 0.9)."""


def person_level(a: str, a_sound: str, b: str, b_sound: str) -> str:
    """Level of two names of persons: exact, sound, near, part (Latin: one of the two words) or other."""
    if a == b:
        return "exact"
    if "|" in a or "|" in b:
        return _latin_level(a, b)
    if a_sound == b_sound:
        return "sound"
    if max(len(a), len(b)) >= 3 and Levenshtein.distance(a, b, score_cutoff=1) <= 1:
        return "near"
    return "other"


def _latin_level(a: str, b: str) -> str:
    a_last, _, a_first = a.partition("|")
    b_last, _, b_first = b.partition("|")
    short, long = sorted((a_first, b_first), key=len)
    # J. or Chris for John, Christopher
    if a_last == b_last and short and long.startswith(short):
        return "sound"
    like_last = JaroWinkler.similarity(a_last, b_last) >= _ALIKE
    like_first = bool(short) and JaroWinkler.similarity(a_first, b_first) >= _ALIKE
    if like_last and like_first:
        return "near"
    swapped = bool(a_first) and a_first == b_last and b_first == a_last
    return "part" if like_last or (like_first and len(short) > 1) or swapped else "other"


def _latin(levels: list[tuple[str, str]], a: Profile, b: Profile) -> None:
    if a.middle and b.middle:
        if a.middle == b.middle and len(a.middle) > 1:
            level = "same"
        else:
            level = (
                "initial" if a.middle[0] == b.middle[0] and 1 in (len(a.middle), len(b.middle)) else "other"
            )
        levels.append(("middle", level))
    if a.suffix and b.suffix:
        levels.append(("suffix", "same" if a.suffix == b.suffix else "other"))


def organisation_level(a: Profile, b: Profile) -> str:
    """Level of two names of organisations: exact, sound, core, near, elsewhere or other."""
    if a.name == b.name:
        return "exact"
    place_fits = not a.place or not b.place or a.place.endswith(b.place) or b.place.endswith(a.place)
    if a.core == b.core:
        return "core" if place_fits else "elsewhere"
    if a.sound and a.sound == b.sound:
        return "sound"
    long_enough = min(len(a.core), len(b.core)) >= 5
    if place_fits and long_enough and Levenshtein.distance(a.core, b.core, score_cutoff=1) <= 1:
        return "near"
    return "other"


def birth_level(a: str, b: str) -> str:
    """Level of two dates of birth, ISO and maybe cut short: same, part, near or other."""
    if a == b and len(a) == 10:
        return "same"
    if len(a) != len(b) or len(a) < 10:
        short = min(len(a), len(b))
        return "part" if a[:short] == b[:short] else "other"
    swapped = a[:4] == b[:4] and a[5:7] == b[8:] and a[8:] == b[5:7]
    off = sum(x != y for x, y in zip(a, b, strict=True))
    return "near" if swapped or off == 1 else "other"


def _number(levels: list[tuple[str, str]], a: Profile, b: Profile) -> None:
    known = (b.number, b.known)
    if a.number and a.number in known:
        levels.append(("number", "same"))
    elif a.number and any(n and n.split(":")[0] == a.number.split(":")[0] for n in known):
        levels.append(("number", "other"))


def _phone_and_address(levels: list[tuple[str, str]], a: Profile, b: Profile) -> None:
    if a.phone and b.phone:
        levels.append(("phone", "same" if a.phone == b.phone else "other"))
    if a.street and b.street:
        if a.street != b.street:
            levels.append(("address", "other"))
        else:
            levels.append(("address", "same" if a.door and a.door == b.door else "street"))


def _court(a: Profile, b: Profile) -> list[tuple[str, str]]:
    if not (a.court and b.court):
        return []
    # The code of a higher Chinese court opens those of the courts below it (甘07, 甘0702).
    near = a.court.startswith(b.court) or b.court.startswith(a.court)
    return [("court", "same" if near else "other")]
