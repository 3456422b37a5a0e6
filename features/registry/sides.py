"""Features of the two sides as the filing names them, and of what they visibly share."""

from __future__ import annotations

from features.pleading import sides, ties
from features.registry.declare import Told
from features.registry.feature import Feature

_FORM = "要素式起诉状（法〔2024〕46号）"
_281 = "法〔2021〕281号 三、四"
_AGENT = "民诉法解释 第85–89条"
_39 = "律师法 第39条"

named = Told(_FORM, "never")
shared = Told(_281, "a side does not give it")

# fmt: off
SIDES: tuple[Feature, ...] = (
    named("count", "plaintiffs", "S00", "原告人数", "number of plaintiffs", sides.count_plaintiffs),
    named("count", "defendants", "S00", "被告人数", "number of defendants", sides.count_defendants),
    named("flag", "has_third_party", "S00", "列有第三人", "a third party is named", sides.has_third_party),
    named("share", "plaintiff_is_person", "S00", "原告中自然人占比", "natural persons among the plaintiffs",
          sides.plaintiff_is_person, missing="no plaintiff is named"),
    named("share", "defendant_is_person", "S00", "被告中自然人占比", "natural persons among the defendants",
          sides.defendant_is_person, missing="no defendant is named"),
    named("flag", "plaintiff_is_institution", "S00", "原告名称显示为金融、物业等常诉机构",
          "the plaintiff's name tells of a bank, a property manager or the like", sides.plaintiff_is_institution,
          source="领域调研 5.2", missing="no plaintiff is named"),
    named("flag", "defendant_is_institution", "S00", "被告名称显示为金融、保险、公共机构",
          "the defendant's name tells of a bank, an insurer or a public body", sides.defendant_is_institution,
          source="领域调研 5.2", missing="no defendant is named"),
    named("flag", "plaintiff_has_agent", "S00", "原告有代理人", "the plaintiff has an agent", sides.plaintiff_has_agent),
    named("flag", "defendant_has_agent", "S04", "立案时被告已有代理人",
          "the defendant already has an agent when the filing comes in", sides.defendant_has_agent, source="案例 T1"),
    named("share", "plaintiff_agent_is_lay", "S25", "原告代理人中非法律职业者占比",
          "agents of the plaintiff outside the legal profession", sides.plaintiff_agent_is_lay, source=_AGENT, missing="no agent"),
    named("flag", "plaintiff_agent_is_employee", "S19", "原告由员工代理", "an employee acts for the plaintiff",
          sides.plaintiff_agent_is_employee, source=_AGENT, missing="no agent"),
    named("flag", "employee_acts_for_person", "S25", "以员工身份代理自然人原告",
          "an employee acts for natural persons, who have none", sides.employee_acts_for_person, source=_AGENT, missing="no agent"),
    named("flag", "agent_is_opponents_employee", "S25", "原告代理人为被告单位人员",
          "the plaintiff's agent belongs to the defendant", sides.agent_is_opponents_employee, source="案例 W1",
          missing="no agent of a firm, or no organisation is sued", direction=1),
)

TIES: tuple[Feature, ...] = (
    shared("flag", "sides_share_phone", "S01", "双方使用同一电话", "one phone number on both sides",
           ties.sides_share_phone, missing="a side gives no phone", direction=1),
    shared("flag", "sides_share_address", "S01", "双方地址或送达地址相同", "one address on both sides",
           ties.sides_share_address, missing="a side gives no address", direction=1),
    shared("flag", "sides_share_head", "S01", "双方单位法定代表人同名", "organisations on both sides led by one name",
           ties.sides_share_head, missing="a side names no legal representative", direction=1),
    shared("flag", "sides_share_agent", "S25", "同一代理人或律所代理双方", "one agent or firm acts on both sides",
           ties.sides_share_agent, source=_39, missing="a side has no agent", direction=1),
    shared("flag", "agent_phone_is_opponents", "S25", "原告代理人电话与被告相同",
           "the plaintiff's agent has the defendant's phone number", ties.agent_phone_is_opponents, source=_39,
           missing="no phone given", direction=1),
    shared("flag", "sides_declare_kinship", "S01", "双方申报有亲属关系", "the sides declare to be kin",
           ties.sides_declare_kinship, missing="never"),
    shared("flag", "sides_declare_tie", "S01", "双方申报有关联关系", "the sides declare a tie",
           ties.sides_declare_tie, missing="never"),
    shared("flag", "representative_is_opponent", "S01", "一方法定代表人即对方当事人",
           "one side's legal representative is the other side", ties.representative_is_opponent, missing="never", direction=1),
    shared("flag", "tied_to_third_party", "S20", "原告与第三人同电话、同地址或申报有关系",
           "the plaintiff shares a contact or a tie with the third party", ties.tied_to_third_party, source="案例 X1–X4",
           missing="no third party"),
)
# fmt: on
