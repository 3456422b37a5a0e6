"""Resident ids and credit codes of 18 characters, a column at a time: valid, misread by one slip, or masked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.normalise.bulk.check_digits import Values, slips_of
from features.normalise.bulk.letters import Bools, Bytes, Rows, as_texts, texts_of_size
from features.normalise.check_digits import CheckRule
from features.normalise.identity import CREDIT_READ_AS, CREDIT_RULE, PROVINCES, RESIDENT_RULE

_SIZE: Final = 18
_SHOWN: Final = np.array([*range(6), *range(14, 18)])
"""Places that a masked number leaves to be read."""
_DASH, _BAR, _STAR = b"-|*"


class PlainNumbers(NamedTuple):
    """rows: which texts are plain; of each the fields `number_fields` gives, the numbers as they are."""

    rows: Rows
    number: pa.StringArray
    partial: pa.StringArray
    repairs: pa.StringArray
    birth: pa.StringArray


def plain_resident_ids(texts: pa.StringArray) -> PlainNumbers:
    """Resident ids among `texts`: 17 digits and a check character, or first six and last four about asterisks."""
    rows, letters = _eighteen(texts)
    values = _values(RESIDENT_RULE)[letters]
    digits = (values >= 0) & ((values < 10) | (np.arange(_SIZE) == _SIZE - 1))
    masked = _masked(letters) & digits[:, _SHOWN].all(axis=1)
    plain = masked | digits.all(axis=1)
    rows, letters, values, masked = rows[plain], letters[plain], values[plain], masked[plain]
    valid = ~masked & _holds(values, RESIDENT_RULE) & _born_on_a_day(values)
    shown = valid | (masked & _in_a_province(values))
    return PlainNumbers(
        rows,
        _where(valid, _number("r:", letters)),
        _where(shown, _partial(letters)),
        _repairs(~valid & ~masked, values, _resident_slips, "r:", RESIDENT_RULE),
        _where(valid, _birth(letters)),
    )


def plain_credit_codes(texts: pa.StringArray) -> PlainNumbers:
    """Credit codes among `texts`: 18 characters of the alphabet, or first six and last four about asterisks."""
    rows, letters = _eighteen(texts)
    values = _values(CREDIT_RULE)[letters]
    written = (values >= 0).all(axis=1)
    masked = _masked(letters) & _alphanumeric()[letters[:, _SHOWN]].all(axis=1)
    plain = masked | written
    rows, letters, values, masked = rows[plain], letters[plain], values[plain], masked[plain]
    valid = ~masked & _holds(values, CREDIT_RULE)
    letters[valid] = _alphabet(CREDIT_RULE)[values[valid]]
    return PlainNumbers(
        rows,
        _where(valid, _number("c:", letters)),
        _partial(letters),
        _repairs(~valid & ~masked, values, _credit_slips, "c:", CREDIT_RULE),
        pa.array([""] * len(rows), pa.string()),
    )


def _eighteen(texts: pa.StringArray) -> tuple[Rows, Bytes]:
    rows, letters = texts_of_size(texts, _SIZE)
    small = (letters >= ord("a")) & (letters <= ord("z"))
    return rows, letters - np.where(small, np.uint8(32), np.uint8(0))


def _masked(letters: Bytes) -> Bools:
    return np.asarray((letters[:, 6:14] == _STAR).all(axis=1))


def _holds(values: Values, rule: CheckRule) -> Bools:
    return np.asarray((values @ np.array(rule.weights, np.int32)) % rule.modulus == rule.rest)


def _born_on_a_day(values: Values) -> Bools:
    """As `born_on_a_day`, of rows of digits."""
    century, year, month, day = (values[:, at] * 10 + values[:, at + 1] for at in (6, 8, 10, 12))
    days = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int16)
    known = (century >= 18) & (century <= 20) & (month >= 1) & (month <= 12) & (day >= 1)
    known &= day <= days[np.where(known, month, 0)]
    leap = (year % 4 == 0) & ((year > 0) | (century == 20))
    return np.asarray(known & (leap | (month != 2) | (day < 29)))


def _in_a_province(values: Values) -> Bools:
    known = np.zeros(121, bool)
    known[[int(code) for code in PROVINCES]] = True
    return np.asarray(known[values[:, 0] * 10 + values[:, 1]])


def _resident_slips(values: Values) -> tuple[Rows, Values]:
    """Of misread resident ids those meant, as `repairs` has them."""
    of, meant = slips_of(values, RESIDENT_RULE)
    fits = (meant[:, :-1] < 10).all(axis=1)
    of, meant = of[fits], meant[fits]
    fits = _born_on_a_day(meant) & ((meant[:, 6] != 1) | (meant[:, 7] != 8))
    fits &= (meant[:, :2] == values[of, :2]).all(axis=1) | _in_a_province(meant)
    return of[fits], meant[fits]


def _credit_slips(values: Values) -> tuple[Rows, Values]:
    """Of misread credit codes those meant, as `credit_repairs` has them."""
    of, meant = slips_of(values, CREDIT_RULE)
    fits = (meant[:, 2:8] < 10).all(axis=1)
    return of[fits], meant[fits]


def _repairs(
    misread: Bools,
    values: Values,
    slips: Callable[[Values], tuple[Rows, Values]],
    scheme: str,
    rule: CheckRule,
) -> pa.StringArray:
    """What each misread number may stand for, sorted, blank between; nothing for the others."""
    of, meant = slips(values[misread])
    at = np.flatnonzero(misread)[of]
    letters = _alphabet(rule)[meant]
    order = np.lexsort((*letters.T[::-1], at))
    at, letters = at[order], letters[order]
    again = (at[1:] == at[:-1]) & (letters[1:] == letters[:-1]).all(axis=1)
    first = np.append(True, ~again) if len(at) else np.zeros(0, bool)
    at, letters = at[first], letters[first]
    starts = np.searchsorted(at, np.arange(len(values) + 1)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(starts), _number(scheme, letters))
    return pc.binary_join(lists, " ")


def _where(known: Bools, texts: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pa.array(known), texts, "")


def _number(scheme: str, letters: Bytes) -> pa.StringArray:
    head = np.tile(np.frombuffer(scheme.encode(), np.uint8), (len(letters), 1))
    return as_texts(np.concatenate([head, letters], axis=1))


def _partial(letters: Bytes) -> pa.StringArray:
    return as_texts(np.insert(letters[:, _SHOWN], 6, _BAR, axis=1))


def _birth(letters: Bytes) -> pa.StringArray:
    return as_texts(np.insert(letters[:, 6:14], (4, 6), _DASH, axis=1))


@cache
def _values(rule: CheckRule) -> Values:
    """(256,) place of a letter in the rule's alphabet, -1 for none; misleading letters as the digit they are read as."""
    values = np.full(256, -1, np.int16)
    values[_alphabet(rule)] = np.arange(len(rule.alphabet))
    if rule is CREDIT_RULE:
        for letter, digit in CREDIT_READ_AS.items():
            values[letter] = values[ord(digit)]
    return values


@cache
def _alphabet(rule: CheckRule) -> Bytes:
    return np.frombuffer(rule.alphabet.encode(), np.uint8)


@cache
def _alphanumeric() -> Bools:
    """(256,) whether a byte is a digit or a capital letter."""
    known = np.zeros(256, bool)
    known[np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)] = True
    return known
