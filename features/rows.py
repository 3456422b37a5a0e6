"""Fill rows: every feature of the registry for every filing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.history.aggregate import Aggregate, Slot
from features.history.docket import Floats, Ints, family_code, to_cents
from features.history.kernel import History, Queries
from features.history.recent import RecentAmounts
from features.history.slots import fill_slots
from features.normalise.causes import cause_family
from features.registry import FEATURE_NAMES, FEATURES, AgainstRecent
from features.table import Ask, FeatureTable
from xiezhi.clock import Moment
from xiezhi.progress import Advance
from xiezhi.records import Filing


def fill_rows(
    history: History, filings: Sequence[Filing], advance: Advance, *, asks: Sequence[Ask] | None = None
) -> FeatureTable:
    """A row for each filing as of its own moment. `asks` where the filings are not in the history."""
    asks = asks or [Ask(f.filing_id, f.filed_at, _own_slots(history, f.filing_id)) for f in filings]
    queries = _to_queries(asks)
    recent = RecentAmounts(history.docket)
    values = np.empty((len(filings), len(FEATURES)))
    for column, feature in enumerate(FEATURES):
        if isinstance(feature.compute, Aggregate):
            values[:, column] = history.answer(feature.compute, queries)
        elif isinstance(feature.compute, AgainstRecent):
            values[:, column] = _against_recent(feature.compute, recent, filings, asks)
        else:
            values[:, column] = [feature.compute(filing) for filing in filings]
        advance(column + 1, len(FEATURES))
    return FeatureTable(FEATURE_NAMES, asks, [f.court for f in filings], values, history)


def fill_rows_later(
    history: History, looks: Sequence[tuple[Filing, Moment]], advance: Advance
) -> FeatureTable:
    """A row for each filing as of a later moment, the filing itself left out of its history."""
    recent = RecentAmounts(history.docket)
    filings = [filing for filing, _ in looks]
    asks = [Ask(f.filing_id, as_of, _own_slots(history, f.filing_id)) for f, as_of in looks]
    values = np.empty((len(looks), len(FEATURES)))
    for row, (filing, ask) in enumerate(zip(filings, asks, strict=True)):
        own = history.docket.position.get(filing.filing_id, -1)
        for column, feature in enumerate(FEATURES):
            if isinstance(feature.compute, Aggregate):
                keys = ask.slots.get(feature.compute.slot, _NO_KEYS)
                values[row, column] = history.answer_one(feature.compute, keys, ask.as_of, own)
            elif isinstance(feature.compute, AgainstRecent):
                # The norm is that of the day of filing: a later look does not move it.
                at_filing = Ask(ask.filing_id, filing.filed_at, ask.slots)
                values[row, column] = _against_recent(feature.compute, recent, [filing], [at_filing])[0]
            else:
                values[row, column] = feature.compute(filing)
        advance(row + 1, len(looks))
    return FeatureTable(FEATURE_NAMES, asks, [f.court for f in filings], values, history)


_NO_KEYS: Ints = np.zeros(0, dtype=np.int64)


def _own_slots(history: History, filing_id: str) -> dict[Slot, Ints]:
    docket = history.docket
    order, start = docket.appearances_of
    place = docket.position[filing_id]
    rows = order[start[place] : start[place + 1]]
    return dict(fill_slots(zip(docket.key[rows].tolist(), docket.key_role[rows].tolist(), strict=True)))


def _to_queries(asks: Sequence[Ask]) -> Queries:
    columns: dict[Slot, tuple[list[int], list[int]]] = {}
    for number, ask in enumerate(asks):
        for slot, keys in ask.slots.items():
            query, key = columns.setdefault(slot, ([], []))
            query.extend([number] * len(keys))
            key.extend(keys.tolist())
    return Queries(
        as_of=np.array([ask.as_of for ask in asks], dtype=np.int64),
        slots={
            s: (np.array(q, dtype=np.int64), np.array(k, dtype=np.int64)) for s, (q, k) in columns.items()
        },
    )


def _against_recent(
    norm: AgainstRecent, recent: RecentAmounts, filings: Sequence[Filing], asks: Sequence[Ask]
) -> Floats:
    return np.array(
        [
            recent.ratio(
                to_cents(filing.claim_amount),
                family_code(cause_family(filing.cause, filing.proceeding)),
                ask.as_of,
                norm.filings,
            )
            for filing, ask in zip(filings, asks, strict=True)
        ]
    )
