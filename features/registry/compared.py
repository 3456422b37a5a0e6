"""Features that compare: the claim with the norm of its cause, and one fact of the filing with another."""

from __future__ import annotations

from features.registry.feature import AgainstRecent, Feature

_18 = "民间借贷司法解释 第18条"

# fmt: off
COMPARED: tuple[Feature, ...] = (
    Feature("amount_against_recent", "S02", "ratio", "请求金额与近期同类案件中位数之比",
            "amount claimed over the recent median of its cause", AgainstRecent(200), _18 + "（一）",
            "no amount, or none to compare with"),
)
# fmt: on
