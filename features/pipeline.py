"""From filings to rows: the whole path on one screen.

    read_sources → put_filings → link_pending → load_docket → fill_rows → FeatureTable
        intake         store         link          history      registry

`build_table` does it for the whole store, `build_pages` piece by piece, `observe` for one filing on its fetched history, `build_table_at`
and `observe_later` for filings looked at again later. All fill rows with the same kernel and the same registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from features.history.fetch import Fetch, fetch_docket, load_docket
from features.history.kernel import MOST_READ, History
from features.history.reading import Queries
from features.history.slots import fill_slots
from features.link.resolve import Linked
from features.rows import fill_rows, fill_rows_later, own_values, queries_of
from features.table import FeatureTable
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.claim_relations import RelatedFiling, every_relation, relations_of
from xiezhi.store.filings import iterate_filings, versions_of
from xiezhi.store.links import appearances_of_filings


def build_table(
    store: Store,
    *,
    filing_ids: Sequence[str] | None = None,
    since: Moment | None = None,
    before: Moment | None = None,
    most_read: int = MOST_READ,
    advance: Advance = silent,
) -> FeatureTable:
    """Rows of the store's linked filings, each as of its own moment of filing, in order of time.

    Only filings named, and filed in `since <= filed_at < before`, where these are given. most_read: appearances of a
    key that are read (docs/point-in-time.md).
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
        relations = by_filing(every_relation(connection), wanted)
    as_of = np.array([filing.filed_at for filing in filings], dtype=np.int64)
    queries = queries_of(docket, filings, as_of)
    return fill_rows(History(docket, most_read), filings, queries, relations, advance)


def build_pages(
    store: Store, *, since: Moment | None = None, before: Moment | None = None, advance: Advance = silent
) -> Iterator[FeatureTable]:
    """The rows of `build_table` in pieces, in order of time: of filings and values memory holds one piece alone."""
    with store.read() as connection:
        docket = load_docket(connection, before=before)
        relations = by_filing(every_relation(connection))
        history, done = History(docket), 0
        stored = iterate_filings(connection, store.vault, since=since, before=before, first_version=True)
        filings = (one.filing for one in stored)
        while page := list(islice(filings, _PAGE)):
            as_of = np.array([filing.filed_at for filing in page], dtype=np.int64)
            yield fill_rows(history, page, queries_of(docket, page, as_of), relations, silent)
            done += len(page)
            advance(done, len(docket.filing_ids))


_PAGE = 100_000
"""Filings of a piece: some 0.7 GB with their texts. Every piece goes through the whole history once."""


def build_table_at(
    store: Store, looks: Sequence[tuple[str, Moment]], advance: Advance = silent
) -> FeatureTable:
    """Rows of filings looked at again at a later moment; a filing still does not count itself.

    Its own fields are those of the newest version recorded by then.
    """
    with store.read() as connection:
        docket = load_docket(connection, before=None)
        versions = versions_of(connection, store.vault, [filing_id for filing_id, _ in looks])
        relations = by_filing(every_relation(connection), versions.keys())
    known = [
        (max((v for v in versions[i] if v.recorded_at <= as_of), key=lambda v: v.version).filing, as_of)
        for i, as_of in looks
        if i in docket.position
    ]
    return fill_rows_later(History(docket), known, relations, advance)


def observe(
    store: Store, filing: Filing, linked: Linked, *, most_read: int = MOST_READ, fetch: Fetch = fetch_docket
) -> FeatureTable:
    """One row: the filing as of its own moment, on the history fetched by its keys."""
    as_of = np.array([filing.filed_at])
    columns = {slot: (np.zeros(len(k), np.int64), k) for slot, k in fill_slots(linked.appearances).items()}
    with store.read() as connection:
        docket = fetch(connection, filing, Queries(as_of, columns), most_read)
    queries = Queries(as_of, columns, own_values(docket, [filing]))
    relations = {filing.filing_id: [relation.to_keep(filing.filing_id) for relation in linked.relations]}
    return fill_rows(History(docket, most_read), [filing], queries, relations, silent)


def observe_later(
    store: Store, filing: Filing, as_of: Moment, *, most_read: int = MOST_READ, fetch: Fetch = fetch_docket
) -> FeatureTable:
    """One row of a linked filing looked at again, by the links the store holds now: a row of `build_table_at`.

    Read is what its questions touch, so it costs no more in a large docket.
    """
    moment = np.array([as_of])
    with store.read() as connection:
        seen = appearances_of_filings(connection, [filing.filing_id])
        slots = fill_slots((key, role) for key, _, role in seen)
        columns = {slot: (np.zeros(len(k), np.int64), k) for slot, k in slots.items()}
        docket = fetch(connection, filing, Queries(moment, columns), most_read)
        relations = by_filing(relations_of(connection, [filing.filing_id]), [filing.filing_id])
    queries = Queries(moment, columns, own_values(docket, [filing]))
    return fill_rows(History(docket, most_read), [filing], queries, relations, silent)


def by_filing(
    relations: Iterable[RelatedFiling], wanted: Iterable[str] | None = None
) -> dict[str, list[RelatedFiling]]:
    """The relations of each filing, of those wanted alone (None: all)."""
    chosen, found = None if wanted is None else set(wanted), dict[str, list[RelatedFiling]]()
    for relation in relations:
        if chosen is None or relation.filing_id in chosen:
            found.setdefault(relation.filing_id, []).append(relation)
    return found
