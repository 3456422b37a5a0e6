"""The store's filings linked in bulk, in order of `(filed_at, filing_id)`."""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from features.link.claims import own_claim, read_claims
from features.link.claims.model import load_model
from features.link.filing import Linked, link_filing
from features.link.index import Index
from features.link.profile import Mention, mentions_of
from features.link.reader import StoreReader
from features.link.resolve import resolve
from features.link.score import strong_keys
from features.link.verdicts import all_verdicts
from features.link.weights import load_weights
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.filings import StoredFiling, get_filing, iterate_filings
from xiezhi.store.link_index import Before
from xiezhi.store.links import (
    begin_linking,
    claims_of,
    expect_many_rows,
    keep,
    moments_linked,
    newest_linked,
    unlinked,
)
from xiezhi.store.turn import write_in_turn
from xiezhi.store.vault import Vault

_TOGETHER = 7_600
"""Filings a transaction. Keys are random, so each transaction writes most pages of their indexes again: with 1,900
linking 100,000 filings spent a quarter of its time in commits."""

_LATE_TOGETHER = 200
"""Late filings a transaction, each linked by itself: a transaction each would spend most of its time in commits."""

_WORTH_BULK = 50
"""Late filings in a row, nothing linked between them, from which they are linked in bulk."""

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

    Filings no newer than one already linked are linked as of their own moment; those linked before keep their links.
    """
    with without_collector():
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
            steps = _link_late(store, [filing for filing in pending if filing[0] <= newest])
        else:
            since = None if newest is None else newest + 1
            steps = _link_in_bulk(store, BulkRun(store.vault, since=since))
        for linked in steps:
            count.add(linked)
            advance(count.filings, total)


def _link_in_bulk(store: Store, run: BulkRun) -> Iterator[list[Linked]]:
    while True:
        with write_in_turn(store) as connection:
            linked = run.link_next(connection)
        if not linked:
            return
        yield linked


@contextmanager
def without_collector() -> Iterator[None]:
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


def _link_late(store: Store, late: Sequence[tuple[Moment, str]]) -> Iterator[list[Linked]]:
    """Link filings that are not after everything linked: in bulk where nothing linked stands between them."""
    with store.read() as connection:
        held = moments_linked(connection, late[0][0], late[-1][0])
    single: list[tuple[Moment, str]] = []
    for (_, is_held), run in groupby(late, key=lambda filing: _gap(held, filing[0])):
        together = list(run)
        if is_held or len(together) < _WORTH_BULK:
            single += together
            continue
        yield from _link_singly(store, single)
        single = []
        since, until = together[0][0], together[-1][0] + 1
        yield from _link_in_bulk(store, BulkRun(store.vault, since=since, until=until))
    yield from _link_singly(store, single)


def _gap(held: Sequence[Moment], moment: Moment) -> tuple[int, bool]:
    """Between which moments that hold links a moment lies; whether it is one of them."""
    place = bisect_left(held, moment)
    return place, place < len(held) and held[place] == moment


def _link_singly(store: Store, filings: Sequence[tuple[Moment, str]]) -> Iterator[list[Linked]]:
    for start in range(0, len(filings), _LATE_TOGETHER):
        with write_in_turn(store) as connection:
            linked = _resolve_and_keep(connection, store.vault, filings[start : start + _LATE_TOGETHER])
        yield linked


def _resolve_and_keep(
    connection: Connection, vault: Vault, filings: Sequence[tuple[Moment, str]]
) -> list[Linked]:
    """Link filings one after the other; each sees those before it. Those linked meanwhile are left out."""
    done: list[Linked] = []
    last = begin_linking(connection)
    there = claims_of(connection, [filing_id for _, filing_id in filings])
    for filed_at, filing_id in filings:
        stored = get_filing(connection, vault, filing_id, as_of=filed_at)
        if stored is not None and filing_id not in there:
            linked = resolve(connection, vault, stored.filing)
            last = keep(connection, [linked.to_keep()], last)
            done.append(linked)
    return done


class BulkRun:
    """Links filings of a stretch of time in which nothing is linked yet, with one index that grows along.

    since, until: the stretch, `since <= filed_at < until`. again: the moment at which the whole store is linked anew;
    all that was judged up to then counts.
    """

    def __init__(
        self,
        vault: Vault,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        again: Moment | None = None,
    ) -> None:
        self._vault = vault
        self._again = again
        self._index: Index | None = None
        self._last = 0  # number of the newest mention this run knows of
        self._since, self._until = since, until

    def link_next(self, connection: Connection) -> list[Linked]:
        """Link and write the next filings. Empty at the end, or where another linker came between."""
        expect_many_rows(connection)
        last = begin_linking(connection)
        if not (self._is_free(connection) if self._index is None else last == self._last):
            return []
        batch = self._read(connection)
        if not batch:
            return []
        index = self._index_for(connection, last, batch[0].filing.filed_at)
        linked = self._link(batch, index, last)
        self._last = keep(connection, [one.to_keep() for one in linked], last)
        self._since = batch[-1].filing.filed_at + 1
        return linked

    def _is_free(self, connection: Connection) -> bool:
        """Whether nothing is linked in this run's stretch of time."""
        newest = newest_linked(connection)
        if newest is None:
            return True
        if self._since is None:
            return False
        end = newest if self._until is None else self._until - 1
        return not moments_linked(connection, self._since, end)

    def _read(self, connection: Connection) -> list[StoredFiling]:
        """The next filings, whole moments, `_TOGETHER` or a few more."""
        batch: list[StoredFiling] = []
        for stored in iterate_filings(
            connection,
            self._vault,
            since=self._since,
            before=self._until,
            first_version=True,
            open_ids=True,
        ):
            if len(batch) >= _TOGETHER and stored.filing.filed_at != batch[-1].filing.filed_at:
                break
            batch.append(stored)
        return batch

    def _index_for(self, connection: Connection, last: int, before: Moment) -> Index:
        if self._index is None or len(self._index) > _MOST_IN_MEMORY:
            reader = StoreReader(connection, Before(before, 0)) if last else None
            self._index = Index(load_weights(), reader, all_verdicts(connection, self._again))
        elif self._index.reader is not None:
            self._index.reader = StoreReader(connection, Before(before, 0))
        return self._index

    def _link(self, batch: Sequence[StoredFiling], index: Index, last: int) -> list[Linked]:
        """Link a batch, taking each filing into the index; mentions are numbered from `last`."""
        said = [mentions_of(stored.filing, self._vault) for stored in batch]
        if index.reader is not None:
            _read_ahead(said, index)
        linked: list[Linked] = []
        number = last
        claims = read_claims([(s.filing, s.cause_family) for s in batch], load_model().search)
        for stored, mentions, claim in zip(batch, said, claims, strict=True):
            one = link_filing(stored.filing, mentions, claim, index)
            for link, profile, keys in zip(one.links, one.profiles, one.keys, strict=True):
                number += 1
                index.add(number, link, profile, keys)
            index.add_claim(one.claim)
            linked.append(one)
        return linked


def _read_ahead(said: Sequence[tuple[Mention, ...]], index: Index) -> None:
    """Read for a whole batch at once what its filings will ask for one by one."""
    mentions = [mention for of in said for mention in of]
    index.load_whole(key for mention in mentions for key in mention.keys.values())
    index.load_profiles(entity for mention in mentions for entity in index.candidates(strong_keys(mention)))
