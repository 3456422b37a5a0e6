"""Which keys of a filing ask which question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from features.history.aggregate import Slot
from features.history.docket import Docket, Ints
from features.history.keys import ASKED, DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, THIRD_PARTY, namespace_code
from features.history.ranges import is_any

_ANY: tuple[int, ...] = (0, 1, 2)
SLOTS: dict[Slot, tuple[str, tuple[int, ...]]] = {
    "plaintiff": ("party", (PLAINTIFF,)),
    "defendant": ("party", (DEFENDANT,)),
    "third_party": ("party", (THIRD_PARTY,)),
    "plaintiff_agent": ("agent", (PLAINTIFF,)),
    "defendant_agent": ("agent", (DEFENDANT,)),
    "agent": ("agent", _ANY),
    "plaintiff_firm": ("firm", (PLAINTIFF,)),
    "firm": ("firm", _ANY),
    "plaintiff_phone": ("phone", (PLAINTIFF,)),
    "defendant_phone": ("phone", (DEFENDANT,)),
    "phone": ("phone", _ANY),
    "plaintiff_address": ("address", (PLAINTIFF,)),
    "defendant_address": ("address", (DEFENDANT,)),
    "plaintiff_head": ("head", (PLAINTIFF,)),
    "defendant_head": ("head", (DEFENDANT,)),
    "agent_phone": ("agent_phone", (PLAINTIFF,)),
    "pair": ("pair", _ANY),
    "claim": ("claim", _ANY),
    "template": ("template", _ANY),
    "instrument": ("evidence", _ANY),
    "opponents_together": ("together", (ASKED,)),
    "agent_and_opponent": ("client", (ASKED,)),
    "agent_against_opponent": ("opponent", (PLAINTIFF,)),
    "mediator": ("mediator", _ANY),
    "right": ("right", _ANY),
    "asset": ("asset", _ANY),
    "pro_se": ("pro_se", (PLAINTIFF,)),
}
"""Slot -> namespace and roles of the keys that ask."""

_BY_KEY: dict[tuple[int, int], list[Slot]] = {}
for _slot, (_namespace, _roles) in SLOTS.items():
    for _role in _roles:
        _BY_KEY.setdefault((namespace_code(_namespace), _role), []).append(_slot)


def fill_slots(appearances: Iterable[tuple[int, int]]) -> Mapping[Slot, Ints]:
    """The filing's own (key, role) rows as slot -> distinct keys, sorted."""
    found: dict[Slot, set[int]] = {}
    for key, role in appearances:
        for slot in _BY_KEY.get((key >> NAMESPACE_SHIFT, role), ()):
            found.setdefault(slot, set()).add(key)
    return {slot: np.array(sorted(keys), dtype=np.int64) for slot, keys in found.items()}


def fill_columns(docket: Docket, filings: Ints) -> dict[Slot, tuple[Ints, Ints]]:
    """The slots of filings of the docket (positions) as columns (number among these filings, key), by number."""
    number = np.full(len(docket.filing_ids), -1)
    number[filings] = np.arange(len(filings))
    asking = number[docket.key_filing]
    namespace = np.where(asking >= 0, docket.namespace, 0)
    columns = {}
    for slot, (name, roles) in SLOTS.items():
        rows = np.flatnonzero(namespace == namespace_code(name))
        if len(rows):
            rows = rows[is_any(docket.key_role[rows], roles)]
        if len(rows):
            if np.any(asking[rows[1:]] < asking[rows[:-1]]):
                rows = rows[np.argsort(asking[rows], kind="stable")]
            columns[slot] = (asking[rows], docket.key[rows])
    return columns
