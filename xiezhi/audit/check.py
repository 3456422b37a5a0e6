"""Is the trail whole, and are the rows it tells of still what they were?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, select

from xiezhi.audit.chain import Break, Entry, Head, check_chain
from xiezhi.progress import Advance, silent
from xiezhi.store.audit import TOLD, content_of, contents_since_erased, count_entries, read_entries

_AT_ONCE = 500  # subjects a statement: SQLite takes 999 parameters in its oldest builds


class Changed(NamedTuple):
    """A row that is not what the entry says: `gone` from its table, or of other content."""

    entry_no: int
    action: str
    subject: str
    gone: bool


@dataclass(frozen=True)
class Verdict:
    """What a check found. `head` is None where the chain itself is `broken`.

    untold: action -> rows of its table that no entry tells of. Those kept before this store had a trail are among
    them; a number that grows without a new release is somebody writing past the program.
    """

    entries: int
    head: Head | None
    broken: Break | None
    changed: tuple[Changed, ...]
    untold: dict[str, int]

    @property
    def whole(self) -> bool:
        """Nothing broken and nothing changed."""
        return self.broken is None and not self.changed


def check_store(connection: Connection, lodged: Head | None = None, advance: Advance = silent) -> Verdict:
    """Check the whole trail of a store, and every row it tells of. `lodged`: a head known from elsewhere."""
    entries = count_entries(connection)
    walked = counted(read_entries(connection), entries, advance)
    changed: list[Changed] = []
    since_erased = contents_since_erased(connection)
    told: dict[str, int] = dict.fromkeys(TOLD, 0)

    def compared() -> Iterator[Entry]:
        while some := list(islice(walked, _AT_ONCE)):
            changed.extend(_compare(connection, some, told, since_erased))
            yield from some

    found = check_chain(compared(), lodged)
    broken = found if isinstance(found, Break) else None
    for _ in compared():  # a break ends the chain, not the comparison
        pass
    untold = {
        action: extra for action, there in told.items() if (extra := _rows(connection, action) - there) > 0
    }
    head = None if isinstance(found, Break) else found
    return Verdict(entries, head, broken, tuple(changed), untold)


def _compare(
    connection: Connection, entries: Sequence[Entry], told: dict[str, int],
    since_erased: Mapping[tuple[str, str], str],
) -> Iterator[Changed]:  # fmt: skip
    """Those of `entries` whose row is gone or changed; counts in `told` the rows that are there.

    A row something was erased from has to be what the entry about that says.
    """
    for action, (table, subject) in TOLD.items():
        mine = {entry.subject: entry for entry in entries if entry.action == action}
        if not mine:
            continue
        keys = [subject.type.python_type(key) for key in mine]
        query: Select[tuple[object, ...]] = select(*table.columns).where(subject.in_(keys))
        there = {str(row._mapping[subject]): row._mapping for row in connection.execute(query)}
        told[action] += len(there)
        for key, entry in mine.items():
            row = there.get(key)
            content = since_erased.get((action, key), entry.content)
            if row is None or content_of(action, {c.name: row[c] for c in table.columns}) != content:
                yield Changed(entry.entry_no, action, key, gone=row is None)


def _rows(connection: Connection, action: str) -> int:
    return int(connection.execute(select(func.count()).select_from(TOLD[action].table)).scalar_one())


def counted(entries: Iterator[Entry], of: int, advance: Advance) -> Iterator[Entry]:
    """The same entries; how many of them have passed is told to `advance`."""
    for number, entry in enumerate(entries, 1):
        if number % _AT_ONCE == 0 or number == of:
            advance(number, of)
        yield entry
