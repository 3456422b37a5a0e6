"""Features of the claim: filed before, cut, told anew; the pair of parties, the instrument, the asset, the wording."""

from __future__ import annotations

from features.history.docket import FOUND_BAD
from features.history.keys import PLAINTIFF
from features.registry import relations
from features.registry.declare import Asked, Told
from features.registry.feature import Feature, Tied

_ENDED = ("withdrawn", "dismissed")
_247, _214 = "民诉法解释 第247条", "民诉法解释 第212条、第214条"
_281 = "法〔2021〕281号"
_18_5 = "民间借贷司法解释 第18条（五）"
_BERNA = "CNJ 159/2024 附件A"
_NO_TEXT = "too little text"

pair = Asked("pair", (), _247, "no such party")
claim = Asked("claim", (), _247, "never")
instrument = Asked("instrument", (), "领域调研 C3", "no dated instrument")
asset = Asked("asset", (), "案例 X1–X4", "no asset told")
right = Asked("right", (), "领域调研 I1", "no right told")
mediator = Asked("mediator", (), "案例 T12", "no mediation organisation told")
template = Asked("template", (), _BERNA, _NO_TEXT)
filers = Asked("template", (PLAINTIFF,), _BERNA, _NO_TEXT)
refiled = Told(_18_5, "no earlier filing of the matter")
split = Told(_247, "never")

# fmt: off
CLAIMS: tuple[Feature, ...] = (
    *pair("count", "pair_filings", "S28", "同一原告此前起诉同一被告件数", "earlier suits of this plaintiff against this defendant"),
    *pair("count", "pair_filings", "S33", "同一原告{when}起诉同一被告件数", "suits of this plaintiff against this defendant{when}",
          days=(180,), source="食品药品惩罚性赔偿解释 第13–14条"),
    *pair("days_since", "pair_days_since_last", "S28", "同一原告上次起诉同一被告距今",
          "days since this plaintiff last sued this defendant", missing="never sued before"),
    *pair("count", "pair_withdrawn", "S29", "同一原告对同一被告撤诉次数",
          "earlier suits of this plaintiff against this defendant withdrawn", happened=_ENDED, source=_214),
    *pair("count", "pair_found_bad", "S26", "同一原被告此前案件被认定虚假或滥诉次数",
          "findings of false or abusive filing between these two", happened=(FOUND_BAD,), source=_281, direction=1),
    *claim("count", "claim_filed_before", "S28", "同一请求此前起诉件数", "earlier filings of the same claim"),
    *claim("count", "claim_filed_elsewhere", "S28", "同一请求此前在其他法院起诉件数",
           "earlier filings of the same claim in other courts", scope="elsewhere", source="领域调研 C3"),
    *claim("days_since", "claim_days_since_last", "S28", "同一请求上次起诉距今", "days since the same claim was last filed",
           missing="not filed before"),
    *claim("count", "claim_ended_before", "S29", "同一请求此前撤诉或被驳回次数",
           "earlier filings of the same claim withdrawn or dismissed", happened=_ENDED, source=_214),
    *instrument("count", "instrument_filed_before", "S28", "同一凭证（日期金额相同）此前出现件数",
                "earlier filings on an instrument of the same kind, date and amount"),
    *instrument("count", "instrument_filed_elsewhere", "S28", "同一凭证此前在其他法院出现件数",
                "earlier filings in other courts on an instrument of the same kind, date and amount", scope="elsewhere"),
    *asset("count", "asset_filings", "S20", "同一标的物此前出现件数", "earlier filings on the same asset"),
    *right("count", "right_filings", "S34", "同一权利{when}起诉件数", "filings on the same right{when}", days=(30, 365)),
    *mediator("count", "mediator_confirmations", "S06", "同一调解组织{when}申请司法确认件数",
              "confirmations of the same mediation organisation{when}", days=(365,), proceedings=("judicial_confirmation",)),
    *mediator("count", "mediator_found_bad", "S26", "同一调解组织经手案件被认定虚假次数",
              "findings of false or abusive filing in cases of the same mediation organisation", happened=(FOUND_BAD,), source=_281,
              direction=1),
    *template("count", "template_filings", "S31", "{when}文字雷同的起诉件数", "filings with the same wording{when}", days=(30, 365)),
    *filers("principals", "template_filers", "S31", "{when}使用雷同文字的不同原告人数",
            "different plaintiffs with the same wording{when}", days=(365,)),
    *template("count", "template_found_bad", "S26", "文字雷同的案件被认定虚假或滥诉次数",
              "findings of false or abusive filing on the same wording", happened=(FOUND_BAD,), source=_281, direction=1),
)

TIED_CLAIMS: tuple[Feature, ...] = (
    split("count", "refiled_before", "S29", "同一事项此前换内容起诉件数", "earlier filings of the matter, told otherwise",
          Tied("refiled", relations.count), source=_214),
    refiled("flag", "refiled_amount_changed", "S09", "与此前起诉相比金额改变", "another amount than in the earlier filing",
            Tied("refiled", relations.changed("amount"))),
    refiled("flag", "refiled_facts_changed", "S09", "与此前起诉相比日期、交付方式或经过改变",
            "another date, way of payment or story than in the earlier filing",
            Tied("refiled", relations.changed("date", "way", "story"))),
    refiled("flag", "refiled_cause_changed", "S29", "与此前起诉相比案由改变", "another cause than in the earlier filing",
            Tied("refiled", relations.changed("cause")), source="领域调研 C4"),
    split("count", "split_parts", "S28", "同一债务拆分起诉的其他部分数", "other parts of one debt sued on",
          Tied("split", relations.count)),
    split("flag", "split_under_limit", "S28", "拆分后单件恰低于管辖或程序限额", "parts of one debt just under a limit of courts",
          Tied("split", relations.just_under)),
    split("share", "series_likeness", "S31", "与同一原告或代理人此前诉状的最高相似度",
          "likeness of the wording to an earlier suit of the same plaintiff or agent", Tied("series", relations.likeness),
          source=_BERNA),
    split("flag", "series_by_nobody_known", "S31", "非金融、物业等机构的批量雷同起诉",
          "a series on one form by nobody known to sue many", Tied("series", relations.by_nobody_known), source=_BERNA),
)
# fmt: on
