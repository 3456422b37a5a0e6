"""A history held in memory that follows its store: loaded in the background, brought up to date before every reading.

Until it is loaded, and while too much changed at once, the store itself is read: the answers are the same
(docs/decisions/0017-history-held-in-memory.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import SQLAlchemyError

from features.history.bulk import Numbers
from features.history.columns import Filings, make_columns
from features.history.docket import (
    NEVER,
    Docket,
    family_code,
    from_filing_on,
    happening_code,
    proceeding_code,
    to_cents,
)
from features.history.fetch import FILING, fetch_docket, findings_of, happenings, pages
from features.history.held import ROOM, Held, Taken
from features.history.reading import Queries
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.changes import changes_since, newest_change
from xiezhi.store.filings import list_for, listed
from xiezhi.store.tables import appearances
from xiezhi.store.tables import filings as table

MOST_HELD = 60_000_000
"""Appearances that are held: about 0.8 GB with what belongs to them, twice that while they are made ready. Of more the
store is read, whose time does not grow with them."""

_REST = 10
"""After loading, so many times as long until it is loaded again: a bulk import beside costs a tenth of a core."""

_log = logging.getLogger("xiezhi.history")


class CannotHold(Exception):
    """Why a store cannot be held in memory."""


class HeldHistory:
    """The history of a store, in memory as far as it can be."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._held: Held | None = None
        self._upto = 0
        self._wanted, self._ended = Event(), Event()
        self._wanted.set()

    @property
    def is_held(self) -> bool:
        """Whether memory is read now."""
        return self._held is not None

    def fetch(self, connection: Connection, filing: Filing, asker: Queries, most: int) -> Docket:
        """As `fetch_docket`."""
        with self._lock:
            held = self._follow(connection)
            if held is not None:
                return held.around(filing, asker, most)
        return fetch_docket(connection, filing, asker, most)

    def _follow(self, connection: Connection) -> Held | None:
        """What is held, brought up to date; None where nothing is."""
        if self._held is None:
            return None
        changes = changes_since(connection, self._upto, ROOM)
        if changes.filing_ids is None or self._held.taken + len(changes.filing_ids) > ROOM:
            self._held = None
        elif changes.filing_ids:
            try:
                self._held.take(read_filings(connection, changes.filing_ids))
            except CannotHold:  # loading it again will say so
                self._held = None
        self._upto = changes.upto
        if self._held is None or self._held.taken > ROOM // 2:
            self._wanted.set()
        return self._held

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Held, once it is loaded in the background, for as long as the block lasts."""
        thread = Thread(target=self._keep, name="history", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._wanted.set()
            thread.join()

    def _keep(self) -> None:
        rest = 0.0
        while self._wanted.wait() and not self._ended.is_set():
            self._wanted.clear()
            try:
                if self._held is not None:
                    self.remake()
                elif not self._ended.wait(rest):
                    rest = _REST * self.load()
            except CannotHold as reason:
                _log.warning("history is read from the store: %s", reason)
                return
            except SQLAlchemyError as error:  # a store that is away for a while
                _log.error("history: store: %s", type(error).__name__)
                rest = max(rest, _REST)
                self._wanted.set()

    def load(self) -> float:
        """Read the whole store; the seconds it took."""
        start = perf_counter()
        with self._store.read() as connection:
            upto = newest_change(connection)
            held = load_held(connection, self._ended.is_set)
        with self._lock:
            self._held, self._upto = held, upto
        took = perf_counter() - start
        if held is not None:
            _log.info(
                "history: %d filings, %d appearances held in %.1f s", held.filings, held.appearances, took
            )
        return took

    def remake(self) -> None:
        with self._lock:
            if self._held is None:
                return
            remake, upto = self._held.remake(), self._upto
        held = Held(remake())
        with self._lock:
            if self._held is not None:
                self._held, self._upto = held, upto  # what changed meanwhile is read once more


def load_held(connection: Connection, is_over: Callable[[], bool]) -> Held | None:
    """Everything the store holds of the past; None where it is over before. Raises CannotHold.

    What is committed meanwhile may be in it or not: it is among the changes since.
    """
    courts: dict[str, int] = {}
    in_order = select(*FILING).where(table.c.version == 1).order_by(table.c.filed_at, table.c.filing_id)
    filings = _gather([_filings(page, courts) for page in pages(connection, in_order)])
    numbers = Numbers(connection, filings.ids)
    key, seen, most = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], 0
    for keys, number, role, filed_at in numbers.appearances():
        if is_over():
            return None
        (there,) = (number >= 0).nonzero()  # those of filings committed meanwhile are read again
        if np.any(filings.filed_at[number[there]] != filed_at[there]):
            raise CannotHold(_OTHER_MOMENT)
        most += len(keys)
        if most > MOST_HELD:
            raise CannotHold(f"more than {MOST_HELD} appearances")
        key.append(keys[there])
        seen.append((number * 4 + role)[there].astype(np.int32))
    learned = [np.zeros((0, 4), np.int64)]
    for number, kind, known in numbers.events():
        (there,) = (number >= 0).nonzero()
        learned.append(np.stack([number, kind, known, np.full_like(known, NEVER)], axis=1)[there])
    place = numbers.by_name
    found = [
        (place[i], happening_code(kind), *when) for i, kind, *when in findings_of(connection) if i in place
    ]
    learned.append(np.array(found, dtype=np.int64).reshape(-1, 4))
    happened = from_filing_on(np.concatenate(learned), filings.filed_at)
    del numbers, learned, place
    return Held(make_columns(filings, tuple(courts), np.concatenate(key), np.concatenate(seen), happened))


@cache
def _own(dialect: str) -> tuple[Select[Any], Select[Any]]:
    """What is read of some filings: themselves, and their appearances."""
    a = appearances.c
    chosen = select(*FILING).where(table.c.version == 1, listed(dialect, table.c.filing_id))
    return chosen, select(a.filing_id, a.key, a.role, a.filed_at).where(listed(dialect, a.filing_id))


def read_filings(connection: Connection, filing_ids: Sequence[str]) -> list[Taken]:
    """What the store holds of these filings now. Raises CannotHold."""
    dialect = connection.dialect.name
    own, seen = _own(dialect)
    ids = {"ids": list_for(dialect, filing_ids)}
    rows = {row[0]: tuple(row) for row in connection.execute(own, ids)}
    stood: dict[str, list[tuple[int, int]]] = {}
    for filing_id, key, role, filed_at in connection.execute(seen, ids):
        if filing_id in rows and rows[filing_id][1] != filed_at:
            raise CannotHold(_OTHER_MOMENT)
        stood.setdefault(filing_id, []).append((key, role))
    learned: dict[str, list[tuple[int, Moment, Moment]]] = {}
    for page in happenings(connection, filing_ids, None):
        for filing_id, kind, known, until in page:
            learned.setdefault(filing_id, []).append((happening_code(kind), known, until))
    return [Taken(row, stood.get(i, ()), learned.get(i, ())) for i, row in rows.items()]


_OTHER_MOMENT = "a filing was linked as of another moment than its own"
"""Linked by a corrected version of another day, before its first version was linked: in memory the order of filings and
that of their appearances are one."""


def _filings(page: Sequence[Any], courts: dict[str, int]) -> Filings:
    ids, filed_at, amounts, families, proceedings, names = zip(*page, strict=True)
    return Filings(
        np.array(ids, dtype=object),
        np.array(filed_at, dtype=np.int64),
        np.array(list(map(to_cents, amounts)), dtype=np.int64),
        np.array(list(map(family_code, families)), dtype=np.int8),
        np.array(list(map(proceeding_code, proceedings)), dtype=np.int8),
        np.array([courts.setdefault(name, len(courts)) for name in names], dtype=np.int32),
    )


def _gather(parts: Sequence[Filings]) -> Filings:
    none = Filings(*(np.zeros(0, kind) for kind in (object, np.int64, np.int64, np.int8, np.int8, np.int32)))
    return Filings(
        *(
            np.concatenate(columns)
            for columns in zip(*(vars(p).values() for p in (none, *parts)), strict=True)
        )
    )
