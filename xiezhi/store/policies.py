"""A court's policies (法院策略) and what was done with each: drafted, back-tested, in shadow, approved, live, rolled back.

Both tables are appended to. The newest `live` or `rolled_back` act says which policy holds.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, func, select

from xiezhi.clock import Moment
from xiezhi.policy import CourtPolicy
from xiezhi.store.audit import keep_told, tell
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import policies, policy_acts, policy_shadows

BACKTESTED: Final = "backtested"
SHADOWED, SHADOW_ENDED = "shadowed", "shadow_ended"
APPROVED, REJECTED = "approved", "rejected"
LIVE, ROLLED_BACK = "live", "rolled_back"

MODEL_S_OWN = 0
"""The number that stands for no policy: the cuts the model came with."""


@dataclass(frozen=True)
class PolicyVersion:
    """A policy as `made_by` drafted it; `number` and `digest` (SHA-256, hex) are given by the store."""

    made_at: Moment
    made_by: str
    note: str
    policy: CourtPolicy
    number: int = field(default=0, compare=False)
    digest: str = ""

    @property
    def version(self) -> str:
        """What a score is stamped with."""
        return f"p{self.number}-{self.digest[:8]}"


@dataclass(frozen=True)
class PolicyAct:
    """`by` did `action` with the policy `policy_no`. `shown`: the figures of a back-test. `once`: a key no two acts share."""

    policy_no: int
    action: str
    at: Moment
    by: str
    reason: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    once: str | None = None
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PolicyShadow:
    """The band the policy `policy_no` would have given where the score `screening_id` was shown in `shown_band`."""

    screening_id: str
    policy_no: int
    filing_id: str
    as_of: Moment
    shown_band: str
    band: str


def add_policy(connection: Connection, draft: PolicyVersion) -> PolicyVersion:
    """Append a draft; returns it with its number and digest."""
    body = json.dumps(asdict(draft.policy), ensure_ascii=False, sort_keys=True)
    values = {
        "made_at": draft.made_at, "made_by": draft.made_by, "note": draft.note, "body": body,
        "digest": hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
    }  # fmt: skip
    kept = keep_told(connection, "policy", values, at=draft.made_at, actor=draft.made_by)
    return replace(draft, number=kept["policy_no"], digest=kept["digest"])


def list_policies(connection: Connection) -> list[PolicyVersion]:
    """Every policy, the newest first."""
    return [
        _version(row) for row in connection.execute(select(policies).order_by(policies.c.policy_no.desc()))
    ]


def find_policy(connection: Connection, number: int) -> PolicyVersion | None:
    """The policy of this number, or None."""
    row = connection.execute(select(policies).where(policies.c.policy_no == number)).first()
    return None if row is None else _version(row)


def add_act(connection: Connection, act: PolicyAct) -> bool:
    """Append `act`; False where one with its `once` is there already: of two at the same time the first counts."""
    values = {name: getattr(act, name) for name in _ACT}
    values["shown"] = json.dumps(act.shown, ensure_ascii=False, sort_keys=True)
    statement = insert_or_ignore(connection, policy_acts).values(values).returning(policy_acts.c.act_no)
    made = connection.execute(statement).first()
    if made is None:
        return False
    tell(connection, "policy_act", [values | {"act_no": made.act_no}], at=act.at, actor=act.by)
    return True


def acts_of(connection: Connection, number: int | None = None) -> list[PolicyAct]:
    """What was done with a policy (None: with all), oldest first."""
    query = select(policy_acts).order_by(policy_acts.c.act_no)
    if number is not None:
        query = query.where(policy_acts.c.policy_no == number)
    return [_act(row) for row in connection.execute(query)]


def live_act(connection: Connection) -> PolicyAct | None:
    """The act by which a policy holds, or by which none does any more; None where there never was one."""
    query = select(policy_acts).where(policy_acts.c.action.in_((LIVE, ROLLED_BACK)))
    row = connection.execute(query.order_by(policy_acts.c.act_no.desc()).limit(1)).first()
    return None if row is None else _act(row)


def live_policy(connection: Connection) -> PolicyVersion | None:
    """The policy that holds; None: the model's own."""
    act = live_act(connection)
    return None if act is None else find_policy(connection, act.policy_no)


def policy_live_at(connection: Connection, moment: Moment) -> PolicyVersion | None:
    """The policy that held at a moment; None: the model's own."""
    number = standing([act for act in acts_of(connection) if act.at <= moment])[-1]
    return find_policy(connection, number)


def standing(acts: Sequence[PolicyAct]) -> list[int]:
    """The policies that went live and were not rolled back, the one that holds last; the model's own comes first."""
    stack = [MODEL_S_OWN]
    for act in acts:
        if act.action == LIVE:
            stack.append(act.policy_no)
        elif act.action == ROLLED_BACK and len(stack) > 1:
            stack.pop()
    return stack


def in_shadow(acts: Sequence[PolicyAct]) -> list[int]:
    """The policies that shadow what is screened, by number."""
    shadowing: set[int] = set()
    for act in acts:
        if act.action == SHADOWED:
            shadowing.add(act.policy_no)
        elif act.action in (SHADOW_ENDED, REJECTED, LIVE):
            shadowing.discard(act.policy_no)
    return sorted(shadowing)


def put_policy_shadows(connection: Connection, rows: Sequence[PolicyShadow], kept_at: Moment) -> None:
    """Append those of `rows` that are not there yet."""
    if rows:
        names = PolicyShadow.__dataclass_fields__
        values = [{**{name: getattr(row, name) for name in names}, "kept_at": kept_at} for row in rows]
        connection.execute(insert_or_ignore(connection, policy_shadows), values)


def count_shadows(connection: Connection) -> dict[int, Counter[tuple[str, str]]]:
    """Policy number -> (band shown, band it would have given) -> scores."""
    c = policy_shadows.c
    query = select(c.policy_no, c.shown_band, c.band, func.count()).group_by(
        c.policy_no, c.shown_band, c.band
    )
    found: dict[int, Counter[tuple[str, str]]] = {}
    for number, shown, band, count in connection.execute(query):
        found.setdefault(number, Counter())[(shown, band)] = count
    return found


_ACT = tuple(name for name in PolicyAct.__dataclass_fields__ if name != "number")


def _version(row: Any) -> PolicyVersion:
    return PolicyVersion(
        row.made_at, row.made_by, row.note, CourtPolicy(**json.loads(row.body)), row.policy_no, row.digest
    )


def _act(row: Any) -> PolicyAct:
    values = {name: row._mapping[name] for name in _ACT}
    return PolicyAct(**{**values, "shown": json.loads(values["shown"])}, number=row.act_no)
