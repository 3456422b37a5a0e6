"""Champion beside challenger on the same live filings (冠军与挑战者): who changes, and who ranks better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from training.evaluation.clusters import cluster_stored
from training.evaluation.measures import (
    Flags,
    Groups,
    Interval,
    average_precision_difference,
    average_precision_interval,
)
from training.evaluation.rates import rate
from training.fitting.fit import LEAST_POSITIVES
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import NotFound
from xiezhi.labels import labels_as_of
from xiezhi.progress import stage
from xiezhi.store import Store
from xiezhi.store.challenges import Pair, newest_challenge, pairs_of
from xiezhi.store.happenings import findings_of


class BandChange(NamedTuple):
    """A filing the challenger would have put in another band; `found`: what is known of it by now."""

    filing_id: str
    shown: str
    challenger: str
    found: str


@dataclass(frozen=True)
class Ranking:
    """Average precision of both on the same filings, and the challenger's less the champion's, paired; filings of one
    cluster are drawn together."""

    champion: Interval
    challenger: Interval
    difference: Interval


@dataclass(frozen=True)
class Comparison:
    """First scores of `filings` live filings, each by both models as of the same moment.

    `champion`: the version that screened last; `by_others`: filings of the time screened by another, left out, for
    scores of two models are of two scales. `bands`: (shown, challenger's) -> filings; `same_band`: share in the
    same band. A filing without a finding by `labels_as_of` counts as negative; `ranking` is None while fewer
    than LEAST_POSITIVES are found false or abusive.
    """

    challenger: str
    champion: str
    by_others: int
    first: Moment
    last: Moment
    labels_as_of: Moment
    filings: int
    labelled: int
    positives: int
    bands: Mapping[tuple[str, str], int]
    same_band: Interval
    changes: tuple[BandChange, ...]
    ranking: Ranking | None

    def to_json(self, zone: str) -> dict[str, Any]:
        """Plain JSON types, the changes left out: they name filings."""
        moments = {
            name: format_moment(getattr(self, name), zone) for name in ("first", "last", "labels_as_of")
        }
        bands = [{"shown": a, "challenger": b, "filings": n} for (a, b), n in sorted(self.bands.items())]
        told = {k: v for k, v in asdict(self).items() if k != "changes"}
        return {**told, **moments, "bands": bands, "changed": len(self.changes)}


def compare(
    store: Store,
    version: str | None,
    *,
    since: Moment,
    before: Moment,
    labels: Moment,
    seed: int = 0,
) -> Comparison:
    """Compare challenger `version` (the one named last for None) over filings of [since, before).

    Raises NotFound where nothing challenges or it scored nothing then.
    """
    with store.read() as connection:
        if version is None:
            challenge = newest_challenge(connection)
            if challenge is None:
                raise NotFound(
                    "尚无挑战者；请先运行 xiezhi challenge。",
                    "There is no challenger; run `xiezhi challenge` first.",
                    code="no-challenge",
                )
            version = challenge.model_version
        pairs = pairs_of(connection, version, since, before)
        findings = findings_of(connection, [pair.filing_id for pair in pairs], None)
        same = [pair for pair in pairs if pair.shown_version == pairs[-1].shown_version]
        groups = cluster_stored(connection, [pair.filing_id for pair in same])
    if not pairs:
        raise NotFound(
            f"挑战者 {version} 在该时段没有评过案件。",
            f"The challenger {version} scored no filing of that time.",
            code="nothing-to-compare",
        )
    found = {i: "bad" if label.positive else "genuine" for i, label in labels_as_of(findings, labels).items()}
    with stage("比较 comparing"):
        return _compare(version, same, groups, len(pairs) - len(same), found, labels, seed)


def _compare(
    version: str,
    pairs: Sequence[Pair],
    groups: Groups,
    by_others: int,
    found: Mapping[str, str],
    labels: Moment,
    seed: int,
) -> Comparison:
    positive = np.array([found.get(pair.filing_id) == "bad" for pair in pairs], dtype=bool)
    same = np.array([pair.shown_band == pair.band for pair in pairs])
    return Comparison(
        challenger=version,
        champion=pairs[-1].shown_version,
        by_others=by_others,
        first=pairs[0].as_of,
        last=pairs[-1].as_of,
        labels_as_of=labels,
        filings=len(pairs),
        labelled=sum(pair.filing_id in found for pair in pairs),
        positives=int(positive.sum()),
        bands=Counter((pair.shown_band, pair.band) for pair in pairs),
        same_band=rate(same, np.ones(len(pairs), dtype=bool), groups).share,
        changes=tuple(
            BandChange(pair.filing_id, pair.shown_band, pair.band, found.get(pair.filing_id, ""))
            for pair in pairs
            if pair.shown_band != pair.band
        ),
        ranking=_rank(pairs, positive, groups, seed) if positive.sum() >= LEAST_POSITIVES else None,
    )


def _rank(pairs: Sequence[Pair], positive: Flags, groups: Groups, seed: int) -> Ranking:
    shown, silent = (np.array([getattr(pair, name) for pair in pairs]) for name in ("shown_raw", "raw"))
    return Ranking(
        average_precision_interval(positive, shown, seed=seed, groups=groups),
        average_precision_interval(positive, silent, seed=seed, groups=groups),
        average_precision_difference(positive, silent, shown, seed=seed, groups=groups),
    )
