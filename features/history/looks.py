"""Which filings an answer rests on, for one key: what the sentences of the reasons name."""

from __future__ import annotations

import numpy as np

from features.history.aggregate import Aggregate
from features.history.counting import Counted, happened_since
from features.history.docket import Ints
from features.history.reading import Reading
from features.history.timeline import Happened

Rests = tuple[Ints, Ints]
"""Filings (positions) and the moment that counted of each, oldest first."""


def rows_counted(counted: Counted, reading: Reading, question: Aggregate) -> Rests:
    """Filings counted by a reading of one key."""
    row = np.arange(reading.low(question.window_days)[0], reading.high[0])
    row = row[counted.mask[row]]
    return counted.timeline.filing[row], counted.timeline.time[row]


def outcomes_counted(counted: Counted, happened: Happened, reading: Reading, question: Aggregate) -> Rests:
    """Of a share those in which it had happened, of open ones those still open."""
    row = np.arange(reading.low(question.window_days)[0], reading.high[0])
    row = row[counted.mask[row]]
    as_of = reading.as_of[0]
    known = np.isin(row, happened.row[(happened.known < as_of) & (happened.leaves >= as_of)])
    row = row[known if question.kind == "share" else ~known]
    return counted.timeline.filing[row], counted.timeline.time[row]


def happenings_counted(counted: Counted, happened: Happened, reading: Reading, question: Aggregate) -> Rests:
    """Filings whose happenings were counted, each at the moment it became known."""
    days = question.window_days
    at = np.arange(happened_since(happened, reading, days)[0], reading.learned(happened, None)[0])
    row = happened.row[at]
    at = at[counted.mask[row] & (happened.leaves[at] >= reading.as_of[0])]
    return counted.timeline.filing[happened.row[at]], happened.known[at]
