"""A rule pack: signs, the rules that let them fire, and the steps open to the desk. How it is written: docs/rule-packs.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from features.signs.condition import Condition, Values
from features.signs.vocabulary import EVENT_PREFIX, vocabulary
from xiezhi.policy import Band
from xiezhi.reasons import Direction, LegalBasis

LICENSED = "watch_licensed_plaintiff"
INSTITUTION = "plaintiff_is_institution"
SURE = 0.9
"""From this probability a plaintiff counts as listed among the licensed: the linker's own threshold."""


@dataclass(frozen=True)
class Sign:
    """A sign (征象): its article, how it is verified and which document that takes. verify, document: language -> words."""

    code: str
    zh: str
    en: str
    legal_basis: LegalBasis
    verify: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """Fires when every condition of `when` holds, `least` of those in `among`, and none of `unless`.

    tells: the term its sentence leads with and whose filings are named. strength: bits of evidence. beside: told,
    and lends weight to others, but never stands alone. courts, not_courts: openings of court codes it holds for.
    """

    code: str
    sign: str
    tells: str
    zh: str
    en: str
    strength: float
    when: tuple[Condition, ...]
    least: int = 0
    among: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    beside: bool = False
    direction: Direction = "for"
    courts: tuple[str, ...] = ()
    not_courts: tuple[str, ...] = ()

    @property
    def bits(self) -> float:
        """Its strength, below 0 where it speaks against."""
        return self.strength if self.direction == "for" else -self.strength

    def fires(self, values: Values, court: str = "") -> bool:
        """Whether it fires on these values in a court."""
        if self.courts and not court.startswith(self.courts):
            return False
        if self.not_courts and court.startswith(self.not_courts):
            return False
        return (
            all(c.holds(values) for c in self.when)
            and sum(c.holds(values) for c in self.among) >= self.least
            and not any(c.holds(values) for c in self.unless)
        )

    def names(self) -> list[str]:
        """Terms it reads, the one it tells first, each once."""
        read = (c.names for one in (*self.when, *self.among) for c in one.comparisons())
        return list(dict.fromkeys([self.tells, *(name for names in read for name in names)]))

    def shown(self, values: Values) -> list[str]:
        """Terms that make it fire on these values, the one it tells first."""
        held = (
            c.names
            for one in (*self.when, *(c for c in self.among if c.holds(values)))
            for alternative in one.alternatives
            if all(c.holds(values) for c in alternative)
            for c in alternative
        )
        return list(dict.fromkeys([self.tells, *(name for names in held for name in names)]))

    @property
    def counts_volume(self) -> bool:
        """Whether it reads how much somebody files, so that it is off for licensed institutions and mass filers."""
        terms = vocabulary()
        return any(terms[name].ground == "volume" for name in self.names())

    @property
    def is_later(self) -> bool:
        """Whether it waits for an event in the filing's own proceedings."""
        return any(c.name.startswith(EVENT_PREFIX) for one in self.when for c in one.comparisons())


@dataclass(frozen=True)
class Step:
    """What the desk may do now, in which bands; refusing the filing is never one."""

    zh: str
    en: str
    legal_basis: LegalBasis
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Judged:
    """What a pack says of one filing: rules that fired, and those off because of who files."""

    fired: tuple[Rule, ...]
    switched_off: tuple[Rule, ...]
    values: Values

    @property
    def counted(self) -> tuple[Rule, ...]:
        """Rules whose bits add up: of each sign its strongest, those beside only with one that stands. What speaks
        against counts of signs for which nothing fired."""
        bearing = tuple(rule for rule in self.fired if rule.direction == "for")
        against = tuple(rule for rule in self.fired if rule.direction == "against")
        signs = {rule.sign for rule in bearing}
        best: dict[str, Rule] = {}
        for rule in (*(bearing if self.stands else ()), *(r for r in against if r.sign not in signs)):
            if rule.sign not in best or rule.strength > best[rule.sign].strength:
                best[rule.sign] = rule
        return tuple(best.values())

    @property
    def strength(self) -> float:
        """Bits of the signs that stand, less those of what speaks against."""
        return sum(rule.bits for rule in self.counted)

    @property
    def stands(self) -> bool:
        """Whether a rule fired that may stand alone."""
        return any(not rule.beside and rule.direction == "for" for rule in self.fired)


@dataclass(frozen=True)
class Pack:
    """A jurisdiction's signs, rules and steps, under one version. notice: bits from which its signs lift to notice."""

    version: str
    jurisdiction: str
    notice: float
    signs: Mapping[str, Sign]
    rules: tuple[Rule, ...]
    steps: tuple[Step, ...]

    def judge(self, values: Values, court: str = "") -> Judged:
        """What fires on one filing's values. `values` holds every term of the vocabulary, NaN where unknown."""
        firing = [rule for rule in self.rules if rule.fires(values, court)]
        if values[LICENSED] >= SURE or values[INSTITUTION] >= 1:
            on = tuple(rule for rule in firing if not rule.counts_volume)
            return Judged(on, tuple(rule for rule in firing if rule.counts_volume), values)
        return Judged(tuple(firing), (), values)

    def lift(self, band: Band, judged: Judged) -> Band:
        """The band after the signs: they lift `none` to `notice`, and never higher."""
        return "notice" if band == "none" and judged.stands and judged.strength >= self.notice else band

    def sign_of(self, code: str) -> Sign:
        """The sign of a code; one this pack does not know speaks as a mere circumstance."""
        return self.signs.get(code) or self.signs["S00"]

    def steps_for(self, band: Band) -> list[Step]:
        """Steps open to the desk in a band."""
        return [step for step in self.steps if band in step.bands]
