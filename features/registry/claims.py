"""Features of the claim: filed before, cut, told anew; the pair of parties, the instrument, the wording."""

from __future__ import annotations

from features.history.docket import FOUND_BAD
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked
from features.registry.feature import Feature

_247, _214 = "民诉法解释 第247条", "民诉法解释 第212条、第214条"
_281 = "法〔2021〕281号"
_NOBODY = "no such party"

pair = Asked("pair", (), _247, _NOBODY)
claim = Asked("claim", (), _247, "never")
instrument = Asked("instrument", (), "领域调研 C3", "no dated instrument")
template = Asked("template", (), "CNJ 159/2024 附件A", "too little text")
filers = Asked("template", (PLAINTIFF,), "CNJ 159/2024 附件A", "too little text")
together = Asked("opponents_together", (PLAINTIFF, DEFENDANT), _281, "a side is missing")

# fmt: off
CLAIMS: tuple[Feature, ...] = (
    *together("count", "sides_stood_together", "S01", "双方此前在同一方共同参与诉讼次数",
              "earlier filings in which the two sides stood together", direction=1),
    *pair("count", "pair_filings", "S28", "同一原告此前起诉同一被告件数", "earlier suits of this plaintiff against this defendant"),
    *pair("count", "pair_withdrawn", "S29", "同一原告对同一被告撤诉次数",
          "earlier suits of this plaintiff against this defendant withdrawn", happened=("withdrawn", "dismissed"), source=_214),
    *pair("count", "pair_found_bad", "S26", "同一原被告此前案件被认定虚假或滥诉次数",
          "findings of false or abusive filing between these two", happened=(FOUND_BAD,), source=_281, direction=1),
    *claim("count", "claim_filed_before", "S28", "同一请求此前起诉件数", "earlier filings of the same claim"),
    *claim("count", "claim_ended_before", "S29", "同一请求此前撤诉或被驳回次数",
           "earlier filings of the same claim withdrawn or dismissed", happened=("withdrawn", "dismissed"), source=_214),
    *instrument("count", "instrument_filed_before", "S28", "同一凭证（日期金额相同）此前出现件数",
                "earlier filings on an instrument of the same kind, date and amount"),
    *template("count", "template_filings", "S31", "{when}文字雷同的起诉件数", "filings with the same wording{when}", days=(365,)),
    *filers("principals", "template_filers", "S31", "{when}使用雷同文字的不同原告人数",
            "different plaintiffs with the same wording{when}", days=(365,)),
    *template("count", "template_found_bad", "S26", "文字雷同的案件被认定虚假或滥诉次数",
              "findings of false or abusive filing on the same wording", happened=(FOUND_BAD,), source=_281, direction=1),
)
# fmt: on
