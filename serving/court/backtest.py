"""A draft tried on the last year's filings as they were scored when they came in (回测): how many it would have flagged,
and which filings would have got another band. The model is the one that screens; scores of others are of other scales."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import nan
from typing import Any

import numpy as np

from features.signs import Pack
from features.signs.vocabulary import vocabulary
from features.watch.match import find_matches, strongest
from serving.screening.in_force import lay_on, pack_under, read_in_force
from serving.screening.rules_only import make_rules_only
from xiezhi.bundle import Bundle, load_current
from xiezhi.clock import DAY, Moment
from xiezhi.errors import NotFound
from xiezhi.labels import labels_as_of
from xiezhi.policy import COURT_DAYS_A_YEAR, Band, band
from xiezhi.progress import Advance, silent
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import courts_of
from xiezhi.store.happenings import findings_of
from xiezhi.store.policies import PolicyVersion, live_act
from xiezhi.store.screenings import FirstScore, count_first_scores, first_scores

YEAR = 365 * DAY
LISTED = 200
"""Filings listed whose band changes; the counts are of all."""

_AT_ONCE = 500
_RANK = {"none": 0, "notice": 1, "review": 2}


@dataclass(frozen=True)
class _Regimes:
    """The model under the draft, and the signs of today and of the draft: the same where it has none of its own."""

    tried: Bundle
    today: Pack
    pack: Pack
    own_signs: bool


def try_draft(
    store: Store, settings: Settings, draft: PolicyVersion, at: Moment, advance: Advance = silent
) -> dict[str, Any]:
    """What the draft would have said in the year before `at`, as plain JSON. Raises NotFound (`policy-scale`).

    `held`: the act by which today's policy holds. `before`, `after`: filings by band, for review a court day, most a day,
    and of those flagged how many were found false or abusive (`bad`) and genuine, as far as known.
    """
    try:
        bundle = load_current(store, settings)
    except NotFound:
        bundle = make_rules_only(settings)
    force = read_in_force(store)
    today = pack_under(settings, None if force.policy is None else force.policy.policy)
    tried = lay_on(store, bundle, draft.policy, at)
    pack = pack_under(settings, draft.policy)
    with store.read() as connection:
        held = live_act(connection)
        others = count_first_scores(connection, at - YEAR, at, but=bundle.version)
        rows = [row for row in first_scores(connection, bundle.version, at) if row.as_of >= at - YEAR]
    after = list(_bands(store, rows, _Regimes(tried, today, pack, bool(draft.policy.signs)), advance))
    with store.read() as connection:
        findings = findings_of(connection, [row.filing_id for row in rows], None)
    found = {i: "bad" if label.positive else "genuine" for i, label in labels_as_of(findings, at).items()}
    before = [row.band for row in rows]
    changes = [
        (row.filing_id, old, new) for row, old, new in zip(rows, before, after, strict=True) if old != new
    ]
    return {
        "held": 0 if held is None else held.number,
        "model_version": bundle.version,
        "filings": len(rows),
        "by_others": others,
        "first": rows[0].as_of if rows else None,
        "last": rows[-1].as_of if rows else None,
        "before": _count(rows, before, found),
        "after": _count(rows, after, found),
        "changed": len(changes),
        "raised": sum(_RANK[new] > _RANK[old] for _, old, new in changes),
        "steps": [[*pair, n] for pair, n in sorted(Counter((old, new) for _, old, new in changes).items())],
        "changes": [list(change) for change in changes[-LISTED:][::-1]],
    }


def _bands(store: Store, rows: Sequence[FirstScore], regimes: _Regimes, advance: Advance) -> Iterator[Band]:
    """The band each first score would have got. Rows whose signs cannot matter are not judged again."""
    waiting, done = iter(rows), 0
    while some := list(islice(waiting, _AT_ONCE)):
        plain = [_cut(row, row.rank_score, regimes.tried) for row in some]
        # Without signs of its own a draft lifts what was lifted: none that shows nothing today.
        ask = [
            regimes.own_signs or (cut == "none" and row.band != "none")
            for row, cut in zip(some, plain, strict=True)
        ]
        asked = [row for row, wanted in zip(some, ask, strict=True) if wanted]
        judged = dict(zip((row.filing_id for row in asked), _judge(store, asked, regimes), strict=True))
        for row, cut in zip(some, plain, strict=True):
            yield judged.get(row.filing_id, cut)
        done += len(some)
        advance(done, len(rows))


def _judge(store: Store, rows: Sequence[FirstScore], regimes: _Regimes) -> Iterator[Band]:
    if not rows:
        return
    with store.read() as connection:
        courts = courts_of(connection, [row.filing_id for row in rows])
        matches = find_matches(store, connection, [(row.filing_id, row.as_of) for row in rows])
    for row in rows:
        values = _values(row.features) | strongest(tuple(matches.get((row.filing_id, row.as_of), ())))
        court = courts.get(row.filing_id, "")
        judged, raw = regimes.pack.judge(values, court), row.rank_score
        if regimes.own_signs:
            raw += regimes.tried.sign_weight * (judged.strength - regimes.today.judge(values, court).strength)
        yield regimes.pack.lift(_cut(row, raw, regimes.tried), judged)


def _cut(row: FirstScore, raw: float, tried: Bundle) -> Band:
    risk = row.risk if raw == row.rank_score else float(tried.calibration.risk(np.array([raw]))[0])
    return band(risk, raw, tried.thresholds)


def _values(features: Mapping[str, float | None]) -> dict[str, float]:
    known = {name: nan if value is None else value for name, value in features.items()}
    return dict.fromkeys(vocabulary(), nan) | known


def _count(rows: Sequence[FirstScore], bands: Sequence[str], found: Mapping[str, str]) -> dict[str, Any]:
    counts = Counter(bands)
    days = Counter(row.as_of // DAY for row, one in zip(rows, bands, strict=True) if one == "review")
    span = (rows[-1].as_of - rows[0].as_of) / DAY if rows else 0.0
    flagged = [found.get(row.filing_id) for row, one in zip(rows, bands, strict=True) if one != "none"]
    return {
        "review": counts["review"],
        "notice": counts["notice"],
        "none": counts["none"],
        "a_day": round(counts["review"] / max(1.0, span * COURT_DAYS_A_YEAR / 365), 2),
        "busiest_day": max(days.values(), default=0),
        "bad": flagged.count("bad"),
        "genuine": flagged.count("genuine"),
    }
