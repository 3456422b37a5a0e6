"""Keys by which filings of one claim, and of related claims, find each other in the linker's index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from features.link.claims.facts import ClaimFacts, claim_said
from features.link.claims.minhash import bands, keyed, signatures
from features.link.claims.model import Search
from features.link.hashing import hashed
from xiezhi.records import Filing

_MOST: Final = 5
"""Parties a side, beyond which no further key is made of a claim."""

_MOST_NAMES: Final = 2
"""The same for pairs of names, which find what was not linked."""


class ClaimKeys(NamedTuple):
    """exact: case numbers, pairs of sides, instruments, payments, amounts. text: bands of the wording.
    filers: bands of the skeleton, each with a plaintiff or an agent of the plaintiffs."""

    exact: tuple[int, ...]
    text: tuple[int, ...]
    filers: tuple[int, ...]

    def every(self) -> tuple[int, ...]:
        """All keys, each once."""
        return tuple(dict.fromkeys(self.exact + self.text + self.filers))


class ClaimSaid(NamedTuple):
    """What a filing says of its claim, before its parties are known, with the bands of its text and its skeleton."""

    facts: ClaimFacts
    text: tuple[int, ...]
    template: tuple[int, ...]


def read_claims(filings: Sequence[tuple[Filing, str]], search: Search) -> list[ClaimSaid]:
    """What each (filing, cause family) says of its claim. Many are read faster together than one by one."""
    facts = [claim_said(filing, family) for filing, family in filings]
    # Sequels are worded by the form, and say which case they carry on: they are not looked up by their words.
    texts = ["" if f.is_sequel else f.text for f in facts]
    forms = ["" if f.is_sequel else f.template for f in facts]
    by_text = _banded(texts, search.bands, search.rows, search.shortest)
    by_form = _banded(forms, search.filer_bands, search.filer_rows, search.shortest_form)
    return [ClaimSaid(*said) for said in zip(facts, by_text, by_form, strict=True)]


def claim_keys(facts: ClaimFacts, said: ClaimSaid, search: Search) -> ClaimKeys:
    """The keys of a claim; `facts` are those of `said` with the parties known."""
    ours, theirs = (sorted(side.entities)[:_MOST] for side in facts.sides)
    values = [f"case|{number}" for number in (facts.number, *sorted(facts.cited)) if number]
    values += [f"pair|{'|'.join(sorted((a, b)))}" for a in ours for b in theirs]
    names = [sorted(side.names)[:_MOST_NAMES] for side in facts.sides]
    values += [f"names|{'|'.join(sorted((a, b)))}" for a in names[0] for b in names[1]]
    values += [f"instrument|{found}" for found in sorted(facts.instruments)]
    if facts.cents > 0:
        values += [f"amount|{entity}|{facts.cents}" for entity in ours + theirs]
    return ClaimKeys(
        tuple(dict.fromkeys(hashed("claim-of", value) for value in values)),
        said.text,
        _filer_keys(facts, said, search),
    )


def _filer_keys(facts: ClaimFacts, said: ClaimSaid, search: Search) -> tuple[int, ...]:
    if not said.template:
        return ()
    filers = (
        sorted(facts.sides[0].entities)[: search.filers_most] + sorted(facts.agents)[: search.filers_most]
    )
    return tuple(
        keyed(band, by) for by in (hashed("filer", filer) for filer in filers) for band in said.template
    )


def _banded(texts: Sequence[str], count: int, rows: int, shortest: int) -> list[tuple[int, ...]]:
    """Bands of each text as signed 64-bit; none of a text too short to be told from others by chance."""
    found: list[tuple[int, ...]] = [()] * len(texts)
    long = [i for i, text in enumerate(texts) if len(text) >= shortest]
    numbers = bands(signatures([texts[i] for i in long], count * rows), rows).view(np.int64).tolist()
    for i, row in zip(long, numbers, strict=True):
        found[i] = tuple(row)
    return found
