"""Watch lists (名单) as a court would have them: by what was announced, filed and found, never by the truth."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from features.simulate.cases import Actor, Filed
from features.simulate.organisations import Organisation
from features.simulate.world import World

LISTED_YEARS = 5
"""Whom nothing new is found about leaves the list after five years in one court [C6]; the directory after three [P2]."""
DIRECTORY_YEARS = 3
SUITS_OF_THREE_YEARS, SUITS_OF_ONE_YEAR = 20, 10
"""Zhejiang's numbers for one basic court [P2]."""
_SANCTIONS = frozenset({"fined", "detained", "convicted", "listed"})
_LICENSED = (
    "bank",
    "card_issuer",
    "insurer",
    "licensed_lender",
    "telecom",
    "property_manager",
    "rights_holder",
)
_COLUMNS = ("name", "kind", "id_number", "address", "since", "until", "recorded_at")
_YEAR = timedelta(days=365)

Entry = tuple[Actor | str, date, date | None]
"""Who, or what place or organisation by its name; from when; until when."""


class Lists:
    """Follows the docket, and writes ``lists/<list>.csv`` as they stand on its last day."""

    def __init__(self, world: World, last: date) -> None:
        self._world, self._last = world, last
        self._loans: dict[tuple[str, str], list[date]] = {}
        self._lenders: dict[str, Entry] = {}
        self._sanctioned: dict[str, Entry] = {}
        self._mediators: dict[str, Entry] = {}

    def filed(self, filed: Filed) -> None:
        """Count the loan suits of each plaintiff in each court; who reaches the numbers is put on record."""
        suit, day = filed.suit, filed.filed_at.date()
        if suit.proceeding != "first_instance" or suit.cause != "民间借贷纠纷":
            return
        for actor in suit.side("plaintiff"):
            suits = self._loans.setdefault((actor.entity_id, suit.court.code), [])
            suits.append(day)
            three = sum(day - d < 3 * _YEAR for d in suits)
            one = sum(day - d < _YEAR for d in suits)
            if three >= SUITS_OF_THREE_YEARS or one >= SUITS_OF_ONE_YEAR:
                self._lenders.setdefault(actor.entity_id, (actor, day, day + DIRECTORY_YEARS * _YEAR))

    def found(self, filed: Filed, lines: Sequence[dict[str, Any]]) -> None:
        """Put on record whom a finding sanctioned, and the mediation organisation whose paper it undid."""
        for line in lines:
            day = datetime.fromisoformat(line.get("recorded_at", line["at"])).date()
            if line["finding"] == "genuine" or day > self._last:
                continue
            if line["measure"] in _SANCTIONS:
                for actor in filed.suit.side("plaintiff"):
                    entry = (actor, day, day + LISTED_YEARS * _YEAR)
                    self._sanctioned[actor.entity_id] = min(
                        entry, self._sanctioned.get(actor.entity_id, entry), key=lambda e: e[1]
                    )
            organisation = filed.suit.elements.get("mediation_organization")
            if organisation:
                first = self._mediators.get(organisation, (organisation, day, None))
                self._mediators[organisation] = min(first, (organisation, day, None), key=lambda e: e[1])

    def write(self, folder: Path) -> None:
        """One file a list, with the columns `xiezhi watch import` reads; known from the day an entry begins."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, entries in self._all().items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file, lineterminator="\n")
                table.writerow(_COLUMNS)
                table.writerows(_row(*entry) for entry in entries if entry[1] <= self._last)

    def _all(self) -> dict[str, list[Entry]]:
        announced = self._world.authorities
        return {
            "false_litigation": list(self._sanctioned.values()),
            "lenders": list(self._lenders.values()),
            "licensed": list(self._licensed()),
            "restructuring": [(r.firm, r.since, r.until) for r in announced.restructurings],
            "zones": [(z.name, z.since, z.until) for z in announced.zones],
            "mediators": list(self._mediators.values()),
        }

    def _licensed(self) -> Iterator[Entry]:
        for kind in _LICENSED:
            for organisation in self._world.organisations.by_kind[kind]:
                yield organisation, self._world.start - _YEAR, None


def _row(who: Actor | str, since: date, until: date | None) -> tuple[str, ...]:
    days = since.isoformat(), until.isoformat() if until else "", since.isoformat()
    if isinstance(who, str):
        return who, "organization", "", "", *days
    is_firm = isinstance(who, Organisation)
    number = who.credit_code if isinstance(who, Organisation) else who.resident_id
    return who.name, "organization" if is_firm else "person", number, who.address, *days
