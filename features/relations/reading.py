"""Reads out of the store the filings on which relations of some people rest, as of a moment. Few statements a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection

from features.history.keys import key
from features.relations.sightings import Sighting, Value, sight
from xiezhi.clock import Moment
from xiezhi.store.edges import count_filings_with, filings_with, people_of
from xiezhi.store.links import Link, links_of

MOST_FILINGS: Final = 40
"""Latest filings read of an entity, and of a phone, address or name beside the one asked for: as many as people may
share one and a few more (own limit; 99 of 100 entities of a simulated docket of 20,000 filings have 24 or fewer)."""

MOST_COUNTED: Final = 1_000
"""Filings of an entity that are counted: log2 of more is nearly the same."""

_INDEXES: Final = {"phone": ("phone", "agent_phone"), "address": ("address",), "head": ("head",)}


class Unread(NamedTuple):
    """An entity (or a value, told by a holder and its kind) with more filings than were read."""

    of: str
    kind: str


class Reading:
    """Filings read so far. The filing asked about never comes out of the store: it is handed in."""

    def __init__(self, connection: Connection, own: Sighting, as_of: Moment) -> None:
        self._connection = connection
        self._as_of = as_of
        self._own = own.filing_id
        self._values_read: set[Value] = set()
        self._entities_read: set[str] = set()
        self.sightings: dict[str, Sighting] = {own.filing_id: own}
        self.kinds: dict[str, str] = dict(own.kinds)
        self.unread: list[Unread] = []

    def read_entities(self, entity_ids: Iterable[str]) -> None:
        """Read the latest filings of these parties and agents."""
        new = [e for e in dict.fromkeys(entity_ids) if e not in self._entities_read]
        self._entities_read.update(new)
        self._read({self._key(entity): (entity, "", None) for entity in new})

    def read_values(self, around: Iterable[str]) -> None:
        """Read the latest filings of every phone, address and name that these entities are known to have."""
        near = set(around)
        asked: dict[int, tuple[str, str, int | None]] = {}
        for seen in list(self.sightings.values()):
            for holding in seen.holdings:
                value = holding.value
                if holding.entity not in near or value in self._values_read:
                    continue
                self._values_read.add(value)
                for index in _INDEXES[value.kind]:
                    asked[key(index, value.text)] = (holding.entity, value.kind, self._key(holding.entity))
        self._read(asked)

    def count_filings(self, entity_ids: Iterable[str]) -> Mapping[str, int]:
        """Entity id -> in how many filings it appeared; in none, it is left out."""
        asked = {self._key(entity): entity for entity in entity_ids}
        found = count_filings_with(self._connection, list(asked), self._as_of, MOST_COUNTED)
        return {asked[k]: count for k, count in found.items()}

    def _read(self, asked: Mapping[int, tuple[str, str, int | None]]) -> None:
        """Read the filings of some keys; each with an entity, a kind of value, and a key to leave out."""
        ranges = [(k, other) for k, (_, _, other) in asked.items()]
        found = filings_with(self._connection, ranges, self._as_of, MOST_FILINGS + 2)
        wanted: dict[str, None] = {}
        for k, filing_ids in found.items():
            others = [i for i in filing_ids if i != self._own]
            if len(others) > MOST_FILINGS:
                self.unread.append(Unread(*asked[k][:2]))
            wanted.update(dict.fromkeys(i for i in others[:MOST_FILINGS] if i not in self.sightings))
        links: dict[str, list[Link]] = {}
        for link in links_of(self._connection, list(wanted)):
            links.setdefault(link.filing_id, []).append(link)
            self.kinds[link.entity_id] = link.kind
        for filing_id, filing in people_of(self._connection, list(wanted)).items():
            self.sightings[filing_id] = sight(filing, links.get(filing_id, ()))

    def _key(self, entity_id: str) -> int:
        """The key of the history index under which an entity appears."""
        kind = self.kinds[entity_id]
        return key(kind if kind in ("agent", "firm") else "party", entity_id)
