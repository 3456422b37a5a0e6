"""What humans decided on flags, appended: decisions, what stands beside them, second opinions, referrals."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told, tell
from xiezhi.store.filings import in_chunks, is_within
from xiezhi.store.tables import decision_details, decisions, opinions, referrals
from xiezhi.store.webhooks import announce_decision


@dataclass(frozen=True, slots=True)
class Decision:
    """`decided_by` decided on the flag `screening_id` of `filing_id`, for `reason`."""

    decision_id: str
    screening_id: str
    filing_id: str
    decided_at: Moment
    decided_by: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands beside a decision: the act, its codes, what it answers and how the filing came up.

    `outcome`: of a proposal what is proposed. `series`: shared by decisions given at once. `drawn_with`: probability
    of the audit draw, None where a flag brought the filing up.
    """

    decision_id: str
    filing_id: str
    actor: str
    act: str
    outcome: str
    measures: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    follows: str | None = None
    series: str | None = None
    drawn_with: float | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """A second reviewer's blind judgement, to be compared with `first_decision`; drawn with probability `drawn_with`."""

    filing_id: str
    screening_id: str
    first_decision: str
    drawn_with: float
    at: Moment
    actor: str
    outcome: str
    measures: tuple[str, ...]
    grounds: tuple[str, ...]
    reason: str
    opinion_no: int = 0  # given by the store


@dataclass(frozen=True, slots=True)
class Referral:
    """A filing handed to the police or the procuratorate on a day, under a reference."""

    filing_id: str
    decision_id: str
    authority: str
    referred_on: str
    reference: str
    at: Moment
    actor: str
    referral_no: int = 0  # given by the store


def add_decision(connection: Connection, decision: Decision, detail: Detail) -> None:
    """Append `decision`. Whether it may follow the one before is the caller's business."""
    row = asdict(decision)
    connection.execute(insert(decisions).values(row))
    tell(connection, "decision", [row], at=decision.decided_at, actor=decision.decided_by)
    announce_decision(connection, row, at=decision.decided_at)
    beside = _listed(asdict(detail)) | {"blind": int(detail.blind)}
    connection.execute(insert(decision_details).values(beside))
    tell(connection, "decision_detail", [beside], at=decision.decided_at, actor=decision.decided_by)


def decisions_of(connection: Connection, filing_ids: Sequence[str]) -> list[Decision]:
    """Every decision on these filings, oldest first."""
    found = []
    for some in in_chunks(filing_ids):
        rows = connection.execute(select(decisions).where(decisions.c.filing_id.in_(some)))
        found += [Decision(**row._mapping) for row in rows]
    return sorted(found, key=lambda one: (one.decided_at, one.decision_id))


def details_of(connection: Connection, filing_ids: Sequence[str]) -> dict[str, Detail]:
    """Decision id -> what stands beside it, of these filings; decisions of before there were details have none."""
    found: dict[str, Detail] = {}
    for some in in_chunks(filing_ids):
        rows = connection.execute(select(decision_details).where(decision_details.c.filing_id.in_(some)))
        found |= {row.decision_id: _detail(dict(row._mapping)) for row in rows}
    return found


def decisions_of_series(connection: Connection, series: str) -> list[str]:
    """Ids of the decisions given at once, sorted."""
    query = select(decision_details.c.decision_id).where(decision_details.c.series == series)
    return sorted(connection.execute(query).scalars())


def get_decision(connection: Connection, decision_id: str) -> Decision | None:
    """The decision with this id, or None."""
    row = connection.execute(select(decisions).where(decisions.c.decision_id == decision_id)).first()
    return None if row is None else Decision(**row._mapping)


def add_opinion(connection: Connection, opinion: Opinion) -> Opinion:
    """Append `opinion`; it with its number."""
    row = _listed(asdict(opinion))
    del row["opinion_no"]
    kept = keep_told(connection, "opinion", row, at=opinion.at, actor=opinion.actor)
    return replace(opinion, opinion_no=kept["opinion_no"])


def opinions_of(
    connection: Connection, filing_ids: Sequence[str] | None, courts: Collection[str] = ()
) -> list[Opinion]:
    """Second opinions on these filings (None: on all), oldest first; of `courts` alone where some are named."""
    query = select(opinions).where(is_within(opinions.c.filing_id, courts)).order_by(opinions.c.opinion_no)
    if filing_ids is not None:
        query = query.where(opinions.c.filing_id.in_(filing_ids))
    return [Opinion(**_unlisted(dict(row._mapping))) for row in connection.execute(query)]


def add_referral(connection: Connection, referral: Referral) -> None:
    """Append `referral`."""
    row = asdict(referral)
    del row["referral_no"]
    keep_told(connection, "referral", row, at=referral.at, actor=referral.actor)


def referrals_of(connection: Connection, filing_id: str) -> list[Referral]:
    """Referrals of a filing, oldest first."""
    query = select(referrals).where(referrals.c.filing_id == filing_id).order_by(referrals.c.referral_no)
    return [Referral(**row._mapping) for row in connection.execute(query)]


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: json.dumps(row[name]) for name in ("measures", "grounds")}


def _unlisted(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: tuple(json.loads(row[name])) for name in ("measures", "grounds")}


def _detail(row: dict[str, Any]) -> Detail:
    return Detail(**_unlisted(row) | {"blind": bool(row["blind"])})
