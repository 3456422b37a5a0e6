"""The linker's index read from the store, as of one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from features.link.claims import ClaimFacts, claim_facts
from features.link.profile import Profile
from xiezhi.store import link_index
from xiezhi.store.link_index import Before
from xiezhi.store.links import claims_of, links_of


class StoreReader:
    """Reads what was linked before a moment, or at it and before a number."""

    def __init__(self, connection: Connection, before: Before) -> None:
        self._connection = connection
        self._before = before

    def newest_number(self) -> int:
        """How many mentions there are."""
        return link_index.newest_number(self._connection, self._before)

    def holders(self, keys: Iterable[int], limit: int) -> Mapping[int, list[int]]:
        """Key -> numbers of its latest holders, oldest first."""
        return link_index.holders(self._connection, list(keys), self._before, limit)

    def count_holders(self, keys: Iterable[int], cap: int) -> Mapping[int, int]:
        """Key -> number of holders, up to `cap`."""
        return link_index.count_holders(self._connection, list(keys), self._before, cap)

    def entities_of(self, numbers: Iterable[int]) -> Mapping[int, tuple[str, str]]:
        """Mention number -> entity id, filing id."""
        return link_index.entities_of(self._connection, list(numbers))

    def latest_profiles(self, entity_ids: Iterable[str], limit: int) -> Mapping[str, list[Profile]]:
        """Entity id -> its latest mentions, oldest first."""
        rows = link_index.latest_mentions(self._connection, list(entity_ids), self._before, limit)
        return {e: [Profile.loads(row.normalised) for row in of] for e, of in rows.items()}

    def claims_of(self, filing_ids: Iterable[str]) -> Mapping[str, ClaimFacts]:
        """Filing id -> what its claim is compared by."""
        wanted = list(filing_ids)
        claims = claims_of(self._connection, wanted)
        entities: dict[str, dict[str, str]] = {}
        for link in links_of(self._connection, wanted):
            if link.kind in ("person", "organization"):
                entities.setdefault(link.filing_id, {})[link.record_id] = link.entity_id
        found: dict[str, ClaimFacts] = {}
        for filing, family in link_index.first_versions(self._connection, wanted):
            facts = claim_facts(filing, family, entities[filing.filing_id])
            found[filing.filing_id] = facts._replace(claim_id=claims[filing.filing_id][0])
        return found
