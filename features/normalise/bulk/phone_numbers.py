"""Chinese mobile numbers of eleven digits, a column at a time."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from features.normalise.bulk.letters import Rows, texts_of_size

_SIZE: Final = 11
_LINE: Final = 7
"""Last digits that must not all be one, see `phone_number`."""
_SET_BITS: Final = np.array([bits.bit_count() for bits in range(1 << 10)], np.uint8)


def plain_mobiles(texts: pa.StringArray) -> Rows:
    """Rows whose text is a mobile number and nothing else: its own normal form."""
    rows, letters = texts_of_size(texts, _SIZE)
    digits = letters - np.uint8(ord("0"))  # what is below 0 wraps round
    mobile = (digits <= 9).all(axis=1) & (digits[:, 0] == 1) & (digits[:, 1] >= 3)
    rows, bits = rows[mobile], np.left_shift(1, digits[mobile].astype(np.int16))
    several = _SET_BITS[np.bitwise_or.reduce(bits, axis=1)] > 2
    several &= _SET_BITS[np.bitwise_or.reduce(bits[:, -_LINE:], axis=1)] > 1
    plain: Rows = rows[several]
    return plain
