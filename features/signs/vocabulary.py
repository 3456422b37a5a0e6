"""What a rule may name: features, later events of the filing itself, and matches of watch lists.

Each term belongs to a ground. `WEAK` grounds never make a sign alone: poor, unrepresented and frequent filers, and
those with little proof, are mostly honest (docs/signs.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from features.history.aggregate import Aggregate
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry import BY_NAME, Derived, Feature
from features.registry.feature import Unit, say
from features.registry.sentences import clause
from features.watch.kinds import WATCH_TERMS
from xiezhi.records import EVENT_KINDS

Ground = Literal["substance", "volume", "thin", "poverty", "self", "context", "watch"]

GROUND_NAMES: Final[dict[str, tuple[str, str]]] = {
    "volume": ("起诉数量", "the number of filings"),
    "thin": ("证据单薄", "thin evidence"),
    "poverty": ("经济困难", "poverty"),
    "self": ("无代理人", "being without an agent"),
    "context": ("案件一般情况", "mere circumstances"),
    "watch": ("名单匹配", "a match of a watch list"),
}

_EVENTS: Final[dict[str, tuple[str, str]]] = {
    "served": ("送达", "served"),
    "served_by_publication": ("公告送达", "served by publication"),
    "answered": ("提交答辩", "answered"),
    "admitted_all": ("被告全部自认", "the defendant admitted everything"),
    "hearing_held": ("开庭", "a hearing was held"),
    "defendant_absent": ("被告缺席", "the defendant stayed away"),
    "plaintiff_absent": ("原告缺席", "the plaintiff stayed away"),
    "mediated": ("调解结案", "settled by mediation"),
    "withdrawn": ("撤诉", "withdrawn"),
    "dismissed": ("驳回", "dismissed"),
    "judgment_for_plaintiff": ("原告胜诉", "judgment for the plaintiff"),
    "judgment_partial": ("部分支持", "judgment in part"),
    "judgment_for_defendant": ("被告胜诉", "judgment for the defendant"),
    "third_party_objection": ("第三人提出异议", "a third party objected"),
    "seizure": ("查封", "assets were seized"),
    "auction_scheduled": ("公告拍卖", "an auction was set"),
    "auction_held": ("拍卖", "an auction was held"),
    "distribution_applied": ("申请参与分配", "a share in the proceeds was applied for"),
    "bankruptcy_accepted": ("受理破产", "bankruptcy was accepted"),
    "enforcement_closed_paid": ("执行完毕", "enforcement ended paid"),
    "enforcement_closed_unpaid": ("终结执行", "enforcement ended unpaid"),
    "set_aside": ("裁判被撤销", "the decision was set aside"),
    "closed": ("结案", "closed"),
}
EVENT_PREFIX: Final = "event_"
"""`event_mediated`: days from filing until it became known that this filing was settled; unknown before."""


@dataclass(frozen=True)
class Term:
    """A name of the vocabulary: what it measures in words, its unit and its ground."""

    name: str
    zh: str
    en: str
    unit: Unit
    ground: Ground

    def sentence(self, value: float, language: str) -> str:
        """A known measurement in words, as a clause."""
        if self.name.startswith(EVENT_PREFIX):
            days = say(value, "days", language)
            return f"立案后 {days}{self.zh}" if language == "zh" else f"{self.en} {days} after filing"
        return clause(self.name, self.zh, self.en, self.unit, value, language)


@cache
def vocabulary() -> dict[str, Term]:
    """Every term by name."""
    terms = [Term(f.name, f.zh, f.en, f.unit, _ground(f)) for f in BY_NAME.values()]
    terms += [Term(f"{EVENT_PREFIX}{k}", *_EVENTS[k], unit="days", ground="substance") for k in EVENT_KINDS]
    terms += [Term(name, zh, en, "share", "watch") for name, (zh, en) in WATCH_TERMS.items()]
    return {term.name: term for term in terms}


_THIN_SIGNS = frozenset({"S10", "S11"})
_THIN = frozenset(
    {"evidence_count", "facts_length", "dates_told", "wage_note_only", "has_wage_note", "interest_claimed"}
)
_POVERTY = frozenset({
    "fee_waiver_and_large_claim", "plaintiff_enforced_against_open", "plaintiff_unpaid_1095d", "plaintiff_sued_365d",
})  # fmt: skip
_SELF = frozenset({"plaintiff_has_agent", "plaintiff_agent_is_lay", "plaintiff_agent_is_employee"})
_ORDINARY = frozenset({
    "amount_is_round", "amount_zeros", "mediation_requested", "forum_clause", "has_prior_award", "related_cases",
    "wage_claimed", "tells_priority", "days_since_work", "instrument_age_days", "loan_term_days",
    "days_since_due", "days_since_provided", "days_since_signed", "plaintiff_found_genuine",
    "amount_against_recent", "amount_against_court", "amount_against_own", "loan_circumstances", "asset_circumstances",
    "objection_circumstances", "enforced_circumstances",
})  # fmt: skip
"""Most honest filings show them, too: they round off a rule and carry none. Nor do counts of circumstances, thin
evidence among them: a rule names its own."""
_COUNTS = frozenset({
    "count", "sum", "largest", "opponents", "principals", "courts", "causes", "burst", "shortest_gap", "days_since",
    "days_since_first",
})  # fmt: skip
_OF_ONE_FILER = frozenset({
    "plaintiff", "defendant", "plaintiff_agent", "agent", "plaintiff_firm", "firm", "plaintiff_phone",
    "plaintiff_address", "plaintiff_head", "phone", "template", "right", "mediator", "pro_se", "agent_phone",
})  # fmt: skip


def _ground(feature: Feature) -> Ground:
    """Why a feature could speak: named sets first, then what it counts."""
    named: tuple[tuple[frozenset[str], Ground], ...] = (
        (_THIN, "thin"), (_POVERTY, "poverty"), (_SELF, "self"), (_ORDINARY, "context"),
    )  # fmt: skip
    for names, ground in named:
        if feature.name in names:
            return ground
    if feature.sign == "S00":
        return "context"
    if feature.sign in _THIN_SIGNS:
        return "thin"
    return "volume" if _counts_filings(feature) else "substance"


def _counts_filings(feature: Feature) -> bool:
    """Whether it only says how much somebody files or is sued."""
    ask = feature.compute
    if isinstance(ask, Derived):
        parts = [BY_NAME[name] for name in ask.of]
        return all(_counts_filings(part) or _ground(part) == "context" for part in parts)
    if not isinstance(ask, Aggregate) or ask.kind not in _COUNTS or ask.happened:
        return False
    if ask.slot not in _OF_ONE_FILER or ask.proceedings in (("enforcement",), ("bankruptcy",)):
        return False
    if ask.families == ("divorce",):
        return False
    crossed = (ask.slot.startswith("plaintiff") and ask.seen_as == (DEFENDANT,)) or (
        ask.slot.startswith("defendant") and ask.seen_as == (PLAINTIFF,)
    )
    return not crossed
