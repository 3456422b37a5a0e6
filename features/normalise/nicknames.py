"""Formal given names behind short and pet forms (bob -> robert), Latin script."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

_FACTS: Final = Path(__file__).with_name("data") / "nicknames.txt"


@cache
def _formal() -> dict[str, str]:
    """Short form -> formal name. A line of the file gives a formal name, then its short forms."""
    lines = (line.split() for line in _FACTS.read_text(encoding="utf-8").splitlines())
    return {short: formal for formal, *shorts in lines for short in shorts}


def formal_name(given: str) -> str:
    """The formal form of a folded given name; the name itself where none is known."""
    return _formal().get(given, given)
