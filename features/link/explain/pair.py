"""Two mentions: the waterfall of the pair, and why they are one entity or are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from features.link.compare import compare, numbers_clash
from features.link.decide import carries_number
from features.link.explain.evidence import Waterfall, Weigher
from features.link.explain.known import Known
from features.link.explain.lacking import Missing, would_do
from features.link.index import Index
from features.link.people import People
from features.link.profile import Profile
from features.link.reader import StoreReader
from features.link.score import offers_for
from features.link.verdicts import all_verdicts
from features.link.weights import Bits, load_weights
from xiezhi.store.link_index import before_filing
from xiezhi.store.mentions import mentions_of_filings

LINKED: Final = (
    "judged-same",
    "still-linked",
    "merged",
    "one-in-filing",
    "one-number",
    "joined",
    "through-others",
    "linked-otherwise",
)
APART: Final = (
    "kinds-differ",
    "judged-different",
    "still-apart",
    "different-numbers",
    "branch",
    "same-filing",
    "masked",
    "no-shared-key",
    "crowded-keys",
    "entity-different-numbers",
    "entity-branch",
    "entity-same-filing",
    "below-threshold",
    "entity-average",
    "another-likelier",
    "linked-otherwise",
)
"""Every reason there is why two are one, and why they are not."""


@dataclass(frozen=True)
class Keys:
    """Blocking keys by name: those shared, those each side has besides, and shared ones that too many hold."""

    shared: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    crowded: tuple[str, ...]


@dataclass(frozen=True)
class Rival:
    """The entity a mention joined instead."""

    entity_id: str
    bits: Bits


@dataclass(frozen=True)
class Pair:
    """Two mentions of one kind or two; `left` is the earlier linked.

    entities: of both, as they stand now. alone: the two compared by themselves. offer: the later compared with the
    earlier one's entity as it was then, which is what the linker decided by; None where it never did. Both None
    under a veto. would_do: sets of evidence that would each lift the deciding log-odds to the threshold.
    """

    left: Known
    right: Known
    entities: tuple[str, str]
    reason: str
    alone: Waterfall | None
    offer: Waterfall | None
    cut: Bits
    threshold: float
    keys: Keys
    rival: Rival | None = None
    would_do: tuple[tuple[Missing, ...], ...] = ()

    @property
    def linked(self) -> bool:
        """Whether they are one entity."""
        return self.entities[0] == self.entities[1]

    @property
    def deciding(self) -> Waterfall | None:
        """What was decided by; the two alone where nothing was."""
        return self.offer or self.alone


def explain_pair(connection: Connection, people: People, a: Known, b: Known) -> Pair:
    """Why these two mentions are one entity or are not, as of the later one's moment."""
    left, right = sorted((a, b), key=lambda known: known.place)
    return _Case(connection, people, left, right).explain()


def index_at(connection: Connection, known: Known) -> Index:
    """What the linker knew when it linked a mention, the mention's keys loaded."""
    row = known.row
    reader = StoreReader(connection, before_filing(connection, row.filing_id, row.filed_at))
    index = Index(load_weights(), reader, all_verdicts(connection))
    index.turn_to(row.filed_at)
    index.load(known.mention.keys.values())
    return index


class _Case:
    """One pair under examination."""

    def __init__(self, connection: Connection, people: People, left: Known, right: Known) -> None:
        self._connection, self._people = connection, people
        self._left, self._right = left, right
        self._index = index_at(connection, right)
        standing = self._index.verdicts.standing_for(right.row.filed_at)
        self._entity_then = standing.get(left.row.entity_id, left.row.entity_id)
        self._one_filing = left.row.filing_id == right.row.filing_id
        self._weigher = Weigher(right.mention, self._index)
        self._rival: Rival | None = None

    def explain(self) -> Pair:
        left, right, weights = self._left, self._right, self._index.weights
        alone = offer = None
        if left.row.kind == right.row.kind:
            alone = self._weigher.against([left.mention.profile], self._entity_then)
            offer = self._offer()
        entities = (self._people.final(left.row.entity_id), self._people.final(right.row.entity_id))
        one = entities[0] == entities[1]
        reason = self._why_one(alone, offer) if one else self._why_apart(alone, offer)
        short = offer or alone
        lacking: tuple[tuple[Missing, ...], ...] = ()
        if short is not None and short.total < weights.cut and not one:
            kind = weights.kinds[right.row.kind]
            lacking = would_do(short, weights.cut, kind, self._weigher, self._entity_then)
        cut, threshold, keys = weights.cut, weights.threshold, self._keys()
        return Pair(
            left, right, entities, reason, alone, offer, cut, threshold, keys, self._rival, lacking
        )  # fmt: skip

    def _offer(self) -> Waterfall | None:
        """Against the earlier one's entity as it was before this filing; None where it was not, or under a veto."""
        profiles = [] if self._one_filing else self._considered()
        return self._weigher.against(profiles, self._entity_then) if profiles else None

    def _considered(self) -> list[Profile]:
        self._index.load_profiles([self._entity_then])
        return self._index.profiles(self._entity_then)

    def _why_one(self, alone: Waterfall | None, offer: Waterfall | None) -> str:
        left, right, closure = self._left, self._right, self._people.closure
        if right.ref in closure.together(left.ref):
            return "judged-same"
        if right.ref in closure.apart(left.ref):
            return "still-linked"
        if left.row.entity_id != right.row.entity_id:
            return "merged"
        if self._one_filing:
            return "one-in-filing"
        cut = self._index.weights.cut
        if offer is None or offer.total < cut:
            return "one-number" if self._one_number() else "linked-otherwise"
        return "joined" if alone is not None and alone.total >= cut else "through-others"

    def _one_number(self) -> bool:
        return carries_number(self._right.mention.profile, self._considered())

    def _why_apart(self, alone: Waterfall | None, offer: Waterfall | None) -> str:
        left, right, closure = self._left, self._right, self._people.closure
        if left.row.kind != right.row.kind:
            return "kinds-differ"
        if right.ref in closure.apart(left.ref):
            return "judged-different"
        if right.ref in closure.together(left.ref):
            return "still-apart"
        if alone is None:
            return self._veto(left.mention.profile)
        if self._one_filing:
            return "same-filing"
        if offer is None:
            vetoes = [p for p in self._considered() if compare(right.mention.profile, p) is None]
            return f"entity-{self._veto(vetoes[0])}" if vetoes else "linked-otherwise"
        return self._why_not_taken(alone, offer)

    def _why_not_taken(self, alone: Waterfall, offer: Waterfall) -> str:
        cut = self._index.weights.cut
        keys = self._keys()
        if self._is_masked():
            return "masked"
        if offer.total >= cut:
            return self._why_another(offer)
        if not keys.shared:
            return "no-shared-key"
        if set(keys.shared) == set(keys.crowded):
            return "crowded-keys"
        return "entity-average" if alone.total >= cut else "below-threshold"

    def _why_another(self, offer: Waterfall) -> str:
        offers = {o.entity_id: o.bits for o in offers_for(self._right.mention, self._index)}
        mine = self._right.row.entity_id
        if mine in offers:
            self._rival = Rival(mine, offers[mine])
            if offers[mine] >= offer.total:
                return "another-likelier"
        return "entity-same-filing" if self._is_taken() else "linked-otherwise"

    def _is_masked(self) -> bool:
        """Whether a name is masked, and so little else agrees that it is no offer at all."""
        if self._left.mention.profile.name and self._right.mention.profile.name:
            return False
        offered = {offer.entity_id for offer in offers_for(self._right.mention, self._index)}
        return self._entity_then not in offered

    def _is_taken(self) -> bool:
        """Whether another mention of the later one's filing is the earlier one's entity."""
        beside = mentions_of_filings(self._connection, [self._right.row.filing_id])
        return any(row.entity_id == self._entity_then for row in beside)

    def _veto(self, other: Profile) -> str:
        mine = self._right.mention.profile
        clash = numbers_clash(mine, other) or numbers_clash(other, mine)
        return "different-numbers" if clash else "branch"

    def _keys(self) -> Keys:
        left, right = self._left.mention.keys, self._right.mention.keys
        shared = {which for which, key in right.items() if left.get(which) == key}
        crowded = {which for which in shared if self._index.is_hub(right[which])}
        return Keys(_named(shared), _named(set(left) - shared), _named(set(right) - shared), _named(crowded))


def _named(keys: set[str]) -> tuple[str, ...]:
    return tuple(sorted(keys))
