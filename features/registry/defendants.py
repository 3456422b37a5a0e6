"""Features of the other side's situation: who else sues, what is enforced, seized, auctioned; bankruptcy and divorce."""

from __future__ import annotations

from features.history.docket import FOUND_BAD
from features.history.keys import DEFENDANT
from features.registry.declare import Asked
from features.registry.feature import Feature

_LOANS = ("private_loan",)
_WAGES = ("labour", "labour_service")
_ENFORCEMENT = ("enforcement",)
_CLOSED = ("enforcement_closed_paid", "enforcement_closed_unpaid", "closed", "withdrawn", "dismissed")
_ENDED = (
    "closed",
    "withdrawn",
    "dismissed",
    "mediated",
    "judgment_for_plaintiff",
    "judgment_for_defendant",
    "judgment_partial",
)
_NOBODY = "no such party"
_2021_10 = "法发〔2021〕10号；浙江研究 Z1"
_281 = "法〔2021〕281号"
_18_7 = "民间借贷司法解释 第18条（七）"

sued = Asked("defendant", (DEFENDANT,), _2021_10, _NOBODY)
seen = Asked("defendant", (), _281, _NOBODY)

# fmt: off
DEFENDANTS: tuple[Feature, ...] = (
    *sued("count", "defendant_sued", "S16", "被告{when}被诉件数", "suits against the defendant{when}", days=(90, 365)),
    *sued("count", "defendant_loans", "S16", "被告{when}民间借贷被诉件数", "private-loan suits against the defendant{when}",
          days=(365,), families=_LOANS),
    *sued("sum", "defendant_claimed", "S16", "被告{when}被诉总额", "sum claimed from the defendant{when}", days=(365,)),
    *sued("opponents", "defendant_plaintiffs", "S16", "{when}起诉被告的不同原告人数",
          "different plaintiffs who sued the defendant{when}", days=(365,)),
    *sued("open", "defendant_enforcement_open", "S16", "被告未结被执行案件数", "open enforcement cases against the defendant",
          proceedings=_ENFORCEMENT, happened=_CLOSED),
    *sued("count", "defendant_enforcement", "S16", "被告{when}被执行案件数", "enforcement cases against the defendant{when}",
          days=(1095,), proceedings=_ENFORCEMENT),
    *sued("sum", "defendant_enforcement_amount", "S16", "被告{when}被执行总额",
          "sum under enforcement against the defendant{when}", within=1095, proceedings=_ENFORCEMENT),
    *sued("days_since", "defendant_days_since_enforcement", "S35", "被告最近一次被执行距今",
          "days since the defendant's latest enforcement case", proceedings=_ENFORCEMENT, missing="never enforced against"),
    *sued("days_since", "defendant_days_since_seizure", "S35", "被告财产最近一次被查封距今",
          "days since assets of the defendant were last seized", happened=("seizure",), source="案例 T6", missing="never seized"),
    *sued("days_since", "defendant_days_since_auction", "S35", "被告财产最近一次拍卖公告距今",
          "days since an auction of the defendant's assets was last set or held",
          happened=("auction_scheduled", "auction_held"), source="案例 T6、X1", missing="no auction"),
    *sued("count", "defendant_unpaid", "S16", "被告{when}执行未清偿结案数",
          "enforcement cases of the defendant closed unpaid{when}", days=(1095,), happened=("enforcement_closed_unpaid",)),
    *seen("count", "defendant_bankruptcy", "S18", "涉及被告的破产案件数", "bankruptcy cases of the defendant",
          within=1095, proceedings=("bankruptcy",)),
    *sued("count", "defendant_wages", "S19", "被告{when}劳动报酬被诉件数", "wage suits against the defendant{when}",
          days=(30, 365), families=_WAGES, source=_281),
    *seen("open", "defendant_divorce_open", "S17", "被告未结离婚案件数", "open divorce cases of the defendant",
          within=1095, families=("divorce",), happened=_ENDED),
    *seen("days_since", "defendant_days_since_divorce", "S17", "被告最近离婚诉讼距今",
          "days since the defendant's latest divorce suit", families=("divorce",), missing="no divorce suit"),
    *sued("count", "defendant_mediated", "S06", "被告{when}作为被告调解次数",
          "suits against the defendant mediated{when}", days=(365,), happened=("mediated",), source=_281),
    *sued("count", "defendant_admitted", "S05", "被告{when}全部自认次数",
          "times the defendant admitted everything{when}", days=(1095,), happened=("admitted_all",), source=_281),
    *seen("count", "defendant_found_bad", "S26", "被告此前案件被认定虚假或滥诉次数",
          "findings of false or abusive filing in earlier suits against the defendant", happened=(FOUND_BAD,), direction=1),
    *seen("count", "defendant_objected_1095d", "S15", "涉及被告案件中第三人异议次数（三年）",
          "objections of third parties in the defendant's cases in three years", within=1095,
          happened=("third_party_objection", "distribution_applied"), source=_18_7),
)
# fmt: on
