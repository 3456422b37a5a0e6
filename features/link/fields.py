"""What the texts of a filing tell, as comparison fields: a name, a number, an address each gives several."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from features.normalise.addresses import parse_address
from features.normalise.identity import birth_date, credit_repairs, identity_number, partial, repairs
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from xiezhi.records import IdType

Seal = Callable[[str], str]
"""Makes of a number what it is compared by: a keyed hash in the store, itself where it is never kept."""

PERSON: Final = ("name", "sound", "bag", "surname", "given", "root", "middle", "suffix")
ORGANISATION: Final = ("name", "sound", "place", "core", "branch", "whole")
NUMBER: Final = ("number", "partial", "repairs", "birth")
ADDRESS: Final = ("street", "door", "region", "locality", "postcode")

INSTITUTION: Final = re.compile(r"(?:所|院|局|厅|委员会|协会|银行|合作社|学校|中学|小学|大学|中心|办事处)$")
"""Endings of names that carry no legal form and are whole all the same."""

_SHOWN: Final = re.compile(r"([0-9A-Z]{6})[0-9A-Z*×xX.·_-]{4,8}([0-9A-Z]{4})")


def person_fields(text: str) -> tuple[str, ...]:
    """Fields `PERSON` of a person's name as filed."""
    key, sound, middle, suffix, _, bag, root = person_name(text)
    if "|" not in key:
        return key, sound, bag, "", "", "", "", ""
    surname, _, given = key.partition("|")
    return key, sound, bag, surname, given, root, middle, suffix


def organisation_fields(text: str) -> tuple[str, ...]:
    """Fields `ORGANISATION` of an organisation's name as filed."""
    name = organisation_name(text)
    core = name.core if name.core.endswith(name.trade) else name.core + name.trade
    said = name.place or name.form or not name.sound or INSTITUTION.search(core)
    whole = "y" if name.key and said else ""
    return name.key, name.sound, name.place, core, name.branch, whole


def number_fields(text: str, id_type: IdType | None, seal: Seal, *, person: bool) -> tuple[str, ...]:
    """Fields `NUMBER` of an identity number as filed; of those with a check digit also what a slip or mask leaves."""
    found = identity_number(text, id_type, person=person)
    number = f"{found.scheme}:{seal(found.number)}" if found else ""
    if person and id_type in (None, "resident_id"):
        if found:
            whole = found.number
            return number, seal(f"{whole[:6]}|{whole[14:]}"), "", birth_date(whole) or ""
        return "", _sealed(partial(text), seal), " ".join(f"r:{seal(fix)}" for fix in repairs(text)), ""
    if not person and id_type in (None, "credit_code"):
        fixes = () if found else credit_repairs(text)
        visible = _credit_partial(found.number if found else text)
        return number, _sealed(visible, seal), " ".join(f"c:{seal(fix)}" for fix in fixes), ""
    return number, "", "", ""


def address_fields(text: str) -> tuple[str, ...]:
    """Fields `ADDRESS` of an address as filed."""
    _, street, door, code, locality, postcode = parse_address(text)
    return street, door, code, locality, postcode


def _sealed(text: str, seal: Seal) -> str:
    return seal(text) if text else ""


def _credit_partial(text: str) -> str:
    """First six and last four characters of a credit code, masked or whole; empty where it does not show both."""
    shown = _SHOWN.fullmatch(text.strip().upper())
    return f"{shown[1]}|{shown[2]}" if shown else ""
