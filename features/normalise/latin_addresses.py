"""Addresses in Latin script: house, street, unit, town and state, postcode.

Words are cut short as the United States Postal Service does (Publication 28, appendices B and C); postcodes of the
United States, Great Britain, Canada, Australia and, of six digits, China.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple


class LatinAddress(NamedTuple):
    """Parts, each empty where it is not told. door: house-unit, or the house twice where no unit is named."""

    street: str
    door: str
    locality: str
    postcode: str


_STREET_TYPES: Final = (
    "street st, str st, avenue ave, av ave, road rd, drive dr, drv dr, lane ln, boulevard blvd, boul blvd, court ct, "
    "place pl, terrace ter, terr ter, circle cir, circ cir, highway hwy, parkway pkwy, pky pkwy, square sq, "
    "crescent cres, cr cres, close cl, way way, alley aly, turnpike tpke, pike pike, expressway expy, trail trl, "
    "row row, walk walk, mews mews, loop loop, plaza plz, parade pde, esplanade esp, grove grv, quay quay"
)
_OTHER_WORDS: Final = (
    "north n, south s, east e, west w, northeast ne, northwest nw, southeast se, southwest sw, saint st, mount mt, "
    "fort ft, first 1st, second 2nd, third 3rd, fourth 4th, fifth 5th, sixth 6th, seventh 7th, eighth 8th, ninth 9th, "
    "tenth 10th, route rte, county co, junction jct, heights hts, ridge rdg, creek crk, valley vly, center ctr, centre ctr"
)
_STATES: Final = (
    "alabama al, alaska ak, arizona az, arkansas ar, california ca, colorado co, connecticut ct, delaware de, "
    "district of columbia dc, florida fl, georgia ga, hawaii hi, idaho id, illinois il, indiana in, iowa ia, "
    "kansas ks, kentucky ky, louisiana la, maine me, maryland md, massachusetts ma, michigan mi, minnesota mn, "
    "mississippi ms, missouri mo, montana mt, nebraska ne, nevada nv, new hampshire nh, new jersey nj, "
    "new mexico nm, new york ny, north carolina nc, north dakota nd, ohio oh, oklahoma ok, oregon or, "
    "pennsylvania pa, puerto rico pr, rhode island ri, south carolina sc, south dakota sd, tennessee tn, texas tx, "
    "utah ut, vermont vt, virginia va, washington wa, west virginia wv, wisconsin wi, wyoming wy, "
    "new south wales nsw, victoria vic, queensland qld, south australia sa, western australia wa, tasmania tas, "
    "australian capital territory act, northern territory nt"
)


def _pairs(words: str) -> dict[str, str]:
    return {long: short for long, _, short in (pair.rpartition(" ") for pair in words.split(", "))}


_TYPES: Final = _pairs(_STREET_TYPES)
_IS_TYPE: Final = frozenset(_TYPES) | frozenset(_TYPES.values())
_SHORT: Final = _TYPES | _pairs(_OTHER_WORDS)
_STATE: Final = _pairs(_STATES)
_LONG_STATE: Final = re.compile(rf"\b(?:{'|'.join(sorted(_STATE, key=len, reverse=True))})$")
_DIRECTIONS: Final = frozenset(("n", "s", "e", "w", "ne", "nw", "se", "sw"))
_COUNTRIES: Final = frozenset(
    ("us", "usa", "u s a", "u s", "united states", "united states of america", "uk", "u k", "united kingdom",
     "great britain", "england", "scotland", "wales", "canada", "australia", "china", "p r china", "pr china")
)  # fmt: skip
_NUMBERED_ROADS: Final = frozenset(("hwy", "highway", "route", "rte", "road", "rd", "sr", "cr", "us"))
_BEFORE_NUMBERS: Final = _NUMBERED_ROADS | {"box", "no", "lot"}

_POSTCODE: Final = re.compile(
    r"(?:^|(?<=[\s.]))(?:(?P<us>[0-9]{5})(?:[\s-]?[0-9]{4})?|(?P<cn>[0-9]{6})"
    r"|(?P<uk>[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2})|(?P<ca>[a-z][0-9][a-z] ?[0-9][a-z][0-9]))$"
)
_LIKE_UK: Final = re.compile(r"(?:^|(?<=\s))([a-z][a-z0-9]{1,3}) ([a-z0-9]{3})$")  # a character mistyped
_AU: Final = re.compile(r"\b(nsw|vic|qld|wa|sa|tas|act|nt) ([0-9]{4})$")
_LEADING: Final = re.compile(r"([0-9]{4,5})(?:\s+(?=[^0-9]+$)|$)")
_PUNCTUATION: Final = re.compile(r"[^\w\s,;|#/-]+")
_PARTS: Final = re.compile(r"[,;|]")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_BOX: Final = re.compile(r"\bp ?o ?box\b")
_UNIT: Final = re.compile(
    r"(?:#|\b(?:apt|apartment|unit|ste|suite|flat|rm|room|lot|floor|fl|building|bldg|block|tower|trlr|spc)\b)[\s#]*([a-z]?-?[0-9]+-?[a-z]?|[a-z])\b"
)
_FLOOR: Final = re.compile(r"\b[0-9]+(?:st|nd|rd|th) (?:floor|fl)\b")
_SLASHED: Final = re.compile(r"^\s*([0-9]+[a-z]?)\s*/\s*(?=[0-9])")
_HOUSE: Final = re.compile(r"^(?:no )?([0-9]+[a-z]?)(?:\s*-\s*[0-9]+[a-z]?)?(?:\s+|$)")
_HOUSE_LAST: Final = re.compile(r"\s([0-9]+[a-z]?)$")
_OF: Final = re.compile(r"\b(?:city|town|county|borough) of\b|\b(?:city|town|county|borough) of$")


def parse_latin(folded: str) -> LatinAddress:
    """A folded address without Chinese characters, taken apart. Total.

    A part with a house number or with a street's word at its end is the street; what follows is town and state.
    What has neither is a town.
    """
    text = folded if folded.isascii() else _unaccented(folded)
    text = _BOX.sub(
        "po box", " ".join(_PUNCTUATION.sub(" ", text.replace("'", "").replace(".", " ")).split())
    )
    parts = [part.strip() for part in _PARTS.split(text)]
    parts = [part for part in parts if part]
    if len(parts) > 1 and parts[-1] in _COUNTRIES:
        del parts[-1]
    postcode = _take_postcode(parts)
    unit = _take_unit(parts)
    at, house = _street_at(parts)
    if at < 0:
        return LatinAddress("", f"{unit}-{unit}" if unit else "", _locality(parts), postcode)
    street, rest = _street(parts[at], whole=at + 1 < len(parts) or bool(postcode and len(parts) > 1))
    door = f"{house or unit}-{unit or house}" if house or unit else ""
    return LatinAddress(street, door, _locality([rest, *parts[at + 1 :]]), postcode)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _take_postcode(parts: list[str]) -> str:
    """The postcode, cut out of one of the last three parts."""
    last = len(parts) - 1
    for at in range(last, max(last - 3, -1), -1):
        code, rest = _postcode_of(parts[at], first=at == 0, last=at == last)
        if code:
            parts[at : at + 1] = [rest] if rest else []
            return code
    return ""


def _postcode_of(part: str, *, first: bool, last: bool) -> tuple[str, str]:
    """(postcode, the rest of the part); 12345 and 1234 in front of a town are codes behind a street only."""
    if found := _POSTCODE.search(part):
        before = part[: found.start()].split()
        if not before or before[-1] not in _BEFORE_NUMBERS:
            return (found["us"] or found[0]).replace(" ", ""), " ".join(before)
    elif found := _AU.search(part):
        return found[2], part[: found.end(1)]
    elif not first and (found := _LEADING.match(part)):
        return found[1], part[found.end() :]
    elif last and (found := _LIKE_UK.search(part)) and _mixed(found[1]) and _mixed(found[2]):
        return found[1] + found[2], part[: found.start()].rstrip()
    return "", part


def _mixed(text: str) -> bool:
    return not text.isalpha() and not text.isdigit()


def _take_unit(parts: list[str]) -> str:
    """Flat, room or suite, cut out of the part that names it; what stands around it (floor, building) goes too."""
    unit = ""
    for at in range(len(parts) - 1, -1, -1):
        part = _FLOOR.sub("", parts[at])
        while found := _UNIT.search(part) or _SLASHED.search(part):
            unit = found[1].replace("-", "")
            part = f"{part[: found.start()]} {part[found.end() :]}".strip()
        parts[at : at + 1] = [part.strip()] if part.strip() else []
    return unit


def _street_at(parts: list[str]) -> tuple[int, str]:
    """Which part is the street, -1 for none, and the house's number, taken from it."""
    for at, part in enumerate(parts):
        found = _HOUSE.match(part)
        if found and found.end() < len(part):
            parts[at] = part[found.end() :]
            return at, found[1]
        if found and at + 1 < len(parts):  # 8, rowethorpe, orr close
            near = range(at + 1, min(at + 3, len(parts)))
            return next((i for i in near if _ends_as_street(parts[i])), at + 1), found[1]
        if last := _HOUSE_LAST.search(part):
            before = part[: last.start()]
            if before.rsplit(maxsplit=1)[-1] in _NUMBERED_ROADS:
                return at, ""
            parts[at] = before
            return at, last[1]
        if _ends_as_street(part):
            return at, ""
    return -1, ""


def _ends_as_street(part: str) -> bool:
    words = part.split()
    if len(words) > 2 and _SHORT.get(words[-1], words[-1]) in _DIRECTIONS:
        words.pop()
    return len(words) > 1 and words[-1] in _IS_TYPE


def _street(part: str, *, whole: bool) -> tuple[str, str]:
    """Words of the street in short form; and the town behind it, unless the `whole` part is the street."""
    words = _NOT_WORD.sub(" ", part).split()
    end = len(words)
    if not whole:
        end = next((i + 1 for i, word in enumerate(words) if i and word in _IS_TYPE), end)
        while end < len(words) and (words[end] in _IS_TYPE or _SHORT.get(words[end]) in _DIRECTIONS):
            end += 1
    return " ".join(_SHORT.get(word, word) for word in words[:end]), " ".join(words[end:])


def _locality(parts: list[str]) -> str:
    """Town, county and state in one form."""
    words = [" ".join(_NOT_WORD.sub(" ", _OF.sub("", part)).split()) for part in parts]
    words = [word for word in words if word and not word.isdigit()]
    if words and (len(words) > 1 or " " in words[0]):
        state = _LONG_STATE.search(words[-1])
        if state and (len(words) > 1 or state.start()):
            words[-1] = words[-1][: state.start()] + _STATE[state[0]]
    return " ".join(
        _SHORT.get(word, word) if word not in _TYPES else word for word in " ".join(words).split()
    )
