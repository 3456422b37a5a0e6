"""Rare characters (生僻字) in names: none is dropped, and each tells its code point to whoever points at it."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_RARE = re.compile(
    "[\u3400-\u4dbf\u9fa6-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff\U000f0000-\U0010fffd]"
)
"""What common fonts lack: CJK extensions from A on, late additions to the first block, compatibility ideographs, and
the private use areas in which registers keep characters that Unicode did not have yet."""


def mark_rare(text: str) -> Markup:
    """`text` escaped, each rare character with its code point as a title."""
    found = (
        Markup('<span class="rare" title="U+{:04X}">{}</span>').format(ord(c), c) for c in _RARE.findall(text)
    )
    parts = (escape(part) for part in _RARE.split(text))
    marked = next(parts)
    for char, part in zip(found, parts, strict=True):
        marked += char + part
    return marked
