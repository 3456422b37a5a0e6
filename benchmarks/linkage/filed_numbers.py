"""Numbers as filed: resident ids and credit codes, phones, birth dates, with what goes wrong in them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow.compute as pc
import rates
from entities import Entities
from numpy.random import Generator
from numpy.typing import NDArray
from texts import DIGITS, Texts, ascii_texts, digits_of, drop, join, put, take
from words import areas

Bytes = NDArray[np.uint8]

_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_RESIDENT_CHECKS: Final = np.frombuffer(b"10X98765432", dtype=np.uint8)
_CREDIT_ALPHABET: Final = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)  # GB 32100-2015
_CREDIT_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997, inside the credit code
_STAR: Final = ord("*")


def id_numbers(all_: Entities, rows: NDArray[np.int64], rng: Generator) -> Texts:
    """The id column of mentions of the entities `rows`."""
    count = len(rows)
    person = rows < all_.persons
    table = np.empty((count, 18), dtype=np.uint8)
    table[person] = _resident_ids(all_, rows[person])
    table[~person] = _credit_codes(all_, rows[~person])
    kind = rng.random(count)
    bounds = np.cumsum((rates.ID_MISSING, rates.ID_MASKED, rates.ID_TYPO, rates.ID_FIFTEEN, rates.ID_SPACED))
    masked = (kind >= bounds[0]) & (kind < bounds[1])
    _mistype(table, np.flatnonzero((kind >= bounds[1]) & (kind < bounds[2])), rng)
    table[masked, 6:14] = _STAR
    column = ascii_texts(table)
    born = all_.birth[rows]
    old = np.flatnonzero((kind >= bounds[2]) & (kind < bounds[3]) & person & (born < 10_957))  # before 2000
    texts = take(column, old)
    column = put(
        column, old, join(pc.utf8_slice_codeunits(texts, 0, 6), pc.utf8_slice_codeunits(texts, 8, 17))
    )
    spaced = np.flatnonzero((kind >= bounds[3]) & (kind < bounds[4]))
    texts = pc.utf8_lower(take(column, spaced))
    parts = [pc.utf8_slice_codeunits(texts, start, stop) for start, stop in ((0, 6), (6, 14), (14, 18))]
    column = put(column, spaced, join(parts[0], " ", parts[1], " ", parts[2]))
    return drop(column, kind < bounds[0])


def phones(all_: Entities, rows: NDArray[np.int64], firm: NDArray[np.int32], rng: Generator) -> Texts:
    """The phone column; `firm` is the law firm that filed each mention."""
    count = len(rows)
    whose = rng.random(count)
    number = np.where(whose < rates.PHONE_LAWYER, all_.firm_phone[firm], all_.phone[rows])
    number = np.where(whose > 1 - rates.PHONE_SECOND, all_.second_phone[rows], number)
    digits = DIGITS[digits_of(number, 11)]
    wrong = np.flatnonzero(rng.random(count) < rates.PHONE_TYPO)
    digits[wrong, rng.integers(4, 11, len(wrong))] = DIGITS[rng.integers(0, 10, len(wrong))]
    column = ascii_texts(digits)
    mobile = number >= 10**10
    land = np.flatnonzero(~mobile)
    texts = take(column, land)  # 09368212345, as a rule with a hyphen
    column = put(
        column,
        land,
        join(_slice(texts, 0, 4), take(["-", "-", ""], rng.integers(0, 3, len(land))), _slice(texts, 4, 11)),
    )
    styled = np.flatnonzero((rng.random(count) < rates.PHONE_STYLED) & mobile)
    texts = take(column, styled)
    style = rng.integers(0, 3, len(styled))
    sign = take(["", " ", "-"], style)
    texts = join(
        take(["+86 ", "", ""], style),
        _slice(texts, 0, 3),
        sign,
        _slice(texts, 3, 7),
        sign,
        _slice(texts, 7, 11),
    )
    return drop(put(column, styled, texts), rng.random(count) < rates.PHONE_MISSING)


def birth_dates(all_: Entities, rows: NDArray[np.int64], rng: Generator) -> Texts:
    """The birth date column: ISO, at times cut short; null for organisations."""
    count = len(rows)
    kind = rng.random(count)
    lunar = kind < rates.BIRTH_LUNAR
    born = all_.birth[rows].astype("datetime64[D]") - np.where(lunar, rng.integers(20, 50, count), 0)
    table = _dates(born)
    wrong = np.flatnonzero((kind > 0.5) & (kind < 0.5 + rates.BIRTH_DIGIT))
    table[wrong, rng.choice([5, 7], len(wrong))] = DIGITS[rng.integers(1, 10, len(wrong))]
    swapped = np.flatnonzero((kind > 0.6) & (kind < 0.6 + rates.BIRTH_SWAPPED))
    table[swapped] = table[swapped][:, [0, 1, 2, 3, 6, 7, 4, 5]]
    texts = ascii_texts(table)
    column = join(_slice(texts, 0, 4), "-", _slice(texts, 4, 6), "-", _slice(texts, 6, 8))
    for start, share, stop in ((0.8, rates.BIRTH_YEAR, 4), (0.9, rates.BIRTH_MONTH, 7)):
        cut = np.flatnonzero((kind > start) & (kind < start + share))
        column = put(column, cut, _slice(take(column, cut), 0, stop))
    return drop(column, (rng.random(count) < rates.BIRTH_MISSING) | (rows >= all_.persons))


def _slice(texts: Texts, start: int, stop: int) -> Texts:
    return pc.utf8_slice_codeunits(texts, start, stop)


def _dates(born: NDArray[np.datetime64]) -> Bytes:
    """Year, month and day in eight ASCII digits."""
    months = born.astype("datetime64[M]")
    years = born.astype("datetime64[Y]")
    number = (years.astype(int) + 1970) * 10_000 + (months - years).astype(int) * 100 + 100
    return DIGITS[digits_of(number + (born - months).astype(int) + 1, 8)]


def _resident_ids(all_: Entities, rows: NDArray[np.int64]) -> Bytes:
    table = np.empty((len(rows), 18), dtype=np.uint8)
    table[:, :6] = DIGITS[digits_of(areas().code[all_.birth_area[rows]].astype(np.int64), 6)]
    table[:, 6:14] = _dates(all_.birth[rows].astype("datetime64[D]"))
    table[:, 14:17] = DIGITS[digits_of(all_.serial[rows], 3)]
    total = (table[:, :17].astype(np.int64) - 48) @ np.array(_RESIDENT_WEIGHTS)
    table[:, 17] = _RESIDENT_CHECKS[total % 11]
    return table


def _credit_codes(all_: Entities, rows: NDArray[np.int64]) -> Bytes:
    """91, the area's six digits, the organisation's nine characters and the check character."""
    values = np.empty((len(rows), 18), dtype=np.int64)
    values[:, :2] = 9, 1
    values[:, 2:8] = digits_of(areas().code[all_.birth_area[rows]].astype(np.int64), 6)
    rest = all_.serial[rows].copy()
    for column in range(15, 7, -1):
        rest, values[:, column] = np.divmod(rest, 31)
    old = all_.serial[rows] % 5 < 2  # registered before 2015: eight digits; after: MA and what is free
    values[old, 8:16] %= 10
    values[~old, 8:10] = 21, 10  # M, A
    # In GB 11714 letters count from A = 10 without a gap; the credit code leaves out I, O, S, V, Z.
    letters = np.array([int(chr(c), 36) for c in _CREDIT_ALPHABET])
    check = (11 - letters[values[:, 8:16]] @ np.array(_ORGANISATION_WEIGHTS) % 11) % 11
    values[:, 16] = np.where(check == 10, 29, check)  # X
    values[:, 17] = -(values[:, :17] @ np.array(_CREDIT_WEIGHTS)) % 31
    return _CREDIT_ALPHABET[values]


def _mistype(table: Bytes, rows: NDArray[np.intp], rng: Generator) -> None:
    """One digit wrong, or two neighbours exchanged."""
    at = rng.integers(0, 17, len(rows))
    swap = rng.random(len(rows)) < rates.ID_TRANSPOSED
    swap &= table[rows, at] != table[rows, at + 1]
    one, where = rows[swap], at[swap]
    table[one, where], table[one, where + 1] = table[one, where + 1].copy(), table[one, where].copy()
    one, where = rows[~swap], at[~swap]
    digit = np.where(table[one, where] < 58, table[one, where] - 48, 0)
    table[one, where] = DIGITS[(digit + rng.integers(1, 10, len(one))) % 10]
