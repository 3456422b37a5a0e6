"""Review policies (审查策略), appended; the newest holds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from xiezhi.clock import Moment
from xiezhi.review_policy import ReviewPolicy, read_policy, under
from xiezhi.store.audit import keep_told
from xiezhi.store.policies import live_policy, policy_live_at
from xiezhi.store.tables import review_policies


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy with who set it, when and why."""

    policy_no: int
    policy: ReviewPolicy
    reason: str
    at: Moment
    actor: str


def add_policy(connection: Connection, policy: ReviewPolicy, *, reason: str, at: Moment, actor: str) -> None:
    """Append `policy`; it holds from now on."""
    row = {"body": json.dumps(policy.to_json(), sort_keys=True), "reason": reason, "at": at, "actor": actor}
    keep_told(connection, "review_policy", row, at=at, actor=actor)


def policy_versions(connection: Connection, most: int = 20) -> list[PolicyVersion]:
    """At most `most` versions, the newest first."""
    c = review_policies.c
    rows = connection.execute(select(review_policies).order_by(c.policy_no.desc()).limit(most))
    return [
        PolicyVersion(row.policy_no, read_policy(json.loads(row.body)), row.reason, row.at, row.actor)
        for row in rows
    ]


def current_policy(connection: Connection) -> ReviewPolicy:
    """The policy that holds, under the court's own where one is live; the defaults where none was set."""
    newest, live = policy_versions(connection, 1), live_policy(connection)
    return under(newest[0].policy if newest else ReviewPolicy(), live.policy if live else None)


def policy_at(connection: Connection, moment: Moment) -> ReviewPolicy:
    """The policy that held at a moment."""
    c = review_policies.c
    newest = select(c.body).where(c.at <= moment).order_by(c.policy_no.desc()).limit(1)
    body = connection.execute(newest).scalar_one_or_none()
    live = policy_live_at(connection, moment)
    return under(
        ReviewPolicy() if body is None else read_policy(json.loads(body)), live.policy if live else None
    )
