"""The store's filings linked in bulk, in order of `(filed_at, filing_id)`."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from features.link.claims import own_claim
from features.link.filing import Linked, link_filing
from features.link.index import Index
from features.link.profile import Mention, mentions_of
from features.link.reader import StoreReader
from features.link.resolve import resolve
from features.link.score import strong_keys
from features.link.weights import load_weights
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.filings import StoredFiling, get_filing, iterate_filings
from xiezhi.store.link_index import Before
from xiezhi.store.links import begin_linking, expect_many_rows, keep, newest_linked, unlinked

_TOGETHER = 7_600
"""Filings a transaction. Keys are random, so each transaction writes most pages of their indexes again: with 1,900
linking 100,000 filings spent a quarter of its time in commits."""

_MOST_IN_MEMORY = 1_500_000
"""Mentions held before the index is dropped and read from the store as needed: about 1.5 GB."""


@dataclass
class LinkCount:
    """What a run did: filings and mentions linked; of these, those that joined an earlier entity or claim."""

    filings: int = 0
    mentions: int = 0
    joined: int = 0
    claims_joined: int = 0

    def add(self, linked: Sequence[Linked]) -> None:
        """Count these filings."""
        self.filings += len(linked)
        for one in linked:
            self.mentions += len(one.links)
            self.joined += one.joined
            self.claims_joined += one.claim_id != own_claim(one.filing_id)


def link_pending(store: Store, advance: Advance = silent) -> LinkCount:
    """Link every filing not linked yet. Whole moments are written together; killed and run again, it goes on.

    Filings no newer than one already linked go one by one against the store. Those linked before keep their
    links.
    """
    with _without_collector():
        return _link_all(store, advance)


def _link_all(store: Store, advance: Advance) -> LinkCount:
    count = LinkCount()
    while True:
        with store.read() as connection:
            pending = unlinked(connection)
            newest = newest_linked(connection)
        if not pending:
            return count
        total = count.filings + len(pending)
        if newest is not None and pending[0][0] <= newest:
            for filed_at, filing_id in pending:
                if filed_at <= newest:
                    count.add(_link_late(store, filed_at, filing_id))
                    advance(count.filings, total)
            continue
        run = _FreshRun(store)
        while linked := run.link_next():
            count.add(linked)
            advance(count.filings, total)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without Python's search for reference cycles: linking makes none, and a tenth of its time went there."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_links(connection: Connection, linked: Linked) -> None:
    """Write what `resolve` found, in the transaction of `connection`."""
    keep(connection, [linked.to_keep()], begin_linking(connection))


def _link_late(store: Store, filed_at: Moment, filing_id: str) -> list[Linked]:
    """Link one filing that is not after everything linked."""
    with store.write() as connection:
        last = begin_linking(connection)
        stored = get_filing(connection, store.vault, filing_id, as_of=filed_at)
        if stored is None:
            return []
        linked = resolve(connection, store.vault, stored.filing)
        keep(connection, [linked.to_keep()], last)
    return [linked]


class _FreshRun:
    """Links filings newer than everything linked, with one index that grows along."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index: Index | None = None
        self._last = 0  # number of the newest mention this run knows of
        self._since: Moment | None = None

    def link_next(self) -> list[Linked]:
        """Link and write the next filings. Empty at the end, or where another linker came between."""
        with self._store.write() as connection:
            expect_many_rows(connection)
            last = begin_linking(connection)
            if self._index is not None and last != self._last:
                return []
            if self._since is None:
                newest = newest_linked(connection)
                self._since = None if newest is None else newest + 1
            batch = self._read(connection)
            if not batch:
                return []
            index = self._index_for(connection, last, batch[0].filing.filed_at)
            linked = self._link(batch, index, last)
            self._last = keep(connection, [one.to_keep() for one in linked], last)
            self._since = batch[-1].filing.filed_at + 1
        return linked

    def _read(self, connection: Connection) -> list[StoredFiling]:
        """The next filings, whole moments, `_TOGETHER` or a few more."""
        batch: list[StoredFiling] = []
        vault = self._store.vault
        for stored in iterate_filings(
            connection, vault, since=self._since, first_version=True, open_ids=True
        ):
            if len(batch) >= _TOGETHER and stored.filing.filed_at != batch[-1].filing.filed_at:
                break
            batch.append(stored)
        return batch

    def _index_for(self, connection: Connection, last: int, before: Moment) -> Index:
        if self._index is None or len(self._index) > _MOST_IN_MEMORY:
            reader = StoreReader(connection, Before(before, 0)) if last else None
            self._index = Index(load_weights(), reader)
        elif self._index.reader is not None:
            self._index.reader = StoreReader(connection, Before(before, 0))
        return self._index

    def _link(self, batch: Sequence[StoredFiling], index: Index, last: int) -> list[Linked]:
        """Link a batch, taking each filing into the index; mentions are numbered from `last`."""
        said = [mentions_of(stored.filing, self._store.vault) for stored in batch]
        if index.reader is not None:
            _read_ahead(said, index)
        linked: list[Linked] = []
        number = last
        for stored, mentions in zip(batch, said, strict=True):
            one = link_filing(stored.filing, stored.cause_family, mentions, index)
            for link, profile, keys in zip(one.links, one.profiles, one.keys, strict=True):
                number += 1
                index.add(number, link.entity_id, one.filing_id, profile, keys)
            index.add_claim(one.claim)
            linked.append(one)
        return linked


def _read_ahead(said: Sequence[tuple[Mention, ...]], index: Index) -> None:
    """Read for a whole batch at once what its filings will ask for one by one."""
    mentions = [mention for of in said for mention in of]
    index.load(key for mention in mentions for key in mention.keys.values())
    index.load_profiles(entity for mention in mentions for entity in index.candidates(strong_keys(mention)))
