"""Chinese telephone numbers as they are mostly written, a column at a time."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.normalise.bulk.letters import Rows

_PLAIN: Final = r"^(?:(?:\+86[ -]?)?1[3-9][0-9]{9}|0(?:10|2[0-9]|[3-9][0-9]{2})-?[2-9][0-9]{6,7})$"
"""A mobile number, or a landline with its area code; see `phone_number`."""
_BESIDE: Final = r"^\+86[ -]?|-"
_ONE_OR_TWO: Final = "|".join(f"^[{a}{b}]+$" for a in range(10) for b in range(a))
_LINE: Final = "|".join(f"{digit}{{7}}$" for digit in range(10))
"""Placeholders: one or two digits throughout, or one at the end."""


def plain_phones(texts: pa.StringArray) -> tuple[Rows, pa.StringArray]:
    """Rows whose text is a mobile number or a landline and nothing else, and the digits `phone_number` gives them."""
    plain = pc.match_substring_regex(texts, _PLAIN).fill_null(False)
    digits = pc.replace_substring_regex(texts.filter(plain), _BESIDE, "")
    several = pc.invert(pc.match_substring_regex(digits, f"{_ONE_OR_TWO}|{_LINE}"))
    rows = np.flatnonzero(plain.to_numpy(zero_copy_only=False))
    return rows[several.to_numpy(zero_copy_only=False)], digits.filter(several)
