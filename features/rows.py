"""Fill rows: every feature of the registry for every filing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from features.history.aggregate import Aggregate, Neighbourhood, Scope
from features.history.around import docket_around
from features.history.docket import Docket, Floats, Ints, family_code, prefecture_number, to_cents
from features.history.kernel import History
from features.history.neighbourhood import Neighbours
from features.history.part import in_turn
from features.history.reading import Queries
from features.history.recent import RecentAmounts
from features.history.slots import fill_columns
from features.normalise.causes import cause_family
from features.pleading.reading import Pleading
from features.registry import FEATURE_NAMES, FEATURES, AgainstRecent, Derived, Tied
from features.table import FeatureTable
from xiezhi.clock import Moment
from xiezhi.progress import Advance
from xiezhi.records import Filing
from xiezhi.store.claim_relations import RelatedFiling

Relations = Mapping[str, Sequence[RelatedFiling]]


def fill_rows(
    history: History, filings: Sequence[Filing], queries: Queries, relations: Relations, advance: Advance
) -> FeatureTable:
    """A row for each filing, asked for as of the moment of its query."""
    values = _fill(history, RecentAmounts(history.docket), filings, queries, relations, advance)
    ids, courts = [f.filing_id for f in filings], [f.court for f in filings]
    return FeatureTable(FEATURE_NAMES, ids, courts, queries, values, history, relations, filings)


def fill_rows_later(
    history: History, looks: Sequence[tuple[Filing, Moment]], relations: Relations, advance: Advance
) -> FeatureTable:
    """A row for each filing as of a later moment, the filing itself left out of its history."""
    filings = [filing for filing, _ in looks]
    queries = queries_of(history.docket, filings, np.array([as_of for _, as_of in looks], dtype=np.int64))
    recent = RecentAmounts(history.docket)
    values = np.empty((len(looks), len(FEATURES)))
    for row, filing in enumerate(filings):
        own, asker = history.docket.position[filing.filing_id], queries.one(row)
        near = History(docket_around(history.docket, asker, history.most_read, own), history.most_read)
        values[row] = _fill(near, recent, [filing], asker, relations, lambda _done, _all: None)[0]
        advance(row + 1, len(looks))
    ids, courts = [f.filing_id for f in filings], [f.court for f in filings]
    return FeatureTable(FEATURE_NAMES, ids, courts, queries, values, history, relations, filings)


def queries_of(docket: Docket, filings: Sequence[Filing], as_of: Ints) -> Queries:
    """Who asks, for filings of the docket."""
    places = np.array([docket.position[f.filing_id] for f in filings], dtype=np.int64)
    return queries_at(docket, places, filings, as_of)


def queries_at(docket: Docket, places: Ints, filings: Sequence[Filing], as_of: Ints) -> Queries:
    """Who asks, for filings of the docket at these positions."""
    at_filing = np.array_equal(docket.filed_at[places], as_of)
    own = own_values(docket, filings)
    return Queries(as_of, fill_columns(docket, places), own, places if at_filing else None)


def own_values(docket: Docket, filings: Sequence[Filing]) -> dict[Scope, Ints]:
    """What scopes compare, of the asking filings themselves (see `timeline.attribute`)."""
    elsewhere = len(docket.courts)
    read: dict[Scope, Callable[[Filing], int]] = {
        "court": lambda f: docket.court_number.get(f.court, elsewhere),
        "prefecture": lambda f: prefecture_number(f.court),
        "cause": _family,
        "amount": lambda f: to_cents(f.claim_amount),
    }
    own = {scope: np.array([value(f) for f in filings], dtype=np.int64) for scope, value in read.items()}
    return {**own, "elsewhere": own["court"]}


def _family(filing: Filing) -> int:
    return family_code(cause_family(filing.cause, filing.proceeding))


def _fill(
    history: History,
    recent: RecentAmounts,
    filings: Sequence[Filing],
    queries: Queries,
    relations: Relations,
    advance: Advance,
) -> Floats:
    values = np.empty((len(filings), len(FEATURES)), order="F")  # filled column by column
    history.answer_all(ASKED, queries, values)
    advance(len(ASKED), len(FEATURES))
    fill_others(values, history, recent, filings, queries, relations, advance)
    return values


def fill_others(
    values: Floats,
    history: History,
    recent: RecentAmounts,
    filings: Sequence[Filing],
    queries: Queries,
    relations: Relations,
    advance: Advance,
) -> None:
    """Fill the columns beside `ASKED`, whose answers `values` holds already."""
    # Filing by filing, not column by column: what was read of a filing's text is kept until the next one.
    told = np.empty((len(filings), len(_READ)))
    for row, filing in enumerate(filings):
        told[row] = [read(filing) for read in _READ]
    values[:, _TOLD] = told
    neighbours = Neighbours(history)
    for done, column in enumerate(_OTHERS, len(ASKED) + len(_TOLD) + 1):
        compute: Any = FEATURES[column].compute
        if isinstance(compute, Neighbourhood):
            values[:, column] = neighbours.answer(compute, queries)
        elif isinstance(compute, AgainstRecent):
            # The norm is that of the day of filing: a later look does not move it.
            values[:, column] = recent.compare(compute.filings, compute.scope, filings)
        elif isinstance(compute, Tied):
            values[:, column] = [compute.read(relations.get(f.filing_id, ())) for f in filings]
        elif isinstance(compute, Derived):
            of = [values[:, _COLUMN[name]] for name in compute.of]
            values[:, column] = compute.by(*of)
        advance(done, len(FEATURES))


def to_arrow(filing_ids: Sequence[str], as_of: Ints, values: Floats) -> pa.Table:
    """Rows as `xiezhi build` writes them: `filing_id`, `as_of`, the features, null where unknown."""
    columns = [pa.array(column, from_pandas=True) for column in values.T]
    given = [pa.array(filing_ids, pa.string()), pa.array(as_of, pa.int64()), *columns]
    return pa.table(given, ["filing_id", "as_of", *FEATURE_NAMES])


ASKED = in_turn(
    {c: feature.compute for c, feature in enumerate(FEATURES) if isinstance(feature.compute, Aggregate)}
)
"""Column -> what is asked of history key by key."""
_COLUMN = {name: column for column, name in enumerate(FEATURE_NAMES)}
_TOLD = [c for c, feature in enumerate(FEATURES) if callable(feature.compute)]
_READ: list[Pleading] = [feature.compute for feature in FEATURES if callable(feature.compute)]
_OTHERS = sorted(
    set(range(len(FEATURES))).difference(ASKED, _TOLD),
    key=lambda column: (isinstance(FEATURES[column].compute, Derived), column),
)
"""What is derived comes last."""
