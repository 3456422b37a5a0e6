"""A table of party records linked alone: blocked, compared, weighed by EM, clustered."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from features.link.cluster import cluster
from features.link.compare import VETO_SCHEMES, Levels, compare
from features.link.em import fit, prior_odds, weigh
from features.link.hashing import hashed
from features.link.profile import Profile, blocking_keys, party_profile
from features.link.score import script_of
from features.link.weights import load_weights, probability
from xiezhi.errors import InputError
from xiezhi.progress import Advance, silent
from xiezhi.records import IdType, Party
from xiezhi.store.vault import Vault

if TYPE_CHECKING:
    import pandas as pd

OPTIONAL: Final = ("id_number", "birth_date", "phone", "address", "legal_representative")
_VETO_BITS: Final = -100.0


def link_records(frame: pd.DataFrame, advance: Advance = silent) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who is who in `frame`: (record_id, entity_id) in its order, and the compared pairs with probability.

    frame: text columns as in the filing format, "Party records"; `record_id` unique. An entity's id is the
    smallest record id in it, so that the order of rows changes nothing. Raises InputError.
    """
    import pandas as pd

    table = _checked(frame)
    order = sorted(range(len(table)), key=lambda i: table[i]["record_id"])
    rows = [table[i] for i in order]
    # The secret lives as long as this call: numbers are compared only within it.
    vault = Vault(secrets.token_bytes(32))
    profiles = [_profile(row, vault) for row in rows]
    advance(1, 4)
    pairs = _blocked(profiles)
    advance(2, 4)
    bits = _weighed(profiles, pairs)
    advance(3, 4)
    marks = [p.number if p.number[:1] in VETO_SCHEMES else "" for p in profiles]
    groups = cluster(marks, pairs, bits, _VETO_BITS)
    ids = [row["record_id"] for row in rows]
    entity_of = {ids[i]: ids[group] for i, group in enumerate(groups)}
    advance(4, 4)
    entities = pd.DataFrame(
        {
            "record_id": [row["record_id"] for row in table],
            "entity_id": [entity_of[row["record_id"]] for row in table],
        }
    )
    compared = pd.DataFrame(
        {
            "record_id_l": [ids[a] for a, _ in pairs],
            "record_id_r": [ids[b] for _, b in pairs],
            "match_probability": [probability(b) for b in bits],
        }
    )
    return entities, compared


def _checked(frame: pd.DataFrame) -> list[dict[str, str]]:
    for column in ("record_id", "name"):
        if column not in frame.columns:
            raise InputError(f"缺少列 {column}。", f"The column {column} is missing.", code="missing-column")
    columns = [c for c in ("record_id", "kind", "name", "id_type", *OPTIONAL) if c in frame.columns]
    rows: list[dict[str, str]] = frame[columns].fillna("").astype(str).to_dict("records")
    if len({row["record_id"] for row in rows}) != len(rows):
        raise InputError("record_id 有重复。", "record_id is not unique.", code="duplicate-record-id")
    if any(row.get("kind", "") not in ("", "person", "organization") for row in rows):
        raise InputError(
            "kind 只能是 person 或 organization。", "kind must be person or organization.", code="kind"
        )
    return rows


def _profile(row: Mapping[str, str], vault: Vault) -> Profile:
    kind = "organization" if row.get("kind") == "organization" else "person"
    known: Mapping[str, IdType] = {
        "resident_id": "resident_id", "credit_code": "credit_code", "passport": "passport", "other": "other"
    }  # fmt: skip
    number = row.get("id_number", "")
    id_type = known.get(row.get("id_type", ""))
    if id_type is None and len(number.strip()) not in (15, 18):
        id_type = "other"  # neither a resident id nor a credit code, so never a veto
    party = Party(
        "", "plaintiff", "person" if kind == "person" else "organization", row["name"], id_type, number or None,
        row.get("birth_date") or None, row.get("phone") or None, row.get("address") or None, None,
        row.get("legal_representative") or None,
    )  # fmt: skip
    return party_profile(party, "", vault)


def _keys(profile: Profile) -> Iterable[int]:
    """Blocking keys of the docket, and what catches misspelt names where nobody has a number."""
    yield from blocking_keys(profile).values()
    p = profile
    surname, _, given = p.name.partition("|") if "|" in p.name else (p.name[:1], "", p.name[1:])
    place = p.street or p.door
    full = p.birth if len(p.birth) == 10 else ""
    more = {
        "born": (full,),
        "born_given": (full, given),
        "born_place": (p.birth[:4], place, p.door),
        "place": (place, p.door),
        "place_surname": (place, p.door, surname),
        "place_given": (place, p.door, given),
        "year_surname": (p.birth[:4], surname),
        "head": (p.head, p.core[:2]),
    }
    for which, value in more.items():
        if all(value):
            yield hashed(f"{p.kind}/{which}", "|".join(value))


def _blocked(profiles: Sequence[Profile]) -> list[tuple[int, int]]:
    """Pairs that share a key; a key of more holders than `hub` proposes nobody."""
    holders: dict[int, list[int]] = {}
    for i, profile in enumerate(profiles):
        for key in set(_keys(profile)):
            holders.setdefault(key, []).append(i)
    hub = load_weights().hub
    n = len(profiles)
    found = {a * n + b for block in holders.values() if len(block) <= hub for a, b in combinations(block, 2)}
    return [divmod(code, n) for code in sorted(found)]


def _weighed(profiles: Sequence[Profile], pairs: Sequence[tuple[int, int]]) -> list[float]:
    """Log-odds of each pair, by weights fitted to each kind's own pairs."""
    compared: list[Levels | None] = [compare(profiles[a], profiles[b]) for a, b in pairs]
    bits = np.full(len(pairs), _VETO_BITS)
    for kind in ("person", "organization"):
        members = [i for i, profile in enumerate(profiles) if profile.kind == kind]
        chosen = [i for i, (a, _) in enumerate(pairs) if profiles[a].kind == kind and compared[i] is not None]
        if not chosen:
            continue
        patterns = [compared[i] or () for i in chosen]
        model = fit(
            kind, Counter(patterns), _random_patterns(profiles, members), prior_odds(patterns, len(members))
        )
        names = Counter(profiles[i].name for i in members)
        sounds = Counter(profiles[i].sound for i in members)
        background = load_weights().kinds[kind].name
        for i, pattern in zip(chosen, patterns, strict=True):
            a, b = profiles[pairs[i][0]], profiles[pairs[i][1]]
            others = {"exact": names[a.name] - 2, "sound": max(sounds[a.sound], sounds[b.sound]) - 2}
            share = {
                level: background.u(max(count, 0), len(members), script_of(a))
                for level, count in others.items()
            }
            bits[i] = weigh(model, pattern, share)
    result: list[float] = bits.tolist()
    return result


def _random_patterns(profiles: Sequence[Profile], members: Sequence[int]) -> Counter[Levels]:
    """Patterns of random pairs, which are hardly ever of one bearer: what u is counted from."""
    rng = np.random.default_rng(0)
    most = min(100_000, 20 * len(members))
    left, right = rng.integers(0, len(members), (2, most))
    found: Counter[Levels] = Counter()
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a != b and (levels := compare(profiles[members[a]], profiles[members[b]])) is not None:
            found[levels] += 1
    return found
