"""A policy's life (策略的一生): drafted, back-tested, in shadow, approved by two persons, live, rolled back.

Each step is a row appended and noted in the audit trail; none changes what was said before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from sqlalchemy import Connection

from serving.court.backtest import try_draft
from serving.screening.in_force import lay_on, pack_under, read_in_force
from xiezhi.accounts.administer import has_accounts
from xiezhi.accounts.roles import require_role
from xiezhi.bundle import load_current
from xiezhi.clock import Moment
from xiezhi.decisions import check_reason
from xiezhi.errors import BundleError, Conflict, InputError, NotFound, NotPermitted, XiezhiError
from xiezhi.policy import CourtPolicy, SecondPerson
from xiezhi.progress import Advance, silent
from xiezhi.review_policy import OF_THE_BENCH
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.policies import (
    APPROVED,
    BACKTESTED,
    LIVE,
    REJECTED,
    ROLLED_BACK,
    SHADOW_ENDED,
    SHADOWED,
    PolicyAct,
    PolicyVersion,
    acts_of,
    add_act,
    add_policy,
    count_shadows,
    find_policy,
    in_shadow,
    list_policies,
    live_act,
    standing,
)
from xiezhi.store.users import User

MAY_DRAFT: Final = frozenset({"supervisor", "scientist"})
MAY_APPROVE: Final = frozenset({"supervisor"})

NEEDED: Final = 2
"""Approvals, of as many persons: who drafted may give one of them."""

State = Literal["draft", "backtested", "shadow", "live", "before", "rejected"]
"""`before`: it was live once, and another one is now."""

_RANGES: Mapping[str, tuple[float, float]] = {
    "capacity_per_day": (0.01, 1_000.0),
    "floor": (0.0, 1_000.0),
    "notice_factor": (1.0, 100.0),
    "audit_rate": (0.0, 1.0),
    "double_review_share": (0.0, 1.0),
}
LONGEST_SIGNS = 200_000


@dataclass(frozen=True)
class PolicyView:
    """A policy with what became of it. `approvals`: who approved what its newest back-test showed; `shadow`: (band shown,
    band it would have given) -> scores."""

    drafted: PolicyVersion
    state: State
    acts: tuple[PolicyAct, ...]
    shadow: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def backtest(self) -> PolicyAct | None:
        """The newest back-test."""
        return next((act for act in reversed(self.acts) if act.action == BACKTESTED), None)

    @property
    def approvals(self) -> tuple[PolicyAct, ...]:
        """Approvals since the newest back-test."""
        return _approvals(self.acts)


def draft(
    store: Store, settings: Settings, policy: CourtPolicy, note: str, *, by: User, at: Moment
) -> PolicyVersion:
    """Keep a draft. Raises NotPermitted, InputError for a value out of range or signs that are no overlay."""
    require_role(by, MAY_DRAFT)
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(policy, name) <= most:
            raise _out_of_range(name, least, most)
    for name, (least, most) in OF_THE_BENCH.items():
        value = getattr(policy, name)
        if value is not None and not least <= value <= most:
            raise _out_of_range(name, least, most)
    if policy.second_person not in get_args(SecondPerson) or len(policy.signs) > LONGEST_SIGNS:
        raise InputError(
            "策略的取值不对。", "A value of the policy is not one of those there are.", code="policy-range"
        )
    note = check_reason(note)
    pack_under(settings, policy)
    with store.write() as connection:
        return add_policy(connection, PolicyVersion(at, by.name, note, policy))


def backtest(
    store: Store, settings: Settings, number: int, *, by: User, at: Moment, advance: Advance = silent
) -> PolicyAct:
    """Try the policy on the last year's filings as they were scored, and keep what it would have said.

    Raises NotPermitted, NotFound, Conflict for one that is over.
    """
    require_role(by, MAY_DRAFT)
    view = read_policy(store, number)
    _require(view, ("draft", "backtested", "shadow", "before"))
    shown = try_draft(store, settings, view.drafted, at, advance)
    return _append(store, PolicyAct(number, BACKTESTED, at, by.name, shown=shown))


def start_shadow(store: Store, number: int, *, by: User, at: Moment) -> PolicyAct:
    """Let the policy say silently what it would say of what is screened from now on. Raises as `backtest`."""
    require_role(by, MAY_DRAFT)
    _require(read_policy(store, number), ("backtested", "before"))
    return _append(store, PolicyAct(number, SHADOWED, at, by.name))


def end_shadow(store: Store, number: int, *, by: User, at: Moment) -> PolicyAct:
    """Let it say so no longer. Raises as `backtest`."""
    require_role(by, MAY_DRAFT)
    _require(read_policy(store, number), ("shadow",))
    return _append(store, PolicyAct(number, SHADOW_ENDED, at, by.name))


def approve(store: Store, number: int, *, by: User, at: Moment) -> PolicyAct:
    """Approve a policy in shadow; the second person's approval lets it hold from now on. Returns the last act.

    Raises NotPermitted in a home without accounts, and for another role; Conflict for who approved already, and where
    another policy went live since the back-test.
    """
    require_role(by, MAY_APPROVE)
    if not has_accounts(store):
        raise NotPermitted(
            "策略须由两人批准；本系统尚无账户，只有一人（可用 xiezhi train --capacity）。",
            "A policy needs two persons; a home without accounts has one (use `xiezhi train --capacity`).",
            code="accounts-needed",
        )
    with store.write() as connection:
        lock_trail(connection)  # so that of two approvals at once the later one sees the other
        view = _view(connection, number)
        _require(view, ("shadow",))
        held = live_act(connection)
        follows = 0 if held is None else held.number
        tested = view.backtest
        assert tested is not None, "what is in shadow was tried before"
        if tested.shown["held"] != follows:
            raise Conflict(
                "回测之后生效的策略已经改变；请重新回测。",
                "Another policy went live since the back-test; try it again.",
                code="policy-outdated",
            )
        once = f"approved {number} {tested.number} {by.name}"
        act = PolicyAct(number, APPROVED, at, by.name, once=once)
        if not add_act(connection, act):
            raise Conflict(
                "您已批准过；还须另一人批准。",
                "You have approved it; another person has to.",
                code="approved-already",
            )
        if len({one.by for one in _approvals(acts_of(connection, number))}) < NEEDED:
            return act
        act = PolicyAct(number, LIVE, at, by.name, once=f"follows {follows}")
        if not add_act(connection, act):
            raise _answered()
    return act


def reject(store: Store, number: int, reason: str, *, by: User, at: Moment) -> PolicyAct:
    """Lay a draft aside for good, for `reason`; who drafted it may, too. Raises as `backtest`."""
    view = read_policy(store, number)
    if by.name != view.drafted.made_by:
        require_role(by, MAY_APPROVE)
    _require(view, ("draft", "backtested", "shadow"))
    return _append(
        store, PolicyAct(number, REJECTED, at, by.name, check_reason(reason), once=f"rejected {number}")
    )


def roll_back(store: Store, reason: str, *, by: User, at: Moment) -> PolicyAct:
    """Let the policy before hold again, at once, or the model's own cuts where there was none.

    One person suffices: two have approved that policy before. Raises NotPermitted, NotFound where none is live.
    """
    require_role(by, MAY_APPROVE)
    with store.write() as connection:
        stack = standing(acts_of(connection))
        held = live_act(connection)
        if len(stack) < 2 or held is None:
            raise NotFound("没有生效的策略可回退。", "No policy is live.", code="nothing-before")
        act = PolicyAct(
            stack[-2], ROLLED_BACK, at, by.name, check_reason(reason), once=f"follows {held.number}"
        )
        if not add_act(connection, act):
            raise _answered()
    return act


def read_policies(store: Store) -> list[PolicyView]:
    """Every policy with its state, the newest first."""
    with store.read() as connection:
        acts, shadows = acts_of(connection), count_shadows(connection)
        return [_with_acts(one, acts, shadows) for one in list_policies(connection)]


def read_policy(store: Store, number: int) -> PolicyView:
    """One policy with its state. Raises NotFound."""
    with store.read() as connection:
        return _view(connection, number)


def why_own_cuts(store: Store, settings: Settings) -> XiezhiError | None:
    """Why the model that screens keeps its own cuts although a policy holds; None where the policy cuts."""
    force = read_in_force(store)
    if force.policy is None:
        return None
    try:
        bundle = load_current(store, settings)
    except (NotFound, BundleError):
        return None
    try:
        lay_on(store, bundle, force.policy.policy, force.since)
    except XiezhiError as error:
        return error
    return None


def _view(connection: Connection, number: int) -> PolicyView:
    found = find_policy(connection, number)
    if found is None:
        raise NotFound(f"没有第 {number} 号策略。", f"There is no policy {number}.", code="no-policy")
    return _with_acts(found, acts_of(connection), count_shadows(connection))


def _with_acts(
    found: PolicyVersion, acts: Sequence[PolicyAct], shadows: Mapping[int, Counter[tuple[str, str]]]
) -> PolicyView:
    own = tuple(act for act in acts if act.policy_no == found.number)
    done = {act.action for act in own}
    state: State = "draft"
    if standing(acts)[-1] == found.number:
        state = "live"
    elif REJECTED in done:
        state = "rejected"
    elif found.number in in_shadow(acts):
        state = "shadow"
    elif LIVE in done:
        state = "before"
    elif BACKTESTED in done:
        state = "backtested"
    return PolicyView(found, state, own, shadows.get(found.number, {}))


def _approvals(acts: Sequence[PolicyAct]) -> tuple[PolicyAct, ...]:
    tested = max((act.number for act in acts if act.action == BACKTESTED), default=0)
    return tuple(act for act in acts if act.action == APPROVED and act.number > tested)


def _append(store: Store, act: PolicyAct) -> PolicyAct:
    with store.write() as connection:
        if not add_act(connection, act):
            raise _answered()
    return act


def _require(view: PolicyView, states: Sequence[State]) -> None:
    if view.state not in states:
        raise Conflict(
            f"策略 {view.drafted.version} 现处于另一阶段，不能如此操作；请刷新页面。",
            f"Policy {view.drafted.version} is at another stage, which does not allow this; load the page again.",
            code="policy-state",
        )


def _out_of_range(name: str, least: float, most: float) -> InputError:
    return InputError(
        f"{name} 须在 {least:g} 至 {most:g} 之间。",
        f"{name} is from {least:g} to {most:g}.",
        code="policy-range",
    )


def _answered() -> Conflict:
    return Conflict(
        "他人已先行操作；请刷新页面。",
        "Somebody else was quicker; load the page again.",
        code="policy-outdated",
    )
