"""How likely a mention is one of the entities it shares a key with."""

from __future__ import annotations

import math
from functools import cached_property
from typing import NamedTuple

from features.link.compare import Levels, compare
from features.link.index import Index
from features.link.profile import Mention, Profile
from features.link.weights import Background, Bits, KindWeights


class Offer(NamedTuple):
    """An entity and the log-odds that a mention is it."""

    bits: Bits
    entity_id: str


_NAME_KEY = {"person": "name", "agent": "name", "organization": "whole_name", "firm": "whole_name"}
_NAMED_BY_MANY = frozenset({"person", "agent"})
_WEAK = frozenset({"name", "sound"})
"""Keys of persons and agents that are too common to be worth a comparison by themselves."""


def strong_keys(mention: Mention) -> dict[str, int]:
    """Blocking keys whose holders are always compared."""
    if mention.profile.kind not in _NAMED_BY_MANY:
        return mention.keys
    return {which: key for which, key in mention.keys.items() if which not in _WEAK}


def offers_for(mention: Mention, index: Index) -> list[Offer]:
    """Offers of every entity worth comparing that no veto forbids, in no order."""
    index.load(mention.keys.values())
    scorer = _Scorer(mention, index)
    candidates = scorer.candidates()
    index.load_profiles(candidates)
    offers: list[Offer] = []
    for entity_id in candidates:
        bits = scorer.score(index.profiles(entity_id), entity_id)
        if bits is not None:
            offers.append(Offer(bits, entity_id))
    return offers


class _Scorer:
    """Compares one mention with entities."""

    def __init__(self, mention: Mention, index: Index) -> None:
        self._mention = mention
        self._profile = mention.profile
        self._keys = mention.keys
        self._index = index
        self._weights: KindWeights = index.weights.kinds[mention.profile.kind]
        self._prior = self._weights.prior(index.mentions)
        self._by_level: dict[tuple[str, str, float], Bits] = {}
        self._script = script_of(mention.profile)

    @cached_property
    def _by_name(self) -> tuple[float, set[str]]:
        return self._index.bearers(self._keys.get(_NAME_KEY[self._profile.kind]))

    @cached_property
    def _by_sound(self) -> tuple[float, set[str]]:
        return self._index.bearers(self._keys.get("sound"))

    @cached_property
    def _by_phone(self) -> tuple[float, set[str]]:
        return self._index.bearers(self._keys.get("phone"))

    def candidates(self) -> set[str]:
        """Entities that share a key; those that share no more than a name only if that could be enough."""
        found = self._index.candidates(strong_keys(self._mention))
        if self._profile.kind not in _NAMED_BY_MANY:
            return found
        cut = self._index.weights.cut
        most = self._prior + self._most_beside_name()
        pools = (("exact", "name", self._by_name), ("sound", "sound", self._by_sound))
        for level, which, (count, bearers) in pools:
            if self._index.is_hub(self._keys.get(which)):
                continue
            if bearers and most + self._counted("name", level, self._weights.name, count - 1) >= cut:
                found |= bearers
        return found

    def score(self, considered: list[Profile], entity_id: str) -> Bits | None:
        """Log-odds over the entity's latest mentions, each field averaged over those that know it.

        A number known of the entity counts once and in full. None where any mention vetoes.
        """
        sums: dict[str, Bits] = {}
        counts: dict[str, int] = {}
        compared: dict[Profile, Levels] = {}
        number: str | None = None
        for profile in considered:
            levels = compared.get(profile)
            if levels is None:
                found = compare(self._profile, profile)
                if found is None:
                    return None
                levels = compared[profile] = found
            for field, level in levels:
                if field == "number":
                    number = "same" if "same" in (level, number) else level
                    continue
                sums[field] = sums.get(field, 0.0) + self._bits(field, level, entity_id)
                counts[field] = counts.get(field, 0) + 1
        total = self._prior + sum(sums[field] / counts[field] for field in sums)
        return total + self._weights.bits["number"][number] if number else total

    def _bits(self, field: str, level: str, entity_id: str) -> Bits:
        given = self._weights.bits[field].get(level)
        if given is not None:
            return given
        if field == "phone":
            background = self._weights.phone
            assert background is not None  # weights.toml gives one wherever phones are counted
            count, bearers = self._by_phone
        else:
            background = self._weights.name
            count, bearers = self._by_name if level == "exact" else self._by_sound
        others = count - (entity_id in bearers)
        found = self._by_level.get((field, level, others))
        if found is None:
            found = self._by_level[field, level, others] = self._counted(field, level, background, others)
        return found

    def _counted(self, field: str, level: str, background: Background, others: float) -> Bits:
        u = background.u(max(others, 0.0), self._index.mentions, self._script)
        return math.log2(self._weights.levels[field][level].m / u)

    def _most_beside_name(self) -> Bits:
        """The most that fields without a strong key of their own can add."""
        mine, bits = self._profile, self._weights.bits
        most = bits["court"]["same"]
        if mine.street and "address" in bits:
            whole = self._index.is_hub(self._keys.get("name_door"))
            most += bits["address"]["same" if whole else "street"]
        if mine.birth:
            most += bits["birth"]["part"]
        if mine.middle:
            most += bits["middle"]["same"]
        if mine.suffix:
            most += bits["suffix"]["same"]
        if mine.role:
            most += bits["role"]["same"]
        if mine.firm:
            most += bits["firm"]["same"]
        if self._index.is_hub(self._keys.get("phone")):
            most += self._bits("phone", "same", "")
        return most


def script_of(profile: Profile) -> str:
    """Which background a name's rarity is taken from: latin, han2 or han."""
    if "|" in profile.name:
        return "latin"
    return "han2" if len(profile.name) == 2 else "han"
