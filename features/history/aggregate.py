"""The language of questions to history: what a feature counts among the earlier filings of a key.

The written contract is `docs/point-in-time.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, get_args

from features.history.docket import FOUND

Kind = Literal[
    "count",
    "sum",
    "largest",
    "opponents",
    "principals",
    "courts",
    "causes",
    "days_since",
    "days_since_first",
    "shortest_gap",
    "burst",
    "share",
    "open",
    "open_sum",
    "open_days",
]
Slot = Literal[
    "plaintiff",
    "defendant",
    "third_party",
    "plaintiff_agent",
    "defendant_agent",
    "agent",
    "plaintiff_firm",
    "firm",
    "plaintiff_phone",
    "defendant_phone",
    "phone",
    "plaintiff_address",
    "defendant_address",
    "plaintiff_head",
    "defendant_head",
    "agent_phone",
    "pair",
    "claim",
    "template",
    "instrument",
    "opponents_together",
    "agent_and_opponent",
    "agent_against_opponent",
    "mediator",
    "right",
    "asset",
    "pro_se",
]
"""Which keys of the filing ask the question, e.g. `plaintiff`: every plaintiff's entity."""

Scope = Literal["all", "court", "prefecture", "elsewhere", "cause", "amount"]
"""Which filings count beside the asking one: all; those of its own court; of its court's prefecture; of other
courts than its own; of its own cause family; those claiming the same amount."""

Body = tuple[Scope, tuple[int, ...], tuple[str, ...], tuple[str, ...]]
"""Scope, roles, cause families and proceedings of earlier filings."""

Namespace = Literal["party", "agent", "firm", "phone", "address", "head"]

ADDITIVE: Final[tuple[Kind, ...]] = ("count", "sum", "open", "open_sum")
"""Kinds of which the answer elsewhere is the answer everywhere less the one at the own court."""
OF_HAPPENINGS: Final[tuple[Kind, ...]] = ("count", "days_since", "days_since_first")
"""Kinds that count happenings instead of filings where `happened` is given."""
OF_OUTCOMES: Final[tuple[Kind, ...]] = ("share", "open", "open_sum", "open_days")
"""Kinds that need `happened`: what had become known of the filings counted."""

BURST_DAYS: Final = 7
"""Length of the stretch in which a burst is counted (own choice: a week's round of filing)."""


@dataclass(frozen=True)
class Aggregate:
    """One question to history, asked for every key of the slot. The largest answer holds; the smallest for the
    kinds in `SMALLEST`.

    kind: `count` filings; `sum`, `largest` of claimed amounts; `opponents`, `principals`: distinct parties of the
    other, of the same side; `courts`, `causes`: distinct courts, cause families; `days_since` the latest,
    `days_since_first`; `shortest_gap`: days between two filings one after the other; `burst`: most filings in any
    7 days on end. With `happened`: `share` of the filings counted in which it had become known; `open`,
    `open_sum`, `open_days`: how many had it not (a closing), what they claim, the age of the oldest of them.
    seen_as: roles of the earlier appearances that count (empty: any).
    families, proceedings: which earlier filings count (empty: any).
    happened: kinds of happenings. With `count`, `days_since` and `days_since_first` happenings are counted instead
    of filings, each at the moment it became known.
    window_days: how far back (None: everything). scope: see `Scope`; `elsewhere` goes with the `ADDITIVE` kinds.
    """

    kind: Kind
    slot: Slot
    seen_as: tuple[int, ...] = ()
    families: tuple[str, ...] = ()
    proceedings: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()
    window_days: int | None = None
    scope: Scope = "all"

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(self.kind)
        if self.scope == "elsewhere" and self.kind not in ADDITIVE:
            raise ValueError(f"{self.kind} cannot be asked of other courts")
        if bool(self.happened) != (self.kind in OF_OUTCOMES) and self.kind not in OF_HAPPENINGS:
            raise ValueError(f"{self.kind}: `happened` is missing, or says nothing")
        is_one_share = self.kind == "share" and len(self.happened) == 1
        if self.kind in OF_OUTCOMES and not is_one_share and set(self.happened) & set(FOUND):
            raise ValueError(f"{self.kind}: of findings only the share of one kind is told")

    @cached_property
    def of_happenings(self) -> bool:
        """Whether happenings are counted, not filings."""
        return bool(self.happened) and self.kind in OF_HAPPENINGS

    @cached_property
    def body(self) -> Body:
        """Which earlier filings count: questions of one body share what is counted."""
        return self.scope, self.seen_as, self.families, self.proceedings

    def within(self, scope: Scope) -> Aggregate:
        """The same question in another scope."""
        return replace(self, scope=scope)


SMALLEST: Final[tuple[Kind, ...]] = ("days_since", "shortest_gap")
UNKNOWN_OF_NOTHING: Final[tuple[Kind, ...]] = (
    "largest", "days_since", "days_since_first", "shortest_gap", "share", "open_days",
)  # fmt: skip
"""Kinds unknown where nothing counts; the others are 0 (docs/point-in-time.md, point 17)."""


@dataclass(frozen=True)
class Together:
    """Earlier filings in which a key of one slot and a key of another both stood: how many, distinct.

    Read from the latest `READ` filings in which a key of `slot` stood in one of the roles `seen_as`. Two parties
    who sued back: `Together("defendant", (PLAINTIFF,), "plaintiff", (DEFENDANT,))`.
    """

    slot: Slot
    seen_as: tuple[int, ...]
    other: Slot
    other_as: tuple[int, ...]


@dataclass(frozen=True)
class Common:
    """Distinct third keys that stood in earlier filings of a key of one slot and in others of a key of another.

    Read from the latest `READ` filings of each key in the roles given; of each the keys of `through` in the roles
    `found_as`, `other_found_as` (empty: any). Keys of the two slots themselves do not count. A cycle of three suits (B sued C,
    C sued A, now A sues B): `Common("defendant", (PLAINTIFF,), (DEFENDANT,), "plaintiff", (DEFENDANT,),
    (PLAINTIFF,), "party")`.
    """

    slot: Slot
    seen_as: tuple[int, ...]
    found_as: tuple[int, ...]
    other: Slot
    other_as: tuple[int, ...]
    other_found_as: tuple[int, ...]
    through: Namespace


@dataclass(frozen=True)
class Density:
    """Of all pairs of a plaintiff and a defendant in the latest `READ` filings of a slot's key, the share that met.

    1 where everybody sued everybody; unknown with fewer than two such filings. Asked of an agent it tells a closed
    circle from a practice. The largest answer of the slot's keys holds.
    """

    slot: Slot
    seen_as: tuple[int, ...]


@dataclass(frozen=True)
class Reach:
    """Parties connected with the filing's own by at most `STEPS` earlier filings, the own ones included.

    Counted up to `MOST_REACHED`; each party is followed through its latest `FOLLOWED` filings.
    """


Neighbourhood = Together | Common | Density | Reach

READ: Final = 50
"""Filings of a key that neighbourhood questions read, the latest (own limit; docs/point-in-time.md)."""
FOLLOWED: Final = 10
STEPS: Final = 2
MOST_REACHED: Final = 50
