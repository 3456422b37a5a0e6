"""Facts in order of key and time: every window of every key is one slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.history.docket import Docket, Ints


@dataclass(frozen=True)
class Facts:
    """Rows (key, time, filing, role, happening) sorted by key, time, filing, instance, role.

    `instance` tells what is counted once: the filing, or one happening of it.
    `code` is the position of the key times the number of moments plus the position of the moment:
    one sorted column in which `searchsorted` finds both ends of a window.
    """

    keys: Ints  # (u,) distinct keys, sorted
    moments: Ints  # (v,) distinct moments, sorted
    code: Ints  # (m,)
    time: Ints  # (m,)
    filing: Ints  # (m,)
    role: Ints  # (m,)
    happening: Ints  # (m,), -1 for the filing itself
    instance: Ints  # (m,)

    def span(self, key: Ints, since: Ints | None, before: Ints) -> tuple[Ints, Ints]:
        """First row and row after the last with `since <= time < before`, for each key asked."""
        if len(self.keys) == 0:
            nothing = np.zeros(len(key), dtype=np.int64)
            return nothing, nothing
        place = np.searchsorted(self.keys, key)
        known = place < len(self.keys)
        known[known] = self.keys[place[known]] == key[known]
        base = place * (len(self.moments) + 1)
        start = np.zeros(len(key), np.int64) if since is None else np.searchsorted(self.moments, since)
        low = np.searchsorted(self.code, base + start)
        high = np.searchsorted(self.code, base + np.searchsorted(self.moments, before))
        return np.where(known, low, 0), np.where(known, np.maximum(low, high), 0)


def filed_facts(docket: Docket) -> Facts:
    """Appearances at the moment of filing."""
    time = docket.filed_at[docket.key_filing]
    filing = docket.key_filing
    return _sorted(docket.key, time, filing, docket.key_role, np.full(len(time), -1), filing)


def learned_facts(docket: Docket) -> Facts:
    """Appearances at the moment something was learned of their filing, a row for each happening."""
    order, start = docket.appearances_of
    first, after = start[docket.happening_filing], start[docket.happening_filing + 1]
    count = after - first
    happening = np.repeat(np.arange(len(count)), count)
    offset = np.arange(len(happening)) - np.repeat(np.cumsum(count) - count, count)
    row = order[np.repeat(first, count) + offset] if len(happening) else happening
    return _sorted(
        docket.key[row],
        docket.happening_known[happening],
        docket.key_filing[row],
        docket.key_role[row],
        docket.happening_kind[happening],
        happening,
    )


def _sorted(key: Ints, time: Ints, filing: Ints, role: Ints, happening: Any, instance: Any) -> Facts:
    order = np.lexsort((role, instance, filing, time, key))
    key, time = key[order], time[order]
    keys, place = np.unique(key, return_inverse=True)
    moments, tick = np.unique(time, return_inverse=True)
    code = place.astype(np.int64) * (len(moments) + 1) + tick
    return Facts(keys, moments, code, time, filing[order], role[order], happening[order], instance[order])
