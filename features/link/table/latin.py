"""Names in Latin script by columns: surnames and given names, which may stand in each other's place."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import JaroWinkler

from features.link.compare import ALIKE
from features.link.table.columns import MISSING, Codes, Column, Columns, encode
from features.link.table.sheet import Judge, Levels, Sheet
from features.link.table.strings import Bools, by_distinct_pair, opens_test, similarity, spell


class _Words:
    """Surnames and given names in one set of codes, so that each can be compared with the other."""

    def __init__(self, columns: Columns) -> None:
        surnames = columns.of["surname"]
        given = columns.of.get("given") or Column(columns.codes("given"), pa.array([], pa.string()))
        both = encode(pa.concat_arrays([surnames.values, given.values]))
        codes = np.append(both.codes, np.int32(MISSING))
        self.words = Column(codes[:-1], both.values)
        self.surnames = codes[surnames.codes]
        self.given = codes[np.where(given.codes >= 0, given.codes + len(surnames.values), MISSING)]

    def crossed(self, a: Codes, b: Codes) -> Bools:
        """Whether the two names changed places, or the one word of a name is the other's given name."""
        one_a, one_b = self.given[a] < 0, self.given[b] < 0
        mine, theirs = (
            (self.surnames[a] == self.given[b]) & ~one_b,
            (self.surnames[b] == self.given[a]) & ~one_a,
        )
        found = np.asarray((mine | theirs) & (one_a | one_b), np.bool_)
        both = np.flatnonzero(~(one_a | one_b))
        both = both[self.alike(self.surnames[a[both]], self.given[b[both]])]
        found[both] = self.alike(self.given[a[both]], self.surnames[b[both]])
        return found

    def alike(self, x: Codes, y: Codes) -> Bools:
        """Whether two words are spellings of one; words not known are not."""
        found = (x >= 0) & (y >= 0)
        at = np.flatnonzero(found)
        found[at] = by_distinct_pair(self.words, x[at], y[at], similarity(JaroWinkler.similarity)) >= ALIKE
        return found


def surname(columns: Columns) -> Judge | None:
    """Surnames in Latin script."""
    if "surname" not in columns:
        return None
    words = _Words(columns)

    def judge(a: Codes, b: Codes) -> Levels:
        sheet = Sheet(columns.kind, "surname", words.surnames[a], words.surnames[b])
        at = sheet.open
        x, y = sheet.of(at)
        near = words.alike(x, y)
        for one, other, word in ((a, b, x), (b, a, y)):
            single = np.flatnonzero(words.given[one[at]] < 0)
            near[single] |= words.alike(word[single], words.given[other[at[single]]])
        sheet.put(at[near], "near")
        sheet.put(at[words.crossed(a[at], b[at])], "swapped")
        sheet.put(sheet.equal, "exact")
        return sheet.levels

    return judge


def given(columns: Columns) -> Judge | None:
    """Given names in Latin script."""
    if "given" not in columns or "surname" not in columns:
        return None
    words, roots = _Words(columns), columns.codes("root")
    opens = opens_test(spell(words.words.values), words.words)

    def judge(a: Codes, b: Codes) -> Levels:
        sheet = Sheet(columns.kind, "given", words.given[a], words.given[b])
        at = sheet.open
        x, y = sheet.of(at)
        sheet.put(at[words.alike(x, y)], "near")
        sheet.put(at[opens(x, y)], "initial")
        sheet.put(at[words.crossed(a[at], b[at])], "swapped")
        sheet.put(at[(roots[a[at]] == roots[b[at]]) & (roots[a[at]] >= 0)], "root")
        sheet.put(sheet.equal, "exact")
        return sheet.levels

    return judge
