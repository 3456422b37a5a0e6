"""From a column of distinct texts to comparison fields: plain texts all at once, the others one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.link import fields
from features.link.workers import Workers
from features.normalise.bulk.chinese_addresses import plain_addresses
from features.normalise.bulk.chinese_names import plain_names
from features.normalise.bulk.chinese_organisations import plain_organisations
from features.normalise.bulk.identity_numbers import plain_credit_codes, plain_resident_ids
from features.normalise.bulk.letters import Rows, ending_with, joined
from features.normalise.bulk.phone_numbers import plain_phones
from features.normalise.dates import iso_date
from features.normalise.names import person_name
from features.normalise.phones import phone_number
from features.normalise.text import fold
from xiezhi.records import IdType

Fields = Mapping[str, pa.StringArray]
Plain = Callable[[pa.StringArray], tuple[Rows, Fields]]
"""Rows whose text is plain, and the fields of those that say something."""

OneByOne = Callable[[Iterable[str]], Mapping[str, Sequence[str]]]
"""From texts to the values of every field, in their order."""

TYPED: Final = "\x1f"
"""Stands between a number and its type."""


@dataclass(frozen=True)
class Normaliser:
    """Gives the same for a text whichever way it goes."""

    one_by_one: OneByOne
    plain: Plain | None = None

    def __call__(self, texts: pa.StringArray, workers: Workers | None = None) -> Fields:
        """The fields of `texts`; empty or null where they say nothing. workers: for those that are read one by one."""
        rows, at_once = self.plain(texts) if self.plain else (np.empty(0, np.int64), {})
        left = np.ones(len(texts), bool)
        left[rows] = False
        others = texts.filter(pa.array(left))
        singly = workers.do(_singly, self.one_by_one, others) if workers else _singly(self.one_by_one, others)
        order = np.empty(len(texts), np.int64)
        order[np.concatenate([rows, np.flatnonzero(left)])] = np.arange(len(texts))
        nothing = pa.nulls(len(rows), pa.string())
        return {
            name: pa.concat_arrays([at_once.get(name, nothing), values]).take(pa.array(order))
            for name, values in singly.items()
        }


def _singly(one_by_one: OneByOne, texts: pa.StringArray) -> Fields:
    return {name: pa.array(values, pa.string()) for name, values in one_by_one(texts.to_pylist()).items()}


def _by_field(names: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Mapping[str, Sequence[str]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _names(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return _by_field(fields.PERSON, map(fields.person_fields, texts))


def _plain_names(texts: pa.StringArray) -> tuple[Rows, Fields]:
    found = plain_names(texts)
    return found.rows, {"name": found.key, "sound": found.sound, "bag": found.bag}


def _organisations(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return _by_field(fields.ORGANISATION, map(fields.organisation_fields, texts))


def _plain_organisations(texts: pa.StringArray) -> tuple[Rows, Fields]:
    found = plain_organisations(texts)
    core = pc.if_else(ending_with(found.core, found.trade), found.core, joined(found.core, found.trade))
    told = pc.or_(
        pc.not_equal(joined(found.place, found.form), ""),
        pc.match_substring_regex(core, fields.INSTITUTION.pattern),
    )
    whole = pc.if_else(told, "y", "")
    values = (found.key, found.sound, found.place, core, found.branch, whole)
    return found.rows, dict(zip(fields.ORGANISATION, values, strict=True))


def _addresses(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return _by_field(fields.ADDRESS, map(fields.address_fields, texts))


def _plain_addresses(texts: pa.StringArray) -> tuple[Rows, Fields]:
    found = plain_addresses(texts)
    return found.rows, {"street": found.street, "door": found.door, "region": found.code}


def _heads(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return {"head": [person_name(text).key for text in texts]}


def _plain_heads(texts: pa.StringArray) -> tuple[Rows, Fields]:
    found = plain_names(texts)
    return found.rows, {"head": found.key}


def _phones(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return {"phone": [phone_number(text) or "" for text in texts]}


def _plain_phones(texts: pa.StringArray) -> tuple[Rows, Fields]:
    rows, digits = plain_phones(texts)
    return rows, {"phone": digits}


def _births(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return {"declared": [iso_date(text) for text in texts]}


def _folded(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return {"as filed": [fold(text) for text in texts]}


def _resident_ids(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return _by_field(fields.NUMBER, (_number(text, person=True) for text in texts))


def _credit_codes(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    return _by_field(fields.NUMBER, (_number(text, person=False) for text in texts))


def _number(text: str, *, person: bool) -> tuple[str, ...]:
    number, _, said = text.partition(TYPED)
    id_type = cast("IdType", said) if said in ("resident_id", "credit_code", "passport", "other") else None
    if id_type is None and len(number) < 15:
        id_type = "other"  # neither a resident id nor a credit code, so never a veto
    return fields.number_fields(number, id_type, str, person=person)


def _plain_resident_ids(texts: pa.StringArray) -> tuple[Rows, Fields]:
    found = plain_resident_ids(_untyped(texts, "resident_id"))
    return found.rows, dict(zip(fields.NUMBER, found[1:], strict=True))


def _plain_credit_codes(texts: pa.StringArray) -> tuple[Rows, Fields]:
    found = plain_credit_codes(_untyped(texts, "credit_code"))
    return found.rows, dict(zip(fields.NUMBER, found[1:], strict=True))


def _untyped(texts: pa.StringArray, id_type: IdType) -> pa.StringArray:
    """Numbers without their type where that is this one or not told."""
    return pc.replace_substring_regex(texts, f"{TYPED}(?:{id_type})?$", "")


PERSON_NAMES: Final = Normaliser(_names, _plain_names)
ORGANISATION_NAMES: Final = Normaliser(_organisations, _plain_organisations)
RESIDENT_IDS: Final = Normaliser(_resident_ids, _plain_resident_ids)
CREDIT_CODES: Final = Normaliser(_credit_codes, _plain_credit_codes)
ADDRESSES: Final = Normaliser(_addresses, _plain_addresses)
HEADS: Final = Normaliser(_heads, _plain_heads)
PHONES: Final = Normaliser(_phones, _plain_phones)
BIRTHS: Final = Normaliser(_births)
FOLDED: Final = Normaliser(_folded)
