"""How parties look on paper: misspelt names, missing and old numbers, short addresses, changed phones."""

from __future__ import annotations

import csv
from random import Random
from typing import Any

from features.simulate import identity
from features.simulate.cases import Retainer, Seat
from features.simulate.organisations import Organisation
from features.simulate.parameters import Docket, Noise
from features.simulate.people import Person
from features.simulate.places import DATA

_WIDE = {ord(a): chr(ord(a) + 0xFEE0) for a in "0123456789X-"}


class Typist:
    """Turns true actors into the records a clerk or filer types."""

    def __init__(self, docket: Docket, noise: Noise, rng: Random) -> None:
        self._docket, self._noise, self._rng = docket, noise, rng
        self._sounds: dict[str, str] = {}
        self._looks: dict[str, str] = {}
        with (DATA / "confusions.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                self._sounds[row["character"]] = row["sounds_alike"]
                self._looks[row["character"]] = row["looks_alike"]
        pairs = (DATA / "traditional.txt").read_text(encoding="utf-8").strip()
        self._traditional = {ord(a): b for a, b in zip(pairs[::2], pairs[1::2], strict=True)}

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability

    def name(self, name: str) -> str:
        """A person's name, at times misspelt, in traditional characters, or spaced."""
        n, r = self._noise, self._rng
        if self._chance(n.typo):
            i = r.randrange(len(name))
            table = self._sounds if self._chance(n.homophone) else self._looks
            others = table.get(name[i], "")
            if others:
                name = name[:i] + r.choice(others) + name[i + 1 :]
        if self._chance(n.traditional):
            name = name.translate(self._traditional)
        if self._chance(n.spaced):
            name = name[0] + r.choice((" ", "\u3000")) + name[1:]
        return name

    def firm_name(self, name: str) -> str:
        """An organisation's name, at times without its legal form."""
        if self._chance(self._noise.firm_name_short):
            for tail in ("有限责任公司", "股份有限公司", "有限公司"):
                name = name.removesuffix(tail)
        return name

    def number(self, number: str) -> str:
        """An identity number, at times with a wrong digit or in full-width characters."""
        if self._chance(self._noise.id_typo):
            i = self._rng.randrange(6, len(number) - 1)
            number = number[:i] + str(self._rng.randrange(10)) + number[i + 1 :]
        return number.translate(_WIDE) if self._chance(self._noise.full_width) else number

    def _phone(self, phone: str) -> str:
        if self._chance(self._noise.new_phone):
            phone = identity.mobile_number(self._rng)
        return phone.translate(_WIDE) if self._chance(self._noise.full_width) else phone

    def _address(self, address: str) -> str:
        if not self._chance(self._noise.address_short):
            return address
        for mark in ("组", "号楼", "村"):
            if mark in address:
                return address.split(mark)[0] + ("村" if mark == "村" else "")
        return address

    def party(self, seat: Seat, party_id: str, ids: dict[str, str], proceeding: str) -> dict[str, Any]:
        """One entry of ``parties``; ``ids`` maps entity ids to the filing's party ids."""
        actor, n = seat.actor, self._noise
        own = seat.role == "plaintiff"
        missing = {
            "plaintiff": n.plaintiff_id_missing,
            "defendant": n.defendant_id_missing,
            "third_party": n.third_id_missing,
        }[seat.role]
        if proceeding in ("enforcement", "judicial_confirmation") and not own:
            missing *= 0.4  # the court knows the parties by then
        record: dict[str, Any] = {"party_id": party_id, "role": seat.role}
        if isinstance(actor, Person):
            self._person(record, actor, missing)
        else:
            self._organisation(record, actor, own)
        if seat.phone is not None:
            record["phone"] = seat.phone  # a shared number is what shows the tie
        elif not self._chance(n.plaintiff_phone_missing if own else n.defendant_phone_missing):
            record["phone"] = self._phone(actor.phone)
        record["address"] = seat.address or self._address(actor.address)
        if seat.service_address is not None:
            record["service_address"] = seat.service_address
        elif self._chance(0.35):
            record["service_address"] = record["address"]
        relations = [{"to": ids[a.entity_id], "kind": k} for a, k in seat.relations if a.entity_id in ids]
        if relations:
            record["declared_relations"] = relations
        return record

    def _person(self, record: dict[str, Any], person: Person, missing: float) -> None:
        record["kind"], record["name"] = "person", self.name(person.name)
        if not self._chance(missing):
            number = person.resident_id
            if person.born.year < 1986 and self._chance(self._noise.old_id):
                number = identity.old_resident_id(number)
            record["id_type"], record["id_number"] = "resident_id", self.number(number)
            if not self._chance(self._noise.birth_date_missing):
                record["birth_date"] = person.born.isoformat()
        if self._chance(self._docket.extra_traits):
            record["sex"], record["ethnicity"] = "男" if person.male else "女", person.ethnicity

    def _organisation(self, record: dict[str, Any], organisation: Organisation, own: bool) -> None:
        record["kind"], record["name"] = "organization", self.firm_name(organisation.name)
        if not self._chance(
            self._noise.plaintiff_id_missing * 0.4 if own else self._noise.organization_id_missing
        ):
            record["id_type"], record["id_number"] = "credit_code", self.number(organisation.credit_code)
        if self._chance(0.85 if own else 0.55):
            record["legal_representative"] = self.name(organisation.head.name)

    def agent(self, retainer: Retainer, agent_id: str, ids: dict[str, str]) -> dict[str, Any]:
        """One entry of ``agents``."""
        agent = retainer.agent
        record: dict[str, Any] = {"agent_id": agent_id, "kind": agent.kind, "name": self.name(agent.name)}
        if agent.licence and not self._chance(0.06):
            record["licence_number"] = self.number(agent.licence)
        if agent.firm:
            record["firm"] = agent.firm
        if not self._chance(0.25):
            record["phone"] = agent.phone
        record["represents"] = [ids[c.entity_id] for c in retainer.clients]
        record["authority"] = "special" if retainer.special else "general"
        return record
