"""Which filings' history changed, in order: what a process that holds history in memory reads to stay right.

Functions that write first versions, appearances, events or findings note whose; `Store.write` publishes it as the last
act of its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Integer, bindparam, delete, func, insert, select, text

from xiezhi.store.advisory import PUBLISHING
from xiezhi.store.tables import history_changes

NOTED = "history_noted"
"""The option of a writing connection under which it gathers what changed; None among the ids: everything."""

MOST_NAMED = 1_000
"""Filings of one transaction that are named; more become one row that says: everything. A page of a bulk import is
thus a row, and whoever follows reads at most what is quicker than reading all anew."""

KEPT = 10_000
"""Rows kept, by number. Who is further behind reads everything anew, so older ones are of no use."""


class Changes(NamedTuple):
    """Filings that changed, up to number `upto`. filing_ids: None where too much changed to be told."""

    upto: int
    filing_ids: list[str] | None


def note_changed(connection: Connection, filing_ids: Iterable[str]) -> None:
    """What others read of these filings as history changes with this transaction, one of `Store.write`."""
    noted: set[str | None] = connection.get_execution_options()[NOTED]
    if len(noted) <= MOST_NAMED:  # else they are not named anyway
        noted.update(filing_ids)


def note_all_changed(connection: Connection) -> None:
    """As `note_changed`, of every filing."""
    noted: set[str | None] = connection.get_execution_options()[NOTED]
    noted.add(None)


def publish_changes(connection: Connection) -> None:
    """Number what was noted. Whoever else publishes waits until this transaction ends."""
    noted: set[str | None] = connection.get_execution_options()[NOTED]
    if not noted:
        return
    if connection.dialect.name == "postgresql":
        # Numbers become visible in their order. Taken last, so that nobody who holds it waits for anybody.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISHING})
    named = sorted(filing_id for filing_id in noted if filing_id is not None)
    told = [None] if None in noted or len(named) > MOST_NAMED else named
    connection.execute(insert(history_changes), [{"filing_id": filing_id} for filing_id in told])
    connection.execute(_FORGET, {"kept": KEPT})


_SEQ = history_changes.c.seq
_FORGET = delete(history_changes).where(select(func.max(_SEQ)).scalar_subquery() - bindparam("kept") >= _SEQ)
_SINCE = (
    select(_SEQ, history_changes.c.filing_id)
    .where(bindparam("seen") < _SEQ)
    .order_by(_SEQ)
    .limit(bindparam("most", type_=Integer))
)


def newest_change(connection: Connection) -> int:
    """The number published last, 0 if none was."""
    return connection.execute(select(func.max(history_changes.c.seq))).scalar_one() or 0


def changes_since(connection: Connection, seq: int, most: int) -> Changes:
    """What was published after number `seq`; where it is everything, or more than `most`, it is not told."""
    rows = connection.execute(_SINCE, {"seen": seq, "most": most + 1}).all()
    upto = rows[-1].seq if rows else seq
    ids = list(dict.fromkeys(row.filing_id for row in rows))
    return Changes(upto, None if len(rows) > most or upto - seq > KEPT or None in ids else ids)
