"""The part of history one filing's questions touch: bounded, whatever stands around it.

Read are, of each of its keys, the latest appearances before its moment, one more than answers count (to know that
there are more); and of the parties found in the latest filings of its own parties, their latest filings. `fetch.py`
reads this part from the store, `held.py` from the store's columns held in memory, `docket_around` from a docket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from features.history.aggregate import FOLLOWED, MOST_REACHED
from features.history.docket import Docket, Ints
from features.history.keys import DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, namespace_code
from features.history.neighbourhood import own_parties
from features.history.reading import Queries

F = TypeVar("F", str, int)
Latest = Callable[[Sequence[int], int], Mapping[int, Sequence[F]]]
"""The filings of the latest appearances, at most so many, of each of some keys, in order of time."""
Appearing = Callable[[Sequence[F]], Iterable[tuple[int, F, int]]]
"""Appearances of some filings: (key, filing, role)."""

_PARTY = namespace_code("party")


def filings_around(
    keys: Sequence[int], parties: Sequence[int], most: int, latest: Latest[F], appearing: Appearing[F]
) -> set[F]:
    """The filings a history around one filing needs. parties: those of `keys` a reach starts from."""
    by_key = latest(keys, max(most + 1, FOLLOWED))
    found = set[F]().union(*by_key.values())
    near = {filing for party in parties for filing in by_key.get(party, ())[-FOLLOWED:]}
    met = {
        key
        for key, _, role in appearing(sorted(near))
        if key >> NAMESPACE_SHIFT == _PARTY and role in (PLAINTIFF, DEFENDANT)
    }
    ring = met.difference(parties)
    # Where step one reaches enough, step two is not asked for. A side may name more parties than are followed.
    if len(ring) + len(parties) < MOST_REACHED:
        found.update(*latest(sorted(ring), FOLLOWED).values())
    return found


def docket_around(docket: Docket, asker: Queries, most: int, leave_out: int = -1) -> Docket:
    """The part of a docket around the one filing that asks, without the filing at `leave_out`."""
    keys = np.unique(np.concatenate([np.zeros(0, np.int64), *(key for _, key in asker.slots.values())]))
    end = int(docket.first_from(asker.as_of)[0])
    found = filings_around(
        keys.tolist(),
        own_parties(asker)[1].tolist(),
        most,
        partial(_latest, docket, end, leave_out),
        partial(_appearing, docket),
    )
    return docket.some(np.array(sorted(found), dtype=np.int64))


def _latest(docket: Docket, end: int, leave_out: int, keys: Sequence[int], most: int) -> dict[int, list[int]]:
    order, sorted_keys = docket.by_key
    found = {}
    for key in keys:
        low, high = np.searchsorted(sorted_keys, [key, key + 1])
        filing = docket.key_filing[order[low:high]]
        seen = filing[: np.searchsorted(filing, end)]
        # Looked at again later, a filing is among its keys' latest: one more is read, and it is left out.
        seen = seen[-most - ROLES :]
        found[key] = seen[seen != leave_out][-most:].tolist()
    return found


ROLES = 4
"""Rows one filing can take under one key."""


def _appearing(docket: Docket, filings: Sequence[int]) -> list[tuple[int, int, int]]:
    order, start = docket.appearances_of
    found: list[tuple[int, int, int]] = []
    for filing in filings:
        rows: Ints = order[start[filing] : start[filing + 1]]
        roles = docket.key_role[rows].tolist()
        found += [(k, filing, r) for k, r in zip(docket.key[rows].tolist(), roles, strict=True)]
    return found
