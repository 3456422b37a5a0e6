"""The challenger (挑战者): a second model that scores what is screened, silently.

It never changes a band or a word shown, and when it fails the screening does not notice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.signs import Pack, values_of
from features.table import FeatureTable
from features.watch.match import WatchMatch
from features.wording import weigh_words
from xiezhi.bundle import Bundle, bundle_folder, load
from xiezhi.clock import Moment
from xiezhi.policy import band
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.challenges import Challenge, ShadowScore, put_shadow_scores
from xiezhi.store.screenings import Screening

_log = logging.getLogger("xiezhi.challenger")


@dataclass(frozen=True)
class Challenger:
    """A bundle that challenges, beside the rule pack of the model that screens."""

    scorer: Scorer
    pack: Pack

    def keep(
        self,
        store: Store,
        table: FeatureTable,
        shown: Sequence[Screening],
        first: int,
        matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]],
        kept_at: Moment,
    ) -> None:
        """Score the rows of `table` from `first` on, which are those of `shown`, and keep it. Raises nothing."""
        try:
            rows = self.score(table, shown, first, matches)
            with store.write() as connection:
                put_shadow_scores(connection, rows, kept_at)
        except Exception as error:  # whatever it is, the filing is screened already
            _log.warning("challenger %s: %s", self.scorer.bundle.version, type(error).__name__)

    def score(
        self,
        table: FeatureTable,
        shown: Sequence[Screening],
        first: int,
        matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]],
    ) -> list[ShadowScore]:
        """What this model says of each score shown. Raises BundleError when it was trained on other columns."""
        self.scorer.require_features(table.names)
        bundle = self.scorer.bundle
        judgings = [
            self.pack.judge(
                values_of(table, row, tuple(matches.get((s.filing_id, s.as_of), ()))), table.courts[row]
            )
            for row, s in enumerate(shown, first)
        ]
        bits = np.array([judged.strength for judged in judgings])
        some = slice(first, first + len(shown))
        raws = self.scorer.raw(table.values[some], bits, weigh_words(table.filings[some], bundle.wording))
        rows = []
        for screening, judged, raw, risk in zip(
            shown, judgings, raws.tolist(), bundle.calibration.risk(raws).tolist(), strict=True
        ):
            chosen = self.pack.lift(band(risk, raw, bundle.thresholds), judged)
            rows.append(
                ShadowScore(
                    screening.screening_id,
                    bundle.version,
                    screening.filing_id,
                    screening.as_of,
                    risk,
                    raw,
                    chosen,
                )
            )
        return rows


def load_challenger(
    settings: Settings,
    challenge: Challenge | None,
    pack: Pack,
    under: Callable[[Bundle], Bundle] = lambda bundle: bundle,
    *,
    num_threads: int = 1,
) -> Challenger | None:
    """The challenger of `challenge`, `under` the policy of the court; None where there is none or its files cannot be used. Raises nothing."""
    if challenge is None:
        return None
    try:
        bundle = load(bundle_folder(settings, challenge.model_version))
        if bundle.digest == challenge.digest:
            return Challenger(Scorer(under(bundle), num_threads), pack)
        _log.warning("challenger %s: not the files that were named", challenge.model_version)
    except Exception as error:  # the model that screens must not suffer from one that does not
        _log.warning("challenger %s: %s", challenge.model_version, type(error).__name__)
    return None
