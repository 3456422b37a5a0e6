"""What a rule reads of one row: its features, the filing's own later events, and matches of watch lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

from features.history.docket import HAPPENINGS, Floats
from features.signs.pack import Pack
from features.signs.vocabulary import EVENT_PREFIX, vocabulary
from features.table import FeatureTable
from features.watch.match import WatchMatch, strongest
from xiezhi.clock import DAY, Moment

_EVENTS = dict(enumerate(HAPPENINGS))


def values_of(table: FeatureTable, row: int, matches: tuple[WatchMatch, ...] = ()) -> Mapping[str, float]:
    """Every term of the vocabulary for one row, NaN where unknown."""
    values = dict.fromkeys(vocabulary(), nan)
    values.update(zip(table.names, table.values[row].tolist(), strict=True))
    values.update(_own_events(table, row))
    values.update(strongest(matches))
    return values


def _own_events(table: FeatureTable, row: int) -> dict[str, float]:
    """Days from filing until each kind of event became known, of those known as of the row's moment."""
    docket = table.history.docket
    own = table.own_place(row)
    if own < 0:
        return {}
    filed, as_of = int(docket.filed_at[own]), int(table.as_of[row])
    if as_of <= filed:  # a first look sees nothing of its own
        return {}
    found: dict[str, float] = {}
    for i in np.flatnonzero(docket.happening_filing == own):
        kind, known = _EVENTS[int(docket.happening_kind[i])], int(docket.happening_known[i])
        name = f"{EVENT_PREFIX}{kind}"
        if known < as_of and name in vocabulary():
            found[name] = min(found.get(name, np.inf), max(known - filed, 0) / DAY)
    return found


def bits_of(
    table: FeatureTable, pack: Pack, matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]]
) -> Floats:
    """Strength (n,) of the signs that stand on each row. matches: of watch lists, by filing id and moment."""
    return np.array(
        [
            pack.judge(
                values_of(table, row, tuple(matches.get((filing_id, moment), ()))), table.courts[row]
            ).strength
            for row, (filing_id, moment) in enumerate(
                zip(table.filing_ids, table.as_of.tolist(), strict=True)
            )
        ]
    )
