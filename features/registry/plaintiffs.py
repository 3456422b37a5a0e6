"""Features of the plaintiffs' history: what else they filed, where, against whom, and what came of it."""

from __future__ import annotations

from features.history.docket import FOUND_BAD, FOUND_GENUINE
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked
from features.registry.feature import Feature

_LOANS = ("private_loan",)
_WAGES = ("labour", "labour_service")
_CLOSED = ("enforcement_closed_paid", "enforcement_closed_unpaid", "closed", "withdrawn", "dismissed")
_18 = "民间借贷司法解释 第18条"
_LENDER = "民间借贷司法解释 第18条（四）；九民纪要 第53条；浙江职业放贷人标准 P2"
_281 = "法〔2021〕281号"
_INFO = "政府信息公开条例 第35条"
_CCP = "CCP 391(b)(1)"

suing = Asked("plaintiff", (PLAINTIFF,), _LENDER, "no such party")
sued = Asked("plaintiff", (DEFENDANT,), _18 + "（一）", "no such party")
_NONE = "no earlier suit"

# fmt: off
PLAINTIFFS: tuple[Feature, ...] = (
    *suing("count", "plaintiff_filings", "S12", "原告{when}起诉件数", "suits the plaintiff filed{when}", days=(30, 365, 1095)),
    *suing("count", "plaintiff_loans", "S12", "原告{when}{where}提起民间借贷诉讼件数",
           "private-loan suits the plaintiff filed{where}{when}", days=(90, 365, 1095), families=_LOANS),
    *suing("sum", "plaintiff_loan_amount", "S12", "原告{when}{where}民间借贷起诉总额",
           "sum of private-loan claims the plaintiff filed{where}{when}", days=(365,), families=_LOANS),
    *suing("opponents", "plaintiff_opponents", "S12", "原告{when}起诉的不同被告人数",
           "different defendants the plaintiff sued{when}", days=(365,)),
    *suing("days_since", "plaintiff_days_since_last", "S12", "原告上次起诉距今", "days since the plaintiff's last suit", missing=_NONE),
    *suing("share", "plaintiff_default_share", "S13", "原告起诉案件中被告缺席的占比",
           "share of the plaintiff's suits in which the defendant stayed away",
           happened=("defendant_absent", "served_by_publication"), source="案例 F1", missing=_NONE),
    *suing("share", "plaintiff_mediated_share", "S06", "原告起诉案件中调解的占比",
           "share of the plaintiff's suits that were mediated", happened=("mediated",), source=_281, missing=_NONE),
    *suing("share", "plaintiff_withdrawn_share", "S29", "原告起诉案件中撤诉的占比",
           "share of the plaintiff's suits that were withdrawn", happened=("withdrawn",), source="领域调研 C4", missing=_NONE),
    *suing("count", "plaintiff_lost", "S29", "原告{when}被驳回或败诉次数", "times the plaintiff was dismissed or lost{when}",
           days=(1095,), happened=("dismissed", "judgment_for_defendant"), source=_CCP),
    *suing("count", "plaintiff_found_bad", "S26", "原告此前案件被认定虚假或滥诉次数",
           "findings of false or abusive filing in the plaintiff's earlier suits", happened=(FOUND_BAD,), source=_281, direction=1),
    *suing("count", "plaintiff_found_genuine", "S26", "原告此前案件经审查属实次数",
           "earlier suits of the plaintiff found genuine on review", happened=(FOUND_GENUINE,), source=_281),
    *suing("count", "plaintiff_objected", "S15", "原告{when}案件中第三人异议次数",
           "objections of third parties in the plaintiff's suits{when}", days=(1095,),
           happened=("third_party_objection", "set_aside"), source=_18 + "（七）"),
    *sued("open", "plaintiff_enforced_against_open", "S02", "原告自身未结被执行案件数", "open enforcement cases against the plaintiff",
          proceedings=("enforcement",), happened=_CLOSED),
    *sued("count", "plaintiff_sued", "S02", "原告{when}被诉件数", "suits against the plaintiff{when}", days=(365,)),
)
# fmt: on
