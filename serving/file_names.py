"""Names of files as they come in and go out: kept and shown without harm, saved under whatever characters they have."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote

LONGEST: Final = 120


def clean_name(name: str, otherwise: str = "—") -> str:
    """A file's name without folders and unprintable characters, its end kept where it is too long; `otherwise` where
    nothing is left."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Format characters too: one that turns the direction of writing makes fdp.exe of exe.pdf.
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, end = shown.rpartition(".")
    if len(shown) > LONGEST and dot and len(end) < 10:
        shown = f"{stem[: LONGEST - len(end) - 1]}.{end}"
    return shown[:LONGEST] or otherwise


def saved_as(name: str) -> str:
    """The header that has a browser save a file under `name`, whatever characters it has (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
