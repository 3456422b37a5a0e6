"""The second look (第二人盲审): a blind opinion on a flag already judged, and how far the two agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from serving.review.decide import Judgement, Look, check_recused
from serving.review.reviewer import Reviewer, require
from xiezhi.clock import Moment
from xiezhi.decisions import check_reason
from xiezhi.errors import Conflict
from xiezhi.review_policy import ReviewPolicy, read_policy
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.decisions import Opinion, add_opinion, decisions_of, details_of, opinions_of
from xiezhi.store.policies import live_policy
from xiezhi.store.review_policies import add_policy, policy_at
from xiezhi.store.reviews import DONE, SECOND, ReviewAct, acts_of, add_act, fold, seconds_waiting
from xiezhi.store.screenings import get_screening

Z95 = 1.959964
"""Of the normal distribution, for an interval of 95 %."""


class Kappa(NamedTuple):
    """Cohen's kappa of n pairs with its interval of 95 %; None where it cannot be had."""

    n: int
    agree: int
    kappa: float | None
    low: float | None
    high: float | None


def give_opinion(
    store: Store,
    screening_id: str,
    judgement: Judgement,
    by: Reviewer,
    at: Moment,
    *,
    look: Look | None = None,
) -> Opinion | None:
    """Keep the blind opinion of whoever holds the second seat of this flag; None where `by` does not hold it.

    Raises InputError, NotPermitted (recusal), and what `look` raises.
    """
    with store.write() as connection:
        lock_trail(connection)
        waiting = {act.filing_id: act for act in seconds_waiting(connection)}
        holds = fold(acts_of(connection, list(waiting)))
        mine = [i for i in waiting if (h := holds.get((i, SECOND))) and h.held_at(at) == by.key]
        screening = get_screening(connection, screening_id)
        if screening is None or screening.filing_id not in mine:
            return None
        if look is not None:
            look(connection)
        judgement = judgement.checked(by)
        filing_id = screening.filing_id
        check_recused(connection, filing_id, by)
        asked = waiting[filing_id]
        opinion = Opinion(
            filing_id, screening_id, asked.reason, policy_at(connection, asked.at).double_share, at, by.key,
            judgement.outcome, judgement.measures, judgement.grounds, judgement.reason,
        )  # fmt: skip
        opinion = add_opinion(connection, opinion)
        add_act(connection, ReviewAct(filing_id, SECOND, at, by.key, DONE))
        return opinion


class Agreement(NamedTuple):
    """Kappa, the pairs counted by (first outcome, second outcome), and how many were adjudicated."""

    kappa: Kappa
    counts: dict[tuple[str, str], int]
    adjudicated: int


def agreement(store: Store, courts: Collection[str] = ()) -> Agreement:
    """How far first and second reviewers agree, over every flag judged twice; of `courts` (none: of all)."""
    with store.read() as connection:
        given = opinions_of(connection, None, courts)
        filing_ids = list({opinion.filing_id for opinion in given})
        details = details_of(connection, filing_ids)
        # What was decided before there were details says its outcome by itself.
        first = {one.decision_id: one.decision for one in decisions_of(connection, filing_ids)}
    first |= {decision_id: detail.outcome for decision_id, detail in details.items()}
    pairs = [(first[o.first_decision], o.outcome) for o in given]
    settled = sum(detail.act == "adjudicate" for detail in details.values())
    return Agreement(cohens_kappa(pairs), dict(Counter(pairs)), settled)


def set_policy(store: Store, body: Mapping[str, Any], reason: str, by: Reviewer, at: Moment) -> ReviewPolicy:
    """Let another review policy hold from now on. Raises InputError; Conflict where a policy that two approved holds."""
    require(by, {"supervisor"})
    policy, reason = read_policy(body), check_reason(reason)
    with store.write() as connection:
        if live_policy(connection) is not None:
            raise Conflict(
                "现行策略由两人批准；请另行起草策略。",
                "Two persons approved the policy that holds; draft another one.",
                code="policy-holds",
            )
        add_policy(connection, policy, reason=reason, at=at, actor=by.key)
    return policy


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> Kappa:
    """Agreement beyond chance (Cohen 1960), with the large-sample standard error of Fleiss, Cohen and Everitt (1969).

    kappa is None without a pair, or where both always say the same one thing: chance alone explains all of it.
    """
    n = len(pairs)
    agree = sum(a == b for a, b in pairs)
    words = sorted({word for pair in pairs for word in pair})
    if n == 0 or len(words) < 2:
        return Kappa(n, agree, None, None, None)
    share = {(a, b): sum(pair == (a, b) for pair in pairs) / n for a in words for b in words}
    row = {a: sum(share[a, b] for b in words) for a in words}
    column = {b: sum(share[a, b] for a in words) for b in words}
    seen, chance = agree / n, sum(row[w] * column[w] for w in words)
    kappa = (seen - chance) / (1 - chance)
    on = sum(share[w, w] * (1 - (row[w] + column[w]) * (1 - kappa)) ** 2 for w in words)
    off = sum(share[a, b] * (column[a] + row[b]) ** 2 for a in words for b in words if a != b)
    spread = on + (1 - kappa) ** 2 * off - (kappa - chance * (1 - kappa)) ** 2
    error = Z95 * sqrt(max(spread, 0.0) / n) / (1 - chance)
    return Kappa(n, agree, kappa, max(kappa - error, -1.0), min(kappa + error, 1.0))
