"""Two texts side by side: what stayed, what only one of them says. First by phrase, then by character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Mark = Literal["same", "left", "right"]

_PHRASE: Final = re.compile(r"[^，。；：、！？,.;:!?\n]*[，。；：、！？,.;:!?\n]*")
CLOSE: Final = 0.5
"""From this likeness two phrases that stand in one place are compared by character; below it each is told whole."""

LONGEST_RUN: Final = 400
"""Characters compared by character at once: the comparison takes the square of them."""

MOST_PHRASES: Final = 1_000
"""Phrases of a text that are compared, some ten thousand characters; the rest counts as one phrase."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one text: `same` in both, or said by the `left` or the `right` one alone."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Difference:
    """Both texts in pieces, whose texts joined are the texts compared; `ratio`: share in common, in [0, 1]."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    ratio: float


def compare_texts(left: str, right: str) -> Difference:
    """The difference of two texts; characters outside the longest common phrases and runs count as different."""
    ours, theirs = _phrases(left), _phrases(right)
    one: list[Piece] = []
    other: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        was, now = "".join(ours[a:b]), "".join(theirs[c:d])
        if tag == "equal":
            one.append(Piece("same", was))
            other.append(Piece("same", now))
        else:
            _compare_run(was, now, one, other)
    common = sum(len(piece.text) for piece in one if piece.mark == "same")
    longest = len(left) + len(right)
    return Difference(_joined(one), _joined(other), 2 * common / longest if longest else 1.0)


def _compare_run(was: str, now: str, one: list[Piece], other: list[Piece]) -> None:
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    short = len(was) <= LONGEST_RUN and len(now) <= LONGEST_RUN
    if not (short and was and now and matcher.ratio() >= CLOSE):
        one.append(Piece("left", was))
        other.append(Piece("right", now))
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        one.append(Piece("same" if tag == "equal" else "left", was[a:b]))
        other.append(Piece("same" if tag == "equal" else "right", now[c:d]))


def _phrases(text: str) -> list[str]:
    found = [hit for hit in _PHRASE.findall(text) if hit]
    rest = "".join(found[MOST_PHRASES:])
    return found[:MOST_PHRASES] + ([rest] if rest else [])


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one mark as one piece, empty ones left out."""
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].mark == piece.mark:
            found[-1] = Piece(piece.mark, found[-1].text + piece.text)
        else:
            found.append(piece)
    return tuple(found)
