"""A filing scored again (复评): because of its events as they come in, or of a link that was corrected.

The score given before stays as it was shown; the newer one holds from the moment it was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from features.pipeline import observe_later
from features.table import FeatureTable
from features.watch.match import WatchMatch, open_book
from serving.screening.screener import Look, Screener, numbers_in
from serving.screening.stream import RESCORING_EVENTS
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.filings import get_filing
from xiezhi.store.links import links_of
from xiezhi.store.screenings import Screening, put_screenings, screenings_of
from xiezhi.store.waiting import WaitingEvent, waiting_events


class Change(NamedTuple):
    """The score that held, and the one in its place."""

    before: Screening
    after: Screening


def score_waiting(
    store: Store,
    screener: Screener,
    *,
    now: Moment,
    filing_ids: Sequence[str] | None = None,
    advance: Advance = silent,
) -> list[Change]:
    """Score again, as of its newest event, each screened filing with events no score has counted (`RESCORING_EVENTS`).

    filing_ids: these alone (None: all). Several events waiting together give one score that names them all. Asked
    again, nothing waits any more.
    """
    with store.read() as connection:
        waiting = waiting_events(connection, RESCORING_EVENTS, now, filing_ids)
    by_filing = [list(events) for _, events in groupby(waiting, key=lambda event: event.filing_id)]
    done = []
    for place, events in enumerate(by_filing, 1):
        done.append(_score_events(store, screener, events, now))
        advance(place, len(by_filing))
    return done


def _score_events(store: Store, screener: Screener, events: Sequence[WaitingEvent], now: Moment) -> Change:
    filing_id = events[0].filing_id
    with store.read() as connection:
        before = screenings_of(connection, filing_id)[0]
    # As of t means strictly before t; and no score knows less than the one before it.
    as_of = max(before.as_of, max(event.known for event in events) + 1)
    trigger = "+".join(dict.fromkeys(event.kind for event in events))
    seen = look_again(store, screener, before, as_of, trigger=trigger, now=now)
    with store.write() as connection:
        put_screenings(connection, [seen.made], seen.made.scored_at)
    seen.challenge(store, screener)
    return Change(before, seen.made)


class Seen(NamedTuple):
    """A filing looked at again: the score made, and what it was made from."""

    made: Screening
    table: FeatureTable
    matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]]

    def rests_on_the_same_as(self, other: Screening) -> bool:
        """Whether another score has the same links and the same features, of those both know."""
        both = self.made.features.keys() & other.features.keys()
        same_features = all(self.made.features[name] == other.features[name] for name in both)
        return same_features and self.made.scores["links"] == other.scores["links"]

    def challenge(self, store: Store, screener: Screener) -> None:
        """Let the challenger score it, too, once it is kept."""
        if screener.challenger is not None:
            screener.challenger.keep(store, self.table, [self.made], 0, self.matches, self.made.scored_at)


def look_again(
    store: Store,
    screener: Screener,
    before: Screening,
    as_of: Moment,
    *,
    trigger: str,
    now: Moment,
    cause: str = "",
) -> Seen:
    """Score the filing of `before` again as of a moment, by the links the store holds now. Keeps nothing.

    cause: what tells this look from another of the same trigger.
    """
    filing_id = before.filing_id
    with store.read() as connection:
        stored = get_filing(connection, store.vault, filing_id)
        assert stored is not None, "what was screened is kept"
        links = links_of(connection, [filing_id])
        matches = {(filing_id, as_of): open_book(store, connection).find(connection, stored.filing, as_of)}
    table = observe_later(store, stored.filing, as_of, fetch=screener.fetch)
    # The newest score is the latest given, even when a clock is set back.
    look = Look(filing_id, stored.version, as_of, max(now, before.scored_at + 1), trigger, cause)
    numbers = numbers_in(store)
    (made,) = screener.screen(table, [look], {filing_id: links}, matches=matches, case_numbers=numbers)
    return Seen(made, table, matches)
