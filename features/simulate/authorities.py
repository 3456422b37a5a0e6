"""What authorities have announced: demolition zones (拆迁区划) and firms under restructuring (改制).

Drawn from a random stream of their own, so that the docket's other filings do not change with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from features.simulate.organisations import Organisation
from features.simulate.parameters import Announced
from features.simulate.places import Court, Places


@dataclass(frozen=True, slots=True)
class Zone:
    """A housing estate to be pulled down; ``name`` is how addresses in it begin, district and all."""

    name: str
    region: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Restructuring:
    """A state or collective firm in restructuring between two days."""

    firm: Organisation
    since: date
    until: date


class Authorities:
    """All zones and restructurings of one docket."""

    def __init__(
        self,
        places: Places,
        firms: list[Organisation],
        params: Announced,
        start: date,
        end: date,
        rng: Random,
    ) -> None:
        self.params, self._places, self._rng = params, places, rng
        days = (end - start).days

        def since() -> date:
            return start + timedelta(days=rng.randrange(-365, max(days, 1)))

        self.zones: list[Zone] = []
        for court in places.courts:
            for _ in range(params.zones):
                day = since()
                self.zones.append(Zone(places.estate(court.region, rng), court.region, day, _later(day, 3)))
        picked = rng.sample(firms, round(params.restructured * len(firms)))
        self.restructurings = [
            Restructuring(firm, day, _later(day, 2)) for firm in picked for day in [since()]
        ]

    def chance(self, probability: float) -> bool:
        """True with this probability, off the docket's own stream."""
        return self._rng.random() < probability

    def house_in_zone(self, court: Court, day: date) -> str | None:
        """The address of a flat in a zone of the district announced by ``day``; ``None`` where there is none."""
        near = [z for z in self.zones if z.region == court.region and z.since <= day < z.until]
        return self._places.flat(self._rng.choice(near).name, self._rng) if near else None

    def restructured_firm(self, court: Court, day: date) -> Organisation | None:
        """A firm of the district under restructuring on ``day``."""
        near = [
            r.firm for r in self.restructurings if r.firm.region == court.region and r.since <= day < r.until
        ]
        return self._rng.choice(near) if near else None

    def home_afar(self, court: Court) -> str:
        """An address in another prefecture than the court's."""
        return self._places.urban_afar(court, self._rng)

    def is_in_zone(self, address: str, day: date) -> bool:
        """Whether an address lies in a zone announced by ``day``."""
        return any(address.startswith(z.name) and z.since <= day < z.until for z in self.zones)

    def is_restructured(self, entity_id: str, day: date) -> bool:
        """Whether an organisation is under restructuring on ``day``."""
        return any(r.firm.entity_id == entity_id and r.since <= day < r.until for r in self.restructurings)


def _later(day: date, years: int) -> date:
    return day + timedelta(days=365 * years)
