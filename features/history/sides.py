"""Who stood on which side of the filings counted, and what was first known of a filing when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.history.docket import Docket, Ints, happening_code
from features.history.facts import Facts
from features.history.keys import DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, namespace_code

MOST_PARTIES = 20
"""Parties of a side that are counted; collective suits can have thousands (own limit, docs/point-in-time.md)."""

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Counterparts:
    """Parties found beside or opposite a key, a row for each fact and party, in order of the facts.

    `start[i]:start[i+1]` are the rows of fact i; `previous` is the moment at which the same key met the
    same party before, or the smallest integer.
    """

    party: Ints
    previous: Ints
    start: Ints  # (facts + 1,)

    def distinct(self, low: Ints, high: Ints, since: Ints | None) -> Ints:
        """Distinct parties among facts low..high, for each slice; `since` is the slice's first moment."""
        first, after = self.start[low], self.start[high]
        result = np.zeros(len(low), dtype=np.int64)
        for i in np.flatnonzero(after > first):
            bound = np.iinfo(np.int64).min + 1 if since is None else since[i]
            result[i] = np.count_nonzero(self.previous[first[i] : after[i]] < bound)
        return result

    def of_rows(self, rows: Ints) -> Ints:
        """Distinct parties of the given facts."""
        parts = [self.party[self.start[r] : self.start[r + 1]] for r in rows]
        return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def opponents(docket: Docket, facts: Facts, mask: Any) -> Counterparts:
    """Parties opposite: the defendants where the key stood with the plaintiffs, and the reverse."""
    return _counterparts(docket, facts, mask, {PLAINTIFF: DEFENDANT, DEFENDANT: PLAINTIFF})


def principals(docket: Docket, facts: Facts, mask: Any) -> Counterparts:
    """Parties of the same side, e.g. the clients of an agent."""
    return _counterparts(docket, facts, mask, {PLAINTIFF: PLAINTIFF, DEFENDANT: DEFENDANT})


def _counterparts(docket: Docket, facts: Facts, mask: Any, side: dict[int, int]) -> Counterparts:
    parties = _parties_by_side(docket)
    fact_rows, found = [], []
    for own, other in side.items():
        chosen = np.flatnonzero(mask & (facts.role == own))
        order, start = parties[other]
        first = start[facts.filing[chosen]]
        count = np.minimum(start[facts.filing[chosen] + 1] - first, MOST_PARTIES)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        fact_rows.append(np.repeat(chosen, count))
        found.append(order[np.repeat(first, count) + offset])
    row, party = np.concatenate(fact_rows), np.concatenate(found)
    order = np.lexsort((party, row))
    row, party = row[order], party[order]
    starts = np.searchsorted(row, np.arange(len(facts.code) + 1))
    return Counterparts(party, _previous(facts, row, party), starts)


def _previous(facts: Facts, row: Ints, party: Ints) -> Ints:
    """The moment at which the row's key last met the same party, before this row."""
    owner = facts.code[row] // (len(facts.moments) + 1)
    order = np.lexsort((row, party, owner))
    previous = np.full(len(row), np.iinfo(np.int64).min)
    here, there = order[1:], order[:-1]
    same = (owner[here] == owner[there]) & (party[here] == party[there])
    previous[here[same]] = facts.time[row[there[same]]]
    return previous


def _parties_by_side(docket: Docket) -> dict[int, tuple[Ints, Ints]]:
    """For each side: party keys in order of filing and key, and where each filing's stretch starts."""
    is_party = docket.key >> NAMESPACE_SHIFT == namespace_code("party")
    result = {}
    for side in (PLAINTIFF, DEFENDANT):
        chosen = np.flatnonzero(is_party & (docket.key_role == side))
        order = chosen[np.lexsort((docket.key[chosen], docket.key_filing[chosen]))]
        counts = np.bincount(docket.key_filing[order], minlength=len(docket.filing_ids))
        result[side] = (docket.key[order], np.concatenate([[0], np.cumsum(counts)]))
    return result


def first_known(docket: Docket, kinds: tuple[str, ...]) -> Ints:
    """For each filing the moment at which one of `kinds` was first known, or the largest integer."""
    first = np.full(len(docket.filing_ids), NEVER, dtype=np.int64)
    chosen = np.isin(docket.happening_kind, [happening_code(k) for k in kinds])
    np.minimum.at(first, docket.happening_filing[chosen], docket.happening_known[chosen])
    return first
