"""The comparisons of single fields over columns: each gives a level number for every pair.

A judge is made for the columns of a kind (None where no mention shows its field), then called with the positions of
pairs. Levels are put weakest first, so that stronger ones overwrite them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from features.link.compare import (
    ALIKE,
    STREETS_ALIKE,
    VETO_SCHEMES,
    places_fit,
    postcode_level,
)
from features.link.table.columns import MISSING, Codes, Column, Columns, encode
from features.link.table.latin import given, surname
from features.link.table.sheet import Judge, Levels, Maker, Positions, Sheet, Test
from features.link.table.spelling import put_spelling
from features.link.table.strings import (
    Bools,
    by_distinct_pair,
    differences,
    held,
    one_off,
    one_off_test,
    opens_test,
    similarity,
    spell,
    starts_with,
)


def column(field: str, best: str, rules: Mapping[str, Callable[[Column], Test]]) -> Maker:
    """A field of one column: `best` where equal, else by rules, weakest first."""

    def make(columns: Columns) -> Judge | None:
        if field not in columns:
            return None
        values = columns.of[field]
        tests = {level: rule(values) for level, rule in rules.items()}

        def judge(a: Codes, b: Codes) -> Levels:
            sheet = Sheet(columns.kind, field, values.codes[a], values.codes[b])
            x, y = sheet.of(sheet.open)
            for level, test in tests.items():
                sheet.put(sheet.open[test(x, y)], level)
            sheet.put(sheet.equal, best)
            return sheet.levels

        return judge

    return make


def _close(values: Column) -> Test:
    return lambda x, y: by_distinct_pair(values, x, y, similarity(JaroWinkler.similarity)) >= ALIKE


def text(field: str) -> Maker:
    """A column compared as it is."""
    return column(field, "same", {"near": _close})


def _one_off(values: Column) -> Test:
    return one_off_test(spell(values.values), values)


def _prefix(length: int) -> Callable[[Column], Test]:
    def of(values: Column) -> Test:
        start = encode(pc.utf8_slice_codeunits(values.values, 0, length)).codes
        return lambda x, y: start[x] == start[y]

    return of


def _either_starts(values: Column) -> Test:
    return opens_test(spell(values.values), values)


def _same_initial(values: Column) -> Test:
    letters = spell(values.values)
    first, lengths = letters.left[:, 0], letters.lengths
    return lambda x, y: (first[x] == first[y]) & ((lengths[x] == 1) | (lengths[y] == 1))


def _but_last_two(values: Column) -> Test:
    letters = spell(values.values)

    def test(x: Codes, y: Codes) -> Bools:
        differ, first = differences(letters, x, y)
        return ((differ > 0) & (first >= letters.lengths[x] - 2)) | one_off(letters, x, y)

    return held(letters, values, test, lambda p, q: postcode_level(p, q) == "near")


_DATE: Final = ((0, 4), (5, 7), (8, 10))
"""Where year, month and day of an ISO date stand."""


def birth(columns: Columns) -> Judge | None:
    """Dates of birth, of which some are cut short."""
    if "birth" not in columns:
        return None
    values = columns.of["birth"]
    letters = spell(values.values)
    years, months, days = (encode(pc.utf8_slice_codeunits(values.values, i, j)).codes for i, j in _DATE)
    day_first = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(values.values, 8, 10), pc.utf8_slice_codeunits(values.values, 5, 7), "-"
    )
    both = encode(pa.chunked_array([pc.utf8_slice_codeunits(values.values, 5, 10), day_first])).codes
    day_of_year, crossed = np.split(both, 2)

    def judge(a: Codes, b: Codes) -> Levels:
        sheet = Sheet(columns.kind, "birth", values.codes[a], values.codes[b])
        x, y = sheet.of(sheet.open)
        whole = (letters.lengths[x] == 10) & (letters.lengths[y] == 10)
        at, p, q = sheet.open[whole], x[whole], y[whole]
        same_year = years[p] == years[q]
        sheet.put(at[same_year], "year")
        two = np.flatnonzero(same_year.astype(np.int8) + (months[p] == months[q]) + (days[p] == days[q]) == 2)
        sheet.put(at[two], "two")
        # One slip lies within year, month or day, so that the two others agree.
        sheet.put(at[two[one_off(letters, p[two], q[two])]], "near")
        sheet.put(at[same_year & (crossed[p] == day_of_year[q])], "near")
        at, p, q = sheet.open[~whole], x[~whole], y[~whole]
        sheet.put(at[starts_with(letters, p, q) | starts_with(letters, q, p)], "part")
        x, _ = sheet.of(sheet.equal)
        whole = letters.lengths[x] == 10
        sheet.put(sheet.equal[~whole], "part")
        sheet.put(sheet.equal[whole], "same")
        return sheet.levels

    return judge


def person_name(columns: Columns) -> Judge | None:
    """Names of persons of which one at least is not written in Latin letters."""
    latin = columns.codes("surname") >= 0
    if "name" not in columns or bool((latin | (columns.codes("name") < 0)).all()):
        return None
    names, sounds, bags = columns.of["name"], columns.codes("sound"), columns.codes("bag")
    # Latin names are longer and are not read here.
    letters = spell(pc.if_else(pc.match_substring(names.values, "|"), "", names.values))

    def judge(a: Codes, b: Codes) -> Levels:
        x, y = names.codes[a].copy(), names.codes[b]
        x[latin[a] & latin[b]] = MISSING
        sheet = Sheet(columns.kind, "name", x, y)
        han = sheet.open[~latin[a[sheet.open]] & ~latin[b[sheet.open]]]
        p, q = sheet.of(han)
        sheet.put(han[letters.left[p, 0] == letters.left[q, 0]], "family")
        put_spelling(sheet, han, names, letters, p, q)
        at = sheet.open
        for level, codes in (("bag", bags), ("sound", sounds)):
            sheet.put(at[(codes[a[at]] == codes[b[at]]) & (codes[a[at]] >= 0)], level)
        sheet.put(sheet.equal, "exact")
        return sheet.levels

    return judge


def organisation_name(columns: Columns) -> Judge | None:
    """Names of organisations by their parts."""
    if "name" not in columns:
        return None
    names, cores, sounds = columns.of["name"], columns.of["core"], columns.codes("sound")
    fits, whole = _places_fit(columns), columns.codes("whole")
    letters = spell(cores.values)
    opens = opens_test(letters, cores)

    def judge(a: Codes, b: Codes) -> Levels:
        sheet = Sheet(columns.kind, "name", names.codes[a], names.codes[b])
        at = sheet.open
        fit = fits(a[at], b[at])
        x, y = cores.codes[a[at]], cores.codes[b[at]]
        sheet.put(at[(x == y) & ~fit], "elsewhere")
        near = fit & (x != y) & (x >= 0) & (y >= 0)
        near_at, p, q = at[near], x[near], y[near]
        shorter = np.minimum(letters.lengths[p], letters.lengths[q])
        long_enough = shorter >= 4
        put_spelling(sheet, near_at[long_enough], cores, letters, p[long_enough], q[long_enough])
        sheet.put(near_at[(shorter >= 2) & opens(p, q)], "brand")
        sheet.put(at[(sounds[a[at]] == sounds[b[at]]) & (sounds[a[at]] >= 0) & (x != y)], "sound")
        sheet.put(at[(x == y) & fit], "core")
        sheet.put(sheet.equal, "core")
        at = sheet.equal
        sheet.put(at[(whole[a[at]] >= 0) | (whole[b[at]] >= 0)], "exact")
        return sheet.levels

    return judge


def _places_fit(columns: Columns) -> Callable[[Codes, Codes], Bools]:
    if "place" not in columns:
        return lambda a, b: np.ones(len(a), np.bool_)
    places = columns.of["place"]

    def judge(p: Sequence[str], q: Sequence[str]) -> Bools:
        return np.array([places_fit(x, y) for x, y in zip(p, q, strict=True)], np.bool_)

    def fits(a: Codes, b: Codes) -> Bools:
        x, y = places.codes[a], places.codes[b]
        found: Bools = (x == y) | (x < 0) | (y < 0)
        at = np.flatnonzero(~found)
        found[at] = by_distinct_pair(places, x[at], y[at], judge)
        return found

    return fits


_CHECKED: Final = f"^[{''.join(VETO_SCHEMES)}]:"
"""Numbers with a check digit."""


def number(columns: Columns) -> Judge | None:
    """Identity numbers: whole, misread, or masked."""
    if not any(name in columns for name in ("number", "partial", "repairs")):
        return None
    codes, partials, misread = (columns.codes(name) for name in ("number", "partial", "repairs"))
    numbers = columns.of.get("number") or Column(codes, pa.array([], pa.string()))
    schemes = scheme_codes(columns)
    resident = (schemes == VETO_SCHEMES.index("r")) | (partials >= 0) | (misread >= 0)
    fixes = np.sort(columns.repairs[:, 0].astype(np.int64) << 32 | columns.repairs[:, 1])
    # Of the others a valid number tells a slip from another number.
    free_to_slip = pc.if_else(pc.match_substring_regex(numbers.values, _CHECKED), "", numbers.values)
    off = one_off_test(spell(free_to_slip), numbers)

    def judge(a: Codes, b: Codes) -> Levels:
        x, y = codes[a], codes[b]
        comparable = (resident[a] & resident[b]) | ((schemes[a] == schemes[b]) & (x >= 0))
        sheet = Sheet(
            columns.kind, "number", np.where(comparable, a, MISSING), np.where(comparable, b, MISSING)
        )
        at = np.flatnonzero(comparable)
        free = at[(x[at] >= 0) & (schemes[a[at]] >= len(VETO_SCHEMES)) & (x[at] != y[at])]
        sheet.put(free[off(x[free], y[free])], "near")
        sheet.put(at[(partials[a[at]] >= 0) & (partials[a[at]] == partials[b[at]])], "partial")
        at = at[(misread[a[at]] >= 0) | (misread[b[at]] >= 0)]
        again = misread[a[at]] == misread[b[at]]
        meant = _holds(fixes, a[at], y[at]) | _holds(fixes, b[at], x[at])
        sheet.put(at[again | meant], "repaired")
        at = np.flatnonzero(comparable)
        sheet.put(at[(x[at] >= 0) & (x[at] == y[at])], "same")
        return sheet.levels

    return judge


def _holds(fixes: Positions, mentions: Codes, wanted: Codes) -> Bools:
    """Whether a mention's misread number may stand for the wanted one."""
    found = np.zeros(len(mentions), np.bool_)
    at = np.flatnonzero(wanted >= 0) if len(fixes) else np.empty(0, np.int64)
    keys = mentions[at].astype(np.int64) << 32 | wanted[at]
    places = np.minimum(np.searchsorted(fixes, keys), len(fixes) - 1)
    found[at] = fixes[places] == keys
    return found


def scheme_codes(columns: Columns) -> NDArray[np.int8]:
    """Of each mention the scheme of its number: its place in VETO_SCHEMES, a number of its own for others, -1 if none."""
    if "number" not in columns:
        return np.full(columns.size, MISSING, np.int8)
    numbers = columns.of["number"]
    schemes = encode(pc.list_element(pc.split_pattern(numbers.values, ":", max_splits=1), 0))
    places = {scheme: i for i, scheme in enumerate(VETO_SCHEMES)}
    distinct = [places.setdefault(scheme, len(places)) for scheme in schemes.values.to_pylist()]
    of = np.append(np.array(distinct, np.int8)[schemes.codes], np.int8(MISSING))
    return of[numbers.codes]


def address(columns: Columns) -> Judge | None:
    """Addresses with a street."""
    if "street" not in columns:
        return None
    streets, doors = columns.of["street"], columns.codes("door")
    houses = _houses(columns)

    def judge(a: Codes, b: Codes) -> Levels:
        sheet = Sheet(columns.kind, "address", streets.codes[a], streets.codes[b])
        one_door = (doors[a] == doors[b]) & (doors[a] >= 0)
        at = sheet.open[one_door[sheet.open]]
        x, y = sheet.of(at)
        sheet.put(at[by_distinct_pair(streets, x, y, similarity(fuzz.ratio)) >= STREETS_ALIKE], "near")
        at = sheet.equal
        sheet.put(at, "street")
        sheet.put(at[(houses[a[at]] == houses[b[at]]) & (houses[a[at]] >= 0)], "near")
        sheet.put(at[one_door[at]], "same")
        return sheet.levels

    return judge


def unless(finer: Sequence[tuple[str, ...]], make: Maker) -> Maker:
    """A field of place that is no evidence of its own where a finer one is the same: one door lies in one place.

    finer: fields that are the same where all their columns are.
    """

    def made(columns: Columns) -> Judge | None:
        plain = make(columns)
        told = [[columns.codes(name) for name in names] for names in finer]
        if plain is None:
            return None

        def judge(a: Codes, b: Codes) -> Levels:
            levels = plain(a, b)
            for of in told:
                same = np.logical_and.reduce([(codes[a] == codes[b]) & (codes[a] >= 0) for codes in of])
                levels[same] = 0
            return levels

        return judge

    return made


def _houses(columns: Columns) -> Codes:
    if "door" not in columns:
        return np.full(columns.size, MISSING, np.int32)
    doors = columns.of["door"]
    found = encode(pc.list_element(pc.split_pattern(doors.values, "-", max_splits=1), 0))
    return np.append(found.codes, np.int32(MISSING))[doors.codes]


def clash(columns: Columns) -> Test:
    """Pairs that cannot be one bearer: two valid numbers of one kind; head office and branch, or two branches."""
    numbers, schemes = columns.codes("number"), scheme_codes(columns)
    single = (schemes >= 0) & (schemes < len(VETO_SCHEMES))
    cores, branches = columns.codes("core"), columns.codes("branch")
    names = columns.codes("name")

    def judge(a: Codes, b: Codes) -> Bools:
        found: Bools = single[a] & (schemes[a] == schemes[b]) & (numbers[a] != numbers[b])
        if columns.kind == "organization":
            found |= (cores[a] == cores[b]) & (branches[a] != branches[b])
        if columns.kind == "firm":
            found |= (branches[a] != branches[b]) | (names[a] < 0) | (names[b] < 0)
        return found

    return judge


_PERSON: Final[Mapping[str, Maker]] = {
    "name": person_name,
    "surname": surname,
    "given": given,
    "middle": column("middle", "same", {"initial": _same_initial}),
    "suffix": column("suffix", "same", {}),
    "number": number,
}
_DOOR: Final = ("street", "door")
_WHERE: Final[Mapping[str, Maker]] = {
    "phone": column("phone", "same", {"near": _one_off}),
    "address": address,
    "postcode": unless([_DOOR], column("postcode", "same", {"near": _but_last_two})),
    "region": unless(
        [_DOOR, ("postcode",)], column("region", "same", {"city": _prefix(4), "within": _either_starts})
    ),
    "locality": unless([_DOOR, ("postcode",)], text("locality")),
}
_FILED: Final[Mapping[str, Maker]] = {
    # The code of a higher Chinese court opens those of the courts below it.
    "court": column("court", "same", {"same": _either_starts}),
}
FIELDS: Final[Mapping[str, Mapping[str, Maker]]] = {
    "person": {**_PERSON, "birth": birth, **_WHERE, **_FILED},
    "organization": {
        "name": organisation_name,
        "number": number,
        "head": column("head", "same", {}),
        **_WHERE,
        **_FILED,
    },
    "agent": {
        **_PERSON,
        "phone": _WHERE["phone"],
        "firm": column("firm", "same", {}),
        "role": column("role", "same", {}),
        **_FILED,
    },
    "firm": {"name": organisation_name, **_FILED},
}
"""The judges of each kind."""
