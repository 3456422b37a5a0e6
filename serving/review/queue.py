"""The queue (待审查队列): flags page by page, each with the head of its filing."""

from __future__ import annotations

from dataclasses import dataclass

from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.filings import get_filings
from xiezhi.store.flags import Cursor, Flag, FlagFilter, Order, list_flags


@dataclass(frozen=True)
class QueueRow:
    """A flag and its filing in its newest version."""

    flag: Flag
    filing: Filing


@dataclass(frozen=True)
class QueuePage:
    """Some flags, and where the next page begins (None: this is the last)."""

    rows: tuple[QueueRow, ...]
    following: Cursor | None


def read_queue(
    store: Store, wanted: FlagFilter, *, order: Order, after: Cursor | None, limit: int
) -> QueuePage:
    """At most `limit` flags after the cursor."""
    with store.read() as connection:
        flags = list_flags(connection, wanted, order=order, after=after, limit=limit + 1)
        filings = get_filings(connection, store.vault, [f.screening.filing_id for f in flags[:limit]])
    rows = tuple(QueueRow(flag, filings[flag.screening.filing_id].filing) for flag in flags[:limit])
    return QueuePage(rows, flags[limit - 1].cursor(order) if len(flags) > limit else None)
