"""The linker's index read from the store, as of one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from sqlalchemy import Connection

from features.link.claims import ClaimFacts, Parties, Sides, with_parties
from features.link.claims.facts import claim_of_sides, sides_said, sides_with_parties
from features.link.claims.meeting import touch
from features.link.profile import Profile
from xiezhi.records import Filing
from xiezhi.store import link_index
from xiezhi.store.filings import read_body
from xiezhi.store.judgements import MentionRef
from xiezhi.store.link_index import Before


class StoreReader:
    """Reads what was linked before a moment, or at it and before a number."""

    def __init__(self, connection: Connection, before: Before) -> None:
        self._connection = connection
        self._before = before

    def newest_number(self) -> int:
        """How many mentions there are."""
        return link_index.newest_number(self._connection, self._before)

    def holders(self, limits: Mapping[int, int]) -> Mapping[int, list[int]]:
        """Key -> numbers of its latest holders, oldest first; `limits` says how many of each."""
        return link_index.holders(self._connection, limits, self._before)

    def latest_linked(self, limits: Mapping[int, int]) -> Mapping[int, list[tuple[int, str, str]]]:
        """Key -> (number, entity id, filing id) of its latest holders, oldest first, as many as `limits` says."""
        return link_index.latest_linked(self._connection, limits, self._before)

    def latest_bearers(self, keys: Iterable[int], latest: int) -> Mapping[int, set[str]]:
        """Key -> entities of its latest holders, `latest` at most."""
        return link_index.latest_bearers(self._connection, list(keys), self._before, latest)

    def count_holders(self, keys: Iterable[int], cap: int) -> Mapping[int, int]:
        """Key -> number of holders, up to `cap`; 0 where there is none."""
        return link_index.count_holders(self._connection, list(keys), self._before, cap)

    def entities_of(self, numbers: Iterable[int]) -> Mapping[int, tuple[str, str]]:
        """Mention number -> entity id, filing id."""
        return link_index.entities_of(self._connection, numbers)

    def latest_profiles(self, entity_ids: Iterable[str], limit: int) -> Mapping[str, list[Profile]]:
        """Entity id -> its latest mentions, oldest first."""
        said = link_index.latest_said(self._connection, entity_ids, self._before, limit)
        return {entity_id: [_profile(text) for text in texts] for entity_id, texts in said.items()}

    def entities_of_refs(self, refs: Iterable[MentionRef]) -> Mapping[MentionRef, tuple[int, str]]:
        """Mention -> its number and entity id, of those linked."""
        return link_index.entities_of_refs(self._connection, list(refs), self._before)

    def claims_of(
        self, filing_ids: Collection[str], loose: Collection[str] = (), sides: Sides | None = None
    ) -> Mapping[str, ClaimFacts]:
        """Filing id -> what its claim is compared by; of the `loose` among them only where a side touches `sides`."""
        found: dict[str, ClaimFacts] = {}
        for linked in link_index.linked_claims(self._connection, filing_ids):
            filing, named = _first(linked.body)
            who = Parties(linked.party, linked.agent)
            asked = sides if filing.filing_id in loose else None
            if asked is not None and not touch(asked, sides_with_parties(named, filing, who)):
                continue
            facts = with_parties(_said(linked.body, linked.family), filing, who)
            found[facts.filing_id] = facts._replace(claim_id=linked.claim_id)
        return found


# Who is often in court says the same again, and the latest suit of a mass filer stands beside each of the next.
_profile = lru_cache(4_096)(Profile.loads)


@lru_cache(1_024)
def _first(body: str) -> tuple[Filing, Sides]:
    """A filing as first received, and how it names its sides."""
    filing = read_body(body)
    return filing, sides_said(filing)


@lru_cache(1_024)
def _said(body: str, family: str) -> ClaimFacts:
    """What a filing as first received says of its claim."""
    filing, named = _first(body)
    return claim_of_sides(filing, family, named)
