"""What a mention says of a person, organisation, agent or firm, in the form that is compared."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from features.link import fields
from features.link.fields import Seal, address_fields, number_fields, organisation_fields, person_fields
from features.link.hashing import hashed
from features.normalise.dates import iso_date
from features.normalise.identity import licence_number
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.phones import phone_number
from xiezhi.records import Agent, Filing, Party
from xiezhi.store.vault import Vault

KINDS: Final = ("person", "organization", "agent", "firm")


class Profile(NamedTuple):
    """Comparison fields of one mention; empty where nothing is known. No identity number, only its keyed hash.

    name: key of the name, empty where it is masked. sound: toneless pinyin or surname and initial. bag: syllables
    in any order. surname, given, root, middle, suffix: of Latin names. place, core, branch: of organisations and
    firms (core with its trade); whole: `y` where a name shows a place or a legal form. number: `<scheme>:<hash>` of a valid identity number or licence. partial: of its
    first six and last four characters. repairs: numbers that a misread one may stand for, blank between. known: the
    number its entity was already known by when this mention joined it. birth: ISO date, maybe cut short.
    region: administrative code. firm: core of an agent's firm.
    """

    kind: str
    name: str = ""
    sound: str = ""
    bag: str = ""
    surname: str = ""
    given: str = ""
    root: str = ""
    middle: str = ""
    suffix: str = ""
    place: str = ""
    core: str = ""
    branch: str = ""
    whole: str = ""
    number: str = ""
    partial: str = ""
    repairs: str = ""
    known: str = ""
    birth: str = ""
    phone: str = ""
    street: str = ""
    door: str = ""
    region: str = ""
    locality: str = ""
    postcode: str = ""
    head: str = ""
    firm: str = ""
    role: str = ""
    court: str = ""

    def dumps(self) -> str:
        """JSON of the fields that say something."""
        said = {name: value for name, value in zip(self._fields, self, strict=True) if value}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> Profile:
        """The profile that `dumps` wrote."""
        return cls(**json.loads(text))


class Mention(NamedTuple):
    """One mention before it is linked. `keys` are its blocking keys by name, see `blocking_keys`."""

    record_id: str
    side: str
    profile: Profile
    keys: dict[str, int]


def mentions_of(filing: Filing, vault: Vault) -> tuple[Mention, ...]:
    """Every party, agent and agent's firm of a filing, in the order filed."""
    role_of = {party.party_id: party.role for party in filing.parties}
    seal = vault.search_hash
    mentions = [
        _mention(party.party_id, party.role, party_profile(party, filing.court, seal))
        for party in filing.parties
    ]
    for agent in filing.agents:
        side = next((role_of[p] for p in agent.represents if p in role_of), "plaintiff")
        mentions.append(_mention(agent.agent_id, side, agent_profile(agent, filing.court, seal)))
        if agent.firm and agent.firm.strip():
            mentions.append(_mention(agent.agent_id, side, firm_profile(agent.firm, filing.court)))
    return tuple(mentions)


def party_profile(party: Party, court: str, seal: Seal) -> Profile:
    """The profile of a party as filed in `court`."""
    is_person = party.kind == "person"
    told = dict(
        zip(fields.ADDRESS, address_fields(party.address or party.service_address or ""), strict=True)
    )
    if party.birth_date:
        told["birth"] = iso_date(party.birth_date)
    if party.id_number:
        values = number_fields(party.id_number, party.id_type, seal, person=is_person)
        told |= {name: value for name, value in zip(fields.NUMBER, values, strict=True) if value}
    if is_person:
        told |= zip(fields.PERSON, person_fields(party.name), strict=True)
    else:
        told |= zip(fields.ORGANISATION, organisation_fields(party.name), strict=True)
    return Profile(
        "person" if is_person else "organization",
        **told,
        phone=(phone_number(party.phone) or "") if party.phone else "",
        head=person_name(party.legal_representative).key if party.legal_representative else "",
        court=court,
    )


def agent_profile(agent: Agent, court: str, seal: Seal) -> Profile:
    """The profile of an agent as filed in `court`."""
    licence = licence_number(agent.licence_number) if agent.licence_number else None
    return Profile(
        "agent",
        **dict(zip(fields.PERSON, person_fields(agent.name), strict=True)),
        number=f"l{len(licence)}:{seal(licence)}" if licence else "",
        phone=(phone_number(agent.phone) or "") if agent.phone else "",
        firm=organisation_name(agent.firm).core if agent.firm else "",
        role=agent.kind,
        court=court,
    )


def firm_profile(name: str, court: str) -> Profile:
    """The profile of an agent's firm as filed in `court`."""
    return Profile(
        "firm", **dict(zip(fields.ORGANISATION, organisation_fields(name), strict=True)), court=court
    )


CERTAIN: Final = frozenset({"number", "whole_name", "name_phone", "name_door", "name_firm", "partial"})
"""Keys that few share by chance: where they are held by many, the latest holders are still compared."""


def blocking_keys(profile: Profile) -> dict[str, int]:
    """Key name -> hashed key; two mentions are compared only where they share one.

    `name`, `sound`, `bag`, `surname` and `given` also count how common a name is; `phone` how many hold a number.
    A misread number holds the keys of all the numbers that it may stand for: `number`, `number1`, ...
    """
    p = profile
    values: dict[str, tuple[str, ...]] = {"number": (p.number,), "phone": (p.phone,), "sound": (p.sound,)}
    values |= {f"number{i}": (number,) for i, number in enumerate(p.repairs.split())}
    if p.kind in ("person", "agent"):
        family = p.surname or p.sound.partition(" ")[0]
        values["name"] = (p.name,)
        values["name_phone"] = (p.name, p.phone)
        values["name_door"] = (p.name, p.street, p.door)
        values["name_firm"] = (p.name, p.firm)
        values["birth"] = (family, p.birth if len(p.birth) == 10 else "")
        values["partial"] = (family, p.partial)
        values["bag"], values["surname"], values["given"] = (p.bag,), (p.surname,), (p.given,)
    else:
        values["whole_name"], values["core"] = (p.name,), (p.core,)
    return {
        which: hashed(f"{p.kind}/{which.rstrip('0123456789')}", "|".join(value))
        for which, value in values.items()
        if all(value)
    }


def _mention(record_id: str, side: str, profile: Profile) -> Mention:
    return Mention(record_id, side, profile, blocking_keys(profile))
