"""Entries of watch lists (名单), appended; which hold at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection, func, insert, or_, select

from xiezhi.clock import Moment
from xiezhi.store.audit import MACHINE, tell
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import watch_entries


@dataclass(frozen=True, slots=True)
class WatchEntry:
    """One entry: it holds from `since` to before `until` (None: open), and was known from `recorded_at` on.

    profile: JSON of the fields it is compared by, identity numbers as keyed hash.
    """

    kind: str
    name: str
    profile: str
    since: Moment
    until: Moment | None
    recorded_at: Moment
    note: str = ""
    entry_no: int = 0  # given by the store

    @property
    def digest(self) -> str:
        """The same for the same entry: importing a file again keeps nothing twice."""
        parts = (self.kind, self.name, self.profile, str(self.since), str(self.until), self.note)
        return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def add_entries(
    connection: Connection, entries: Sequence[WatchEntry], *, origin: str, received_at: Moment
) -> int:
    """Append those not there yet; how many were new."""
    digests = [entry.digest for entry in entries]
    there: set[str] = set()
    for chunk in in_chunks(digests):
        query = select(watch_entries.c.digest).where(watch_entries.c.digest.in_(chunk))
        there.update(connection.execute(query).scalars())
    new = {d: e for d, e in zip(digests, entries, strict=True) if d not in there}
    if new:
        rows = [
            {
                "kind": e.kind, "name": e.name, "profile": e.profile, "since": e.since, "until": e.until,
                "recorded_at": e.recorded_at, "received_at": received_at, "origin": origin, "note": e.note,
                "digest": digest,
            }
            for digest, e in new.items()
        ]  # fmt: skip
        connection.execute(insert(watch_entries), rows)
        tell(connection, "watch_entry", rows, at=received_at, actor=MACHINE)
    return len(new)


def entries_known(connection: Connection, as_of: Moment | None = None) -> list[WatchEntry]:
    """Entries recorded before `as_of` (None: all), in the order taken in."""
    c = watch_entries.c
    query = select(c.kind, c.name, c.profile, c.since, c.until, c.recorded_at, c.note, c.entry_no)
    if as_of is not None:
        query = query.where(c.recorded_at < as_of)
    return [WatchEntry(*row) for row in connection.execute(query.order_by(c.entry_no))]


def lists_version(connection: Connection) -> tuple[int, int]:
    """What changes whenever an entry is added: how many there are, and the number of the last."""
    many, last = connection.execute(_VERSION).one()
    return int(many), int(last or 0)


_VERSION = select(func.count(), func.max(watch_entries.c.entry_no))


def count_entries(connection: Connection, at: Moment) -> dict[str, tuple[int, int]]:
    """Kind -> entries, and those of them that hold at `at`."""
    c = watch_entries.c
    every = connection.execute(select(c.kind, func.count()).group_by(c.kind)).all()
    holding = select(c.kind, func.count()).where(c.since <= at, or_(c.until.is_(None), c.until > at))
    now = {str(kind): int(n) for kind, n in connection.execute(holding.group_by(c.kind))}
    return {kind: (int(n), now.get(kind, 0)) for kind, n in every}
