"""A filing as filed, for human eyes: identity numbers are cut to their last four characters."""

from __future__ import annotations

import re
from typing import Any

from xiezhi.records import Filing, to_body

_SHOWN = 4
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{11,}(\d{3}[\dXx])(?![0-9A-Za-z])")
"""Identity and bank card numbers in running text: fifteen digits or more. Phones have eleven at most."""


def mask_number(number: str) -> str:
    """`***************1234`: nothing but the last four characters."""
    hidden = max(len(number) - _SHOWN, 0) or len(number)
    return "*" * hidden + number[hidden:]


def mask_text(text: str) -> str:
    """`text` with the identity and card numbers in it masked."""
    return _LONG_NUMBER.sub(lambda hit: "*" * (len(hit[0]) - _SHOWN) + hit[1], text)


def mask_filing(filing: Filing) -> dict[str, Any]:
    """The filing as plain JSON types, numbers masked, without `extra`: nobody knows what is in there."""
    body = {key: _mask_texts(value) for key, value in to_body(filing).items() if key != "extra"}
    for shown, party in zip(body["parties"], filing.parties, strict=True):
        if party.id_number:
            shown["id_number"] = mask_number(party.id_number)
    return body


def _mask_texts(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: _mask_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mask_texts(inner) for inner in value]
    return value
