"""Plain Chinese names of organisations, a column at a time: characters alone, or with one place in a bracket."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.normalise import chinese_organisations as parts
from features.normalise.bulk.chinese_names import spoken_texts
from features.normalise.bulk.letters import HAN_BYTES, Bools, Rows, bounds_of, cut, joined, simplified_texts
from features.normalise.chinese_names import NOTE_HEADS
from features.normalise.places import is_place, leading_places, place_heads
from features.normalise.text import LONGEST_NAME, fold

_HAN: Final = "[\u3400-\u4dbf\u4e00-\u9fff]"
_PLAIN: Final = f"^{_HAN}+(?:[(（]{_HAN}+[)）]{_HAN}+)?$"
_BARRED: Final = "[某甲乙丙丁戊己本该]|律师所|事务所|农商"
"""What may be a mask or a name in short."""
_NOTED: Final = "[曾原现]|旧称|更名|变更|前身|法定代表人|负责人|经营者|信用代码"
"""What may be a note, where there is a bracket."""
_BRACKETED: Final = "^(?P<head>[^(（]+)[(（](?P<inside>[^)）]+)[)）](?P<tail>.+)$"
_OFFICE: Final = "^(?P<head>.{2,}?公司)(?P<branch>.+)$"
_CORE: Final = 2 * HAN_BYTES
"""Bytes of a core at the least, as in `organisation_name`; and of what a place is told by."""


class PlainOrganisations(NamedTuple):
    """rows: which texts are plain; of each the fields of `OrganisationName` so named."""

    rows: Rows
    key: pa.StringArray
    sound: pa.StringArray
    place: pa.StringArray
    core: pa.StringArray
    trade: pa.StringArray
    form: pa.StringArray
    branch: pa.StringArray


def plain_organisations(texts: pa.StringArray) -> PlainOrganisations:
    """The plain names of organisations among `texts`, with the parts `organisation_name` gives them."""
    rows, names, within = _written(texts)
    heads, branches, plain = _split_branches(names)
    plain &= ~(
        _matches(names, f"(?:{'|'.join(parts.SHORT_ENDS)})$") | _begins(names, parts.national_starts())
    )
    plain &= ~_begins(names, NOTE_HEADS)
    starts, _ = bounds_of(heads)
    forms, stem_ends = _split_forms(heads)
    trades = _trades_begin(heads, starts, stem_ends)
    plain &= ~_is_in(cut(heads, starts, trades), parts.trades()) & (stem_ends - starts >= _CORE)
    stems = cut(heads, starts, stem_ends)
    plain &= ~_matches(stems, f"{parts.FIRM.pattern}|{parts.ORGAN.pattern}")
    place, place_ends = _places(stems, (stem_ends - trades) // HAN_BYTES)
    core, trade = cut(heads, starts + place_ends, trades), cut(heads, trades, stem_ends)
    plain &= ~_matches(core, f"^(?:{parts.COMMON_CORE.pattern})$") & ~_holds(core, is_place, place_heads())
    place = joined(place, pc.if_else(pc.equal(place, within), "", within))
    key = joined(place, core, trade, forms, branches)
    sound, spoken = spoken_texts(key)
    at = pa.array(np.flatnonzero(plain & spoken))
    fields = (column.take(at) for column in (key, sound, place, core, trade, forms, branches))
    return PlainOrganisations(rows[at.to_numpy()], *fields)


def _written(texts: pa.StringArray) -> tuple[Rows, pa.StringArray, pa.StringArray]:
    """Rows that look plain, their simplified names without the bracket, and the place that it held."""
    looks = pc.and_not(pc.match_substring_regex(texts, _PLAIN), pc.match_substring_regex(texts, _BARRED))
    short = pc.less_equal(pc.binary_length(texts), LONGEST_NAME)
    rows = np.flatnonzero(pc.and_(looks, short).fill_null(False).to_numpy(zero_copy_only=False))
    names = texts.take(pa.array(rows))
    bracketed = pc.match_substring_regex(names, "[(（]").to_numpy(zero_copy_only=False)
    cut_up = pc.extract_regex(names.filter(pa.array(bracketed)), _BRACKETED)
    noted = _matches(names.filter(pa.array(bracketed)), _NOTED)
    head, inside, tail = (pc.struct_field(cut_up, name) for name in ("head", "inside", "tail"))
    inside = _mapped(inside, lambda text: parts.place_within((fold(text),)) if is_place(fold(text)) else "")
    known = pc.and_not(pc.not_equal(inside, ""), pa.array(noted))
    rows = np.concatenate([rows[~bracketed], rows[bracketed][known.to_numpy(zero_copy_only=False)]])
    without = names.filter(pa.array(~bracketed))
    nothing = pa.array([""]).take(pa.array(np.zeros(len(without), np.int64)))
    names, large = simplified_texts(pa.concat_arrays([without, joined(head, tail).filter(known)]))
    within = pa.concat_arrays([nothing, inside.filter(known)])
    return rows[~large], names.filter(pa.array(~large)), within.filter(pa.array(~large))


def _split_branches(names: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray, Bools]:
    """Head offices, branches (empty where there is none), and where that is told for sure."""
    ending = _matches(names, f"(?:{'|'.join(parts.BRANCHES)})$")
    split = pc.extract_regex(pc.if_else(pa.array(ending), names, None), _OFFICE)
    head = pc.coalesce(pc.struct_field(split, "head"), names)
    branch = pc.fill_null(_mapped(pc.struct_field(split, "branch"), parts.branch_name), "")
    found = pc.is_valid(split).to_numpy(zero_copy_only=False) & ~_matches(head, "[分支]公司$")
    return head, branch, ~ending | found


def _split_forms(names: pa.StringArray) -> tuple[pa.StringArray, Rows]:
    """Legal forms in one spelling, and where what stands before them ends."""
    ends = bounds_of(names)[1].copy()
    form = np.full(len(names), len(parts.FORMS))
    for i, (word, _) in reversed(list(enumerate(parts.FORMS))):
        form[pc.ends_with(names, word).to_numpy(zero_copy_only=False)] = i
    sizes = np.array([len(word.encode()) for word, _ in parts.FORMS] + [0])
    short = pa.array([short for _, short in parts.FORMS] + [""])
    return short.take(pa.array(form)), ends - sizes[form]


def _trades_begin(names: pa.StringArray, starts: Rows, ends: Rows) -> Rows:
    """Where the words for a trade begin at the end of each stem, as `trade_of` has it."""
    begin = ends.copy()
    left = np.arange(len(names))
    while len(left):
        peeled = np.zeros(len(left), bool)
        for size, words in _trades_by_size():
            at = np.flatnonzero(~peeled & (begin[left] - size >= starts[left] + _CORE))
            rows = left[at]
            hit = _is_in(cut(names, begin[rows] - size, begin[rows]), words)
            begin[rows[hit]] -= size
            peeled[at[hit]] = True
        left = left[peeled]
    return begin


@cache
def _trades_by_size() -> list[tuple[int, frozenset[str]]]:
    """Bytes of a word for a trade -> those words, longest first."""
    sizes = sorted({len(word.encode()) for word in parts.trades()}, reverse=True)
    return [
        (size, frozenset(word for word in parts.trades() if len(word.encode()) == size)) for size in sizes
    ]


def _places(stems: pa.StringArray, trades: Rows) -> tuple[pa.StringArray, Rows]:
    """The places each stem begins with, joined, and the bytes they take. trades: characters at the end of each."""
    at = np.flatnonzero(_begins(stems, place_heads()))
    keep = (trades[at] + _CORE // HAN_BYTES).tolist()
    found = [
        leading_places(stem, k) for stem, k in zip(stems.take(pa.array(at)).to_pylist(), keep, strict=True)
    ]
    code = np.zeros(len(stems), np.int64)
    code[at] = np.arange(1, len(at) + 1)
    ends = np.array([0, *(one.end for one in found)]) * HAN_BYTES
    return pa.array(["", *("".join(one.stems) for one in found)]).take(pa.array(code)), ends[code]


def _begins(texts: pa.StringArray, heads: frozenset[str]) -> Bools:
    """Which texts begin with one of these words of two characters."""
    starts, ends = bounds_of(texts)
    return _is_in(cut(texts, starts, np.minimum(starts + _CORE, ends)), heads)


def _holds(texts: pa.StringArray, test: Callable[[str], bool], heads: frozenset[str]) -> Bools:
    """Of which texts a test holds that needs a beginning among `heads`."""
    found = _begins(texts, heads)
    at = np.flatnonzero(found)
    found[at] = list(map(test, texts.take(pa.array(at)).to_pylist()))
    return found


def _is_in(texts: pa.StringArray, words: frozenset[str]) -> Bools:
    return np.asarray(pc.is_in(texts, value_set=_listed(words)).to_numpy(zero_copy_only=False))


@cache
def _listed(words: frozenset[str]) -> pa.StringArray:
    return pa.array(sorted(words), pa.string())


def _matches(texts: pa.StringArray, pattern: str) -> Bools:
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False))


def _mapped(texts: pa.StringArray, change: Callable[[str], str]) -> pa.StringArray:
    """`change` of each text, called once with each distinct one; null stays null."""
    coded = texts.dictionary_encode()
    return pa.array(map(change, coded.dictionary.to_pylist()), pa.string()).take(coded.indices)
