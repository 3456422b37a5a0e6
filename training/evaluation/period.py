"""The filings of a period, each as of its own filing, with what is known of them by a later date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features.pipeline import build_table
from features.table import FeatureTable
from features.watch.match import WatchMatch, find_matches
from training.evaluation.clusters import cluster_table
from training.evaluation.facets import Pleaded, read_facets
from training.evaluation.measures import Flags, Floats, Groups
from training.monitoring.maturity import estimate_arrival
from xiezhi.clock import Moment
from xiezhi.errors import InputError, NotFound
from xiezhi.labels import Label
from xiezhi.labels import labels_as_of as labels_before
from xiezhi.progress import stage
from xiezhi.records import Finding
from xiezhi.store import Store
from xiezhi.store.happenings import findings_of

RIPE = 0.5
"""Filings by whose age half of all findings have come count as ripe: of younger ones a figure is marked (own limit)."""


@dataclass(frozen=True)
class Period:
    """n filings of `since <= filed_at < before`, in order of time, and what findings known before `labels_as_of` say.

    zone: whose local days are meant. rows: the first and one past the last row of `table`, which may begin earlier.
    pleaded: of all rows of the table, by filing id. labels: filing id -> what holds of it. schemes: (n,) scheme that
    a finding or a list names, empty where none does. ripe: (n,) share of findings that come within a filing's age.
    groups: (n,) cluster of each filing.
    """

    since: Moment
    before: Moment
    labels_as_of: Moment
    zone: str
    table: FeatureTable
    rows: tuple[int, int]
    pleaded: Mapping[str, Pleaded]
    matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]]
    labels: Mapping[str, Label]
    findings: Sequence[Finding]
    schemes: tuple[str, ...]
    ripe: Floats
    groups: Groups

    @property
    def filing_ids(self) -> tuple[str, ...]:
        """Ids of the n filings."""
        return tuple(self.table.filing_ids[slice(*self.rows)])

    @property
    def courts(self) -> tuple[str, ...]:
        """Their courts."""
        return tuple(self.table.courts[slice(*self.rows)])

    @property
    def filed_at(self) -> Groups:
        """When each was filed, (n,)."""
        return self.table.as_of[slice(*self.rows)]

    @property
    def values(self) -> Floats:
        """Their features, (n, f)."""
        return self.table.values[slice(*self.rows)]

    def facet(self, name: str) -> tuple[str, ...]:
        """One facet of each of the n filings."""
        return tuple(self.pleaded[i].codes[name] for i in self.filing_ids)

    @cached_property
    def found(self) -> tuple[str, ...]:
        """What authorities said of each: `bad` (false or abusive), `genuine`, or nothing."""
        said = {i: "bad" if label.positive else "genuine" for i, label in self.labels.items()}
        return tuple(said.get(i, "") for i in self.filing_ids)

    @cached_property
    def positive(self) -> Flags:
        """Found false or abusive, (n,)."""
        return np.array([said == "bad" for said in self.found], dtype=bool)


def look_back(
    store: Store,
    zone: str,
    *,
    since: Moment,
    before: Moment,
    labels_as_of: Moment,
    history: bool = False,
    schemes: Mapping[str, str] | None = None,
) -> Period:
    """Build the period. history: let the table begin with the store's first filing. schemes: filing id -> scheme.

    Raises InputError where labels would be older than the filings, NotFound where nothing was filed.
    """
    if labels_as_of < before:
        raise InputError(
            "标签日期（--labels-as-of）不得早于收案时段的终点（--before）。",
            "--labels-as-of must not lie before --before.",
            code="period",
        )
    with stage("特征 features") as advance:
        table = build_table(store, since=None if history else since, before=before, advance=advance)
    start = int(np.searchsorted(table.as_of, since))
    ids = table.filing_ids[start:]
    if not ids:
        raise NotFound("该时段没有收案。", "Nothing was filed in the period.", code="nothing-to-test")
    pleaded = read_facets(store, zone, since=None if history else since, before=before)
    with store.read() as connection:
        findings = findings_of(connection, None, None)
        looks = list(zip(ids, table.as_of[start:].tolist(), strict=True))
        matches = find_matches(store, connection, looks)
    named = {f.filing_id: f.scheme for f in findings if f.scheme and f.recorded_at < labels_as_of}
    named.update(schemes or {})
    labels = labels_before(findings, labels_as_of)
    heard = last_heard(findings, labels_as_of)
    return Period(
        since, before, labels_as_of, zone, table, (start, len(table.filing_ids)),
        pleaded, matches, labels, findings,
        tuple(named.get(i, "") for i in ids),
        estimate_arrival(*_lags(labels, table, heard)).by(heard - table.as_of[start:]),
        cluster_table(table, start),
    )  # fmt: skip


def last_heard(findings: Sequence[Finding], before: Moment) -> Moment:
    """Until when findings reached this store: the newest one recorded before a moment, that moment without any.

    A store to which nothing was brought since would else look the riper the later one looks.
    """
    return max((f.recorded_at for f in findings if f.recorded_at < before), default=before - 1) + 1


def _lags(labels: Mapping[str, Label], table: FeatureTable, as_of: Moment) -> tuple[Groups, Groups]:
    """Of each finding of false or abusive on a filing of the history: how long it took, how old its filing is."""
    docket = table.history.docket
    known = {
        i: (label.known_at, int(docket.filed_at[docket.position[i]]))
        for i, label in labels.items()
        if label.positive and i in docket.position
    }
    times = np.array(list(known.values()), dtype=np.int64).reshape(-1, 2)
    return times[:, 0] - times[:, 1], as_of - times[:, 1]
