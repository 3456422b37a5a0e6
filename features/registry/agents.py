"""Features of agents and firms: how concentrated their work is, how it ends, whether they served the other side."""

from __future__ import annotations

from features.history.aggregate import Density, Together
from features.history.docket import FOUND_BAD
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked, Told
from features.registry.feature import Feature

_LOANS = ("private_loan",)
_WAGES = ("labour", "labour_service")
_7 = "法发〔2021〕10号 第7条"
_39 = "律师法 第39条"
_281 = "法〔2021〕281号"
_NO_AGENT = "no agent"
_NO_CASE = "no agent or no earlier suit"

acting = Asked("plaintiff_agent", (PLAINTIFF,), _7, _NO_AGENT)
opposing = Asked("plaintiff_agent", (DEFENDANT,), _39, _NO_AGENT)
anyone = Asked("agent", (), _7, _NO_AGENT)
firm = Asked("firm", (), _7, "no firm")
our_firm = Asked("plaintiff_firm", (PLAINTIFF,), _7, "no firm")
served = Asked("agent_and_opponent", (PLAINTIFF, DEFENDANT), _39, _NO_AGENT)
bound = Told(_7, _NO_AGENT)
facing = Asked("agent_against_opponent", (PLAINTIFF,), _7, _NO_AGENT)

# fmt: off
AGENTS: tuple[Feature, ...] = (
    *acting("count", "agent_filings", "S25", "原告代理人{when}代理件数", "suits the plaintiff's agent brought{when}", days=(30, 365)),
    *acting("burst", "agent_burst", "S25", "原告代理人{when}任意七日内最多代理件数",
            "most suits the plaintiff's agent brought within seven days,{when}", days=(365,)),
    *acting("count", "agent_same_amount", "S25", "原告代理人{when}以同一金额起诉件数",
            "suits the plaintiff's agent brought for the very same amount{when}", days=(365,), scope="amount",
            missing="no agent or no amount"),
    *acting("count", "agent_same_cause", "S25", "原告代理人{when}代理同类案由件数",
            "suits of this cause the plaintiff's agent brought{when}", days=(365,), scope="cause"),
    *acting("count", "agent_loans", "S25", "原告代理人{when}代理民间借贷件数",
            "private-loan suits the plaintiff's agent brought{when}", days=(365,), families=_LOANS),
    *acting("count", "agent_wages", "S19", "原告代理人{when}代理劳动报酬件数",
            "wage suits the plaintiff's agent brought{when}", days=(365,), families=_WAGES, source="案例 W1"),
    *acting("count", "agent_confirmations", "S06", "原告代理人{when}代理司法确认件数",
            "judicial confirmations the plaintiff's agent brought{when}", days=(365,),
            proceedings=("judicial_confirmation",), source="案例 T12"),
    *acting("principals", "agent_clients", "S25", "原告代理人{when}委托人数", "clients of the plaintiff's agent{when}", days=(365,)),
    *acting("opponents", "agent_opponents", "S25", "原告代理人{when}对方当事人数",
            "opponents of the plaintiff's agent{when}", days=(365,)),
    *acting("share", "agent_mediated_share", "S06", "原告代理人代理案件调解占比",
            "share of the plaintiff's agent's suits that were mediated", happened=("mediated",), source=_281, missing=_NO_CASE),
    *acting("share", "agent_default_share", "S13", "原告代理人代理案件中对方缺席占比",
            "share of the plaintiff's agent's suits in which the other side stayed away",
            happened=("defendant_absent", "served_by_publication"), source="案例 F1", missing=_NO_CASE),
    *acting("share", "agent_admitted_share", "S14", "原告代理人代理案件中对方全部自认占比",
            "share of the plaintiff's agent's suits in which everything was admitted", happened=("admitted_all",),
            source="民间借贷司法解释 第18条（六）", missing=_NO_CASE),
    *acting("share", "agent_withdrawn_share", "S29", "原告代理人代理案件撤诉占比",
            "share of the plaintiff's agent's suits that were withdrawn", happened=("withdrawn",),
            source="CNJ 159/2024 附件A", missing=_NO_CASE),
    *acting("share", "agent_absent_share", "S13", "原告代理人代理案件中原告缺席占比",
            "share of the plaintiff's agent's suits in which their own side stayed away", happened=("plaintiff_absent",),
            source="民间借贷司法解释 第18条（五）", missing=_NO_CASE),
    *anyone("count", "agent_found_bad", "S26", "代理人此前案件被认定虚假或滥诉次数",
            "findings of false or abusive filing in the agent's earlier cases", happened=(FOUND_BAD,), direction=1),
    *anyone("count", "agent_found_bad_365d", "S26", "代理人近一年案件被认定虚假或滥诉次数",
            "findings of false or abusive filing in the agent's cases in a year", within=365, happened=(FOUND_BAD,), direction=1),
    *opposing("count", "agent_seen_opposite", "S25", "原告代理人此前代理被告一方件数",
              "earlier cases in which the plaintiff's agent acted for defendants", within=1095),
    *our_firm("count", "firm_filings", "S25", "原告代理人所在机构{when}代理件数", "suits the plaintiff's agent's firm brought{when}", days=(365,)),
    *firm("count", "firm_found_bad", "S26", "代理人所在机构此前案件被认定虚假或滥诉次数",
          "findings of false or abusive filing in the firm's earlier cases", happened=(FOUND_BAD,)),
    *served("count", "agent_served_opponent", "S25", "原告代理人此前代理本案被告次数",
            "earlier filings in which the plaintiff's agent acted for this defendant", direction=1),
    *facing("count", "agent_against_defendant", "S25", "原告代理人{when}对同一被告起诉件数",
            "suits of the plaintiff's agent against this defendant{when}", days=(30, 1095)),
    bound("count", "firm_served_opponent", "S25", "原告代理人所在机构此前代理本案被告次数",
          "earlier filings in which the plaintiff's agent's firm acted for this defendant",
          Together("plaintiff_firm", (DEFENDANT,), "defendant", (DEFENDANT,)), source=_39, missing="no firm", direction=1),
    bound("count", "agent_same_wording", "S31", "原告代理人此前使用雷同文字件数",
          "earlier filings of the plaintiff's agent with this very wording",
          Together("plaintiff_agent", (PLAINTIFF,), "template", ()), source="CNJ 159/2024 附件A", missing="no agent or too little text"),
    bound("share", "agent_circle", "S25", "原告代理人近期案件中双方相互起诉的密度",
          "how closely the parties of the plaintiff's agent's latest cases are joined", Density("plaintiff_agent", (PLAINTIFF,)),
          missing="fewer than two earlier cases"),
)
# fmt: on
