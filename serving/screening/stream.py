"""A docket folder lived through in order of time: each filing scored with what had been recorded by then.

All of the folder is taken in first; because every read is as of a moment, and filings are linked against earlier
ones only, the scores are those one would have got filing by filing (`docs/point-in-time.md`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from features.pipeline import build_table, build_table_at
from features.table import FeatureTable
from features.watch.match import find_matches
from serving.screening.screener import Look, Screener, numbers_in
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.happenings import events_of
from xiezhi.store.links import Link, links_of
from xiezhi.store.screenings import Screening, put_screenings

RESCORING_EVENTS: frozenset[str] = frozenset(
    {
        "answered", "admitted_all", "mediated", "plaintiff_absent", "defendant_absent", "third_party_objection",
        "distribution_applied", "withdrawn", "bankruptcy_accepted",
    }
)  # fmt: skip
"""Events that make signs of 法〔2021〕281号 三 visible which a filing alone cannot show: no dispute, an implausible
admission, quick mediation, absence, objections, a share in the proceeds."""

ROWS_AT_ONCE = 2_000
"""Rows scored and kept together: bounds memory, and one transaction to a batch."""


def screen_first(
    store: Store, screener: Screener, filing_ids: Sequence[str], *, kept_at: Moment, advance: Advance = silent
) -> Iterator[Screening]:
    """Score these stored, linked filings as of their own moments, in order of (filed_at, filing_id); keep all."""
    table = build_table(store, filing_ids=filing_ids)
    looks = [
        Look(filing_id, 1, int(moment), int(moment))
        for filing_id, moment in zip(table.filing_ids, table.as_of, strict=True)
    ]
    yield from _screen_rows(store, screener, table, looks, kept_at, advance)


def screen_again(
    store: Store, screener: Screener, filing_ids: Sequence[str], *, kept_at: Moment, advance: Advance = silent
) -> Iterator[Screening]:
    """Score these filings again at each of their `RESCORING_EVENTS`, in order of time; keep all."""
    looks = find_later_looks(store, filing_ids)
    table = build_table_at(store, [(look.filing_id, look.as_of) for look in looks])
    yield from _screen_rows(store, screener, table, looks, kept_at, advance)


def find_later_looks(store: Store, filing_ids: Sequence[str]) -> list[Look]:
    """When these filings are to be scored again: one look to a filing and moment, in order of time."""
    with store.read() as connection:
        events = events_of(connection, filing_ids, None)
    known = sorted(
        {
            (max(event.at, event.recorded_at), event.filing_id, event.kind)
            for event in events
            if event.kind in RESCORING_EVENTS
        }
    )
    # As of t means strictly before t: the event itself is seen one microsecond after it became known.
    return [
        Look(filing_id, 1, moment + 1, moment, "+".join(kind for _, _, kind in same))
        for (moment, filing_id), same in groupby(known, key=lambda row: row[:2])
    ]


def _screen_rows(
    store: Store,
    screener: Screener,
    table: FeatureTable,
    looks: Sequence[Look],
    kept_at: Moment,
    advance: Advance,
) -> Iterator[Screening]:
    for first in range(0, len(looks), ROWS_AT_ONCE):
        some = looks[first : first + ROWS_AT_ONCE]
        with store.read() as connection:
            links = _by_filing(links_of(connection, [look.filing_id for look in some]))
            matches = find_matches(store, connection, [(look.filing_id, look.as_of) for look in some])
        rows = list(screener.screen(table, some, links, first, matches, case_numbers=numbers_in(store)))
        with store.write() as connection:
            put_screenings(connection, rows, kept_at)
        screener.keep_silent(store, table, rows, first, matches, kept_at)
        yield from rows
        advance(first + len(some), len(looks))


def _by_filing(links: Sequence[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.filing_id, []).append(link)
    return found
