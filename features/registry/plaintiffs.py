"""Features of the plaintiffs' history: what else they filed, where, against whom, and what came of it."""

from __future__ import annotations

from features.history.docket import FOUND_BAD, FOUND_GENUINE
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked
from features.registry.feature import Feature

_LOANS = ("private_loan",)
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
_LOST = ("dismissed", "judgment_for_defendant")
_18 = "民间借贷司法解释 第18条"
_LENDER = "民间借贷司法解释 第18条（四）；九民纪要 第53条；浙江职业放贷人标准 P2"
_281 = "法〔2021〕281号"
_INFO = "政府信息公开条例 第35条"
_CCP = "CCP 391(b)(1)"
_PD3C = "CPR PD 3C"

suing = Asked("plaintiff", (PLAINTIFF,), _LENDER, "no such party")
sued = Asked("plaintiff", (DEFENDANT,), _18 + "（一）", "no such party")
unaided = Asked("pro_se", (PLAINTIFF,), _CCP, "no natural person sues without an agent")
_NONE = "no earlier suit"

# fmt: off
PLAINTIFFS: tuple[Feature, ...] = (
    *suing("count", "plaintiff_filings", "S12", "原告{when}起诉件数", "suits the plaintiff filed{when}", days=(30, 365, 1095)),
    *suing("count", "plaintiff_loans", "S12", "原告{when}{where}民间借贷起诉件数",
           "private-loan suits the plaintiff filed{where}{when}",
           days=(90, 365, 1095), court=(365, 1095), prefecture=(365, 1095), families=_LOANS),
    *suing("sum", "plaintiff_loan_amount", "S12", "原告{when}{where}民间借贷起诉总额",
           "sum of private-loan claims the plaintiff filed{where}{when}", days=(365,), prefecture=(365,), families=_LOANS),
    *suing("opponents", "plaintiff_opponents", "S12", "原告{when}起诉的不同被告人数",
           "different defendants the plaintiff sued{when}", days=(365,)),
    *suing("courts", "plaintiff_courts", "S28", "原告{when}起诉的不同法院数", "different courts with suits of the plaintiff{when}", days=(365,)),
    *suing("burst", "plaintiff_burst", "S12", "原告{when}任意七日内最多起诉件数",
           "most suits the plaintiff filed within seven days,{when}", days=(365,)),
    *suing("shortest_gap", "plaintiff_shortest_gap", "S12", "原告{when}两次起诉最短间隔",
           "shortest time between two suits of the plaintiff{when}", days=(365,), missing="fewer than two earlier suits"),
    *suing("count", "plaintiff_same_amount", "S12", "原告{when}以同一金额起诉件数",
           "suits the plaintiff filed for the very same amount{when}", days=(1095,), scope="amount", missing="no amount"),
    *suing("sum", "plaintiff_claimed", "S02", "原告{when}起诉总额", "sum of what the plaintiff claimed{when}", days=(365, 1095)),
    *suing("open_sum", "plaintiff_claims_open", "S02", "原告未结案件请求总额", "sum of the plaintiff's claims still undecided",
           within=1095, happened=_ENDED, source=_18 + "（一）"),
    *suing("days_since", "plaintiff_days_since_last", "S12", "原告上次起诉距今", "days since the plaintiff's last suit", missing=_NONE),
    *suing("days_since_first", "plaintiff_days_since_first", "S00", "原告首次起诉距今",
           "days since the plaintiff's first suit", missing=_NONE),
    *suing("share", "plaintiff_default_share", "S13", "原告起诉案件中被告缺席的占比",
           "share of the plaintiff's suits in which the defendant stayed away",
           happened=("defendant_absent", "served_by_publication"), source="案例 F1", missing=_NONE),
    *suing("share", "plaintiff_absent_share", "S13", "原告起诉案件中原告自己缺席的占比",
           "share of the plaintiff's suits in which the plaintiff stayed away", happened=("plaintiff_absent",),
           source=_18 + "（五）", missing=_NONE),
    *suing("share", "plaintiff_mediated_share", "S06", "原告起诉案件中调解的占比",
           "share of the plaintiff's suits that were mediated", happened=("mediated",), source=_281, missing=_NONE),
    *suing("share", "plaintiff_admitted_share", "S14", "原告起诉案件中被告全部自认的占比",
           "share of the plaintiff's suits in which the defendant admitted everything", happened=("admitted_all",),
           source=_18 + "（六）", missing=_NONE),
    *suing("share", "plaintiff_withdrawn_share", "S29", "原告起诉案件中撤诉的占比",
           "share of the plaintiff's suits that were withdrawn", happened=("withdrawn",), source="领域调研 C4", missing=_NONE),
    *suing("count", "plaintiff_lost", "S29", "原告{when}被驳回或败诉次数", "times the plaintiff was dismissed or lost{when}",
           days=(1095,), happened=_LOST, source=_CCP),
    *suing("count", "plaintiff_dismissed", "S29", "原告{when}被驳回起诉次数", "times the plaintiff was dismissed{when}",
           days=(1095, 2555), happened=("dismissed",), source=_PD3C),
    *unaided("count", "plaintiff_pro_se_lost", "S29", "原告{when}无代理人自行起诉被驳回或败诉次数",
             "times the plaintiff, suing without an agent, was dismissed or lost{when}", days=(2555,), happened=_LOST),
    *suing("count", "plaintiff_found_bad", "S26", "原告此前案件被认定虚假或滥诉次数",
           "findings of false or abusive filing in the plaintiff's earlier suits", happened=(FOUND_BAD,), source=_281, direction=1),
    *suing("days_since", "plaintiff_days_since_found_bad", "S26", "原告案件最近一次被认定虚假或滥诉距今",
           "days since a suit of the plaintiff was last found false or abusive", happened=(FOUND_BAD,), source="台州名单 C5",
           missing="never found so"),
    *suing("count", "plaintiff_found_genuine", "S26", "原告此前案件经审查属实次数",
           "earlier suits of the plaintiff found genuine on review", happened=(FOUND_GENUINE,), source=_281),
    *suing("count", "plaintiff_set_aside", "S26", "原告此前胜诉裁判被撤销次数",
           "decisions for the plaintiff that were set aside", happened=("set_aside",), source="民事诉讼法 第59条第3款"),
    *suing("count", "plaintiff_objected", "S15", "原告{when}案件中第三人异议次数",
           "objections of third parties in the plaintiff's suits{when}", days=(1095,),
           happened=("third_party_objection", "set_aside"), source=_18 + "（七）"),
    *suing("count", "plaintiff_enforcements", "S12", "原告{when}申请执行件数",
           "enforcements the plaintiff applied for{when}", days=(365,), proceedings=_ENFORCEMENT, source="案例 F1"),
    *suing("count", "plaintiff_confirmations", "S06", "原告{when}申请司法确认件数",
           "judicial confirmations the plaintiff applied for{when}", days=(365,), proceedings=("judicial_confirmation",),
           source="案例 T4、T12"),
    *suing("count", "plaintiff_administrative", "S32", "原告{when}提起行政诉讼件数",
           "administrative suits the plaintiff filed{when}", days=(365,), proceedings=("administrative",), source=_INFO),
    *suing("count", "plaintiff_rights_suits", "S34", "原告{when}知识产权起诉件数",
           "intellectual-property suits the plaintiff filed{when}", days=(365,), families=("ip",), source="领域调研 I1"),
    *sued("open", "plaintiff_enforced_against_open", "S02", "原告自身未结被执行案件数", "open enforcement cases against the plaintiff",
          proceedings=_ENFORCEMENT, happened=_CLOSED),
    *sued("count", "plaintiff_unpaid", "S10", "原告自身{when}被执行未清偿结案数",
          "enforcement cases against the plaintiff closed unpaid{when}", days=(1095,), happened=("enforcement_closed_unpaid",)),
    *sued("count", "plaintiff_sued", "S02", "原告{when}被诉件数", "suits against the plaintiff{when}", days=(365,)),
)
# fmt: on
