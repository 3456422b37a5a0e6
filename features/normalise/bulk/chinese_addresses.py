"""Plain Chinese addresses, a column at a time: characters, then numbers in digits, nothing in brackets."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.normalise.addresses import LEADS, NOT_A_DOOR, NUMBERED, NUMERALS, region_of, street_of
from features.normalise.bulk.letters import Bools, Rows, bounds_of, bytes_of, codes_of, cut, simplified_codes

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
    looks = pc.and_not(pc.match_substring_regex(texts, _PLAIN), pc.match_substring_regex(texts, _BARRED))
    rows = np.flatnonzero(looks.to_numpy(zero_copy_only=False) & ~_traditional(texts))
    starts, ends = (bound[rows] for bound in bounds_of(texts))
    numbers = _Numbers.of(texts, starts, ends)
    # Of what follows, a region's end depends on whether there is a digit, and one letter or more.
    after = pa.array(["", "0", "00"]).take(pa.array(np.minimum(ends - numbers.begin, 2)))
    codes, streets = [], []
    heads = cut(texts, starts, numbers.begin)
    for head, tail in zip(heads.to_pylist(), after.to_pylist(), strict=True):
        code, _, end = region_of(head + tail)
        codes.append(code)
        streets.append(street_of(head[end:]))
    doors = pc.binary_join_element_wise(
        cut(texts, numbers.begin, numbers.first_end), cut(texts, numbers.last_begin, numbers.end), "-"
    )
    door = pc.if_else(pa.array(numbers.begin < ends), doors, "")
    return PlainAddresses(rows, pa.array(streets, pa.string()), door, pa.array(codes, pa.string()))


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


def _traditional(texts: pa.StringArray) -> Bools:
    """Which texts hold a character of three bytes that has a simplified one."""
    letters = bytes_of(texts)
    at = np.flatnonzero(letters[:-2] >> 4 == 0xE) if len(letters) > 2 else np.empty(0, np.int64)
    codes = codes_of(letters[at[:, None] + np.arange(3)])
    changed = at[simplified_codes()[codes] != codes]
    starts, ends = bounds_of(texts)
    return np.asarray(np.searchsorted(changed, starts) < np.searchsorted(changed, ends))
