"""What a mention says of a person, organisation, agent or firm, in the form that is compared."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from features.link.hashing import hashed
from features.normalise.addresses import parse_address
from features.normalise.dates import iso_date
from features.normalise.identity import birth_date, identity_number, licence_number
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.phones import phone_number
from xiezhi.records import Agent, Filing, Party
from xiezhi.store.vault import Vault

KINDS: Final = ("person", "organization", "agent", "firm")


class Profile(NamedTuple):
    """Comparison fields of one mention; empty where nothing is known. No identity number, only its keyed hash.

    name: key of the name, empty where it is masked. sound: toneless pinyin or surname and initial.
    middle, suffix: of Latin names. place, core, branch: of organisations and firms (core with its trade).
    number: `<scheme>:<hash>` of a valid identity number or licence. known: the number its entity was already
    known by when this mention joined it. birth: ISO date, maybe cut short. firm: core of an agent's firm.
    """

    kind: str
    name: str = ""
    sound: str = ""
    middle: str = ""
    suffix: str = ""
    place: str = ""
    core: str = ""
    branch: str = ""
    number: str = ""
    known: str = ""
    birth: str = ""
    phone: str = ""
    street: str = ""
    door: str = ""
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
    mentions = [
        _mention(party.party_id, party.role, party_profile(party, filing.court, vault))
        for party in filing.parties
    ]
    for agent in filing.agents:
        side = next((role_of[p] for p in agent.represents if p in role_of), "plaintiff")
        mentions.append(_mention(agent.agent_id, side, agent_profile(agent, filing.court, vault)))
        if agent.firm and agent.firm.strip():
            firm = _organisation("firm", agent.firm, filing.court)
            mentions.append(_mention(agent.agent_id, side, firm))
    return tuple(mentions)


def party_profile(party: Party, court: str, vault: Vault) -> Profile:
    """The profile of a party as filed in `court`."""
    is_person = party.kind == "person"
    found = party.id_number and identity_number(party.id_number, party.id_type, person=is_person)
    address = parse_address(party.address or party.service_address or "")
    number = f"{found.scheme}:{vault.search_hash(found.number)}" if found else ""
    phone = (phone_number(party.phone) or "") if party.phone else ""
    head = person_name(party.legal_representative).key if party.legal_representative else ""
    if not is_person:
        return _organisation(
            "organization", party.name, court, number, phone, address.street, address.door, head
        )
    birth = iso_date(party.birth_date) if party.birth_date else ""
    if found and found.scheme == "r":
        birth = birth_date(found.number) or ""
    name = person_name(party.name)
    return Profile(
        "person",
        name.key,
        name.sound,
        name.middle,
        name.suffix,
        number=number,
        birth=birth,
        phone=phone,
        street=address.street,
        door=address.door,
        head=head,
        court=court,
    )


def agent_profile(agent: Agent, court: str, vault: Vault) -> Profile:
    """The profile of an agent as filed in `court`."""
    name = person_name(agent.name)
    licence = licence_number(agent.licence_number) if agent.licence_number else None
    firm = organisation_name(agent.firm) if agent.firm else None
    return Profile(
        "agent",
        name.key,
        name.sound,
        name.middle,
        name.suffix,
        number=f"l{len(licence)}:{vault.search_hash(licence)}" if licence else "",
        phone=(phone_number(agent.phone) or "") if agent.phone else "",
        firm=firm.core if firm else "",
        role=agent.kind,
        court=court,
    )


def _organisation(
    kind: str,
    text: str,
    court: str,
    number: str = "",
    phone: str = "",
    street: str = "",
    door: str = "",
    head: str = "",
) -> Profile:
    name = organisation_name(text)
    core = name.core if name.core.endswith(name.trade) else name.core + name.trade
    return Profile(
        kind,
        name.key,
        name.sound,
        place=name.place,
        core=core,
        branch=name.branch,
        number=number,
        phone=phone,
        street=street,
        door=door,
        head=head,
        court=court,
    )


CERTAIN: Final = frozenset({"number", "whole_name", "name_phone", "name_door", "name_firm"})
"""Keys that few share by chance: where they are held by many, the latest holders are still compared."""


def blocking_keys(profile: Profile) -> dict[str, int]:
    """Key name -> hashed key; two mentions are compared only where they share one.

    `name` and `sound` also count how common a name is; `phone` how many hold a number.
    """
    p = profile
    values: dict[str, tuple[str, ...]] = {"number": (p.number,), "phone": (p.phone,), "sound": (p.sound,)}
    if p.kind in ("person", "agent"):
        surname = p.sound.split("|" if "|" in p.sound else " ")[0]
        values["name"] = (p.name,)
        values["name_phone"] = (p.name, p.phone)
        values["name_door"] = (p.name, p.street, p.door)
        values["name_firm"] = (p.name, p.firm)
        values["birth"] = (surname, p.birth if len(p.birth) == 10 else "")
    else:
        values["whole_name"], values["core"] = (p.name,), (p.core,)
    return {
        which: hashed(f"{p.kind}/{which}", "|".join(value)) for which, value in values.items() if all(value)
    }


def _mention(record_id: str, side: str, profile: Profile) -> Mention:
    return Mention(record_id, side, profile, blocking_keys(profile))
