"""From filings to rows: the whole path on one screen.

    read_sources → put_filings → link_pending → load_docket → fill_rows → FeatureTable
        intake         store         link          history      registry

`build_table` does it for the whole store, `observe` for one filing on its fetched history, `build_table_at`
for filings looked at again later. All three fill rows with the same kernel and the same registry.
"""

from __future__ import annotations

from collections.abc import Sequence

from features.history.fetch import fetch_docket, load_docket
from features.history.kernel import History
from features.history.slots import fill_slots
from features.link.resolve import Linked
from features.rows import fill_rows, fill_rows_later
from features.table import Ask, FeatureTable
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.filings import iterate_filings


def build_table(
    store: Store,
    *,
    filing_ids: Sequence[str] | None = None,
    since: Moment | None = None,
    before: Moment | None = None,
    advance: Advance = silent,
) -> FeatureTable:
    """Rows of the store's linked filings, each as of its own moment of filing, in order of time.

    Only filings named, and filed in `since <= filed_at < before`, where these are given.
    """
    with store.read() as connection:
        docket = load_docket(connection, before=before)
        wanted = set(docket.filing_ids if filing_ids is None else filing_ids)
        filings = [
            stored.filing
            for stored in iterate_filings(
                connection, store.vault, since=since, before=before, first_version=True
            )
            if stored.filing.filing_id in wanted
        ]
    return fill_rows(History(docket), filings, advance)


def build_table_at(
    store: Store, looks: Sequence[tuple[str, Moment]], advance: Advance = silent
) -> FeatureTable:
    """Rows of filings looked at again at a later moment; a filing still does not count itself."""
    with store.read() as connection:
        docket = load_docket(connection, before=None)
        wanted = {filing_id for filing_id, _ in looks}
        filings = {
            stored.filing.filing_id: stored.filing
            for stored in iterate_filings(connection, store.vault, first_version=True)
            if stored.filing.filing_id in wanted
        }
    return fill_rows_later(
        History(docket), [(filings[i], as_of) for i, as_of in looks if i in filings], advance
    )


def observe(store: Store, filing: Filing, linked: Linked) -> FeatureTable:
    """One row: the filing as of its own moment, on the history fetched by its keys."""
    slots = fill_slots(linked.appearances)
    with store.read() as connection:
        docket = fetch_docket(connection, filing, linked.appearances)
    ask = Ask(filing.filing_id, filing.filed_at, slots)
    return fill_rows(History(docket), [filing], silent, asks=[ask])
