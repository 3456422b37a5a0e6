"""Which pairs are compared: those that share a key of one of the rules, unless too many share it.

Pairs by sorting and shifting: equal keys stand together, and the d-th neighbour of each is one more pair.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_array

from features.link.table.columns import MISSING, Codes, Column, Columns, encode, first_known


class Rule(NamedTuple):
    """Mentions agree on all `fields`; a key more than `cap` mentions hold proposes nobody."""

    fields: tuple[str, ...]
    cap: int

    @property
    def name(self) -> str:
        return "+".join(self.fields)


_PERSON: Final = (
    Rule(("number",), 300),
    Rule(("repairs",), 30),
    Rule(("partial",), 30),
    Rule(("partial", "family"), 300),
    Rule(("phone",), 30),
    Rule(("phone", "family"), 300),
    Rule(("phone", "birth"), 300),
    Rule(("phone", "street"), 60),
    Rule(("name",), 200),
    Rule(("name", "year"), 300),
    Rule(("name", "region"), 300),
    Rule(("name", "locality"), 300),
    Rule(("name", "street"), 300),
    Rule(("bag",), 30),
    Rule(("bag", "year"), 300),
    Rule(("bag", "region"), 300),
    Rule(("bag", "street"), 300),
    Rule(("start", "street"), 100),
    Rule(("start", "year"), 30),
    Rule(("street", "door"), 12),
    Rule(("street", "door", "family"), 300),
    Rule(("birth", "family"), 300),
    Rule(("birth", "last"), 60),
    Rule(("birth", "region"), 100),
    Rule(("birth", "street"), 100),
    Rule(("birth", "postcode"), 100),
    Rule(("birth", "locality"), 30),
    Rule(("birth", "root"), 60),
    Rule(("surname", "root"), 60),
    Rule(("surname", "root", "year"), 300),
    Rule(("surname", "year"), 60),
    Rule(("surname", "locality"), 60),
    Rule(("surname", "postcode"), 300),
    Rule(("root", "postcode"), 60),
    Rule(("year", "postcode"), 60),
    Rule(("root", "year", "locality"), 60),
)
_ORGANISATION: Final = (
    Rule(("number",), 300),
    Rule(("repairs",), 30),
    Rule(("partial",), 30),
    Rule(("partial", "opening"), 300),
    Rule(("name",), 300),
    Rule(("core",), 250),
    Rule(("core", "place"), 300),
    Rule(("sound",), 100),
    Rule(("phone",), 30),
    Rule(("phone", "opening"), 300),
    Rule(("phone", "street"), 60),
    Rule(("street", "door"), 12),
    Rule(("street", "door", "opening"), 300),
    Rule(("street", "opening"), 300),
    Rule(("head",), 12),
    Rule(("head", "opening"), 300),
    Rule(("head", "region"), 100),
    Rule(("head", "street"), 100),
    Rule(("opening", "region"), 60),
)
_AGENT: Final = (
    Rule(("number",), 300),
    Rule(("name",), 60),
    Rule(("name", "firm"), 300),
    Rule(("name", "phone"), 300),
    Rule(("bag", "firm"), 120),
    Rule(("phone",), 30),
    Rule(("family", "firm"), 60),
)
_FIRM: Final = (
    Rule(("name",), 300),
    Rule(("core",), 120),
    Rule(("sound",), 60),
    Rule(("opening", "place"), 30),
)
RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "person": _PERSON,
    "organization": _ORGANISATION,
    "agent": _AGENT,
    "firm": _FIRM,
}


LEAST_PAIRS: Final = 4_000_000
PAIRS_A_MENTION: Final = 2
"""Pairs a rule may propose: as many a mention, or the least where that is more; keys that most hold fall first. So time
and memory grow with the mentions, whose namesakes grow with their square."""
EXTRA_CAP: Final = 20
REPAIR_CAP: Final = 50
_BAND: Final = 2_000_000
"""Entries of the rules that are put together at a time."""
SMALL: Final = 1_500
"""Mentions up to which every pair is compared: a million pairs take a second."""

_ALL: Final = "every pair"
_REPAIR: Final = "number~repairs"
"""A misread number and a valid one that it may stand for."""


Pairs = tuple[Codes, Codes]
"""Positions of mentions, two columns of equal length, the smaller first."""


@dataclass(frozen=True)
class Blocked:
    """Candidate pairs of one kind, in order, each once.

    left, right: (pairs,) positions of mentions, left < right. found_by: (pairs,) a bit for each rule that found it.
    rules, capped, seconds: of each rule its name, keys held by too many, time.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    found_by: NDArray[np.uint64]
    rules: tuple[str, ...]
    capped: tuple[int, ...]
    seconds: tuple[float, ...]


def block(columns: Columns, extra: Sequence[str], judged: NDArray[np.int32]) -> Blocked:
    """Candidate pairs of all rules for this kind; each of the `extra` columns is a rule of its own.

    judged: (pairs, 2) positions that a person has judged; they are compared whatever they share.
    """
    keys = _Keys(columns)
    rules = [rule for rule in rules_of(columns.kind, extra) if all(keys.has(name) for name in rule.fields)]

    most = most_pairs(columns.size)

    def pairs_of(rule: Rule) -> tuple[Pairs, int, float]:
        began = perf_counter()
        return *share_key(keys.of(rule.fields), rule.cap, most), perf_counter() - began

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # NumPy sorts without holding the interpreter
        done = list(threads.map(pairs_of, rules))
    found = [pairs for pairs, _, _ in done]
    capped, seconds = [hubs for _, hubs, _ in done], [took for _, _, took in done]
    done.clear()
    names = [rule.name for rule in rules]
    for name, make in ((_REPAIR, _repair_pairs), (_ALL, _every_pair)):
        began = perf_counter()
        found.append(make(columns))
        names.append(name)
        capped.append(0)
        seconds.append(perf_counter() - began)
    found.append(_in_order(*np.unique(np.sort(judged, axis=1), axis=0).T))
    left, right, found_by = _unite(found, columns.size)
    return Blocked(left, right, found_by, tuple(names), tuple(capped), tuple(seconds))


def most_pairs(mentions: int) -> int:
    """How many pairs a rule may propose among so many mentions."""
    return max(LEAST_PAIRS, PAIRS_A_MENTION * mentions)


def rules_of(kind: str, extra: Sequence[str]) -> list[Rule]:
    """The rules of a kind; each of the `extra` columns is one of its own."""
    return [*RULES[kind], *(Rule((name,), EXTRA_CAP) for name in extra)]


def _every_pair(columns: Columns) -> Pairs:
    """Every pair there is, where that is not too many."""
    if columns.size > SMALL:
        return _NOBODY, _NOBODY
    left, right = np.triu_indices(columns.size, 1)
    return left.astype(np.int32), right.astype(np.int32)


def _in_order(a: NDArray[Any], b: NDArray[Any]) -> Pairs:
    """Pairs with the smaller position first, without those of a mention with itself."""
    two = a != b
    return np.minimum(a, b)[two].astype(np.int32), np.maximum(a, b)[two].astype(np.int32)


def _unite(found: list[Pairs], size: int) -> tuple[Codes, Codes, NDArray[np.uint64]]:
    """Each pair once, in order, with the bits of the rules that found it; in bands of positions, to bound memory.

    A sparse matrix adds up what is in one place, and no rule finds a pair twice.
    """
    entries = sum(len(left) for left, _ in found)
    bands = entries // _BAND + 1
    edges = [size * i // bands for i in range(bands + 1)]

    def band(i: int) -> tuple[Codes, Codes, NDArray[np.uint64]]:
        first, end = edges[i], edges[i + 1]
        here = [np.flatnonzero((left >= first) & (left < end)) for left, _ in found]
        left, right = (
            np.concatenate([pair[side][at] for pair, at in zip(found, here, strict=True)]) for side in (0, 1)
        )
        flags = np.repeat(np.int64(1) << np.arange(len(found)), [len(at) for at in here])
        both = coo_array((flags, (left - np.int32(first), right)), shape=(end - first, size)).tocsr()
        both.sort_indices()
        lefts = np.repeat(np.arange(first, end, dtype=np.int32), np.diff(both.indptr))
        return lefts, both.indices.astype(np.int32), both.data.astype(np.uint64)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        parts = list(threads.map(band, range(bands)))
    lefts, rights, found_by = (np.concatenate(column) for column in zip(*parts, strict=True))
    return lefts, rights, found_by


def share_key(keys: NDArray[np.int64], cap: int, most: int) -> tuple[Pairs, int]:
    """Pairs of mentions that share a key, each once, and how many keys are held by too many.

    Too many are more than `cap`, or than gives `most` pairs in all.

    keys: (mentions,), negative where a mention has none, else with bits to spare for a position.
    """
    at = np.flatnonzero(keys >= 0)
    bits = _position_bits(len(keys))
    # Key and position in one number sort in half the time that an index takes.
    packed = keys[at] << bits | at
    packed.sort()
    ordered, holders = packed >> bits, (packed & ((1 << bits) - 1)).astype(np.int32)
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    lengths = np.diff(starts, append=len(ordered))
    cap = _affordable(lengths, cap, most)
    fit = (lengths > 1) & (lengths <= cap)
    # How many of its block stand after each holder.
    after = np.repeat(starts + lengths, lengths) - np.arange(len(ordered)) - 1
    at = np.flatnonzero(np.repeat(fit, lengths) & (after > 0))
    left, right = [_NOBODY], [_NOBODY]
    distance = 1
    while len(at):
        left.append(holders[at])
        right.append(holders[at + distance])
        distance += 1
        at = at[after[at] >= distance]
    return (np.concatenate(left), np.concatenate(right)), int(np.count_nonzero(lengths > cap))


_NOBODY: Final[Codes] = np.empty(0, np.int32)


def _affordable(lengths: NDArray[np.int64], cap: int, most: int) -> int:
    """How many may hold a key so that at most `most` pairs share one; `cap` at most."""
    holders = np.arange(cap + 1)
    keys = np.bincount(lengths[lengths <= cap], minlength=cap + 1)
    return int(np.searchsorted(np.cumsum(keys * holders * (holders - 1) // 2), most, side="right")) - 1


def _position_bits(size: int) -> int:
    return max(size - 1, 0).bit_length()


def _repair_pairs(columns: Columns) -> Pairs:
    """Pairs of a mention with a misread number and one with a valid number that it may stand for."""
    if not len(columns.repairs):
        return _NOBODY, _NOBODY
    codes = columns.codes("number")
    holders = np.flatnonzero(codes >= 0)
    holders = holders[np.argsort(codes[holders], kind="stable")]
    ordered = codes[holders]
    mention, wanted = columns.repairs[:, 0].astype(np.int64), columns.repairs[:, 1]
    start, end = np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right")
    count = np.minimum(end - start, REPAIR_CAP)
    mention = np.repeat(mention, count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    other = holders[np.repeat(start, count) + offset]
    return _in_order(mention, other)


class _Keys:
    """Key columns: fields, and parts of fields."""

    def __init__(self, columns: Columns) -> None:
        self._columns = {**columns.of, **parts_of(columns)}
        self._spare = np.uint64(1 + _position_bits(columns.size))  # a sign, and a position beside it

    def has(self, name: str) -> bool:
        """Whether any mention shows this key."""
        return name in self._columns

    def of(self, names: Sequence[str]) -> NDArray[np.int64]:
        """One key of several: equal only where all are; -1 where any is missing."""
        key = self._columns[names[0]].codes.astype(np.int64)
        for name in names[1:]:
            more = self._columns[name].codes.astype(np.int64)
            # Mixed, not multiplied out: two different keys hardly ever meet, and are then compared for nothing.
            mixed = _mix(key.astype(np.uint64) ^ _mix(more.astype(np.uint64))) >> self._spare
            key = np.where((key < 0) | (more < 0), MISSING, mixed.astype(np.int64))
        return key


def parts_of(columns: Columns) -> dict[str, Column]:
    """family, last: surname and end of the given name, by sound. year: of birth. opening: of an organisation's core."""
    of = columns.of
    found: dict[str, Column] = {}
    words = {"family": ("surname", r"^(?P<part>[^ |]+) "), "last": ("given", r" (?P<part>[^ |]+)$")}
    for name, (latin, pattern) in words.items():
        sources = [_cut(of["sound"], pattern)] if "sound" in of else []
        sources += [of[latin]] if latin in of else []
        if sources and columns.kind in ("person", "agent"):
            found[name] = first_known(*sources) if len(sources) > 1 else sources[0]
    if "birth" in of:
        found["year"] = _sliced(of["birth"], 4)
    for name, (source, length) in {"start": ("name", 2), "opening": ("core", 2)}.items():
        if source in of:
            found[name] = _sliced(of[source], length)
    return found


def _cut(column: Column, pattern: str) -> Column:
    """The part of each value that a pattern names; nothing where it does not match."""
    return _revalued(column, pc.struct_field(pc.extract_regex(column.values, pattern), "part"))


def _sliced(column: Column, length: int) -> Column:
    return _revalued(column, pc.utf8_slice_codeunits(column.values, 0, length))


def _revalued(column: Column, values: pa.Array) -> Column:
    part = encode(values)
    return Column(np.append(part.codes, np.int32(MISSING))[column.codes], part.values)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
