"""Clusters (成组): filings that are one piece of evidence, drawn together in a resample or not at all.

Filings of one plaintiff, or on one and the same claim. A ring that files through several people is several clusters
unless they share a claim, so intervals can still be too narrow. Joined by defendants too, half of a docket would be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
from sqlalchemy import Connection

from features.table import FeatureTable
from training.evaluation.measures import Groups
from xiezhi.store.links import claims_of, links_of

_AT_ONCE = 10_000
"""Filings whose links are held at a time."""


def cluster_table(table: FeatureTable, start: int = 0) -> Groups:
    """The cluster of each filing of a table from row `start` on."""
    slots = (table.queries.slots.get(slot, ((), ())) for slot in ("plaintiff", "claim"))
    # Keys of two slots never meet: each has a namespace of its own.
    shared = chain.from_iterable(zip(map(int, rows), map(int, keys), strict=True) for rows, keys in slots)
    return join(len(table.filing_ids) - start, ((row - start, key) for row, key in shared if row >= start))


def cluster_stored(connection: Connection, filing_ids: Sequence[str]) -> Groups:
    """The cluster of each of some filings, by the links and claims there are now."""
    return join(len(filing_ids), _shared(connection, filing_ids))


def _shared(connection: Connection, filing_ids: Sequence[str]) -> Iterator[tuple[int, str]]:
    row = {filing_id: i for i, filing_id in enumerate(filing_ids)}
    for start in range(0, len(filing_ids), _AT_ONCE):
        some = filing_ids[start : start + _AT_ONCE]
        for link in links_of(connection, some):
            if link.side == "plaintiff" and link.kind in ("person", "organization"):
                yield row[link.filing_id], link.entity_id
        for filing_id, (claim_id, _) in claims_of(connection, some).items():
            yield row[filing_id], claim_id


def join(filings: int, shared: Iterable[tuple[int, int | str]]) -> Groups:
    """The cluster, 0 to g - 1, of each of so many filings: those that share something, or are joined by such.

    shared: (filing, what it has).
    """
    parent = list(range(filings))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[int | str, int] = {}
    for row, has in shared:
        parent[root(row)] = root(first.setdefault(has, row))
    _, groups = np.unique([root(row) for row in range(filings)], return_inverse=True)
    return groups.astype(np.int64)
