"""Features of claim, amounts, evidence, dates and words: what the filing itself says."""

from __future__ import annotations

from features.pleading import amounts, dates, papers, places, reading, words
from features.registry.declare import Told
from features.registry.feature import Feature

_FORM = "要素式起诉状（法〔2024〕46号）"
_281 = "法〔2021〕281号 三、四"
_18 = "民间借贷司法解释 第18条"
_LOOP = "案例 T2"

said = Told(_FORM, "the filing does not say")
listed = Told(_18, "no evidence listed")

# fmt: off
CLAIM: tuple[Feature, ...] = (
    said("magnitude", "claim_magnitude", "S00", "请求金额", "amount claimed", papers.claim_magnitude),
    said("cause", "cause_code", "S00", "案由类别", "family of the cause of action", papers.cause_code, missing="never"),
    said("proceeding", "procedure_code", "S00", "程序类别", "kind of proceeding", papers.procedure_code, missing="never"),
    said("flag", "received_at_counter", "S00", "窗口立案", "handed in at the counter", papers.received_at_counter),
    said("flag", "mediation_requested", "S04", "起诉时即请求调解", "mediation asked for at once",
         reading.said("mediation_requested"), source=_281),
    said("flag", "preservation_requested", "S00", "申请财产保全", "preservation of assets asked for",
         reading.said("preservation_requested")),
    said("flag", "defence_period_waived", "S04", "放弃答辩期", "period for defence waived",
         reading.said("defence_period_waived"), source=_281),
    said("flag", "forum_clause", "S30", "依约定管辖起诉", "court chosen by agreement",
         reading.said("forum_clause"), source="领域调研 C4"),
    said("flag", "no_link_to_court", "S30", "约定管辖法院与各方住所地均无联系", "a chosen court in nobody's district",
         places.no_link_to_court, source="领域调研 C4；民事诉讼法 第35条", missing="no such clause, or no address to tell"),
    said("count", "related_cases", "S28", "申报的关联案件数", "related cases the filer declares",
         papers.related_cases, source="法〔2021〕281号 六", missing="never"),
)

AMOUNTS: tuple[Feature, ...] = (
    said("flag", "amount_is_round", "S03", "金额为整万元", "amount is a whole number of ten thousands",
         amounts.amount_is_round, source="领域调研 2.4"),
    said("count", "amount_zeros", "S03", "金额末尾零的个数", "zeros at the end of the amount",
         amounts.amount_zeros, source="领域调研 2.4"),
    said("flag", "amount_near_minimum", "S33", "请求金额接近法定最低赔偿额", "claim near the statutory least damages",
         amounts.amount_near_minimum, source="食品药品惩罚性赔偿解释 第12–14条；食品安全法 第148条"),
    said("share", "paid_in_cash", "S10", "现金交付", "handed over in cash", amounts.paid_in_cash, source=_18 + "（一）"),
    listed("share", "unproved_share", "S10", "本金中无转账凭证的部分", "share of the principal no bank transfer proves",
           amounts.unproved_share, source=_18 + "（一）", missing="no private loan, or evidence without amounts"),
    listed("count", "repeated_transfers", "S03", "金额相同的转账笔数", "transfers of one and the same amount",
           amounts.repeated_transfers, source=_LOOP),
    said("share", "principal_shortfall", "S31", "约定本金中未实际提供的部分",
         "share of the agreed principal that was not provided", amounts.principal_shortfall, source="案例 T9"),
    said("ratio", "claim_over_note", "S31", "请求金额与凭证金额之比", "amount claimed over the largest instrument",
         amounts.claim_over_note, source="民间借贷司法解释 第26条", missing="no instrument with an amount"),
    said("flag", "papers_disagree", "S09", "凭证与所述本金或出借日不一致", "instruments disagree with the principal or the day told",
         amounts.papers_disagree, source=_18 + "（五）", missing="no principal or no instrument with an amount"),
    said("rate", "rate_per_year", "S31", "约定年利率", "yearly interest agreed",
         reading.element("rate_per_year"), source="民间借贷司法解释 第25条"),
    said("ratio", "rate_over_cap", "S31", "约定年利率与司法保护上限之比", "yearly interest over what the law allowed then",
         amounts.rate_over_cap, source="民间借贷司法解释 第25条"),
    said("flag", "interest_claimed", "S03", "主张利息", "interest is claimed",
         reading.element_flag("interest_claimed"), source="案例 T4", by_absence=True),
    said("share", "repaid_share", "S31", "已还款占本金", "share of the principal repaid", amounts.repaid_share),
    said("amount", "wage_claimed", "S19", "请求工资", "wages claimed", reading.element("wage_claimed"), source="案例 W2"),
    said("amount", "wage_per_month", "S19", "每月请求工资", "wages claimed for each month", amounts.wage_per_month,
         source="案例 W2", missing="no wages or no period told"),
    said("years", "lease_term_years", "S20", "租期", "term of the lease", reading.element("term_years"), source="案例 X1–X4"),
    said("years", "rent_prepaid_years", "S20", "预付租金年数", "years of rent paid in advance",
         amounts.rent_prepaid_years, source="案例 X1–X4"),
    said("ratio", "price_ratio", "S07", "价格与参考价之比", "price over reference price",
         amounts.price_ratio, source=_18 + "（八）", by_absence=True),
)

EVIDENCE: tuple[Feature, ...] = (
    listed("count", "evidence_count", "S00", "证据件数", "pieces of evidence", papers.evidence_count,
           source=_FORM, missing="never"),
    listed("share", "undated_share", "S11", "未注明日期的证据占比", "share of the evidence without a date",
           papers.undated_share, source=_18 + "（三）"),
    listed("flag", "note_only", "S11", "只有借条而无转账等佐证", "a loan note alone, nothing to support it",
           papers.note_only, source=_18 + "（三）"),
    listed("flag", "instrument_missing", "S11", "民间借贷无任何债权凭证", "a private loan without any instrument",
           papers.instrument_missing, source=_18 + "（三）", missing="no private loan, or no evidence listed"),
    listed("flag", "has_bank_transfer", "S10", "有银行转账凭证", "a bank transfer is proved",
           papers.has_evidence("bank_transfer"), source=_18 + "（一）", by_absence=True),
    listed("flag", "has_cash_receipt", "S10", "有现金收据", "a receipt for cash",
           papers.has_evidence("cash_receipt"), source=_18 + "（一）"),
    listed("flag", "has_chat_log", "S00", "有聊天记录", "chat records", papers.has_evidence("chat_log")),
    listed("flag", "has_witness", "S11", "有证人证言", "a witness", papers.has_evidence("witness"),
           source="法〔2021〕281号 三"),
    listed("flag", "has_contract", "S11", "有书面合同", "a written contract", papers.has_evidence("contract"),
           source=_18 + "（三）", by_absence=True),
    listed("flag", "has_wage_note", "S19", "有工资欠条", "a wage note", papers.has_evidence("wage_note"), source="案例 W2"),
    listed("flag", "wage_note_only", "S19", "只有工资欠条而无合同、流水", "a wage note alone, no contract or pay record",
           papers.wage_note_only, source="案例 W1–W3"),
    listed("flag", "has_prior_award", "S06", "有调解协议、仲裁裁决或公证文书", "a mediation agreement, award or notarised deed",
           papers.has_evidence("mediation_agreement", "arbitration_award", "notarised_deed"), source="法释〔2018〕17号 第1条"),
)

DATES: tuple[Feature, ...] = (
    said("days", "instrument_age_days", "S35", "最早凭证距起诉", "age of the earliest instrument",
         dates.instrument_age_days, source="案例 T6", missing="no dated instrument"),
    said("days", "award_age_days", "S06", "调解协议、仲裁文书距申请", "age of the mediation agreement or award",
         dates.age_of("mediation_agreement", "arbitration_award"), source="案例 T4、T7", missing="no dated agreement or award"),
    said("days", "loan_term_days", "S03", "借款期限", "term of the loan", dates.loan_term_days, source="案例 T4"),
    said("days", "days_since_due", "S03", "到期距起诉", "days from due date to filing",
         dates.days_since("due_on"), source="案例 T4"),
    said("days", "days_since_provided", "S03", "出借距起诉", "days from loan to filing",
         dates.days_since("provided_on"), source="案例 T4"),
    said("days", "days_since_signed", "S20", "合同签订距起诉", "days from signing to filing",
         dates.days_since("signed_on"), source="案例 X1–X4"),
    said("days", "contract_before_mortgage_days", "S20", "合同签订早于标的物抵押登记的天数",
         "days from the contract to the mortgage of the asset", dates.days_between("signed_on", "mortgaged_on"), source="案例 X1–X4"),
    said("days", "days_since_agreement", "S06", "调解协议距申请确认", "days from mediation agreement to application",
         dates.days_since("agreement_on"), source="案例 T4"),
    said("days", "days_since_work", "S19", "所称工作结束距起诉", "days from the end of the work told to filing",
         dates.days_since("period_to"), source="案例 W2"),
)

_TOLD = Told("法〔2021〕281号 三、四", "no claims and no facts told")

WORDS: tuple[Feature, ...] = (
    said("count", "facts_length", "S00", "事实与理由字数", "characters of facts and reasons", words.facts_length),
    said("count", "dates_told", "S03", "诉状写明的日期数", "full dates told in the complaint", words.dates_told,
         source="CNJ 159/2024 附件A"),
    _TOLD("flag", "tells_no_dispute", "S14", "起诉状自称对方无异议", "the complaint itself says there is no dispute",
          words.tells("undisputed"), source=_18 + "（六）"),
    _TOLD("flag", "tells_cash", "S10", "起诉状称现金支付", "the complaint speaks of cash", words.tells("cash"), source=_18 + "（一）"),
    _TOLD("flag", "tells_oral", "S11", "起诉状称口头约定", "the complaint speaks of an oral agreement",
          words.tells("oral"), source=_18 + "（三）"),
    _TOLD("flag", "form_note_wording", "S31", "起诉状提及格式、空白借条", "the complaint speaks of a form or blank note",
          words.tells("form_note"), source="领域调研 P2"),
    _TOLD("flag", "tells_assignment", "S12", "起诉状称受让债权", "the complaint says the claim was assigned",
          words.tells("assigned"), source="九民纪要 第53条"),
    _TOLD("flag", "tells_housing_fund", "S06", "起诉状提及住房公积金", "the complaint speaks of the housing fund",
          words.tells("housing_fund"), source="案例 T4、T12"),
    _TOLD("flag", "tells_priority", "S19", "请求优先受偿", "priority over others is claimed", words.tells("priority")),
    _TOLD("flag", "tells_lease_right", "S20", "主张租赁权", "a right of lease is claimed", words.tells("lease_right")),
    _TOLD("flag", "tells_rent_at_once", "S20", "起诉状称租金等一次付清", "the complaint says all was paid at once",
          words.tells("paid_at_once"), source="案例 X1–X4"),
    _TOLD("flag", "stops_enforcement", "S20", "请求停止或排除执行", "a stop of enforcement is claimed", words.tells("stop_enforcement")),
    _TOLD("flag", "claims_well_known_mark", "S23", "请求认定驰名商标", "recognition of a well-known mark is claimed",
          words.tells("well_known_mark")),
    _TOLD("flag", "debt_for_asset", "S08", "以物抵债", "an asset is claimed for a debt", places.debt_for_asset),
    said("flag", "quota_asset_from_afar", "S22", "外地人以物抵债取得房屋、车辆",
         "a house or vehicle goes for a debt to somebody from another prefecture", places.quota_asset_from_afar, source=_281),
)
# fmt: on
