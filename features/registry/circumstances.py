"""How many of the circumstances the law names for a kind of claim a filing shows (可疑情形), each counted once.

One alone is everyday: kin lend, debtors are sued, leases run for years. What tells is how many come together (综合判断;
民间借贷司法解释 第18条), and a filing that shows none has that said in its favour. A booster of few leaves that learns from a
hundred findings does not find such conjunctions by itself (docs/model-figures.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from features.history.docket import Floats
from features.normalise.causes import CAUSE_FAMILIES
from features.registry.declare import Told
from features.registry.feature import Derived, Feature


@dataclass(frozen=True)
class Within:
    """Holds where a feature lies within its bounds, never where it is unknown."""

    name: str
    low: float = -inf
    high: float = inf


def yes(*names: str) -> tuple[Within, ...]:
    """One of these flags is set, or counts at least one."""
    return tuple(Within(name, 1) for name in names)


def counted(among: tuple[Within, ...], *circumstances: tuple[Within, ...]) -> Derived:
    """How many circumstances show, each by any of its lines; unknown where no line of `among` holds."""
    names = tuple(dict.fromkeys(line.name for one in (among, *circumstances) for line in one))

    def count(*columns: Floats) -> Floats:
        column = dict(zip(names, columns, strict=True))

        def shows(lines: tuple[Within, ...]) -> Floats:
            held = [(column[line.name] >= line.low) & (column[line.name] <= line.high) for line in lines]
            return np.asarray(np.logical_or.reduce(held), dtype=np.float64)

        number = np.sum([shows(one) for one in circumstances], axis=0)
        return np.where(shows(among) > 0, number, np.nan)

    def hold(values: Mapping[str, float]) -> list[str]:
        lines = (line for one in circumstances for line in one)
        return [line.name for line in lines if line.low <= values[line.name] <= line.high]

    return Derived(names, count, hold)


_TIED: Final = yes(
    "sides_share_phone", "sides_share_address", "sides_share_head", "sides_declare_tie", "representative_is_opponent",
    "opponent_used_plaintiffs_phone", "opponent_used_plaintiffs_address", "common_phones", "common_addresses",
)  # fmt: skip
_ENFORCED: Final = yes("defendant_enforcement_open")
_NO_DISPUTE: Final = yes("mediation_requested", "defence_period_waived", "tells_no_dispute")
_UNPROVED: Final = (Within("unproved_share", 0.5), *yes("note_only", "instrument_missing"))
_OFF_PRICE: Final = (Within("price_ratio", high=0.7), Within("price_ratio", 1.3))
"""As in the rules of S07."""
_LOAN: Final = CAUSE_FAMILIES.index("private_loan")
_OBJECTION: Final = CAUSE_FAMILIES.index("enforcement_objection")
_SOON = 90
"""Days before the trouble within which a paper was made for it (own limit, as in the rules S16.3 and S35.4)."""

told = Told("法〔2021〕281号 三、四", "no such claim")

# fmt: off
CIRCUMSTANCES: tuple[Feature, ...] = (
    told("count", "loan_circumstances", "S03", "民间借贷司法解释第18条所列情形出现的项数",
         "circumstances of article 18 that a private loan shows",
         counted(
             (Within("cause_code", _LOAN, _LOAN),),
             _UNPROVED, _TIED, _ENFORCED, _NO_DISPUTE,
             yes("papers_disagree"), (Within("plaintiff_linked_loans_365d", 3),),
             (Within("loan_term_days", high=30),), (Within("principal_shortfall", 0.05), Within("rate_over_cap", 1 + 1e-9)),
             (Within("repeated_transfers", 2),),
         ), source="民间借贷司法解释 第18条", missing="no private loan", direction=1),
    told("count", "asset_circumstances", "S08", "以物抵债请求的可疑情形项数",
         "doubtful circumstances of an asset claimed for a debt",
         counted(yes("debt_for_asset"), _TIED, _ENFORCED, _NO_DISPUTE, _OFF_PRICE, yes("quota_asset_from_afar")),
         direction=1),
    told("count", "objection_circumstances", "S20", "排除执行请求的可疑情形项数",
         "doubtful circumstances of an objection to enforcement",
         counted(
             (*yes("stops_enforcement", "tells_lease_right"), Within("cause_code", _OBJECTION, _OBJECTION)),
             yes("tied_to_third_party"), (Within("lease_term_years", 5),),
             (Within("rent_prepaid_years", 3), *yes("tells_rent_at_once")),
             (Within("paid_in_cash", 0.5), *yes("has_cash_receipt", "tells_cash")),
             (Within("contract_before_seizure_days", 0, 730),), yes("third_party_objections_1095d"),
         ), source="案例 X1–X4", direction=1),
    told("count", "enforced_circumstances", "S16", "起诉被执行人的可疑情形项数",
         "doubtful circumstances of a suit against a judgment debtor",
         counted(
             _ENFORCED, _TIED, _NO_DISPUTE, _UNPROVED,
             (Within("instrument_before_enforcement_days", 0, _SOON), Within("instrument_before_seizure_days", 0, _SOON)),
             (Within("amount_against_enforced", 0.4, 1.6),),
             (*yes("defendant_auction_pending"), Within("defendant_days_since_distribution", high=60)),
         ), source="浙江研究 Z1；案例 T1–T3", missing="the defendant is not under enforcement", direction=1),
)
# fmt: on
