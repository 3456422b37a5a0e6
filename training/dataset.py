"""The training table (训练集): what was known on the training date, each row as of its own filing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xiezhi.clock import Moment
from xiezhi.labels import Label, labels_as_of
from xiezhi.progress import stage
from xiezhi.records import Finding
from xiezhi.store import Store
from xiezhi.store.filings import count_filings
from xiezhi.store.happenings import findings_of

LEAST_WEIGHT = 0.1
"""Least weight of an unlabelled filing: the youngest still say what filings look like (assumption)."""


class Rows(Protocol):
    """What is needed of a `features.table.FeatureTable` whose rows are as of their own filing."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the f columns."""

    @property
    def filing_ids(self) -> Sequence[str]:
        """Filing id of each of n rows."""

    @property
    def as_of(self) -> NDArray[np.int64]:
        """Moment of each row: when the filing was filed."""

    @property
    def values(self) -> NDArray[np.float64]:
        """(n, f), NaN where unknown."""


@dataclass(frozen=True)
class Dataset:
    """n filings with f features, ordered by (filed_at, filing_id).

    `positive`: found false or abusive, by what was known at `as_of`. `labelled`: found anything at all.
    `weight`: 1 for a labelled filing, the maturity weight for the rest. `left_out`: reason -> count.
    """

    as_of: Moment
    names: tuple[str, ...]
    filing_ids: tuple[str, ...]
    filed_at: NDArray[np.int64]
    values: NDArray[np.float64]
    positive: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    weight: NDArray[np.float64]
    left_out: Mapping[str, int]

    @property
    def base_rate(self) -> float:
        """Weighted share of positives: the estimated share of filings that will ever be found false."""
        return float(self.weight[self.positive].sum() / self.weight.sum())

    def digest(self) -> str:
        """SHA-256 of everything a model can learn from, hex."""
        hasher = hashlib.sha256("\n".join((*self.names, *self.filing_ids)).encode())
        for part in (self.filed_at, self.values, self.positive, self.labelled, self.weight):
            hasher.update(np.ascontiguousarray(part).tobytes())
        return hasher.hexdigest()

    def columns(self, names: Sequence[str]) -> Dataset:
        """The same filings with the features `names` alone."""
        kept = [self.names.index(name) for name in names]
        return replace(self, names=tuple(names), values=self.values[:, kept])

    def filed_between(self, since: Moment, before: Moment) -> Dataset:
        """The filings of [since, before) alone."""
        rows = slice(*np.searchsorted(self.filed_at, (since, before)))
        return replace(
            self,
            filing_ids=self.filing_ids[rows],
            filed_at=self.filed_at[rows],
            values=self.values[rows],
            positive=self.positive[rows],
            labelled=self.labelled[rows],
            weight=self.weight[rows],
        )


def collect(store: Store, as_of: Moment) -> Dataset:
    """Link what is not linked yet, build every feature and join the labels known before `as_of`."""
    from features.link.docket import link_pending
    from features.pipeline import build_table

    with stage("关联 linking") as advance:
        link_pending(store, advance)
    with stage("特征 features") as advance:
        table = build_table(store, before=as_of, advance=advance)
    with store.read() as connection:
        findings = findings_of(connection, None, None)
        in_store = count_filings(connection)
    return assemble(table, findings, as_of, in_store)


def assemble(table: Rows, findings: Sequence[Finding], as_of: Moment, in_store: int) -> Dataset:
    """Join a table of features with the labels known before `as_of`.

    `in_store` counts the filings there are, so that those left out are accounted for.
    """
    labels = labels_as_of(findings, as_of)
    all_ids, all_filed = np.asarray(table.filing_ids), table.as_of
    rows = np.flatnonzero(all_filed < as_of)
    rows = rows[np.lexsort((all_ids[rows], all_filed[rows]))]
    filing_ids = tuple(all_ids[rows].tolist())
    filed_at = all_filed[rows]
    labelled = np.array([filing_id in labels for filing_id in filing_ids], dtype=bool)
    positive = np.array([_is_positive(labels.get(filing_id)) for filing_id in filing_ids], dtype=bool)
    known = np.array([labels[i].known_at for i, p in zip(filing_ids, positive, strict=True) if p], np.int64)
    weight = np.where(labelled, 1.0, maturity_weights(as_of - filed_at, known - filed_at[positive]))
    return Dataset(
        as_of=as_of,
        names=table.names,
        filing_ids=filing_ids,
        filed_at=filed_at,
        values=table.values[rows],
        positive=positive,
        labelled=labelled,
        weight=weight,
        left_out={
            "filed_on_or_after_training_date": in_store - len(rows),
            "finding_without_filing": len(labels.keys() - set(filing_ids)),
            "finding_not_known_yet": len({f.filing_id for f in findings} - labels.keys()),
        },
    )


def maturity_weights(ages: NDArray[np.int64], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far an unlabelled filing of each age (microseconds) counts as a negative, in [0.1, 1].

    It is the probability that a finding would have come by now: the share of the positive labels'
    lags (filing to finding, microseconds) that are no longer than the age. Weighted so, the share of
    positives is an estimate for filings of full age, not for half-ripe ones.
    """
    if not len(lags):
        return np.ones(len(ages))
    ripe = np.searchsorted(np.sort(lags), ages, side="right") / len(lags)
    return np.maximum(ripe, LEAST_WEIGHT)


def _is_positive(label: Label | None) -> bool:
    return label is not None and label.positive
