"""How a feature is declared: once, for training, serving, the reasons and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

from features.history.aggregate import Aggregate, Common, Density, Neighbourhood, Reach, Together
from features.history.docket import Floats
from features.normalise.causes import CAUSE_FAMILIES
from features.pleading.reading import Pleading
from features.registry import codes
from xiezhi.records import PROCEEDINGS
from xiezhi.store.claim_relations import RelatedFiling

Unit = Literal[
    "count",
    "days",
    "span",
    "amount",
    "share",
    "flag",
    "ratio",
    "years",
    "rate",
    "cause",
    "proceeding",
    "magnitude",
]
"""`days` say more the fewer they are, a `span` of days the longer it is."""

LITTLE = 0.5
"""Below this a sign that shows by absence is shown: no transfer, half the reference price (own limit)."""
SOON_DAYS = 180
"""Up to this two dates are close enough to speak of (own limit: half a year)."""
ENOUGH: dict[Unit, float] = {"flag": 0.5, "share": 0.25, "ratio": 1.5, "rate": 0.24}
"""From this a value shows its sign; other units show it from anything above 0. 0.24 a year was the old cap of
private lending (民间借贷司法解释 2015 第26条); the rest are own limits. They choose words, never a score."""


@dataclass(frozen=True)
class AgainstRecent:
    """The claimed amount over the median of the latest `filings` earlier ones of the same cause family.

    scope: `all`, or `court` for the norm of the filing's own court.
    """

    filings: int
    scope: Literal["all", "court"] = "all"


@dataclass(frozen=True)
class Derived:
    """A number worked out of other features of the same row, all declared before it.

    by: takes their columns, each of shape (n,), NaN where unknown, and gives one of shape (n,). carried_by: which of them
    carry the number of a row with these values, where not all do.
    """

    of: tuple[str, ...]
    by: Callable[..., Floats]
    carried_by: Callable[[Mapping[str, float]], Sequence[str]] | None = None


@dataclass(frozen=True)
class Tied:
    """A number read off the filing's relations to earlier claims, as found when it was linked (docs/claims.md).

    kind: of the relations that count. measure: takes those relations; gives NaN where they do not tell.
    """

    kind: str
    measure: Callable[[Sequence[RelatedFiling]], float]

    def counted(self, relations: Sequence[RelatedFiling]) -> list[RelatedFiling]:
        """Those of the filing's relations that count."""
        return [relation for relation in relations if relation.kind == self.kind]

    def read(self, relations: Sequence[RelatedFiling]) -> float:
        """The number for a filing with these relations to earlier ones."""
        return self.measure(self.counted(relations))


Compute = Pleading | Aggregate | Neighbourhood | AgainstRecent | Derived | Tied


@dataclass(frozen=True)
class Feature:
    """One feature.

    sign: code of the sign it speaks for (`features/signs/cn.toml`).
    zh, en: what is measured, as a noun phrase; `source` says where the idea comes from.
    missing: what an unknown value means. direction: 1 where more can only raise the risk, else 0.
    shown_by_absence: the sign shows when the value is low (no bank transfer), not when it is high.
    """

    name: str
    sign: str
    unit: Unit
    zh: str
    en: str
    compute: Compute
    source: str
    missing: str
    direction: int = 0
    shown_by_absence: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError where a word of the documentation is missing: what is not documented cannot ship."""
        for text in (self.name, self.sign, self.zh, self.en, self.source, self.missing):
            if not text.strip() or "{" in text:
                raise ValueError(f"feature {self.name or '?'}: a text is missing or not filled in")

    @property
    def entity(self) -> str:
        """Whose history it is: a slot, `parties` for all of the filing's, `court` for a norm, `claim` for claims tied
        to this one; `filing` for the filing alone, `row` for what is worked out of other features."""
        if isinstance(self.compute, Aggregate | Together | Common | Density):
            return self.compute.slot
        other = {Reach: "parties", AgainstRecent: "court", Tied: "claim", Derived: "row"}
        return other.get(type(self.compute), "filing")

    def shows_sign(self, value: float) -> bool:
        """Whether the value lets one speak of the sign at all; an unknown one never does."""
        if isnan(value):
            return False
        if self.shown_by_absence:
            return value < LITTLE
        if self.unit == "days":
            return value <= SOON_DAYS
        return value >= ENOUGH.get(self.unit, 1e-9)


@dataclass(frozen=True)
class Group:
    """Features that belong together, under one heading of the documentation."""

    zh: str
    en: str
    features: tuple[Feature, ...]


def say(value: float, unit: Unit, language: str) -> str:
    """A value as a reader writes it."""
    zh = language == "zh"
    if isnan(value):
        return "未知" if zh else "unknown"
    if unit == "flag":
        return ("是" if zh else "yes") if value >= 0.5 else ("否" if zh else "no")
    if unit == "count":
        return f"{value:.0f}"
    if unit in ("days", "span"):
        return f"{value:.0f} 天" if zh else f"{value:.0f} days"
    if unit == "years":
        return f"{value:.1f} 年" if zh else f"{value:.1f} years"
    if unit in ("share", "rate"):
        return f"{value:.0%}"
    if unit == "amount":
        return f"{value:,.0f}"
    if unit in ("cause", "proceeding"):
        names = codes.CAUSES if unit == "cause" else codes.PROCEEDINGS
        listed = CAUSE_FAMILIES if unit == "cause" else PROCEEDINGS
        return names[listed[int(value)]][0 if zh else 1]
    if unit == "magnitude":
        return f"{10**value - 1:,.0f}"
    return f"{value:.2f}" if unit == "ratio" else f"{value:.0f}"
