"""The court's policy laid over the model that screens: its cuts, its lot for the audit sample, its signs.

A policy never stops a screening: where a model keeps too little to cut by, it screens by its own cuts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from features.signs import Pack, load_pack
from features.signs.read import lay_over
from features.table import FeatureTable
from features.watch.match import WatchMatch
from serving.screening.challenger import Challenger
from xiezhi.bundle import Bundle
from xiezhi.clock import DAY, Moment
from xiezhi.errors import NotFound, XiezhiError
from xiezhi.policy import CourtPolicy
from xiezhi.policy_cuts import LEAST_DAYS, Tail, cut, promised, read_tail, tail_of_live
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.policies import (
    PolicyShadow,
    PolicyVersion,
    acts_of,
    find_policy,
    in_shadow,
    put_policy_shadows,
)
from xiezhi.store.screenings import Screening, raw_scores

_log = logging.getLogger("xiezhi.policy")


def find_tail(store: Store, bundle: Bundle, before: Moment) -> Tail:
    """What the cuts of `bundle` are set by: what it keeps of its training year, else the scores it gave before a moment.

    Raises NotFound (`policy-scale`) where there is neither.
    """
    kept = read_tail(bundle.tail)
    if kept is not None:
        return kept
    asked = bundle.policy.floor
    told = bundle.lineage.get("base_rate", bundle.thresholds.review_floor / asked if asked else 0.0)
    with store.read() as connection:
        scores = raw_scores(connection, bundle.version, before - 365 * DAY, before)
    live = tail_of_live(scores, float(told))
    if live is None:
        raise NotFound(
            f"模型 {bundle.version} 未存上一年的得分，其筛查也不足 {LEAST_DAYS} 天，无法按新的可审查件数设定界限；"
            "请用本版本重新训练并启用，或待其筛查满期。",
            f"Model {bundle.version} keeps no scores of its last year and has screened on fewer than {LEAST_DAYS} days, "
            "so cuts for another capacity cannot be set; train and promote again, or let it screen longer.",
            code="policy-scale",
        )
    return live


def lay_on(store: Store, bundle: Bundle, policy: CourtPolicy, before: Moment) -> Bundle:
    """`bundle` with the cuts and the audit rate of `policy`; rules alone have no cuts. Raises NotFound."""
    asked = replace(
        bundle.policy, capacity_per_day=policy.capacity_per_day, floor=policy.floor,
        notice_factor=policy.notice_factor, audit_rate=policy.audit_rate,
    )  # fmt: skip
    if bundle.kind == "rules":
        return replace(bundle, policy=asked)
    cuts = promised(cut(find_tail(store, bundle, before), policy), bundle.guarantee, bundle.policy)
    return replace(bundle, policy=asked, thresholds=cuts)


def pack_under(settings: Settings, policy: CourtPolicy | None) -> Pack:
    """The signs of a policy, those of the deployment where it has none. Raises InputError, NotFound."""
    if policy is None or not policy.signs:
        return load_pack(settings.jurisdiction, settings.signs)
    return lay_over(settings.jurisdiction, policy.signs)


@dataclass(frozen=True)
class InForce:
    """What holds: the policy (None: the model's own), since when, and the drafts in shadow."""

    policy: PolicyVersion | None
    since: Moment
    shadows: tuple[PolicyVersion, ...]

    def over(self, store: Store, bundle: Bundle) -> Bundle:
        """`bundle` under the policy; by its own cuts, said in the log, where it keeps too little to cut by."""
        if self.policy is None:
            return bundle
        try:
            return lay_on(store, bundle, self.policy.policy, self.since)
        except XiezhiError as error:
            _log.warning("policy %s: model %s: %s", self.policy.version, bundle.version, error.code)
            return replace(bundle, policy=replace(bundle.policy, audit_rate=self.policy.policy.audit_rate))


def read_in_force(store: Store) -> InForce:
    """What holds now."""
    with store.read() as connection:
        acts = acts_of(connection)
        changes = [act for act in acts if act.action in ("live", "rolled_back")]
        held = find_policy(connection, changes[-1].policy_no) if changes else None
        shadows = [find_policy(connection, number) for number in in_shadow(acts)]
    return InForce(held, changes[-1].at if changes else 0, tuple(s for s in shadows if s is not None))


@dataclass(frozen=True)
class Trial:
    """A draft in shadow: what it would say of what is screened, counted and never shown."""

    number: int
    judge: Challenger

    def keep(
        self,
        store: Store,
        table: FeatureTable,
        shown: Sequence[Screening],
        first: int,
        matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]],
        kept_at: Moment,
    ) -> None:
        """Band the rows of `table` from `first` on, which are those of `shown`, and keep it. Raises nothing."""
        try:
            rows = [
                PolicyShadow(s.screening_id, self.number, s.filing_id, s.as_of, s.band, silent.band)
                for s, silent in zip(shown, self.judge.score(table, shown, first, matches), strict=True)
            ]
            with store.write() as connection:
                put_policy_shadows(connection, rows, kept_at)
        except Exception as error:  # whatever it is, the filing is screened already
            _log.warning("policy %s in shadow: %s", self.number, type(error).__name__)


def load_trials(
    store: Store, settings: Settings, bundle: Bundle, force: InForce, num_threads: int
) -> tuple[Trial, ...]:
    """The drafts in shadow over `bundle`; one that cannot be laid on it is left out. Raises nothing."""
    trials = []
    for draft in force.shadows:
        try:
            tried = lay_on(store, bundle, draft.policy, draft.made_at)
            pack = pack_under(settings, draft.policy)
            trials.append(Trial(draft.number, Challenger(Scorer(tried, num_threads), pack)))
        except Exception as error:  # what screens must not suffer from what does not
            _log.warning("policy %s in shadow: %s", draft.version, type(error).__name__)
    return tuple(trials)
