"""Features of agents and firms: how concentrated their work is, how it ends, whether they served the other side."""

from __future__ import annotations

from features.history.docket import FOUND_BAD
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked
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
served = Asked("agent_and_opponent", (PLAINTIFF, DEFENDANT), _39, _NO_AGENT)
facing = Asked("agent_against_opponent", (PLAINTIFF,), _7, _NO_AGENT)

# fmt: off
AGENTS: tuple[Feature, ...] = (
    *acting("count", "agent_filings", "S25", "原告代理人{when}代理件数", "suits the plaintiff's agent brought{when}", days=(365, 30)),
    *acting("count", "agent_loans", "S25", "原告代理人{when}代理民间借贷件数",
            "private-loan suits the plaintiff's agent brought{when}", days=(365,), families=_LOANS),
    *acting("count", "agent_wages", "S19", "原告代理人{when}代理劳动报酬件数",
            "wage suits the plaintiff's agent brought{when}", days=(365,), families=_WAGES, source="案例 W1"),
    *acting("principals", "agent_clients", "S25", "原告代理人{when}委托人数", "clients of the plaintiff's agent{when}", days=(365,)),
    *acting("opponents", "agent_opponents", "S25", "原告代理人{when}对方当事人数",
            "opponents of the plaintiff's agent{when}", days=(365,)),
    *acting("share", "agent_mediated_share", "S06", "原告代理人代理案件调解占比",
            "share of the plaintiff's agent's suits that were mediated", happened=("mediated",), source=_281, missing=_NO_CASE),
    *acting("share", "agent_default_share", "S13", "原告代理人代理案件中对方缺席占比",
            "share of the plaintiff's agent's suits in which the other side stayed away",
            happened=("defendant_absent", "served_by_publication"), source="案例 F1", missing=_NO_CASE),
    *anyone("count", "agent_found_bad", "S26", "代理人此前案件被认定虚假或滥诉次数",
            "findings of false or abusive filing in the agent's earlier cases", happened=(FOUND_BAD,), direction=1),
    *anyone("count", "agent_found_bad_365d", "S26", "代理人近一年案件被认定虚假或滥诉次数",
            "findings of false or abusive filing in the agent's cases in a year", within=365, happened=(FOUND_BAD,), direction=1),
    *opposing("count", "agent_seen_opposite", "S25", "原告代理人此前代理被告一方件数",
              "earlier cases in which the plaintiff's agent acted for defendants", within=1095),
    *firm("count", "firm_found_bad", "S26", "代理人所在机构此前案件被认定虚假或滥诉次数",
          "findings of false or abusive filing in the firm's earlier cases", happened=(FOUND_BAD,)),
    *served("count", "agent_served_opponent", "S25", "原告代理人此前代理本案被告次数",
            "earlier filings in which the plaintiff's agent acted for this defendant", direction=1),
    *facing("count", "agent_against_defendant", "S25", "原告代理人{when}对同一被告起诉件数",
            "suits of the plaintiff's agent against this defendant{when}", days=(30, 1095)),
)
# fmt: on
