"""Declaring features as lines of a table: what lines share is said once, a line unfolds into a feature a window.

    lender = Asked("plaintiff", (PLAINTIFF,), source="…", missing="no such party")
    *lender("count", "plaintiff_loans", "S12", "原告{when}民间借贷起诉件数",
            "private-loan suits the plaintiff filed{when}", days=(90, 365), families=LOANS)

declares `plaintiff_loans_90d` (原告近90日民间借贷起诉件数) and `plaintiff_loans_365d`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from features.history.aggregate import Aggregate, Kind, Neighbourhood, Scope, Slot
from features.pleading.reading import Pleading
from features.registry.feature import AgainstRecent, Derived, Feature, Tied, Unit

_WHEN: Final[dict[int | None, tuple[str, str]]] = {
    None: ("此前", " so far"),
    30: ("近30日", " in 30 days"),
    90: ("近90日", " in 90 days"),
    180: ("近半年", " in half a year"),
    365: ("近一年", " in a year"),
    730: ("近两年", " in two years"),
    1095: ("近三年", " in three years"),
    2555: ("近七年", " in seven years"),
}
_WHERE: Final[dict[Scope, tuple[str, str]]] = {
    "all": ("", ""),
    "court": ("在本院", " in this court"),
    "prefecture": ("在本市（州）法院", " in the courts of the prefecture"),
}
"""Courts as texts name them; the other scopes have texts of their own."""
_UNITS: Final[dict[Kind, Unit]] = {
    "sum": "amount",
    "largest": "amount",
    "open_sum": "amount",
    "days_since": "days",
    "days_since_first": "days",
    "shortest_gap": "days",
    "open_days": "span",
    "share": "share",
}
"""Units of what an aggregate gives; the others count."""


@dataclass(frozen=True)
class Asked:
    """Whom lines of history ask about: the slot, the roles that count, and what else the lines share."""

    slot: Slot
    seen_as: tuple[int, ...]
    source: str
    missing: str

    def __call__(
        self,
        kind: Kind,
        name: str,
        sign: str,
        zh: str,
        en: str,
        *,
        days: tuple[int | None, ...] = (),
        within: int | None = None,
        court: tuple[int | None, ...] = (),
        prefecture: tuple[int | None, ...] = (),
        scope: Scope = "all",
        families: tuple[str, ...] = (),
        proceedings: tuple[str, ...] = (),
        happened: tuple[str, ...] = (),
        source: str = "",
        missing: str = "",
        direction: int = 0,
    ) -> Iterator[Feature]:
        """The features of one line.

        days: windows to unfold over, which the names end in; or else `within` for one whose name stays as it is.
        court, prefecture: windows to ask there too. `{when}` and `{where}` stand in the texts for both. scope: of
        a line that asks for other filings than all.
        """
        asked = [(scope, d, _suffix("all", d)) for d in days] or [(scope, within, "")]
        asked += [("court", d, _suffix("court", d)) for d in court]
        asked += [("prefecture", d, _suffix("prefecture", d)) for d in prefecture]
        for where, window, suffix in asked:
            (when_zh, when_en), (where_zh, where_en) = _WHEN[window], _WHERE.get(where, ("", ""))
            yield Feature(
                name + suffix,
                sign,
                _UNITS.get(kind, "count"),
                zh.format(when=when_zh, where=where_zh),
                en.format(when=when_en, where=where_en),
                Aggregate(kind, self.slot, self.seen_as, families, proceedings, happened, window, where),
                source or self.source,
                missing or self.missing,
                direction,
            )


@dataclass(frozen=True)
class Told:
    """What lines that are no aggregates share: their source, and why a value may be unknown."""

    source: str
    missing: str

    def __call__(
        self,
        unit: Unit,
        name: str,
        sign: str,
        zh: str,
        en: str,
        compute: Pleading | Neighbourhood | AgainstRecent | Derived | Tied,
        *,
        source: str = "",
        missing: str = "",
        direction: int = 0,
        by_absence: bool = False,
    ) -> Feature:
        """The feature of one line. by_absence: a low value shows the sign."""
        return Feature(
            name, sign, unit, zh, en, compute, source or self.source, missing or self.missing, direction, by_absence
        )  # fmt: skip


def _suffix(scope: Scope, days: int | None) -> str:
    place = "" if scope == "all" else f"_{scope}"
    return place if days is None else f"{place}_{days}d"
