"""Features of phones, addresses and heads of organisations: where they were seen before, and on which side."""

from __future__ import annotations

from features.history.docket import FOUND_BAD
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked
from features.registry.feature import Feature

_LOANS = ("private_loan",)
_CLOSED = ("enforcement_closed_paid", "enforcement_closed_unpaid", "closed", "withdrawn", "dismissed")
_281 = "法〔2021〕281号"
_LENDER = "浙江职业放贷人标准 P2（关联原告）"
_NONE = "no contact given"

phone = Asked("phone", (), _281, _NONE)
our_phone_suing = Asked("plaintiff_phone", (PLAINTIFF,), _281, _NONE)
our_phone_sued = Asked("plaintiff_phone", (DEFENDANT,), _281, _NONE)
their_phone_suing = Asked("defendant_phone", (PLAINTIFF,), _281, _NONE)
our_address = Asked("plaintiff_address", (), _281, _NONE)
our_address_suing = Asked("plaintiff_address", (PLAINTIFF,), _281, _NONE)
our_address_sued = Asked("plaintiff_address", (DEFENDANT,), _281, _NONE)
_NO_HEAD = "no legal representative named"
our_head_suing = Asked("plaintiff_head", (PLAINTIFF,), _LENDER, _NO_HEAD)
their_head_sued = Asked("defendant_head", (DEFENDANT,), "案例 T8", _NO_HEAD)

# fmt: off
CONTACTS: tuple[Feature, ...] = (
    *phone("principals", "phone_people", "S27", "同一电话此前对应的同侧当事人数",
           "parties of one side seen before with a phone number of this filing", source="人民法院在线诉讼规则 第7条"),
    *our_address("principals", "address_people", "S27", "原告地址此前对应的同侧当事人数",
                 "parties of one side seen before at the plaintiff's address"),
    *our_phone_sued("count", "plaintiff_phone_opposite", "S01", "原告电话此前作为被告电话出现次数",
                    "earlier filings in which the plaintiff's phone was a defendant's"),
    *their_phone_suing("count", "defendant_phone_as_plaintiff", "S01", "被告电话此前作为原告电话出现次数",
                       "earlier filings in which the defendant's phone was a plaintiff's"),
    *our_address_sued("count", "plaintiff_address_opposite", "S01", "原告地址此前作为被告地址出现次数",
                      "earlier filings in which the plaintiff's address was a defendant's"),
    *our_phone_suing("count", "plaintiff_phone_suits", "S12", "原告电话{when}出现在起诉中的件数",
                     "suits under the plaintiff's phone number{when}", days=(365,)),
    *our_phone_suing("count", "plaintiff_phone_loans", "S12", "原告电话{when}{where}出现在民间借贷起诉中的件数",
                     "private-loan suits under the plaintiff's phone number{where}{when}",
                     days=(365, 1095), court=(365, 1095), prefecture=(365, 1095), families=_LOANS, source=_LENDER),
    *our_address_suing("count", "plaintiff_address_suits", "S12", "原告地址{when}出现在起诉中的件数",
                       "suits from the plaintiff's address{when}", days=(365,)),
    *our_address_suing("count", "plaintiff_address_loans", "S12", "原告地址{when}{where}出现在民间借贷起诉中的件数",
                       "private-loan suits from the plaintiff's address{where}{when}",
                       days=(365, 1095), court=(365, 1095), prefecture=(365, 1095), families=_LOANS, source=_LENDER),
    *our_address_suing("count", "plaintiff_address_administrative", "S32", "原告地址{when}出现在行政诉讼中的件数",
                       "administrative suits from the plaintiff's address{when}", days=(365,), proceedings=("administrative",),
                       source="政府信息公开条例 第35条"),
    *our_head_suing("count", "plaintiff_head_loans", "S12", "同一法定代表人的单位{when}{where}民间借贷起诉件数",
                    "private-loan suits of organisations led by the plaintiff's head{where}{when}",
                    days=(365, 1095), court=(365, 1095), prefecture=(365, 1095), families=_LOANS),
    *their_head_sued("open", "defendant_head_enforcement_open", "S16", "同一法定代表人的单位未结被执行案件数",
                     "open enforcement cases against organisations led by the defendant's head",
                     proceedings=("enforcement",), happened=_CLOSED),
    *phone("count", "contact_found_bad", "S26", "同一电话此前案件被认定虚假或滥诉次数",
           "findings of false or abusive filing under a phone number of this filing", happened=(FOUND_BAD,), direction=1),
    *our_address("count", "address_found_bad", "S26", "原告地址此前案件被认定虚假或滥诉次数",
                 "findings of false or abusive filing under the plaintiff's address", happened=(FOUND_BAD,), direction=1),
    *our_head_suing("count", "head_found_bad", "S26", "同一法定代表人的单位起诉被认定虚假或滥诉次数",
                    "findings of false or abusive filing in suits of organisations led by the plaintiff's head",
                    happened=(FOUND_BAD,), source=_281, direction=1),
)
# fmt: on
