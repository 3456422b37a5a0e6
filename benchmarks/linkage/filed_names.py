"""Names and addresses as filed, with what goes wrong in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import rates
from entities import BRANCH_AREA, FORM, PLACE_STYLE, TRADE, Entities, Ints
from numpy.random import Generator
from numpy.typing import NDArray
from texts import Texts, blank, drop, join, put, take
from words import areas, characters, words

Rows = NDArray[np.intp]
_MASKS = ((("某", ""),) * 4) + (("某", "某"),) * 4 + (("*", ""), ("*", "*"))


def person_names(all_: Entities, rows: NDArray[np.int64], rng: Generator) -> Texts:
    """The name column of persons."""
    name = all_.name[rows].copy()
    old = rng.random(len(rows)) < rates.RENAMED_PERSON
    name[old] = all_.former[rows[old]]
    errors = _draw(rates.PERSON_NAME, len(rows), rng)
    pinyin = errors["pinyin"]
    latin = _romanised(name[pinyin], rng)
    _replace_one(name, errors["homophone"], rng, look=False)
    _replace_one(name, errors["lookalike"], rng, look=True)
    number = characters().number
    masks = np.array([[number[c] if c else 0 for c in mask] for mask in _MASKS], dtype=np.int16)
    name[errors["masked"], 2:] = masks[rng.integers(0, len(masks), len(errors["masked"]))]
    # 李小明 filed as 李明 or 李小; of two characters nothing can be left out.
    long = errors["dropped"][name[errors["dropped"], 3] > 0]
    first = rng.random(len(long)) < 0.5
    name[long, 2] = np.where(first, name[long, 3], name[long, 2])
    name[long, 3] = 0
    name[errors["swapped"]] = name[errors["swapped"]][:, [2, 3, 0, 1]]
    gap = np.zeros(len(rows), dtype=np.int8)
    gap[errors["spaced"]], gap[errors["full_width"]] = 1, 2
    letters = characters().text
    parts = [take(letters, name[:, i]) for i in range(4)]
    column = join(parts[0], parts[1], take(["", " ", "　"], gap), parts[2], parts[3])
    column = _to_traditional(column, errors["traditional"])
    former = errors["former"]
    given = [take(letters, all_.former[rows[former], i]) for i in range(4)]
    note = join(take(column, former), "（曾用名", *given, "）")
    return put(put(column, former, note), pinyin, latin)


def organisation_names(all_: Entities, rows: NDArray[np.int64], rng: Generator) -> Texts:
    """The name column of organisations."""
    parts = all_.organisation[rows - all_.persons]
    core = all_.name[rows].copy()
    # Whether an entity was ever renamed is its own: told by its serial.
    renamed = (all_.serial[rows] % 1000 < 1000 * rates.RENAMED) & (
        rng.random(len(rows)) < rates.RENAMED_MENTION
    )
    core[renamed] = all_.former[rows[renamed]]
    errors = _draw(rates.ORGANISATION_NAME, len(rows), rng)
    _replace_one(core, errors["homophone"], rng, look=False, first=0)
    _replace_one(core, errors["lookalike"], rng, look=True, first=0)
    home = all_.birth_area[rows]
    style = parts[:, PLACE_STYLE]
    place = _places(home, style)
    bracketed = style == 9
    bracketed[errors["bracketed"]] ^= True
    leading = bracketed.copy()
    leading[errors["place_out"]] = True
    leading[errors["short"]] = True
    bracketed[errors["place_out"]] = False
    bracketed[errors["short"]] = False
    place = put(
        place,
        errors["place_in"],
        _places(home[errors["place_in"]], np.full(len(errors["place_in"]), 8, np.int16)),
    )
    letters = characters().text
    brackets = blank(join("（", place, "）"), ~bracketed)
    form = _forms(parts[:, FORM], errors["form"], errors["short"], rng)
    trade = take(words("trades"), parts[:, TRADE])
    trade = blank(trade, _among(errors["short"][rng.random(len(errors["short"])) < 0.3], len(rows)))
    branch = parts[:, BRANCH_AREA]
    where = take(areas().city_stem, np.maximum(branch, 0))
    branch_text = blank(join(where, "分公司"), branch < 0)
    cores = [take(letters, core[:, i]) for i in range(3)]
    column = join(blank(place, leading), *cores, brackets, trade, form, branch_text)
    column = _to_traditional(column, errors["traditional"])
    half = errors["half_width"]
    narrow = pc.replace_substring(pc.replace_substring(take(column, half), "（", "("), "）", ")")
    return put(column, half, join(narrow, take(["", " "], rng.integers(0, 2, len(half)))))


def representatives(all_: Entities, rows: NDArray[np.int64], rng: Generator) -> Texts:
    """The legal representative column: null for persons."""
    own = rows >= all_.persons
    at = np.where(own, rows - all_.persons, 0)
    changed = rng.random(len(rows)) < rates.REPRESENTATIVE_CHANGED
    # The one before is borrowed from a neighbour, the same one each time.
    at = np.where(changed, (at + 7) % len(all_.representative), at)
    name = all_.representative[at].copy()
    _replace_one(
        name, np.flatnonzero(rng.random(len(rows)) < rates.REPRESENTATIVE_HOMOPHONE), rng, look=False
    )
    column = join(*(take(characters().text, name[:, i]) for i in range(4)))
    return drop(column, ~own | (rng.random(len(rows)) < rates.REPRESENTATIVE_MISSING))


def _draw(rates: Mapping[str, float], count: int, rng: Generator) -> dict[str, Rows]:
    """At most one error a name: the rows of each kind."""
    bounds = np.cumsum(list(rates.values()))
    kind = np.searchsorted(bounds, rng.random(count), side="right")
    return {name: np.flatnonzero(kind == i) for i, name in enumerate(rates)}


def _replace_one(name: Ints, rows: Rows, rng: Generator, *, look: bool, first: int = 2) -> None:
    """One character replaced by one that sounds or looks alike; `first` is the column given characters start in."""
    table = characters()
    alike, counts = (table.look, table.look_count) if look else (table.sound, table.sound_count)
    second = (name[rows, first + 1] > 0) & (rng.random(len(rows)) < 0.5)
    column = np.where(second, first + 1, first)
    if first:
        column = np.where(rng.random(len(rows)) < rates.SURNAME_HIT, 0, column)
    old = name[rows, column]
    # Commoner substitutes stand first; the square of a random number prefers them.
    which = (rng.random(len(rows)) ** 2 * counts[old]).astype(np.int16)
    name[rows, column] = np.where(counts[old] > 0, alike[old, which], old)


def _romanised(name: Ints, rng: Generator) -> Texts:
    """Wang Jianguo, WANG JIANGUO, Wang Jian Guo or Jianguo Wang."""
    sounds = characters().pinyin
    surname = join(pc.utf8_capitalize(take(sounds, name[:, 0])), take(sounds, name[:, 1]))
    style = rng.integers(0, 4, len(name))
    second = take(sounds, name[:, 3])
    apart = blank(join(" ", pc.utf8_capitalize(second)), (style != 2) | (name[:, 3] == 0))
    given = join(pc.utf8_capitalize(take(sounds, name[:, 2])), blank(second, style == 2), apart)
    usual = join(surname, " ", given)
    texts = pc.if_else(pa.array(style == 1), pc.utf8_upper(usual), usual)
    return pc.if_else(pa.array(style == 3), join(given, " ", surname), texts)


def _to_traditional(column: Texts, rows: Rows) -> Texts:
    table = characters().traditional
    return put(
        column,
        rows,
        pa.array([text.translate(table) for text in take(column, rows).to_pylist()], pa.string()),
    )


def _places(area: Ints, style: Ints) -> Texts:
    """What a registered name begins with: 张掖市 张掖 甘肃 甘肃张掖 (style 8) or 甘肃省 (a few)."""
    table = areas()
    city = take(table.city_stem, area)
    province = take(table.province_stem, area)
    whole = pc.if_else(pc.equal(city, province), city, join(province, city))
    choice = pa.array(np.array([0, 0, 0, 0, 1, 1, 1, 2, 3, 1], dtype=np.int8)[style])
    return pc.choose(choice, join(city, "市"), city, province, whole)


def _forms(form: Ints, varied: Rows, short: Rows, rng: Generator) -> Texts:
    """Legal forms; 有限公司 and 有限责任公司 exchanged, others cut to 公司 or left out."""
    texts = (*rates.FORMS, "公司", "")
    shown = form.copy()
    old = shown[varied]
    loose = np.where(rng.random(len(varied)) < 0.5, len(rates.FORMS), len(rates.FORMS) + 1)
    shown[varied] = np.where((old < 2) & (rng.random(len(varied)) < 0.75), 1 - old, loose)
    shown[short] = rng.integers(len(rates.FORMS), len(rates.FORMS) + 2, len(short))
    return take(texts, shown)


def _among(rows: Rows, count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask
