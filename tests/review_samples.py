"""A decision as tests make one: by whoever works in a home without accounts."""

from __future__ import annotations

from serving.review.decide import Judgement, judge
from serving.review.reviewer import sole_reviewer
from xiezhi.clock import Moment
from xiezhi.store import Store
from xiezhi.store.decisions import Decision


def decide(
    store: Store, flag_id: str, *, decided_by: str, decision: str, reason: str, decided_at: Moment
) -> Decision:
    """One person's word on one flag, under the name he gives."""
    said = Judgement(decision, reason)
    return judge(store, [flag_id], said, sole_reviewer(decided_by), decided_at)[0]
