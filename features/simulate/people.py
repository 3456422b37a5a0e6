"""Persons: names that repeat as they do in life, households and kin."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from features.simulate import identity
from features.simulate.parameters import Population
from features.simulate.places import DATA, Court, Places


@dataclass(frozen=True, slots=True)
class Person:
    """A true person (自然人). ``region`` is the 6-digit district of residence."""

    entity_id: str
    name: str
    male: bool
    born: date
    resident_id: str
    phone: str
    address: str
    region: str
    ethnicity: str


def _weighted(text: str) -> tuple[list[str], list[float]]:
    """``name weight`` pairs, split by ``|`` or line, as names and cumulative weights."""
    pairs = [p.split() for p in text.replace("\n", "|").split("|") if p.strip()]
    return [p[0] for p in pairs], list(accumulate(float(p[1]) for p in pairs))


class People:
    """All persons of one docket. New ones are made as the docket needs them."""

    def __init__(self, places: Places, params: Population, rng: Random) -> None:
        with (DATA / "names.toml").open("rb") as handle:
            names: dict[str, str] = tomllib.load(handle)
        self._surnames, self._surname_weights = _weighted(names["surnames"])
        self._ethnicities, self._ethnicity_weights = _weighted(names["ethnicities"])
        self._common = {m: names[k].split() for m, k in ((True, "male_common"), (False, "female_common"))}
        self._characters = {m: names[k] for m, k in ((True, "male_characters"), (False, "female_characters"))}
        self._places, self._params, self._rng = places, params, rng
        self._count = 0
        self._kin: dict[str, list[Person]] = {}
        # One entry a mention and region: drawing from it favours those already often in court.
        self._mentions: dict[str, list[Person]] = {}

    def _given(self, male: bool) -> str:
        r, p = self._rng, self._params
        if r.random() < p.common_given_name:
            common = self._common[male]
            return common[int(len(common) * r.random() ** 1.2)]  # the first of the list are the most common
        characters = self._characters[male]
        first = r.choice(characters)
        return first if r.random() < p.single_character else first + r.choice(characters)

    def new(
        self,
        region: str,
        *,
        surname: str | None = None,
        male: bool | None = None,
        born: date | None = None,
        address: str | None = None,
    ) -> Person:
        """A person not in the docket before, living in ``region``."""
        r, p = self._rng, self._params
        male = r.random() < 0.62 if male is None else male
        if surname is None:
            surname = r.choices(self._surnames, cum_weights=self._surname_weights)[0]
        born = born or date(1950, 1, 1) + timedelta(days=int(r.triangular(0, 18600, 10500)))
        area = self._places.region_outside() if r.random() < p.moved_id_area else region
        if address is None:
            address = self._places.rural(region) if r.random() < 0.5 else self._places.urban(region)
        self._count += 1
        return Person(
            f"P{self._count:06d}",
            surname + self._given(male),
            male,
            born,
            identity.resident_id(area, born, male, r),
            identity.mobile_number(r),
            address,
            region,
            r.choices(self._ethnicities, cum_weights=self._ethnicity_weights)[0],
        )

    def litigant(self, court: Court) -> Person:
        """Someone of the court's district, at times one who was in the docket before."""
        r, p = self._rng, self._params
        region = court.region
        if r.random() < p.out_of_district:
            region = self._places.region_outside()
        known = self._mentions.get(region)
        if known:
            draw = r.random()
            if draw < p.repeat_person:
                return r.choice(known)
            if draw < p.repeat_person + p.shared_household:
                return self.relative(r.choice(known), same_home=True)
        return self.new(region)

    def relative(self, of: Person, *, same_home: bool | None = None, in_law: bool = False) -> Person:
        """A relative (亲属): mostly of the same surname, often of the same home or village."""
        r = self._rng
        kin = self._kin.setdefault(of.entity_id, [])
        if kin and same_home is None and r.random() < 0.35:
            return r.choice(kin)
        home = r.random() < 0.3 if same_home is None else same_home
        shift = timedelta(days=r.randrange(-9000, 9000))
        born = min(max(of.born + shift, date(1945, 1, 1)), date(2001, 12, 31))
        surname = of.name[0] if not in_law and r.random() < 0.8 else None
        person = self.new(of.region, surname=surname, born=born, address=of.address if home else None)
        kin.append(person)
        self._kin.setdefault(person.entity_id, []).append(of)
        return person

    def spouse(self, of: Person) -> Person:
        """Husband or wife: other sex, other surname mostly, same home."""
        born = of.born + timedelta(days=self._rng.randrange(-1800, 1800))
        return self.new(of.region, male=not of.male, born=min(born, date(2001, 12, 31)), address=of.address)

    def mentioned(self, person: Person) -> None:
        """Note that a person appeared in a filing."""
        self._mentions.setdefault(person.region, []).append(person)
