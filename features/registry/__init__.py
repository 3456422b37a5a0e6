"""The registry: every feature there is, in the order of the model's columns."""

from features.registry.agents import AGENTS
from features.registry.circumstances import CIRCUMSTANCES
from features.registry.claims import CLAIMS, TIED_CLAIMS
from features.registry.compared import COMPARED
from features.registry.contacts import CONTACTS
from features.registry.defendants import DEFENDANTS
from features.registry.feature import AgainstRecent, Derived, Feature, Group, Tied
from features.registry.papers import AMOUNTS, CLAIM, DATES, EVIDENCE, WORDS
from features.registry.paths import PATHS
from features.registry.plaintiffs import PLAINTIFFS
from features.registry.sides import SIDES, TIES

GROUPS: tuple[Group, ...] = (
    Group("请求与程序", "Claim and proceeding", CLAIM),
    Group("金额", "Amounts", AMOUNTS),
    Group("证据", "Evidence", EVIDENCE),
    Group("日期", "Dates", DATES),
    Group("诉状用语", "Words of the complaint", WORDS),
    Group("当事人与代理人", "Parties and agents", SIDES),
    Group("双方共有之处", "What the sides share", TIES),
    Group("原告此前的案件", "The plaintiff's earlier cases", PLAINTIFFS),
    Group("被告的处境", "The defendant's situation", DEFENDANTS),
    Group("代理人与机构", "Agents and firms", AGENTS),
    Group("电话、地址与法定代表人", "Phones, addresses and heads", CONTACTS),
    Group("双方此前的关联", "Earlier ties between the sides", PATHS),
    Group("请求、凭证与文字", "Claim, instrument and wording", CLAIMS),
    Group("相关请求", "Related claims", TIED_CLAIMS),
    Group("对照", "Comparisons", COMPARED),
    Group("情形合计", "Circumstances counted together", CIRCUMSTANCES),
)
FEATURES: tuple[Feature, ...] = tuple(feature for group in GROUPS for feature in group.features)
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
BY_NAME: dict[str, Feature] = {feature.name: feature for feature in FEATURES}

__all__ = [
    "BY_NAME",
    "FEATURES",
    "FEATURE_NAMES",
    "GROUPS",
    "AgainstRecent",
    "Derived",
    "Feature",
    "Group",
    "Tied",
]
