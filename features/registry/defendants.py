"""Features of the other side's situation: who else sues, what is enforced, seized, auctioned; bankruptcy and divorce."""

from __future__ import annotations

from features.history.docket import FOUND_BAD
from features.history.keys import DEFENDANT, THIRD_PARTY
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
debtor = Asked("third_party", (DEFENDANT,), "案例 X1–X4", "no third party")
objected = Asked("third_party", (THIRD_PARTY,), "案例 X1–X4", "no third party")
_NONE = "no earlier suit against the defendant"

# fmt: off
DEFENDANTS: tuple[Feature, ...] = (
    *sued("count", "defendant_sued", "S16", "被告{when}被诉件数", "suits against the defendant{when}", days=(90, 365)),
    *sued("burst", "defendant_burst", "S16", "被告{when}任意七日内最多被诉件数",
          "most suits against the defendant within seven days,{when}", days=(365,)),
    *sued("count", "defendant_same_amount", "S19", "被告{when}以同一金额被诉件数",
          "suits against the defendant for the very same amount{when}", days=(365,), scope="amount", source=_281, missing="no amount"),
    *sued("count", "defendant_loans", "S16", "被告{when}民间借贷被诉件数", "private-loan suits against the defendant{when}",
          days=(90, 365), families=_LOANS),
    *sued("sum", "defendant_claimed", "S16", "被告{when}被诉总额", "sum claimed from the defendant{when}", days=(365,)),
    *sued("opponents", "defendant_plaintiffs", "S16", "{when}起诉被告的不同原告人数",
          "different plaintiffs who sued the defendant{when}", days=(365,)),
    *sued("open", "defendant_enforcement_open", "S16", "被告未结被执行案件数", "open enforcement cases against the defendant",
          proceedings=_ENFORCEMENT, happened=_CLOSED),
    *sued("open_sum", "defendant_enforcement_open_amount", "S16", "被告未结被执行总额",
          "sum under open enforcement against the defendant", proceedings=_ENFORCEMENT, happened=_CLOSED),
    *sued("open_days", "defendant_enforcement_open_days", "S16", "被告最早未结执行案件已历时",
          "how long the defendant's oldest open enforcement has run", proceedings=_ENFORCEMENT, happened=_CLOSED,
          missing="no open enforcement"),
    *sued("count", "defendant_enforcement", "S16", "被告{when}被执行案件数", "enforcement cases against the defendant{when}",
          days=(1095,), proceedings=_ENFORCEMENT),
    *sued("sum", "defendant_enforcement_amount", "S16", "被告{when}被执行总额",
          "sum under enforcement against the defendant{when}", within=1095, proceedings=_ENFORCEMENT),
    *sued("days_since", "defendant_days_since_enforcement", "S35", "被告最近一次被执行距今",
          "days since the defendant's latest enforcement case", proceedings=_ENFORCEMENT, missing="never enforced against"),
    *sued("days_since_first", "defendant_days_since_first_enforcement", "S03", "被告首次被执行距今",
          "days since the defendant's first enforcement case", proceedings=_ENFORCEMENT, missing="never enforced against"),
    *sued("days_since", "defendant_days_since_seizure", "S35", "被告财产最近一次被查封距今",
          "days since assets of the defendant were last seized", happened=("seizure",), source="案例 T6", missing="never seized"),
    *sued("days_since", "defendant_days_since_auction", "S35", "被告财产最近一次拍卖公告距今",
          "days since an auction of the defendant's assets was last set or held",
          happened=("auction_scheduled", "auction_held"), source="案例 T6、X1", missing="no auction"),
    *sued("count", "defendant_auctions_set", "S35", "被告财产{when}拍卖公告次数",
          "auctions of the defendant's assets set{when}", days=(365,), happened=("auction_scheduled",), source="案例 T6、X1"),
    *sued("count", "defendant_auctions_held", "S35", "被告财产{when}实际拍卖次数",
          "auctions of the defendant's assets held{when}", days=(365,), happened=("auction_held",), source="案例 T6、X1"),
    *sued("days_since", "defendant_days_since_distribution", "S35", "被告案件最近一次申请参与分配距今",
          "days since somebody last applied to share in the defendant's proceeds", happened=("distribution_applied",),
          source="法释〔2018〕17号 第1条", missing="no such application"),
    *sued("count", "defendant_unpaid", "S16", "被告{when}执行未清偿结案数",
          "enforcement cases of the defendant closed unpaid{when}", days=(1095,), happened=("enforcement_closed_unpaid",)),
    *seen("count", "defendant_bankruptcy", "S18", "涉及被告的破产案件数", "bankruptcy cases of the defendant",
          within=1095, proceedings=("bankruptcy",)),
    *seen("days_since", "defendant_days_since_bankruptcy", "S18", "被告破产案件距今",
          "days since a bankruptcy case of the defendant was filed", proceedings=("bankruptcy",), missing="no bankruptcy case"),
    *seen("open", "defendant_bankruptcy_open", "S18", "被告未结破产案件数", "open bankruptcy cases of the defendant",
          proceedings=("bankruptcy",), happened=_ENDED),
    *seen("open_days", "defendant_bankruptcy_open_days", "S18", "被告最早未结破产案件已历时",
          "how long the defendant's oldest open bankruptcy case has run", proceedings=("bankruptcy",), happened=_ENDED,
          missing="no open bankruptcy case"),
    *seen("count", "defendant_bankruptcy_accepted", "S18", "被告破产被受理次数", "bankruptcy cases of the defendant accepted",
          happened=("bankruptcy_accepted",)),
    *sued("count", "defendant_wages", "S19", "被告{when}劳动报酬被诉件数", "wage suits against the defendant{when}",
          days=(30, 365), families=_WAGES, source=_281),
    *sued("opponents", "defendant_workers", "S19", "{when}起诉被告追索劳动报酬的不同人数",
          "different people who sued the defendant for wages{when}", days=(90,), families=_WAGES, source=_281),
    *seen("open", "defendant_divorce_open", "S17", "被告未结离婚案件数", "open divorce cases of the defendant",
          within=1095, families=("divorce",), happened=_ENDED),
    *seen("open_days", "defendant_divorce_open_days", "S17", "被告离婚诉讼已历时",
          "how long the defendant's divorce suit has run", within=1095, families=("divorce",), happened=_ENDED,
          missing="no open divorce suit"),
    *seen("days_since", "defendant_days_since_divorce", "S17", "被告最近离婚诉讼距今",
          "days since the defendant's latest divorce suit", families=("divorce",), missing="no divorce suit"),
    *sued("count", "defendant_mediated", "S06", "被告{when}作为被告调解次数",
          "suits against the defendant mediated{when}", days=(365,), happened=("mediated",), source=_281),
    *sued("count", "defendant_admitted", "S05", "被告{when}全部自认次数",
          "times the defendant admitted everything{when}", days=(1095,), happened=("admitted_all",), source=_281),
    *sued("share", "defendant_mediated_share", "S06", "被告被诉案件中调解的占比",
          "share of the suits against the defendant that were mediated", happened=("mediated",), source=_281, missing=_NONE),
    *sued("share", "defendant_admitted_share", "S14", "被告被诉案件中全部自认的占比",
          "share of the suits against the defendant in which everything was admitted", happened=("admitted_all",),
          source="民间借贷司法解释 第18条（六）", missing=_NONE),
    *sued("share", "defendant_default_share", "S13", "被告被诉案件中缺席的占比",
          "share of the suits against the defendant in which the defendant stayed away",
          happened=("defendant_absent", "served_by_publication"), source="案例 F1", missing=_NONE),
    *seen("count", "defendant_found_bad", "S26", "被告此前案件被认定虚假或滥诉次数",
          "findings of false or abusive filing in earlier suits against the defendant", happened=(FOUND_BAD,), direction=1),
    *seen("count", "defendant_objected_1095d", "S15", "涉及被告案件中第三人异议次数（三年）",
          "objections of third parties in the defendant's cases in three years", within=1095,
          happened=("third_party_objection", "distribution_applied"), source=_18_7),
    *debtor("open", "third_party_enforcement_open", "S20", "第三人未结被执行案件数", "open enforcement cases against the third party",
            proceedings=_ENFORCEMENT, happened=_CLOSED),
    *debtor("days_since", "third_party_days_since_seizure", "S20", "第三人财产最近一次被查封距今",
            "days since assets of the third party were last seized", happened=("seizure",), missing="no third party, or never seized"),
    *debtor("days_since", "third_party_days_since_auction", "S35", "第三人财产最近一次拍卖公告距今",
            "days since an auction of the third party's assets was last set or held",
            happened=("auction_scheduled", "auction_held"), missing="no third party, or no auction"),
    *objected("count", "third_party_objections", "S20", "{when}涉及同一第三人的执行异议件数",
              "objections to enforcement about the same third party{when}", days=(1095,), families=("enforcement_objection",)),
)
# fmt: on
