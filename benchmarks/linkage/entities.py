"""Who there really is: persons, organisations and law firms, as arrays of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import rates
from numpy.random import Generator
from numpy.typing import NDArray
from words import areas, characters, surnames, words

Ints = NDArray[np.int16]

AREA, RURAL_ROAD, ROAD, NUMBER, ESTATE, BUILDING, UNIT, ROOM = range(8)
"""Columns of an address."""
TRADE, FORM, PLACE_STYLE, BRANCH_AREA = range(4)
"""Columns of what else an organisation's name is made of; a branch area of -1 is a head office."""

_FIRST_DAY: Final = np.datetime64("1945-01-01")
_DAYS: Final = 58 * 365  # born 1945 to 2002: adults of the years filings come from (reason)


@dataclass(frozen=True)
class Entities:
    """One row an entity, persons first.

    name: two characters of the surname and two given ones, or up to three of a core. former: given characters or a
    core of before; zeros where there is none. birth: days since 1970. serial: of the resident id, or the last
    characters of the credit code as a number. address, other: see the columns above. firm: its usual law firm.
    """

    persons: int
    name: Ints
    former: Ints
    representative: Ints
    organisation: Ints
    birth: NDArray[np.int32]
    birth_area: Ints
    serial: NDArray[np.int64]
    address: Ints
    other: Ints
    phone: NDArray[np.int64]
    second_phone: NDArray[np.int64]
    firm: NDArray[np.int32]
    firm_phone: NDArray[np.int64]
    firm_address: Ints

    def __len__(self) -> int:
        return len(self.name)


def make_entities(records: int, rng: Generator) -> Entities:
    """The entities `records` mentions speak of."""
    count = records - round(records * rates.REPEATS)
    persons = round(count * rates.PERSONS)
    weights = np.exp(rates.AREA_SPREAD * np.random.default_rng(1).standard_normal(len(areas().code)))
    cumulated = np.cumsum(weights / weights.sum())
    area = _pick(cumulated, count, rng)
    name, former = np.zeros((count, 4), np.int16), np.zeros((count, 4), np.int16)
    female = rng.random(count) < 0.5
    name[:persons] = person_names(female[:persons], rng)
    former[:persons] = person_names(female[:persons], rng)
    former[:persons, :2] = name[:persons, :2]
    name[persons:], former[persons:] = _cores(count - persons, rng), _cores(count - persons, rng)
    representative = person_names(rng.random(count - persons) < 0.25, rng)
    rural = rng.random(count) < rates.RURAL
    rural[persons:] = False
    address = _addresses(area, rural, rng)
    away = np.where(rng.random(count) < rates.MOVED_AWAY, _pick(cumulated, count, rng), area)
    other = _addresses(away.astype(np.int16), rural & (rng.random(count) < 0.5), rng)
    phone, second = _mobiles(count, rng), _mobiles(count, rng)
    landline = np.flatnonzero(rng.random(count - persons) < rates.LANDLINE) + persons
    phone[landline] = _landlines(area[landline], rng)
    organisation = _organisations(count - persons, rng)
    serial = np.concatenate([_serials(female[:persons], rng), rng.integers(0, 31**8, count - persons)])
    birth_area = np.where(rng.random(count) < rates.BORN_ELSEWHERE, _pick(cumulated, count, rng), area)
    birth = (_FIRST_DAY.astype(int) + rng.integers(0, _DAYS, count)).astype(np.int32)
    firms = max(records // rates.FIRM_EVERY, 3)
    firm_area = _pick(cumulated, firms, rng)
    usual = _pick(_firm_weights(firms, rng), count, rng, np.int32)
    whole = Entities(
        persons, name, former, representative, organisation, birth, birth_area.astype(np.int16), serial, address,
        other, phone, second, usual, np.concatenate([_landlines(firm_area[::2], rng), _mobiles(firms // 2, rng)]),
        _addresses(firm_area, np.zeros(firms, bool), rng),
    )  # fmt: skip
    _make_families(whole, rng)
    _make_groups(whole, cumulated, rng)
    return whole


def count_mentions(records: int, entities: int, rng: Generator) -> NDArray[np.int64]:
    """How often each entity is mentioned: once, repeats at random, and hubs."""
    counts = np.ones(entities, dtype=np.int64)
    low, high = rates.HUB_MENTIONS
    hubs = rng.choice(entities, max(round(records / rates.HUB_EVERY), 1), replace=False)
    # Spread evenly, so that two seeds differ little in their number of true pairs.
    sizes = low + (np.arange(len(hubs)) + rng.random(len(hubs))) / len(hubs) * (high - low)
    counts[hubs] += sizes.astype(np.int64) - 1
    left = records - int(counts.sum())
    counts += np.bincount(rng.integers(0, entities, left), minlength=entities)
    return counts


def person_names(female: NDArray[np.bool_], rng: Generator) -> Ints:
    """Surname (two columns) and given characters of as many persons as `female` has rows."""
    number, count = characters().number, len(female)
    texts, shares = surnames()
    table = np.array([[number[c] for c in text] + [0] * (2 - len(text)) for text in texts])
    name = np.zeros((count, 4), np.int16)
    name[:, :2] = table[_pick(np.cumsum(shares), count, rng)]
    kind = rng.random(count)
    for sex, rows in (("male", np.flatnonzero(~female)), ("female", np.flatnonzero(female))):
        given = np.zeros((len(rows), 2), np.int16)
        for column in (0, 1):
            given[:, column] = _common(words(sex), len(rows), rng)
        single = np.flatnonzero(kind[rows] < rates.SINGLE_GIVEN)
        given[single, 0], given[single, 1] = _common(words(f"single_{sex}"), len(single), rng), 0
        whole = np.flatnonzero(
            (kind[rows] >= rates.SINGLE_GIVEN) & (kind[rows] < rates.SINGLE_GIVEN + rates.WHOLE_GIVEN)
        )
        names = np.array([[number[c] for c in text] for text in words(f"whole_{sex}")])
        given[whole] = names[rng.integers(0, len(names), len(whole))]
        name[rows, 2:] = given
    return name


def _common(letters: tuple[str, ...], count: int, rng: Generator) -> Ints:
    """Characters of `letters`, commonest first."""
    weights = 1 / (np.arange(len(letters)) + rates.GIVEN_SKEW)
    table = np.array([characters().number[c] for c in letters], dtype=np.int16)
    found: Ints = table[_pick(np.cumsum(weights / weights.sum()), count, rng)]
    return found


def _cores(count: int, rng: Generator) -> Ints:
    letters = words("brand")
    core = np.zeros((count, 4), np.int16)
    for column in range(3):
        core[:, column] = _common(letters, count, rng)
    core[rng.random(count) >= rates.THREE_CHARACTER_CORE, 2] = 0
    return core


def _organisations(count: int, rng: Generator) -> Ints:
    table = np.full((count, 4), -1, np.int16)
    trades = 1 / (np.arange(len(words("trades"))) + 5)
    table[:, TRADE] = _pick(np.cumsum(trades / trades.sum()), count, rng)
    table[:, FORM] = _pick(np.cumsum(list(rates.FORMS.values())), count, rng)
    table[:, PLACE_STYLE] = rng.integers(0, 10, count)
    return table


def _addresses(area: Ints, rural: NDArray[np.bool_], rng: Generator) -> Ints:
    count = len(area)
    table = np.zeros((count, 8), np.int16)
    table[:, AREA], table[:, RURAL_ROAD] = area, rural
    table[:, ROAD] = rng.integers(0, 10_000, count)
    table[:, NUMBER] = np.minimum(rng.exponential(150, count) + 1, 1999)
    table[:, ESTATE] = rng.integers(0, 200, count)
    table[:, BUILDING] = rng.integers(1, 31, count)
    table[:, UNIT] = rng.integers(1, 6, count)
    table[:, ROOM] = rng.integers(1, 25, count) * 100 + rng.integers(1, 5, count)
    return table


def _mobiles(count: int, rng: Generator) -> NDArray[np.int64]:
    heads = np.array([130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 153, 155, 158, 159, 177, 180, 181, 182,
                      185, 186, 187, 188, 189, 199])  # fmt: skip
    found: NDArray[np.int64] = heads[rng.integers(0, len(heads), count)] * 10**8 + rng.integers(
        0, 10**8, count
    )
    return found


def _landlines(area: Ints, rng: Generator) -> NDArray[np.int64]:
    """Eleven digits, the first a nought left out of the number: three of the place, seven of the line."""
    place = 300 + areas().code[area] // 100 % 600
    found: NDArray[np.int64] = place.astype(np.int64) * 10**7 + rng.integers(2 * 10**6, 9 * 10**6, len(area))
    return found


def _serials(female: NDArray[np.bool_], rng: Generator) -> NDArray[np.int64]:
    """Three digits, odd for men; police stations share them out among them, so any is as likely."""
    return 2 * rng.integers(0, 499, len(female)) + np.where(female, 2, 1)


def _firm_weights(firms: int, rng: Generator) -> NDArray[np.float64]:
    weights = np.exp(0.5 * rng.standard_normal(firms))
    found: NDArray[np.float64] = np.cumsum(weights / weights.sum())
    return found


def _make_families(all_: Entities, rng: Generator) -> None:
    """Some persons live with the one before: one door, often one surname, now and then one phone."""
    joins = rng.random(all_.persons) < rates.FAMILY
    joins[0] = False
    head = np.maximum.accumulate(np.where(joins, 0, np.arange(all_.persons)))
    rows = np.flatnonzero(joins)
    all_.address[rows] = all_.address[head[rows]]
    related = rows[rng.random(len(rows)) < rates.FAMILY_SURNAME]
    all_.name[related, :2] = all_.name[head[related], :2]
    all_.former[related, :2] = all_.name[head[related], :2]
    all_.birth_area[related] = all_.birth_area[head[related]]
    shared = rows[rng.random(len(rows)) < rates.FAMILY_PHONE]
    all_.phone[shared] = all_.phone[head[shared]]


def _make_groups(all_: Entities, cumulated: NDArray[np.float64], rng: Generator) -> None:
    """Some organisations are branches of the one before, some its sisters."""
    count = len(all_) - all_.persons
    kind = rng.random(count)
    kind[0] = 1.0
    rows = np.flatnonzero(kind < rates.BRANCH + rates.SISTER)
    head = np.maximum.accumulate(np.where(kind < rates.BRANCH + rates.SISTER, 0, np.arange(count)))[rows]
    branch = kind[rows] < rates.BRANCH
    here, there = rows + all_.persons, head + all_.persons
    all_.name[here], all_.former[here] = all_.name[there], all_.former[there]
    trade = all_.organisation[rows, TRADE].copy()
    all_.organisation[rows] = all_.organisation[head]
    all_.organisation[rows[~branch], TRADE] = trade[~branch]
    all_.organisation[rows[branch], BRANCH_AREA] = _pick(cumulated, int(branch.sum()), rng)
    all_.address[here[branch], AREA] = all_.organisation[rows[branch], BRANCH_AREA]
    all_.address[here[~branch], AREA] = all_.address[there[~branch], AREA]
    same_phone = rng.random(len(rows)) < 0.5
    all_.phone[here[same_phone]] = all_.phone[there[same_phone]]
    same_door = ~branch & (rng.random(len(rows)) < 0.6)
    all_.address[here[same_door]] = all_.address[there[same_door]]
    same_head = ~branch | (rng.random(len(rows)) < 0.3)
    all_.representative[rows[same_head]] = all_.representative[head[same_head]]


def _pick(
    cumulated: NDArray[np.float64], count: int, rng: Generator, dtype: type[np.signedinteger] = np.int16
) -> NDArray[np.signedinteger]:
    """`count` numbers drawn by cumulated shares."""
    drawn = np.searchsorted(cumulated, rng.random(count) * cumulated[-1], side="right")
    found: NDArray[np.signedinteger] = np.minimum(drawn, len(cumulated) - 1).astype(dtype)
    return found
