"""How likely a mention is one of the entities it shares a key with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from features.link.compare import compare, levels_of
from features.link.index import Index
from features.link.profile import CERTAIN, Mention, Profile
from features.link.weights import Bits, KindWeights


class Offer(NamedTuple):
    """An entity and the log-odds that a mention is it."""

    bits: Bits
    entity_id: str


_COUNTED = {("name", "exact"): "name", ("name", "sound"): "sound", ("name", "bag"): "bag"}
"""Keys by which a value's bearers are counted; elsewhere the key is called like the field."""

_NAMED_BY_MANY = frozenset({"person", "agent"})
_BESIDE = ("middle", "suffix", "role", "firm", "region", "locality", "postcode")
_WHOLE_PLACE = "name_door"
"""Key of `CERTAIN` that is asked whether too many hold it."""
_NUMBER_LEVELS = levels_of("person", "number")
_NUMBERS = frozenset({"same", "repaired", "partial"})
"""Levels of a number that say it is one."""
_WEAK = frozenset({"name", "sound", "bag", "surname", "given"})
"""Keys of persons and agents that are too common to be worth a comparison by themselves."""


def strong_keys(mention: Mention) -> dict[str, int]:
    """Blocking keys whose holders are always compared."""
    if mention.profile.kind not in _NAMED_BY_MANY:
        return mention.keys
    return {which: key for which, key in mention.keys.items() if which not in _WEAK}


def offers_for(mention: Mention, index: Index) -> list[Offer]:
    """Offers of every entity worth comparing that no veto forbids, in no order."""
    return scorers_for([mention], index)[0].offers()


def scorers_for(mentions: Sequence[Mention], index: Index) -> list[Scorer]:
    """A scorer of each mention, in their order. What they ask of the store is read for all at once."""
    index.load(
        key
        for mention in mentions
        for which, key in mention.keys.items()
        if which not in CERTAIN or which == _WHOLE_PLACE
    )
    scorers = [Scorer(mention, index) for mention in mentions]
    if index.reader is not None:
        certain = {key for s in scorers for key in s.certain()}
        index.read((key for s in scorers for key in s.proposing()), certain)
        index.load_profiles(entity_id for s in scorers for entity_id in s.candidates)
        counted = [key for s in scorers for key in s.counted()]
        index.read(counted)
        index.count(counted)
    return scorers


class Scorer:
    """Compares one mention with the entities worth it. The keys of the mention must be loaded."""

    def __init__(self, mention: Mention, index: Index) -> None:
        self._mention = mention
        self._profile = mention.profile
        self._keys = mention.keys
        self._index = index
        self._weights: KindWeights = index.weights.kinds[mention.profile.kind]
        self._prior = self._weights.prior(index.mentions)
        self._by_level: dict[tuple[str, str, float], Bits] = {}
        self._by_key: dict[str, tuple[float, set[str]]] = {}
        self._script = script_of(mention.profile)

    def proposing(self) -> Iterator[int]:
        """Keys whose bearers tell the candidates: strong ones, and names that could be enough."""
        is_hub = self._index.is_hub
        yield from (
            key
            for which, key in strong_keys(self._mention).items()
            if which not in CERTAIN and not is_hub(key)
        )
        if self._likely_names:
            beside = ("phone", "surname", "given") if self._script == "latin" else ("phone",)
            asked = (*(which for _, which in self._likely_names), *beside)
            yield from (self._keys[which] for which in asked if which in self._keys)

    def certain(self) -> Iterator[int]:
        """Keys whose latest holders are candidates, however many hold them."""
        yield from (key for which, key in self._keys.items() if which in CERTAIN)

    def counted(self) -> Iterator[int]:
        """Keys whose bearers are counted in comparing the candidates."""
        mine = self._profile
        fields = ("surname", "given") if self._script == "latin" else ("name",)
        agreeing = {
            which
            for entity_id in self.candidates
            for profile in self._index.profiles(entity_id)
            for which in ("phone", *fields)
            if which in self._keys and getattr(profile, which) == getattr(mine, which)
        }
        return (self._keys[which] for which in agreeing)

    @cached_property
    def candidates(self) -> set[str]:
        """Entities that share a key; those that share no more than a name only if that could be enough."""
        found = self._index.candidates(strong_keys(self._mention))
        if not self._likely_names:
            return found
        enough = self._index.weights.cut - self._most_beside_name()
        for level, which in self._likely_names:
            count, bearers = self._bearers(which)
            if self._name_bits(level, count - 1) >= enough:
                found = found | bearers
        return found

    def offers(self) -> list[Offer]:
        """Offers of the candidates that no veto forbids, in no order."""
        self._index.load_profiles(self.candidates)
        offers: list[Offer] = []
        for entity_id in self.candidates:
            bits = self.score(self._index.profiles(entity_id), entity_id)
            if bits is not None:
                offers.append(Offer(bits, entity_id))
        return offers

    @cached_property
    def _likely_names(self) -> list[tuple[str, str]]:
        """(level, key) of names that would be enough if nobody else bore them, with the most that stands beside them.

        Hubs are not. Found without asking who the bearers are.
        """
        if self._profile.kind not in _NAMED_BY_MANY:
            return []
        index, keys = self._index, self._keys
        held = [
            (level, which)
            for level, which in (("exact", "name"), ("sound", "sound"), ("bag", "bag"))
            if which in keys and index.is_held(keys[which]) and not index.is_hub(keys[which])
        ]
        if not held:
            return []
        enough = index.weights.cut - self._most_beside_name(at_best=True)
        return [
            (level, which) for level, which in held if self._name_bits(level, 0.0, at_best=True) >= enough
        ]

    def _bearers(self, which: str) -> tuple[float, set[str]]:
        """Bearers of one of the mention's keys."""
        found = self._by_key.get(which)
        if found is None:
            found = self._by_key[which] = self._index.bearers(self._keys.get(which))
        return found

    def _name_bits(self, level: str, others: float, *, at_best: bool = False) -> Bits:
        """What a name can bring that agrees at a level; in Latin script surname and given name together."""
        if self._script != "latin":
            return self._counted("name", level, others)
        fields = ("surname", "given") if self._profile.given else ("surname",)
        return sum(
            self._counted(field, "exact", 0.0 if at_best else self._bearers(field)[0] - 1) for field in fields
        )

    def score(self, considered: list[Profile], entity_id: str) -> Bits | None:
        """Log-odds over the entity's latest mentions, each field averaged over those that know it.

        A number known of the entity counts once and in full. None where any mention vetoes, and where a name is masked
        and nothing agrees but what kin and colleagues share (`_nameless` in `features.link.table.em`).
        """
        sums: dict[str, Bits] = {}
        counts: dict[str, int] = {}
        compared: dict[Profile, list[tuple[str, Bits]]] = {}
        number: str | None = None
        one_birth = False
        for profile in considered:
            told = compared.get(profile)
            if told is None:
                levels = compare(self._profile, profile)
                if levels is None:
                    return None
                told = compared[profile] = []
                one_birth = one_birth or ("birth", "same") in levels
                for field, level in levels:
                    if field == "number":
                        number = min(level, number or level, key=_NUMBER_LEVELS.index)
                    else:
                        told.append((field, self._bits(field, level, entity_id)))
            for field, bits in told:
                sums[field] = sums.get(field, 0.0) + bits
                counts[field] = counts.get(field, 0) + 1
        if not ("name" in sums or "surname" in sums or number in _NUMBERS or one_birth):
            return None
        total = self._prior + sum(sums[field] / counts[field] for field in sums)
        return total + self._weights.bits["number"][number] if number else total

    def _bits(self, field: str, level: str, entity_id: str) -> Bits:
        given = self._weights.bits[field].get(level)
        if given is not None:
            return given
        count, bearers = self._bearers(_COUNTED.get((field, level), field))
        others = count - (entity_id in bearers)
        found = self._by_level.get((field, level, others))
        if found is None:
            found = self._by_level[field, level, others] = self._counted(field, level, others)
        return found

    def _counted(self, field: str, level: str, others: float) -> Bits:
        background = self._weights.backgrounds[field]
        u = background.u(max(others, 0.0), self._index.mentions, self._script)
        return math.log2(self._weights.levels[field][level].m / u)

    def _most_beside_name(self, *, at_best: bool = False) -> Bits:
        """Prior, and the most that fields without a strong key of their own can add.

        at_best: as if nobody else had the telephone number.
        """
        mine, bits = self._profile, self._weights.bits
        most = self._prior + bits["court"]["same"]
        if mine.street and "address" in bits:
            whole = self._index.is_hub(self._keys.get(_WHOLE_PLACE))
            most += bits["address"]["same" if whole else "street"]
        if mine.birth:
            most += bits["birth"]["part"]
        for field in _BESIDE:
            if getattr(mine, field) and field in bits:
                most += bits[field]["same"]
        if self._index.is_hub(self._keys.get("phone")):
            most += self._counted("phone", "same", 0.0) if at_best else self._bits("phone", "same", "")
        return most


def script_of(profile: Profile) -> str:
    """Which background a name's rarity is taken from: latin, han2 or han."""
    if "|" in profile.name:
        return "latin"
    return "han2" if len(profile.name) == 2 else "han"
