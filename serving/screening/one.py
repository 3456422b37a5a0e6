"""The use case on one screen: a filing in, an answer out, and kept."""

from __future__ import annotations

from features.link.docket import keep_links
from features.link.resolve import resolve
from features.normalise.causes import cause_family
from features.pipeline import observe
from features.watch.match import WatchMatch, open_book
from serving.screening.screener import CORRECTED, FILED, Look, Screener, numbers_in
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.filings import get_filing, put_filings
from xiezhi.store.links import claims_of
from xiezhi.store.screenings import Screening, get_screening, put_screenings
from xiezhi.store.turn import take_turn


def screen_one(store: Store, screener: Screener, filing: Filing, *, scored_at: Moment) -> Screening:
    """Score a filing as of its own moment against what the store holds, and keep nothing."""
    look = Look(filing.filing_id, 1, filing.filed_at, scored_at)
    with store.read() as connection:
        linked = resolve(connection, store.vault, filing)
        matches = open_book(store, connection).find(connection, filing, look.as_of)
    table = observe(store, filing, linked, fetch=screener.fetch)
    links = {filing.filing_id: linked.links}
    found = {(filing.filing_id, look.as_of): matches}
    return next(screener.screen(table, [look], links, matches=found, case_numbers=numbers_in(store)))


def screen_and_keep(
    store: Store, screener: Screener, filing: Filing, *, source: str, scored_at: Moment
) -> tuple[Screening, bool]:
    """Keep a filing, its links and its score; returns the score and whether it is a new one.

    The same filing again gets the score it got before, unless a watch list now holds somebody else of it. A changed
    one is a new version with a score of its own, while the history of others keeps counting the first.
    """
    with take_turn(store):
        with store.write() as connection:
            family = cause_family(filing.cause, filing.proceeding)
            count = put_filings(connection, store.vault, [(filing, family, source)], scored_at)
            newest = get_filing(connection, store.vault, filing.filing_id)
            assert newest is not None, "it was put in the line above"
            trigger = FILED if newest.version == 1 else CORRECTED
            look = Look(filing.filing_id, newest.version, newest.filing.filed_at, scored_at, trigger)
            matches = open_book(store, connection).find(connection, newest.filing, look.as_of)
            before = None
            if not count.added:
                before = get_screening(connection, screener.screening_id(look, matches))
        if before is not None:
            return before, False
        return _screen_kept(store, screener, newest.filing, look, matches), True


def _screen_kept(
    store: Store, screener: Screener, filing: Filing, look: Look, matches: tuple[WatchMatch, ...]
) -> Screening:
    with store.read() as connection:
        linked = resolve(connection, store.vault, filing)
        is_linked = bool(claims_of(connection, [filing.filing_id]))
    table = observe(store, filing, linked, fetch=screener.fetch)
    links = {filing.filing_id: linked.links}
    found = {(filing.filing_id, look.as_of): matches}
    screening = next(screener.screen(table, [look], links, matches=found, case_numbers=numbers_in(store)))
    with store.write() as connection:
        if not is_linked:
            keep_links(connection, linked)
        put_screenings(connection, [screening], look.scored_at)
    screener.keep_silent(store, table, [screening], 0, found, look.scored_at)
    return screening
