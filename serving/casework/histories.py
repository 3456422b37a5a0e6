"""What the court's docket knew of each party and agent when the case was filed (当事人在先案件), and who else is owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from serving.review.case import Case
from xiezhi.clock import Moment
from xiezhi.records import Event
from xiezhi.store import Store
from xiezhi.store.filings import StoredFiling, get_filings
from xiezhi.store.happenings import events_of
from xiezhi.store.links import Link
from xiezhi.store.relations import EarlierFiling, pasts_of

MOST_LISTED: Final = 60
"""Earlier filings of one person that are listed, the newest; the count beside them says how many there are."""

OUTCOMES: Final = (
    "mediated",
    "withdrawn",
    "dismissed",
    "judgment_for_plaintiff",
    "judgment_partial",
    "judgment_for_defendant",
    "enforcement_closed_paid",
    "enforcement_closed_unpaid",
    "set_aside",
)
"""Events that say how a filing ended; the one recorded last holds."""

PENDING: Final = "pending"
"""No such event was known."""

NOTHING_OWED: Final = frozenset(
    {"withdrawn", "dismissed", "judgment_for_defendant", "enforcement_closed_paid", "set_aside"}
)
"""Outcomes after which the plaintiff of that filing has nothing to ask of the defendant."""


@dataclass(frozen=True)
class PastFiling:
    """An earlier filing in which somebody appeared on a side, and how it stood when this case was filed."""

    earlier: EarlierFiling
    outcome: str
    outcome_at: Moment | None


@dataclass(frozen=True)
class History:
    """One party or agent: `count` earlier filings, the newest of them listed, newest first."""

    link: Link
    name: str
    count: int
    filings: tuple[PastFiling, ...]

    @property
    def outcomes(self) -> dict[str, int]:
        """How many of those listed stood how, the most frequent first."""
        return dict(Counter(past.outcome for past in self.filings).most_common())

    @property
    def sides(self) -> dict[str, int]:
        """How many of those listed on which side."""
        return dict(Counter(past.earlier.side for past in self.filings).most_common())


@dataclass(frozen=True)
class Owed:
    """A claim of others against a defendant of this case, open when it was filed: the person who is not in the room."""

    debtor: str
    stored: StoredFiling
    creditors: tuple[str, ...]
    outcome: str


def read_histories(store: Store, case: Case) -> tuple[History, ...]:
    """The history of every linked party and agent who has one, in the order of the filing. By what was known then."""
    filing = case.stored.filing
    names = filing.names
    with store.read() as connection:
        # Who has few is whole in the case already; a mass filer's rows are ranked anew.
        cut = [entity for entity, past in case.pasts.items() if past.count > len(past.newest)]
        pasts = {**case.pasts, **pasts_of(connection, cut, filing.filed_at, MOST_LISTED)}
        ids = [earlier.filing_id for past in pasts.values() for earlier in past.newest]
        ended = _endings(events_of(connection, list(dict.fromkeys(ids)), filing.filed_at))
    found = []
    for link in case.links:
        past = pasts.get(link.entity_id)
        if past is not None and link.kind != "firm":
            listed = tuple(PastFiling(e, *ended.get(e.filing_id, (PENDING, None))) for e in past.newest)
            found.append(History(link, names.get(link.record_id, link.record_id), past.count, listed))
    return tuple(found)


def read_owed(store: Store, case: Case, histories: Sequence[History]) -> tuple[Owed, ...]:
    """Claims of others against the defendants of a case that were open when it was filed, the newest first.

    Others: no plaintiff of it is a plaintiff of this case. Open: not withdrawn, lost, set aside or paid by then.
    """
    filing = case.stored.filing
    ours = {link.entity_id for link in case.links if link.side == "plaintiff"}
    against = [
        (history.name, past)
        for history in histories
        if history.link.side == "defendant" and history.link.kind in ("person", "organization")
        for past in history.filings
        if past.earlier.side == "defendant" and past.outcome not in NOTHING_OWED
    ]
    own = _filings_of(histories, ours)
    against = [(name, past) for name, past in against if past.earlier.filing_id not in own]
    with store.read() as connection:
        ids = [past.earlier.filing_id for _, past in against]
        there = get_filings(connection, store.vault, ids, filing.filed_at)
    found = [
        Owed(name, there[past.earlier.filing_id], _plaintiffs(there[past.earlier.filing_id]), past.outcome)
        for name, past in against
        if past.earlier.filing_id in there
    ]
    return tuple(sorted(found, key=lambda owed: -owed.stored.filing.filed_at))


def _filings_of(histories: Iterable[History], plaintiffs: set[str]) -> set[str]:
    """Earlier filings in which one of these stood as the plaintiff."""
    return {
        past.earlier.filing_id
        for history in histories
        if history.link.entity_id in plaintiffs
        for past in history.filings
        if past.earlier.side == "plaintiff"
    }


def _plaintiffs(stored: StoredFiling) -> tuple[str, ...]:
    return tuple(party.name for party in stored.filing.parties if party.role == "plaintiff")


def _endings(events: Iterable[Event]) -> Mapping[str, tuple[str, Moment | None]]:
    """Filing id -> how it ended and when; `events` in the order the court learned of them."""
    return {event.filing_id: (event.kind, event.at) for event in events if event.kind in OUTCOMES}
