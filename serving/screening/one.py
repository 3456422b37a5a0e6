"""The use case on one screen: a filing in, an answer out, and kept."""

from __future__ import annotations

from dataclasses import dataclass

from features.link.docket import keep_links
from features.link.resolve import Linked, resolve
from features.normalise.causes import cause_family
from features.pipeline import observe
from features.table import FeatureTable
from features.watch.match import WatchMatch, open_book
from serving.screening.screener import CORRECTED, FILED, Look, Screener, numbers_in
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.filings import get_filing, knows_filing, put_filings
from xiezhi.store.links import claims_of
from xiezhi.store.screenings import Screening, get_screening, put_screenings
from xiezhi.store.turn import take_turn


def screen_one(store: Store, screener: Screener, filing: Filing, *, scored_at: Moment) -> Screening:
    """Score a filing as of its own moment against what the store holds, and keep nothing."""
    look = Look(filing.filing_id, 1, filing.filed_at, scored_at)
    with store.read() as connection:
        matches = open_book(store, connection).find(connection, filing, look.as_of)
    return _screen(store, screener, filing, look, matches).screening


def screen_and_keep(
    store: Store, screener: Screener, filing: Filing, *, source: str, scored_at: Moment
) -> tuple[Screening, bool]:
    """Keep a filing, its links and its score; returns the score and whether it is a new one.

    The same filing again gets the score it got before, unless a watch list now holds somebody else of it. A changed
    one is a new version with a score of its own, while the history of others keeps counting the first. A filing that
    cannot be scored is kept all the same.
    """
    own = (filing, cause_family(filing.cause, filing.proceeding), source)
    with take_turn(store):
        with store.read() as connection:
            is_known = knows_filing(connection, filing.filing_id)
        if not is_known:
            screening = _screen_new(store, screener, own, scored_at)
            if screening is not None:
                return screening, True
        return _screen_again(store, screener, own, scored_at)


def _screen_new(
    store: Store, screener: Screener, own: tuple[Filing, str, str], scored_at: Moment
) -> Screening | None:
    """Score a filing and keep it with all that was found, in one transaction; None where somebody else kept it meanwhile."""
    filing = own[0]
    look = Look(filing.filing_id, 1, filing.filed_at, scored_at)
    try:
        with store.read() as connection:
            matches = open_book(store, connection).find(connection, filing, look.as_of)
        found = _screen(store, screener, filing, look, matches)
    except Exception:
        with store.write() as connection:
            put_filings(connection, store.vault, [own], scored_at)
        raise
    with store.write() as connection:
        if not put_filings(connection, store.vault, [own], scored_at).added:
            return None
        keep_links(connection, found.linked)
        put_screenings(connection, [found.screening], scored_at)
    found.keep_silent(store, screener)
    return found.screening


def _screen_again(
    store: Store, screener: Screener, own: tuple[Filing, str, str], scored_at: Moment
) -> tuple[Screening, bool]:
    """As `screen_and_keep`, a filing the store knew before."""
    filing_id = own[0].filing_id
    with store.write() as connection:
        count = put_filings(connection, store.vault, [own], scored_at)
        newest = get_filing(connection, store.vault, filing_id)
        assert newest is not None, "it was put in the line above"
        trigger = FILED if newest.version == 1 else CORRECTED
        look = Look(filing_id, newest.version, newest.filing.filed_at, scored_at, trigger)
        matches = open_book(store, connection).find(connection, newest.filing, look.as_of)
        is_linked = bool(claims_of(connection, [filing_id]))
        before = None
        if not count.added:
            before = get_screening(connection, screener.screening_id(look, matches))
    if before is not None:
        return before, False
    found = _screen(store, screener, newest.filing, look, matches)
    with store.write() as connection:
        if not is_linked:
            keep_links(connection, found.linked)
        put_screenings(connection, [found.screening], scored_at)
    found.keep_silent(store, screener)
    return found.screening, True


@dataclass(frozen=True)
class _Found:
    """A score, and what it rests on."""

    screening: Screening
    linked: Linked
    table: FeatureTable
    matches: tuple[WatchMatch, ...]

    def keep_silent(self, store: Store, screener: Screener) -> None:
        one = self.screening
        found = {(one.filing_id, one.as_of): self.matches}
        screener.keep_silent(store, self.table, [one], 0, found, one.scored_at)


def _screen(
    store: Store, screener: Screener, filing: Filing, look: Look, matches: tuple[WatchMatch, ...]
) -> _Found:
    with store.read() as connection:
        linked = resolve(connection, store.vault, filing)
    table = observe(store, filing, linked, fetch=screener.fetch)
    links = {filing.filing_id: linked.links}
    found = {(filing.filing_id, look.as_of): matches}
    screening = next(screener.screen(table, [look], links, matches=found, case_numbers=numbers_in(store)))
    return _Found(screening, linked, table, matches)
