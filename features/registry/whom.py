"""Whom a feature speaks about: an agent's past is not the party's, who may be the victim (research/domain 5.1)."""

from __future__ import annotations

from functools import cache

from features.history.aggregate import Common, Reach, Together
from features.registry import BY_NAME
from features.registry.feature import Derived, Feature
from features.registry.sides import TIES
from xiezhi.reasons import Whom

_AGENTS = frozenset({
    "plaintiff_agent", "defendant_agent", "agent", "plaintiff_firm", "firm", "agent_phone", "agent_and_opponent",
    "agent_against_opponent",
})  # fmt: skip
_PLAINTIFFS = frozenset({"plaintiff", "pro_se", "plaintiff_phone", "plaintiff_address", "plaintiff_head"})
_DEFENDANTS = frozenset(
    {"defendant", "third_party", "defendant_phone", "defendant_address", "defendant_head"}
)
_BETWEEN = frozenset({"pair", "opponents_together", "phone", "parties"})
_AGENTS_FIELDS = frozenset({
    "plaintiff_has_agent", "defendant_has_agent", "plaintiff_agent_is_lay", "plaintiff_agent_is_employee",
    "employee_acts_for_person", "agent_is_opponents_employee", "sides_share_agent", "agent_phone_is_opponents",
})  # fmt: skip
"""Fields of the filing itself that tell of an agent."""
_TIES = frozenset(feature.name for feature in TIES)


@cache
def whom_of(name: str) -> Whom:
    """Whom the feature called `name` speaks about."""
    return _whom(BY_NAME[name])


def _whom(feature: Feature) -> Whom:
    if feature.entity in _AGENTS or feature.name in _AGENTS_FIELDS:
        return "agents"
    if isinstance(feature.compute, Derived):
        parts = {_whom(BY_NAME[part]) for part in feature.compute.of} - {"filing"}
        if "agents" in parts:
            return "agents"
        return parts.pop() if len(parts) == 1 else "between" if parts else "filing"
    if (
        isinstance(feature.compute, Together | Common | Reach)
        or feature.entity in _BETWEEN
        or feature.name in _TIES
    ):
        return "between"
    if feature.entity in _PLAINTIFFS:
        return "plaintiffs"
    return "defendants" if feature.entity in _DEFENDANTS else "filing"
