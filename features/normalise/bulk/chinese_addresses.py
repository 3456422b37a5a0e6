"""Plain Chinese addresses, a column at a time: characters, then numbers in digits, nothing in brackets."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.normalise.addresses import LEADS, NOT_A_DOOR, NUMBERED, NUMERALS, region_of
from features.normalise.bulk.letters import HAN_BYTES, Rows, bounds_of, bytes_of, cut, traditional
from features.normalise.regions import NO_UNIT, remembered_codes

_PLAIN: Final = "^[\u4e00-\u9fff]+(?:[0-9][-0-9\u4e00-\u9fff]*)?$"
_BARRED: Final = "|".join(
    (f"^[{LEADS}]", "[0-9]{6}", "[^0-9]0[0-9]", f"[0-9]{NOT_A_DOOR}", f"[{NUMERALS}](?:{NUMBERED})")
)
"""A lead (住址), what may be a postcode, leading zeros, a number of no door (105国道), a numeral to be counted by."""


class PlainAddresses(NamedTuple):
    """rows: which texts are plain; of each the fields of `Address` so named."""

    rows: Rows
    street: pa.StringArray
    door: pa.StringArray
    code: pa.StringArray


def plain_addresses(texts: pa.StringArray) -> PlainAddresses:
    """The plain addresses among `texts`, with the parts `parse_address` gives them."""
    barred = pc.match_substring_regex(texts, f"{_BARRED}|{traditional()}")
    looks = pc.and_not(pc.match_substring_regex(texts, _PLAIN), barred)
    rows = np.flatnonzero(looks.to_numpy(zero_copy_only=False))
    starts, ends = (bound[rows] for bound in bounds_of(texts))
    numbers = _Numbers.of(texts, starts, ends)
    # Of what follows, a region's end depends on whether there is a digit, and one letter or more.
    after = pa.array(["", "0", "00"]).take(pa.array(np.minimum(ends - numbers.begin, 2)))
    heads = cut(texts, starts, numbers.begin)
    codes, region_ends = _regions(heads, after)
    streets = pc.replace_substring_regex(cut(heads, region_ends, bounds_of(heads)[1]), "[第附]$", "")
    doors = pc.binary_join_element_wise(
        cut(texts, numbers.begin, numbers.first_end), cut(texts, numbers.last_begin, numbers.end), "-"
    )
    door = pc.if_else(pa.array(numbers.begin < ends), doors, "")
    return PlainAddresses(rows, streets, door, codes)


_COUNTY: Final = 6
"""Digits of a county's code."""


def _regions(heads: pa.StringArray, after: pa.StringArray) -> tuple[pa.StringArray, Rows]:
    """Codes of the regions that texts begin with, and where these end, as `region_of` has it.

    What begins as another text did, down to a county's whole name, is in that county; the others are read one by one.
    """
    # What several counties are called is told by more than the name.
    known = [(front, code) for front, code in remembered_codes().items() if len(code) == _COUNTY]
    fronts, codes = pa.array([front for front, _ in known], pa.string()), [code for _, code in known]
    sizes = np.array([len(front) for front in fronts.to_pylist()], np.int64)
    starts, ends = bounds_of(heads)
    region = np.full(len(heads), _UNREAD)
    # The commonest sizes first: none of these fronts begins with another.
    for size in np.argsort(-np.bincount(sizes), kind="stable")[: len(np.unique(sizes))].tolist():
        at = np.flatnonzero((region == _UNREAD) & (ends - starts >= size * HAN_BYTES))
        of_size = np.flatnonzero(sizes == size)
        here = heads.take(pa.array(at))
        place = pc.index_in(pc.utf8_slice_codeunits(here, 0, size), value_set=fronts.take(pa.array(of_size)))
        follows = pc.utf8_slice_codeunits(here, size, size + 1)
        found = pc.and_(pc.is_valid(place), pc.not_equal(follows, NO_UNIT))
        region[at[found.to_numpy(zero_copy_only=False)]] = of_size[place.filter(found).to_numpy()]
    region_ends = starts + np.append(sizes, 0)[region] * HAN_BYTES
    rows = np.flatnonzero(region == _UNREAD)
    region[rows] = np.arange(len(codes), len(codes) + len(rows))
    told = (column.take(pa.array(rows)).to_pylist() for column in (heads, after))
    for row, head, tail in zip(rows.tolist(), *told, strict=True):
        code, _, end = region_of(head + tail)
        codes.append(code)
        region_ends[row] += end * HAN_BYTES
    return pa.array(codes, pa.string()).take(pa.array(region)), region_ends


_UNREAD: Final = -1


class _Numbers(NamedTuple):
    """Where the first number of each text begins and ends, and the last; all at the end of one without."""

    begin: Rows
    first_end: Rows
    last_begin: Rows
    end: Rows

    @classmethod
    def of(cls, texts: pa.StringArray, starts: Rows, ends: Rows) -> _Numbers:
        """Those of texts that begin with another letter than a digit."""
        letters = bytes_of(texts)
        digit = (letters >= ord("0")) & (letters <= ord("9"))
        edges = np.flatnonzero(np.diff(digit, prepend=False, append=False))
        begins, finishes = edges[::2], edges[1::2]
        first, beyond = np.searchsorted(begins, starts), np.searchsorted(begins, ends)
        some = first < beyond
        last = np.where(some, beyond - 1, 0)
        first = np.where(some, first, 0)
        if not len(begins):
            return cls(ends, ends, ends, ends)
        return cls(
            np.where(some, begins[first], ends),
            np.where(some, np.minimum(finishes[first], ends), ends),
            np.where(some, begins[last], ends),
            np.where(some, np.minimum(finishes[last], ends), ends),
        )
