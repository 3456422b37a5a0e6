"""Features that compare: the claim with a norm, one date or amount with another, of the filing and of history."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.history.docket import Floats
from features.pleading.amounts import waiver_and_large_claim
from features.registry.declare import Told
from features.registry.feature import AgainstRecent, Derived, Feature

NORM = 200
"""Latest filings of a cause that make its norm (own choice: some months of a county court)."""
_18 = "民间借贷司法解释 第18条"
_Z1 = "浙江研究 Z1；案例 T1–T3"


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Of two columns, NaN where the whole is not above zero."""
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


def _claim_over(magnitude: Floats, amount: Floats) -> Floats:
    return _ratio(10.0**magnitude - 1, amount)


def _claim_over_mean(magnitude: Floats, claimed: Floats, filings: Floats) -> Floats:
    return _ratio((10.0**magnitude - 1) * filings, claimed)


def _pending(scheduled: Floats, held: Floats) -> Floats:
    return np.maximum(scheduled - held, 0.0)


def _lay_filings(share: Floats, filings: Floats) -> Floats:
    return np.where(share > 0, filings, 0.0) + 0.0 * share


def _most(*counts: Floats) -> Floats:
    """The largest of what is known."""
    return np.asarray(np.fmax.reduce(counts))


def _linked() -> Iterator[Feature]:
    """Loan suits of the plaintiff and of whoever shares phone, address or head with them: the largest count. The rule
    counts by the level of the court, one year and three."""
    for place, where_zh, where_en in (("", "", ""), ("_court", "在本院", " in this court"),
                                      ("_prefecture", "在本市（州）法院", " in the courts of the prefecture")):  # fmt: skip
        for window, when_zh, when_en in ((365, "近一年", "a year"), (1095, "近三年", "three years")):
            suffix = f"loans{place}_{window}d"
            yield linked(
                "count", f"plaintiff_linked_{suffix}", "S12",
                f"原告及与其同电话、同地址或同法定代表人者{when_zh}{where_zh}民间借贷起诉件数",
                f"private-loan suits{where_en} in {when_en} of the plaintiff or of one phone, address or head",
                Derived(tuple(f"plaintiff_{by}{suffix}" for by in ("", "phone_", "address_", "head_")), _most),
            )  # fmt: skip


compared = Told(_18 + "（一）", "one of the two is unknown")
linked = Told("浙江职业放贷人标准 P2（关联原告）", "no such party")
timed = Told("案例 T6；浙江研究 Z1", "no dated instrument, or none of the other")

# fmt: off
COMPARED: tuple[Feature, ...] = (
    compared("ratio", "amount_against_recent", "S02", "请求金额与近期同类案件中位数之比",
             "amount claimed over the recent median of its cause", AgainstRecent(NORM), missing="no amount, or none to compare with"),
    compared("ratio", "amount_against_court", "S02", "请求金额与本院近期同类案件中位数之比",
             "amount claimed over the recent median of its cause in this court", AgainstRecent(NORM, "court"),
             missing="no amount, or none to compare with"),
    compared("ratio", "amount_against_own", "S02", "请求金额与原告近三年平均请求金额之比",
             "amount claimed over the mean of the plaintiff's claims in three years",
             Derived(("claim_magnitude", "plaintiff_claimed_1095d", "plaintiff_filings_1095d"), _claim_over_mean),
             missing="no amount, or no earlier claim of the plaintiff"),
    compared("ratio", "amount_against_enforced", "S16", "请求金额与被告未结被执行总额之比",
             "amount claimed over the sum under open enforcement against the defendant",
             Derived(("claim_magnitude", "defendant_enforcement_open_amount"), _claim_over), source=_Z1,
             missing="no amount, or no open enforcement"),
    *_linked(),
    compared("flag", "fee_waiver_and_large_claim", "S02", "申请缓减免诉讼费而请求金额巨大",
             "relief from court fees asked for on a large claim", waiver_and_large_claim, source="法发〔2016〕13号 第2条",
             missing="the filing does not say"),
    timed("days", "instrument_before_enforcement_days", "S03", "凭证日期早于被告首次被执行的天数",
          "days from the instrument to the defendant's first enforcement",
          Derived(("instrument_age_days", "defendant_days_since_first_enforcement"), np.subtract)),
    timed("days", "instrument_before_seizure_days", "S35", "凭证日期早于被告财产最近被查封的天数",
          "days from the instrument to the latest seizure of the defendant's assets",
          Derived(("instrument_age_days", "defendant_days_since_seizure"), np.subtract)),
    timed("days", "instrument_before_auction_days", "S35", "凭证日期早于被告财产最近拍卖的天数",
          "days from the instrument to the latest auction of the defendant's assets",
          Derived(("instrument_age_days", "defendant_days_since_auction"), np.subtract)),
    timed("days", "instrument_before_divorce_days", "S17", "凭证日期早于被告离婚诉讼的天数",
          "days from the instrument to the defendant's divorce suit",
          Derived(("instrument_age_days", "defendant_days_since_divorce"), np.subtract), source="法释〔2018〕17号 第1条（一）"),
    timed("days", "contract_before_seizure_days", "S20", "合同签订早于第三人财产最近被查封的天数",
          "days from the contract to the latest seizure of the third party's assets",
          Derived(("days_since_signed", "third_party_days_since_seizure"), np.subtract), source="案例 X1–X4"),
    timed("count", "defendant_auction_pending", "S35", "被告财产已公告而未举行的拍卖数",
          "auctions of the defendant's assets set and not yet held",
          Derived(("defendant_auctions_set_365d", "defendant_auctions_held_365d"), _pending), source="案例 X1", missing="no such party"),
    compared("share", "agent_focus", "S25", "原告代理人近30日案件中针对同一被告的占比",
             "share of the plaintiff's agent's suits in 30 days that sue this defendant",
             Derived(("agent_against_defendant_30d", "agent_filings_30d"), _ratio), source="法发〔2021〕10号 第7条",
             missing="no agent, or no suit of theirs in 30 days"),
    compared("count", "lay_agent_filings", "S25", "非法律职业者近一年代理件数",
             "suits an agent outside the legal profession brought in a year",
             Derived(("plaintiff_agent_is_lay", "agent_filings_365d"), _lay_filings), source="民诉法解释 第85–89条", missing="no agent"),
)
# fmt: on
