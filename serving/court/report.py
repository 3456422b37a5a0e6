"""The court's figures (运行情况): what screening asks of it, how often a flag was right, and whom flags fall on.

Counted from rows, for a period of filings; nothing in it names a filing or a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from serving.review.docketing import last_docketing_day
from xiezhi.clock import DAY, Moment, to_datetime
from xiezhi.decisions import FINDING_OF
from xiezhi.settings import Settings
from xiezhi.shares import wilson
from xiezhi.store import Store
from xiezhi.store.court_figures import Counted, Decided, counted_filings, decided_flags

PERIODS: Final = (30, 90, 365)
"""Days a report may look back on."""

DRAWN_DAYS: Final = 60
MOST_VALUES: Final = 12
"""Causes and courts told one by one, those with the most filings first."""

FEW: Final = 30
"""Below so many filings a share is told with its interval and marked: an own choice, as is usual."""


@dataclass(frozen=True)
class Share:
    """`hits` of `of` with Wilson's 95 % interval; everything 0 of none."""

    name: str
    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval; all there is where there is nothing."""
        return wilson(self.value, self.of) if self.of else (0.0, 1.0)

    @property
    def is_few(self) -> bool:
        """Whether the interval says more than the share."""
        return self.of < FEW


@dataclass(frozen=True)
class Day:
    """One day of filings."""

    day: date
    filings: int
    review: int


@dataclass(frozen=True)
class Clock:
    """Flags that wait, by the last day for docketing (立案期限): past, to come, or not known to the calendar.

    A flag does not move that day; it tells how long a filing waited for a look.
    """

    past: int
    to_come: int
    unknown: int


@dataclass(frozen=True)
class Report:
    """The figures of filings of [since, before). `capacity`: reviews a court day in force, None where rules alone screen.

    `rates`: facet -> shares flagged. `outcomes`: newest decision on each flag decided -> flags. `overturned`: of flags
    decided for good, those cleared. `days_to_decide`: median and nine in ten, None where nothing was decided.
    """

    since: Moment
    before: Moment
    filings: int
    bands: Mapping[str, int]
    days: tuple[Day, ...]
    capacity: float | None
    rates: Mapping[str, tuple[Share, ...]]
    outcomes: Mapping[str, int]
    overturned: Share
    days_to_decide: tuple[float, float] | None
    waiting: int
    oldest: Moment | None
    clock: Clock


def read_report(
    store: Store,
    settings: Settings,
    capacity: float | None,
    days: int,
    at: Moment,
    courts: Collection[str] = (),
) -> Report:
    """The figures of the filings of the last `days` days before `at`; of `courts` (none: of all)."""
    since = at - days * DAY
    with store.read() as connection:
        rows = list(counted_filings(connection, since, at, courts))
        decided = decided_flags(connection, since, at, courts)
    flagged = [row for row in rows if row.band != "none"]
    newest = {one.screening_id: one for one in decided}
    final = {i: one for i, one in newest.items() if one.decision in FINDING_OF}
    # As a flag's state is read everywhere: by its own record, else by the one that goes on holding for it.
    records = {
        row.screening_id: newest.get(row.screening_id) or newest.get(row.carried_from or "")
        for row in flagged
    }
    open_ones = [
        row for row in flagged if (one := records[row.screening_id]) is None or one.decision not in FINDING_OF
    ]
    cleared = sum(one.decision == "cleared" for one in final.values())
    return Report(
        since, at, len(rows), Counter(row.band for row in rows), _days(rows, settings.zone, at), capacity,
        _rates(rows), Counter(one.decision for one in newest.values()),
        Share("overturned", cleared, len(final)), _waited(flagged, final), len(open_ones),
        min((row.scored_at for row in open_ones), default=None), _clock(open_ones, settings, at),
    )  # fmt: skip


def _days(rows: Iterable[Counted], zone: str, at: Moment) -> tuple[Day, ...]:
    filings: Counter[date] = Counter()
    review: Counter[date] = Counter()
    for row in rows:
        day = to_datetime(row.filed_at, zone).date()
        filings[day] += 1
        review[day] += row.band == "review"
    if not filings:
        return ()
    last = to_datetime(at, zone).date()
    first = max(min(filings), last - timedelta(DRAWN_DAYS - 1))
    return tuple(
        Day(day, filings[day], review[day])
        for day in (first + timedelta(n) for n in range((last - first).days + 1))
    )


def _rates(rows: Sequence[Counted]) -> dict[str, tuple[Share, ...]]:
    told = {None: "unknown", True: "yes", False: "no"}
    return {
        "court": _shares((row.court, row.band) for row in rows),
        "cause": _shares((row.cause, row.band) for row in rows),
        "represented": _shares((told[row.represented], row.band) for row in rows),
        "fee_waiver": _shares((told[row.fee_waiver], row.band) for row in rows),
    }


def _shares(rows: Iterable[tuple[str, str]]) -> tuple[Share, ...]:
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, band in rows:
        counts[name][0] += band != "none"
        counts[name][1] += 1
    most = sorted(counts.items(), key=lambda item: (-item[1][1], item[0]))[:MOST_VALUES]
    return tuple(Share(name, hits, of) for name, (hits, of) in most)


def _waited(flagged: Sequence[Counted], final: Mapping[str, Decided]) -> tuple[float, float] | None:
    """Days from the score to the decision: the median, and within how many nine in ten were made."""
    waits = sorted(
        (final[row.screening_id].decided_at - row.scored_at) / DAY
        for row in flagged
        if row.screening_id in final
    )
    if not waits:
        return None
    return waits[(len(waits) - 1) // 2], waits[(len(waits) - 1) * 9 // 10]


def _clock(waiting: Iterable[Counted], settings: Settings, at: Moment) -> Clock:
    today, ends = to_datetime(at, settings.zone).date(), Counter[str]()
    for row in waiting:
        end = last_docketing_day(settings, row.filed_at)
        ends["unknown" if end is None else "past" if end < today else "to_come"] += 1
    return Clock(ends["past"], ends["to_come"], ends["unknown"])
