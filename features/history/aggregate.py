"""What a history feature counts: a declared aggregate over earlier appearances of a key.

The written contract is `docs/point-in-time.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "sum", "opponents", "principals", "days_since", "share", "open"]
Slot = Literal[
    "plaintiff",
    "defendant",
    "plaintiff_agent",
    "defendant_agent",
    "agent",
    "firm",
    "plaintiff_phone",
    "defendant_phone",
    "phone",
    "plaintiff_address",
    "defendant_address",
    "pair",
    "claim",
    "template",
    "instrument",
    "opponents_together",
    "agent_and_opponent",
    "agent_against_opponent",
]
"""Which keys of the filing ask the question, e.g. `plaintiff`: every plaintiff's entity."""


@dataclass(frozen=True)
class Aggregate:
    """One question to history, asked for every key of the slot; the largest answer holds.

    kind: `count` filings; `sum` of claimed amounts; `opponents`: distinct parties
    of the other side; `principals`: distinct parties of the same side; `days_since` the latest; `share` of the filings counted in which `happened` had become known;
    `open`: filings counted less those in which `happened` (a closing) had become known.
    seen_as: roles of the earlier appearances that count (empty: any).
    families, proceedings: which earlier filings count (empty: any).
    happened: kinds of happenings. With `count` and `days_since`, happenings are counted instead of
    filings, each at the moment it became known.
    window_days: how far back (None: everything).
    """

    kind: Kind
    slot: Slot
    seen_as: tuple[int, ...] = ()
    families: tuple[str, ...] = ()
    proceedings: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()
    window_days: int | None = None
