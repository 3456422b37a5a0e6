"""The bench at a glance (工作台): what is mine, what waits, what is late, what asks for a second person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from serving.review.bench import Review, read_reviews
from serving.review.decide import unsettled
from serving.review.eligible import Bench, read_bench
from serving.review.reviewer import Reviewer
from xiezhi.clock import Moment
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.decisions import details_of, opinions_of
from xiezhi.store.filings import StoredFiling, get_filings
from xiezhi.store.review_policies import current_policy
from xiezhi.store.reviews import FIRST, SECOND

State = Literal["all", "unclaimed", "held", "paused", "proposed", "late"]
STATES: tuple[State, ...] = ("all", "unclaimed", "held", "paused", "proposed", "late")


@dataclass(frozen=True)
class Overview:
    """Everything open, oldest due first. `filings`: by filing id, where they were asked for; `disputed`: those two
    reviewers saw differently."""

    reviews: Sequence[Review]
    filings: Mapping[str, StoredFiling]
    disputed: Sequence[str]
    bench: Bench
    policy: ReviewPolicy

    def mine(self, reviewer: str) -> list[Review]:
        """What `reviewer` holds."""
        return [r for r in self.reviews if r.holder == reviewer]

    def waiting(self, by: Reviewer, *, blind: bool) -> list[Review]:
        """What `by` could claim."""
        free = [r for r in self.reviews if r.waits and r.work.blind == blind]
        return [r for r in free if by.alone or self.bench.bars(r.work, by.key) is None]

    def to_confirm(self, by: Reviewer) -> list[Review]:
        """What waits for `by` as the second person."""
        return [r for r in self.shown_to(by) if r.work.latest == "proposed"] if by.presides else []

    @property
    def late(self) -> list[Review]:
        """Breaches: past their last day."""
        return [r for r in self.reviews if r.due.breached]

    def chosen(self, state: State, reviewer: str, by: Reviewer) -> list[Review]:
        """Those in `state` that `by` may see; of `reviewer`, "" for anybody."""
        kept = [r for r in self.shown_to(by) if state_of_review(r, state)]
        return [r for r in kept if not reviewer or r.holder == reviewer]

    def shown_to(self, by: Reviewer) -> list[Review]:
        """Without what would tell a reviewer whether a blind review of his is of a flag."""
        oversees = by.may({"supervisor", "auditor"})
        mine = {r.work.filing_id for r in self.reviews if r.work.seat == SECOND and r.holder == by.key}
        return [
            r
            for r in self.reviews
            if (oversees or not r.work.blind or r.holder == by.key)
            and not (r.work.seat == FIRST and r.work.filing_id in mine)
        ]


def state_of_review(review: Review, state: State) -> bool:
    """Whether `review` is in `state`."""
    return {
        "all": True,
        "unclaimed": review.waits,
        "held": review.holder is not None,
        "paused": review.hold.is_paused,
        "proposed": review.work.latest == "proposed",
        "late": review.due.breached,
    }[state]


def read_overview(
    store: Store, settings: Settings, now: Moment, courts: Collection[str] = (), *, filings: bool = True
) -> Overview:
    """The bench now, as far as it is of filings of `courts` (none: of all); with the `filings` themselves."""
    with store.read() as connection:
        policy = current_policy(connection)
        reviews = read_reviews(connection, settings, policy, now, courts)
        disputed = disputed_filings(connection, courts)
        ids = list(dict.fromkeys([r.work.filing_id for r in reviews] + disputed))
        return Overview(
            reviews=reviews,
            filings=get_filings(connection, store.vault, ids) if filings else {},
            disputed=disputed,
            bench=read_bench(connection, [r.work for r in reviews], policy, now, settings.zone),
            policy=policy,
        )


def disputed_filings(connection: Connection, courts: Collection[str] = ()) -> list[str]:
    """Filings whose two reviews differ and that nobody adjudicated, sorted; of `courts` (none: of all)."""
    given = opinions_of(connection, None, courts)
    details = details_of(connection, list({opinion.filing_id for opinion in given}))
    return sorted({opinion.filing_id for opinion in unsettled(given, details)})
