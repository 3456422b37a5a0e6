"""The training table (训练集): what was known on the training date, each row as of its own filing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from features.signs.pack import Pack
from features.wording import Runs, runs_of
from training.data.ties import group, tie, tied_to
from training.data.weights import count_natural, maturity_weights, weigh
from xiezhi.clock import Moment
from xiezhi.labels import Label, labels_as_of
from xiezhi.progress import stage
from xiezhi.records import Finding
from xiezhi.store import Store
from xiezhi.store.filings import count_filings
from xiezhi.store.happenings import findings_of
from xiezhi.store.mentions import standing_before
from xiezhi.store.screenings import audit_draws

CATEGORICAL = ("cause_code", "procedure_code")
"""Features that hold codes without an order."""

_NONE_DRAWN: Mapping[str, float] = MappingProxyType({})


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

    `categorical`: names of the columns that hold codes without an order. `positive`: found false or abusive, by
    what was known at `as_of`. `labelled`: found anything at all. `natural`: how many of the
    court's filings it stands for, as risks are calibrated. `weight`: how far a filing counts in learning
    (`training.data.weights`); 0 is neither a positive nor a negative. `group`: first row of the filings it is connected
    with (`training.data.ties`). `bits`: of the signs that stand on it. `median_lag`: microseconds from filing to finding of the positives. `left_out`: reason
    -> count. `words`: hashed runs of the words of each filing, for a fit that looks at them; empty where nobody read them.
    """

    as_of: Moment
    names: tuple[str, ...]
    categorical: tuple[str, ...]
    filing_ids: tuple[str, ...]
    filed_at: NDArray[np.int64]
    values: NDArray[np.float64]
    positive: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    natural: NDArray[np.float64]
    weight: NDArray[np.float64]
    group: NDArray[np.int64]
    bits: NDArray[np.float64]
    median_lag: int
    left_out: Mapping[str, int]
    words: tuple[Runs, ...] = ()

    @property
    def base_rate(self) -> float:
        """Natural share of positives: the estimated share of filings that will ever be found false."""
        return float(self.natural[self.positive].sum() / self.natural.sum())

    def digest(self) -> str:
        """SHA-256 of everything a model can learn from, hex."""
        hasher = hashlib.sha256("\n".join((*self.names, *self.categorical, *self.filing_ids)).encode())
        for part in (
            self.filed_at,
            self.values,
            self.positive,
            self.labelled,
            self.natural,
            self.weight,
            self.group,
            self.bits,
        ):
            hasher.update(np.ascontiguousarray(part).data)
        for runs in self.words:
            hasher.update(runs.data)
        return hasher.hexdigest()

    def columns(self, names: Sequence[str]) -> Dataset:
        """The same filings with the features `names` alone."""
        kept = [self.names.index(name) for name in names]
        categorical = tuple(name for name in self.categorical if name in names)
        return replace(self, names=tuple(names), categorical=categorical, values=self.values[:, kept])

    def filed_between(self, since: Moment, before: Moment) -> Dataset:
        """The filings of [since, before) alone."""
        rows = slice(*np.searchsorted(self.filed_at, (since, before)))
        _, first, place = np.unique(self.group[rows], return_index=True, return_inverse=True)
        return replace(
            self,
            filing_ids=self.filing_ids[rows],
            filed_at=self.filed_at[rows],
            values=self.values[rows],
            positive=self.positive[rows],
            labelled=self.labelled[rows],
            natural=self.natural[rows],
            weight=self.weight[rows],
            group=first[place],
            bits=self.bits[rows],
            words=self.words[rows],
        )


def collect(store: Store, as_of: Moment, pack: Pack) -> Dataset:
    """Link what is not linked yet, build every feature, judge every sign and join the labels known before `as_of`."""
    from features.link.docket import link_pending
    from features.pipeline import build_table
    from features.signs import bits_of
    from features.watch.match import find_matches

    with stage("关联 linking") as advance:
        link_pending(store, advance)
    with stage("特征 features") as advance:
        table = build_table(store, before=as_of, advance=advance)
    with stage("措辞 wording"):
        words = tuple(runs_of(filing) for filing in table.filings)
    with stage("征象 signs"), store.read() as connection:
        looks = list(zip(table.filing_ids, table.as_of.tolist(), strict=True))
        bits = bits_of(table, pack, find_matches(store, connection, looks))
        findings = findings_of(connection, None, None)
        in_store = count_filings(connection)
        standing = standing_before(connection, as_of)
        drawn = audit_draws(connection, as_of)
    return assemble(table, findings, as_of, in_store, standing, drawn, bits=bits, words=words)


def assemble(
    table: Rows,
    findings: Sequence[Finding],
    as_of: Moment,
    in_store: int,
    standing: Iterable[tuple[str, str]] = (),
    drawn: Mapping[str, float] = _NONE_DRAWN,
    categorical: Sequence[str] = CATEGORICAL,
    bits: NDArray[np.float64] | None = None,
    words: Sequence[Runs] = (),
) -> Dataset:
    """Join a table of features with the labels known before `as_of`.

    `in_store` counts the filings there are, so that those left out are accounted for. `standing`: pairs of a filing and
    somebody who stands in it; without them every filing is a group of its own. `drawn`: probability with which the audit
    sample drew a filing, by filing id. `categorical`: those of the table's columns, where it has them, that hold codes
    without an order. `bits`: of the signs that stand on each row of the table; none where it is not given. `words`:
    runs of each row's.
    """
    labels = labels_as_of(findings, as_of)
    rows = _rows_before(table, as_of)
    filing_ids = _ids(table.filing_ids, rows)
    filed_at = table.as_of[rows]
    labelled = np.array([filing_id in labels for filing_id in filing_ids], dtype=bool)
    positive = np.array([_is_positive(labels.get(filing_id)) for filing_id in filing_ids], dtype=bool)
    known = np.array([labels[i].known_at for i, p in zip(filing_ids, positive, strict=True) if p], np.int64)
    lags = known - filed_at[positive]
    ties = tie(filing_ids, standing)
    in_doubt = tied_to(ties, positive) & ~labelled
    ripe = maturity_weights(as_of - filed_at, lags, as_of - filed_at[positive])
    drawn_with = np.array([drawn.get(i, 1.0) for i in filing_ids])
    certainty = np.array([labels[i].certainty if i in labels else 1.0 for i in filing_ids])
    return Dataset(
        as_of=as_of,
        names=table.names,
        categorical=tuple(name for name in categorical if name in table.names),
        filing_ids=filing_ids,
        filed_at=filed_at,
        values=table.values[rows],
        positive=positive,
        labelled=labelled,
        natural=count_natural(ripe=ripe, positive=positive, labelled=labelled, drawn_with=drawn_with),
        weight=weigh(
            ripe=ripe,
            positive=positive,
            labelled=labelled,
            certainty=certainty,
            drawn_with=drawn_with,
            in_doubt=in_doubt,
        ),
        group=group(ties, len(filing_ids)),
        bits=np.zeros(len(filing_ids)) if bits is None else bits[rows],
        median_lag=int(np.median(lags)) if len(lags) else 0,
        left_out=_left_out(findings, labels, filing_ids, in_store, in_doubt),
        words=_words(words, rows),
    )


def _rows_before(table: Rows, as_of: Moment) -> NDArray[np.int64] | slice:
    """Rows filed before `as_of` in order of time; a slice, which copies nothing, where they are so already."""
    rows = np.flatnonzero(table.as_of < as_of)
    rows = rows[np.lexsort((np.asarray(table.filing_ids)[rows], table.as_of[rows]))]
    return slice(0, len(rows)) if (rows == np.arange(len(rows))).all() else rows


def _left_out(
    findings: Sequence[Finding],
    labels: Mapping[str, Label],
    filing_ids: Sequence[str],
    in_store: int,
    in_doubt: NDArray[np.bool_],
) -> dict[str, int]:
    return {
        "filed_on_or_after_training_date": in_store - len(filing_ids),
        "tied_to_a_positive": int(in_doubt.sum()),
        "finding_without_filing": len(labels.keys() - set(filing_ids)),
        "finding_not_known_yet": len({f.filing_id for f in findings} - labels.keys()),
        "finding_overturned": sum(label.overturned and not label.positive for label in labels.values()),
    }


def _words(words: Sequence[Runs], rows: NDArray[np.int64] | slice) -> tuple[Runs, ...]:
    return tuple(words[row] for row in np.arange(len(words))[rows]) if words else ()


def _ids(filing_ids: Sequence[str], rows: NDArray[np.int64] | slice) -> tuple[str, ...]:
    return tuple(np.asarray(filing_ids)[rows].tolist())


def _is_positive(label: Label | None) -> bool:
    return label is not None and label.positive
