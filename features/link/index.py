"""What the linker knows before one moment: holders of keys, latest mentions of entities, claims of filings.

One index serves both ways of linking. In bulk it grows in memory, filing by filing; online it holds what one
filing needs, read from the store. It never contains anything later; of the filing's own moment it contains what
was linked first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from features.link.claims import ClaimFacts, Sides
from features.link.profile import CERTAIN, Profile
from features.link.verdicts import NOBODY, Refs, Ruling, Verdicts
from features.link.weights import Weights
from xiezhi.clock import Moment
from xiezhi.store.judgements import MentionRef
from xiezhi.store.links import Link


class Reader(Protocol):
    """Reads the store as of one moment; see `features.link.reader`."""

    def newest_number(self) -> int: ...
    def holders(self, limits: Mapping[int, int]) -> Mapping[int, list[int]]: ...
    def latest_linked(self, limits: Mapping[int, int]) -> Mapping[int, list[tuple[int, str, str]]]: ...
    def latest_bearers(self, keys: Iterable[int], latest: int) -> Mapping[int, set[str]]: ...
    def count_holders(self, keys: Iterable[int], cap: int) -> Mapping[int, int]: ...
    def entities_of(self, numbers: Iterable[int]) -> Mapping[int, tuple[str, str]]: ...
    def latest_profiles(self, entity_ids: Iterable[str], limit: int) -> Mapping[str, list[Profile]]: ...
    def entities_of_refs(self, refs: Iterable[MentionRef]) -> Mapping[MentionRef, tuple[int, str]]: ...
    def claims_of(
        self, filing_ids: Collection[str], others: Collection[str], sides: Sides
    ) -> Mapping[str, ClaimFacts]: ...


class Postings:
    """Mentions that held a key: how many, and the numbers of the latest.

    Of a key that was only counted in the store `latest` is empty; `bearers` are the entities of its latest holders,
    once they were read.
    """

    __slots__ = ("bearers", "count", "latest")

    def __init__(self, count: int = 0, latest: list[int] | None = None) -> None:
        self.count = count
        self.latest = latest if latest is not None else []
        self.bearers: set[str] | None = None

    @property
    def is_read(self) -> bool:
        """Whether it is known who held it."""
        return self.bearers is not None or bool(self.latest) or not self.count


_NOBODY = Postings()


class Index:
    """See the module. Without a `reader` the store is known to hold nothing beyond what was added."""

    def __init__(
        self, weights: Weights, reader: Reader | None = None, verdicts: Verdicts | None = None
    ) -> None:
        self.weights = weights
        self.reader = reader
        self.verdicts = verdicts if verdicts is not None else Verdicts()
        self.mentions = reader.newest_number() if reader else 0
        self._postings: dict[int, Postings] = {}
        self._certain: dict[int, set[str]] = {}  # key -> entities of its latest holders, read from the store
        self._entity: dict[int, str] = {}  # mention number -> entity id
        self._filing: dict[int, str] = {}  # mention number -> filing id
        self._profiles: dict[str, list[Profile]] = {}
        self._claims: dict[str, ClaimFacts] = {}
        self._judged: dict[MentionRef, tuple[int, str]] = {}  # of filings that judgements name
        self._standing: Mapping[str, str] = {}  # old entity id -> the id it stands for at present
        self._olds: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._entity)

    def turn_to(self, filed_at: Moment) -> None:
        """Take entity ids as they stand for others at the moment of the filing now linked."""
        standing = self.verdicts.standing_for(filed_at)
        if standing is self._standing:
            return
        self._standing = standing
        self._olds = {}
        for old_id in sorted(standing):
            self._olds.setdefault(standing[old_id], []).append(old_id)

    def rulings(self, filed_at: Moment, refs: Sequence[MentionRef]) -> list[Ruling]:
        """What people said of each mention of a filing, in their order."""
        if not any(self.verdicts.concern(ref.filing_id) for ref in refs):
            return [Ruling()] * len(refs)
        closure = self.verdicts.closure(filed_at)
        said = [(closure.together(ref), closure.apart(ref)) for ref in refs]
        wanted = NOBODY.union(*(both for pair in said for both in pair)) - set(refs)
        known = self._entities_of_refs(wanted)
        return [self._ruling(together, apart, known) for together, apart in said]

    def _ruling(self, together: Refs, apart: Refs, known: Mapping[MentionRef, tuple[int, str]]) -> Ruling:
        barred = frozenset(self._survivor(known[ref][1]) for ref in apart if ref in known)
        first = min((known[ref] for ref in together if ref in known), default=(0, ""))
        entity_id = self._survivor(first[1])
        return Ruling(together, apart, "" if entity_id in barred else entity_id, barred)

    def _entities_of_refs(self, refs: Refs) -> Mapping[MentionRef, tuple[int, str]]:
        found = {ref: self._judged[ref] for ref in refs if ref in self._judged}
        if self.reader is not None and len(found) < len(refs):
            found |= self.reader.entities_of_refs(refs - found.keys())
        return found

    def _survivor(self, entity_id: str) -> str:
        return self._standing.get(entity_id, entity_id)

    def load(self, keys: Iterable[int]) -> None:
        """Ask the store, of keys not asked for before, whether anybody held them, and whether too many did.

        Who held them is read where it is asked for; see `read`.
        """
        if self.reader is None:
            return
        missing = [key for key in dict.fromkeys(keys) if key not in self._postings]
        if missing:
            counts = self.reader.count_holders(missing, self.weights.hub + 1)
            self._postings.update((key, Postings(counts[key])) for key in missing)

    def read(self, keys: Iterable[int], certain: Iterable[int] = ()) -> None:
        """Read from the store, at once, who held loaded keys last; `certain`: keys of `CERTAIN`, loaded or not."""
        if self.reader is None:
            return
        w = self.weights
        unread = {key: of for key in keys if not (of := self._postings[key]).is_read}
        few = [key for key, of in unread.items() if of.count <= w.hub]
        hubs = unread.keys() - set(few)
        missing = {key for key in certain if self._held_certain(key) is None}
        if few:
            for key, bearers in self.reader.latest_bearers(few, w.hub).items():
                unread[key].bearers = bearers
        if hubs or missing:
            latest = self.reader.latest_bearers(hubs | missing, w.certain_latest)
            for key in hubs:
                unread[key].bearers = latest[key]
            self._certain |= {key: latest[key] for key in missing}

    def count(self, keys: Iterable[int]) -> None:
        """Count in the store how many held keys that were read, as far as `bearers` needs it."""
        if self.reader is None:
            return
        w = self.weights
        # A single bearer is one, however often it was met.
        hubs = [
            key
            for key in dict.fromkeys(keys)
            if (of := self._postings[key]).count == w.hub + 1
            and of.bearers is not None
            and len(of.bearers) > 1
        ]
        if hubs:
            for key, count in self.reader.count_holders(hubs, w.count_cap).items():
                self._postings[key].count = count

    def load_whole(self, keys: Iterable[int]) -> None:
        """Read from the store all that is ever asked of keys not asked for before, by the number of the mention."""
        if self.reader is None:
            return
        missing = [key for key in dict.fromkeys(keys) if key not in self._postings]
        if not missing:
            return
        w = self.weights
        held = self.reader.holders(dict.fromkeys(missing, w.hub + 1))
        hubs = [key for key, numbers in held.items() if len(numbers) > w.hub]
        counts = self.reader.count_holders(hubs, w.count_cap) if hubs else {}
        for key in missing:
            numbers = held.get(key, [])
            self._postings[key] = Postings(counts.get(key, len(numbers)), numbers)
        self._know(n for numbers in held.values() for n in numbers)

    def _know(self, numbers: Iterable[int]) -> None:
        """Read who mentions were taken for, of those not asked for before."""
        # Asked one by one: subtracting the view of all entities would walk through every mention there is.
        unknown = {n for n in numbers if n not in self._entity}
        if self.reader is not None and unknown:
            for number, (entity_id, filing_id) in self.reader.entities_of(unknown).items():
                self._entity[number], self._filing[number] = entity_id, filing_id

    def candidates(self, keys: Mapping[str, int]) -> set[str]:
        """Entities that share one of these keys; not those that too many hold, of `CERTAIN` the latest holders."""
        w = self.weights
        found: set[str] = set()
        for which, key in keys.items():
            postings = self._postings.get(key, _NOBODY)
            if which in CERTAIN:
                held = self._held_certain(key)
                if held is None:
                    self.read((), [key])
                    held = self._certain[key]
                found |= held
            elif postings.count <= w.hub:
                found |= self._latest(key, postings, w.hub)
        return {self._survivor(e) for e in found} if self._standing else found

    def _held_certain(self, key: int) -> set[str] | None:
        """Entities of the latest holders of a key of `CERTAIN`; None where the store was not asked yet."""
        found = self._certain.get(key)
        if found is None:
            postings = self._postings.get(key)
            if self.reader is None or (postings is not None and (postings.latest or not postings.count)):
                latest = postings.latest if postings is not None else []
                return self._entities(latest[-self.weights.certain_latest :])
        return found

    def _latest(self, key: int, postings: Postings, most: int) -> set[str]:
        """Entities of the latest `most` holders."""
        if not postings.is_read:
            self.read([key])
        if postings.bearers is not None:
            return postings.bearers
        return self._entities(postings.latest[-most:])

    def _entities(self, numbers: Iterable[int]) -> set[str]:
        return {self._entity[number] for number in numbers}

    def bearers(self, key: int | None) -> tuple[float, set[str]]:
        """About how many entities bear a value, and those among its latest holders.

        Where too many hold it to look at all, the share of different entities among the latest stands for all:
        a lender of a thousand suits is one bearer, a thousand namesakes are many.
        """
        postings = self._postings.get(key, _NOBODY) if key is not None else _NOBODY
        if key is None or not postings.count:
            return 0, set()
        w = self.weights
        is_hub = postings.count > w.hub
        bearers = self._latest(key, postings, w.certain_latest if is_hub else w.hub)
        if is_hub:
            self.count([key])
        if self._standing:
            bearers = {self._survivor(e) for e in bearers}
        if not is_hub:
            return len(bearers), bearers
        return 1 + (len(bearers) - 1) * min(postings.count, w.count_cap) / w.certain_latest, bearers

    def is_held(self, key: int) -> bool:
        """Whether anybody held a key."""
        return self._postings.get(key, _NOBODY).count > 0

    def is_hub(self, key: int | None) -> bool:
        """Whether too many hold a key for it to propose anybody."""
        return key is not None and self._postings.get(key, _NOBODY).count > self.weights.hub

    def load_profiles(self, entity_ids: Iterable[str]) -> None:
        """Read the latest mentions of entities not asked for before."""
        if self.reader is None:
            return
        wanted = [e for entity_id in entity_ids for e in (entity_id, *self._olds.get(entity_id, ()))]
        missing = [e for e in dict.fromkeys(wanted) if e not in self._profiles]
        if not missing:
            return
        found = self.reader.latest_profiles(missing, self.weights.considered)
        self._profiles.update((e, found.get(e, [])) for e in missing)

    def profiles(self, entity_id: str) -> list[Profile]:
        """The latest mentions of an entity, oldest first; before them those of ids that stand for it."""
        olds = self._olds.get(entity_id)
        if olds is None:
            return self._profiles[entity_id]
        return [profile for one in (*olds, entity_id) for profile in self._profiles.get(one, ())]

    def load_latest(self, *wanted: tuple[Iterable[int], int]) -> None:
        """Read from the store the latest holders of claim keys not asked for before: of each (keys, most), `most`."""
        if self.reader is None:
            return
        limits: dict[int, int] = {}
        for keys, most in wanted:
            limits |= {key: min(most, self.weights.hub) for key in keys if key not in self._postings}
        held = self.reader.latest_linked(limits) if limits else {}
        for key in limits:
            linked = held.get(key, [])
            self._postings[key] = Postings(len(linked), [number for number, _, _ in linked])
            for number, entity_id, filing_id in linked:
                self._entity[number], self._filing[number] = entity_id, filing_id

    def latest_filings(self, keys: Iterable[int], most: int) -> list[list[str]]:
        """Of each claim key that is held the latest `most` filings, the latest first; fewer where keys are capped."""
        least = min(most, self.weights.hub)
        held = (self._postings.get(key) for key in keys)
        return [[self._filing[n] for n in p.latest[: -least - 1 : -1]] for p in held if p is not None]

    def claims_of(
        self, filing_ids: Collection[str], others: Collection[str], sides: Sides
    ) -> list[ClaimFacts]:
        """What is known of the claims of these filings; of those only linked but never stored, nothing.

        Of `others` only those need to be told whose sides touch `sides`.
        """
        wanted = dict.fromkeys((*filing_ids, *others))
        missing = [filing_id for filing_id in wanted if filing_id not in self._claims]
        if missing and self.reader is not None:
            self._claims.update(self.reader.claims_of(missing, set(others).difference(filing_ids), sides))
        return [self._claims[filing_id] for filing_id in wanted if filing_id in self._claims]

    def add(self, number: int, link: Link, profile: Profile, keys: Iterable[int]) -> None:
        """Take in a mention just linked. With a reader its keys must have been loaded whole."""
        w = self.weights
        self.mentions = number
        self._entity[number], self._filing[number] = link.entity_id, link.filing_id
        if self.verdicts.concern(link.filing_id):
            ref = MentionRef(link.filing_id, link.record_id, link.kind)
            self._judged[ref] = (number, link.entity_id)
        profiles = self._profiles.setdefault(link.entity_id, [])
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
