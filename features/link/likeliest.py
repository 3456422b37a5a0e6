"""The likeliest pair of mentions of two groups, with what each field adds: the evidence of a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from features.link.explain.evidence import Waterfall, Weigher
from features.link.index import Index
from features.link.profile import Mention, Profile, blocking_keys
from features.link.reader import StoreReader
from features.link.verdicts import LONG_AGO, Verdicts
from features.link.weights import load_weights
from xiezhi.store.judgements import MentionRef, Referent
from xiezhi.store.link_index import NEVER_NUMBERED, Before
from xiezhi.store.proposals import Evidence, Step

MOST_COMPARED: Final = 6
"""Different mentions of a group, the latest, among which the likeliest pair is looked for (own limit)."""

MOST_GROUPS: Final = 12
"""Groups looked at, the largest: with six mentions each 2,376 pairs at most (own limit)."""


class Told(NamedTuple):
    """A mention by name, and what it says; `profile.known` is empty: a mention speaks for itself."""

    ref: MentionRef
    profile: Profile


def likeliest(
    connection: Connection, groups: Sequence[Sequence[Told]], entity_ids: Sequence[str]
) -> Evidence:
    """The likeliest pair of mentions of two of these groups (each oldest first).

    Weighed by how common values are in the whole store by now, the entities the groups are now counting as one bearer.
    """
    return _Bearer(connection, entity_ids).between(groups)


class _Bearer:
    """The mentions of entities that are supposed to be one."""

    def __init__(self, connection: Connection, entity_ids: Sequence[str]) -> None:
        self._entity_id = entity_ids[0]
        supposed = [Referent(one, self._entity_id, LONG_AGO, "", "") for one in entity_ids[1:]]
        reader = StoreReader(connection, Before(NEVER_NUMBERED, 0))
        self._index = Index(load_weights(), reader, Verdicts(referents=supposed))
        self._index.turn_to(NEVER_NUMBERED)

    def between(self, groups: Sequence[Sequence[Told]]) -> Evidence:
        """The likeliest pair of mentions of two of these groups."""
        chosen = [_different(group) for group in sorted(groups, key=len, reverse=True)[:MOST_GROUPS]]
        best: Evidence | None = None
        for i, group in enumerate(chosen):
            others = [told for j, other in enumerate(chosen) if j > i for told in other]
            for mine in group:
                found = self._likeliest(mine, others)
                if found is not None and (best is None or _bits(found) > _bits(best)):
                    best = found
        assert best is not None, "there are two groups, and none is empty"
        return best

    def _likeliest(self, mine: Told, others: Sequence[Told]) -> Evidence | None:
        mention = Mention(mine.ref.record_id, "", mine.profile, blocking_keys(mine.profile))
        self._index.load(mention.keys.values())
        weigher = Weigher(mention, self._index)
        best: Evidence | None = None
        for other in others:
            found = _evidence(mine.ref, other.ref, weigher.against([other.profile], self._entity_id))
            if best is None or _bits(found) > _bits(best):
                best = found
        return best


def _different(group: Sequence[Told]) -> list[Told]:
    """The latest mentions of a group that say something different."""
    found: dict[Profile, Told] = {}
    for told in reversed(group):
        found.setdefault(told.profile, told)
        if len(found) == MOST_COMPARED:
            break
    return list(found.values())


def _evidence(left: MentionRef, right: MentionRef, waterfall: Waterfall | None) -> Evidence:
    if waterfall is None:
        return Evidence(left, right, None)
    steps = tuple(Step(step.field, step.level, round(step.bits, 3)) for step in waterfall.steps)
    return Evidence(left, right, round(waterfall.total, 3), steps)


def _bits(evidence: Evidence) -> float:
    return float("-inf") if evidence.bits is None else evidence.bits
