"""What the linker knows before one moment: holders of keys, latest mentions of entities, claims of filings.

One index serves both ways of linking. In bulk it grows in memory, filing by filing; online it holds what one
filing needs, read from the store. It never contains anything later; of the filing's own moment it contains what
was linked first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from features.link.claims import ClaimFacts
from features.link.profile import CERTAIN, Profile
from features.link.weights import Weights


class Reader(Protocol):
    """Reads the store as of one moment; see `features.link.reader`."""

    def newest_number(self) -> int: ...
    def holders(self, keys: Iterable[int], limit: int) -> Mapping[int, list[int]]: ...
    def count_holders(self, keys: Iterable[int], cap: int) -> Mapping[int, int]: ...
    def entities_of(self, numbers: Iterable[int]) -> Mapping[int, tuple[str, str]]: ...
    def latest_profiles(self, entity_ids: Iterable[str], limit: int) -> Mapping[str, list[Profile]]: ...
    def claims_of(self, filing_ids: Iterable[str]) -> Mapping[str, ClaimFacts]: ...


class Postings:
    """Mentions that held a key: how many, and the numbers of the latest."""

    __slots__ = ("count", "latest")

    def __init__(self, count: int = 0, latest: list[int] | None = None) -> None:
        self.count = count
        self.latest = latest if latest is not None else []


_NOBODY = Postings()


class Index:
    """See the module. Without a `reader` the store is known to hold nothing beyond what was added."""

    def __init__(self, weights: Weights, reader: Reader | None = None) -> None:
        self.weights = weights
        self.reader = reader
        self.mentions = reader.newest_number() if reader else 0
        self._postings: dict[int, Postings] = {}
        self._entity: dict[int, str] = {}  # mention number -> entity id
        self._filing: dict[int, str] = {}  # mention number -> filing id
        self._profiles: dict[str, list[Profile]] = {}
        self._claims: dict[str, ClaimFacts] = {}

    def __len__(self) -> int:
        return len(self._entity)

    def load(self, keys: Iterable[int]) -> None:
        """Read from the store what it knows of keys not asked for before."""
        if self.reader is None:
            return
        missing = [key for key in dict.fromkeys(keys) if key not in self._postings]
        if not missing:
            return
        w = self.weights
        held = self.reader.holders(missing, w.hub + 1)
        hubs = [key for key, numbers in held.items() if len(numbers) > w.hub]
        counts = self.reader.count_holders(hubs, w.count_cap) if hubs else {}
        for key in missing:
            numbers = held.get(key, [])
            self._postings[key] = Postings(counts.get(key, len(numbers)), numbers)
        # Asked one by one: subtracting the view of all entities would walk through every mention there is.
        unknown = {n for numbers in held.values() for n in numbers if n not in self._entity}
        for number, (entity_id, filing_id) in self.reader.entities_of(unknown).items():
            self._entity[number], self._filing[number] = entity_id, filing_id

    def candidates(self, keys: Mapping[str, int]) -> set[str]:
        """Entities that share one of these keys, without keys that too many hold; see `CERTAIN`."""
        w = self.weights
        found: set[str] = set()
        for which, key in keys.items():
            postings = self._postings.get(key, _NOBODY)
            numbers = postings.latest
            if postings.count > w.hub:
                if which not in CERTAIN:
                    continue
                numbers = numbers[-w.certain_latest :]
            found.update([self._entity[number] for number in numbers])
        return found

    def bearers(self, key: int | None) -> tuple[float, set[str]]:
        """About how many entities bear a value, and those among its latest holders.

        Where too many hold it to look at all, the share of different entities among the latest stands for all:
        a lender of a thousand suits is one bearer, a thousand namesakes are many.
        """
        postings = self._postings.get(key, _NOBODY) if key is not None else _NOBODY
        w = self.weights
        bearers = {self._entity[number] for number in postings.latest[-w.hub :]}
        if postings.count <= w.hub:
            return len(bearers), bearers
        return 1 + (len(bearers) - 1) * min(postings.count, w.count_cap) / w.hub, bearers

    def is_hub(self, key: int | None) -> bool:
        """Whether too many hold a key for it to propose anybody."""
        return key is not None and self._postings.get(key, _NOBODY).count > self.weights.hub

    def load_profiles(self, entity_ids: Iterable[str]) -> None:
        """Read the latest mentions of entities not asked for before."""
        if self.reader is None:
            return
        missing = [e for e in dict.fromkeys(entity_ids) if e not in self._profiles]
        if not missing:
            return
        self._profiles.update(self.reader.latest_profiles(missing, self.weights.considered))

    def profiles(self, entity_id: str) -> list[Profile]:
        """The latest mentions of an entity, oldest first."""
        return self._profiles[entity_id]

    def filings_holding(self, key: int) -> list[str]:
        """Filings that hold a claim key, oldest first; none where too many do."""
        postings = self._postings.get(key, _NOBODY)
        if postings.count > self.weights.hub:
            return []
        return [self._filing[number] for number in postings.latest]

    def claims_of(self, filing_ids: Iterable[str]) -> list[ClaimFacts]:
        """What is known of the claims of these filings; of those only linked but never stored, nothing."""
        wanted = list(dict.fromkeys(filing_ids))
        missing = [filing_id for filing_id in wanted if filing_id not in self._claims]
        if missing and self.reader is not None:
            self._claims.update(self.reader.claims_of(missing))
        return [self._claims[filing_id] for filing_id in wanted if filing_id in self._claims]

    def add(self, number: int, entity_id: str, filing_id: str, profile: Profile, keys: Iterable[int]) -> None:
        """Take in a mention just linked. With a reader its keys must have been loaded."""
        w = self.weights
        self.mentions = number
        self._entity[number], self._filing[number] = entity_id, filing_id
        profiles = self._profiles.setdefault(entity_id, [])
        profiles.append(profile)
        del profiles[: -w.considered]
        for key in keys:
            postings = self._postings.get(key)
            if postings is None:
                postings = self._postings[key] = Postings()
            postings.count += 1
            postings.latest.append(number)
            if len(postings.latest) > 2 * w.hub:
                del postings.latest[: -w.hub - 1]

    def add_claim(self, facts: ClaimFacts) -> None:
        """Take in the claim of a filing just linked."""
        self._claims[facts.filing_id] = facts
