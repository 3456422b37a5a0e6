"""Plain Chinese names of persons, a column at a time: two to four characters, nothing glued to them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.normalise.bulk.letters import (
    ALL_CODES,
    Bools,
    Letters,
    Rows,
    among,
    any_within,
    as_han,
    han_codes,
    han_of_length,
    simplified_codes,
)
from features.normalise.chinese_names import COUNTERS, FAMILIAR, NOTE_HEADS, NOTE_TAILS
from features.normalise.pinyin import DOUBLE_READINGS, SURNAME_READINGS, reading, surnames

_NONE: Final = -1


class PlainNames(NamedTuple):
    """rows: which texts are plain names; of each its `key`, `sound` and `bag` (see `PersonName`)."""

    rows: Rows
    key: pa.StringArray
    sound: pa.StringArray
    bag: pa.StringArray


def plain_names(texts: pa.StringArray) -> PlainNames:
    """The plain names among `texts`, with the parts `person_name` gives them."""
    found = [_of_length(texts, length) for length in (2, 3, 4)]
    return PlainNames(
        np.concatenate([one.rows for one in found]),
        pa.concat_arrays([one.key for one in found]),
        pa.concat_arrays([one.sound for one in found]),
        pa.concat_arrays([one.bag for one in found]),
    )


def _of_length(texts: pa.StringArray, length: int) -> PlainNames:
    rows, written = han_of_length(texts, length)
    simple, syllables = simplified_codes()[written], _syllables()
    sounds = syllables.of[simple]
    sounds[:, 0] = syllables.of_surname[simple[:, 0]]
    # Rare characters without a reading, double surnames read otherwise and surnames put last: one at a time.
    plain = (
        ~_noted(written) & (sounds >= 0).all(axis=1) & ~_pairs(DOUBLE_READINGS, simple[:, 0], simple[:, 1])
    )
    plain &= ~(
        among("".join(SURNAME_READINGS))[simple[:, -1]]
        & ~among("".join(s for s in surnames() if len(s) == 1))[simple[:, 0]]
    )
    rows, simple, sounds = rows[plain], simple[plain], sounds[plain]
    return PlainNames(rows, as_han(simple), _spoken(sounds), _spoken(np.sort(sounds, axis=1)))


def _noted(codes: Letters) -> Bools:
    """Which names may carry a note, a role, a title or a mask: the same that `is_plain` bars."""
    barred = among(COUNTERS)[codes].any(axis=1)
    if codes.shape[1] == 2:
        barred |= among(FAMILIAR)[codes[:, 0]]
    barred |= _pairs(NOTE_HEADS, codes[:, 0], codes[:, 1])
    return np.asarray(barred | _pairs(NOTE_TAILS, codes[:, -2], codes[:, -1]))


class _Syllables(NamedTuple):
    """texts: syllables in alphabetical order; of, of_surname: (65536,) place of a character's reading, -1 for none."""

    texts: pa.StringArray
    of: NDArray[np.int16]
    of_surname: NDArray[np.int16]


@cache
def _syllables() -> _Syllables:
    readings = {code: said for code in range(0x3400, 0xA000) if (said := reading(chr(code)))}
    special = {ord(character): said for character, said in SURNAME_READINGS.items()}
    texts = sorted({*readings.values(), *special.values()})
    at = {said: place for place, said in enumerate(texts)}
    of = np.full(ALL_CODES, _NONE, np.int16)
    of[list(readings)] = [at[said] for said in readings.values()]
    of_surname = of.copy()
    of_surname[list(special)] = [at[said] for said in special.values()]
    return _Syllables(pa.array(texts, pa.string()), of, of_surname)


def _spoken(sounds: NDArray[np.int16]) -> pa.StringArray:
    texts = _syllables().texts
    return pc.binary_join_element_wise(*(texts.take(pa.array(column)) for column in sounds.T), " ")


def spoken_texts(texts: pa.StringArray) -> tuple[pa.StringArray, Bools]:
    """`pinyin` of texts of three bytes a character, and of which it is told: all characters have a reading."""
    codes, bounds = han_codes(texts)
    sounds = _syllables().of[codes]
    said = pa.ListArray.from_arrays(
        pa.array(bounds, pa.int32()), _syllables().texts.take(pa.array(sounds, mask=sounds < 0))
    )
    return pc.binary_join(said, " "), ~any_within(bounds, sounds < 0)


def _pairs(words: Iterable[str], first: Letters, second: Letters) -> Bools:
    """Whether two characters in a row are one of these words; words of other lengths never are."""
    wanted = [ord(word[0]) << 16 | ord(word[1]) for word in words if len(word) == 2]
    return np.isin(first.astype(np.uint32) << 16 | second, np.array(wanted, np.uint32))
