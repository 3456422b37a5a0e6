"""Causes of action (民事案由) and US natures of suit, gathered into families.

The Chinese words follow 《民事案件案由规定》(2020 revision); the English ones the nature-of-suit list of the
US federal civil cover sheet (form JS 44). A family is what history is counted by; nothing legal hangs on it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, get_args

from features.normalise.text import fold

CauseFamily = Literal[
    "private_loan",
    "bank_loan",
    "credit_card",
    "divorce",
    "inheritance",
    "family",
    "traffic",
    "injury",
    "sale",
    "house_sale",
    "lease",
    "labour",
    "labour_service",
    "property_management",
    "recourse",
    "construction",
    "company",
    "ip",
    "enforcement_objection",
    "enforcement",
    "bankruptcy",
    "judicial_confirmation",
    "administrative",
    "unjust_enrichment",
    "contract",
    "tort",
    "civil_rights",
    "prisoner",
    "social_security",
    "other",
]
CAUSE_FAMILIES: Final[tuple[str, ...]] = get_args(CauseFamily)

_BY_PROCEEDING: Final[dict[str, CauseFamily]] = {
    "enforcement": "enforcement",
    "enforcement_objection": "enforcement_objection",
    "bankruptcy": "bankruptcy",
    "judicial_confirmation": "judicial_confirmation",
    "administrative": "administrative",
}
"""Proceedings that decide the family whatever the cause says."""

# First hit wins: the narrower words stand above the wider ones that contain them.
_CHINESE: Final[tuple[tuple[CauseFamily, str], ...]] = (
    ("enforcement_objection", "执行异议 执行人异议 分配方案异议 执行复议 案外人"),
    ("bankruptcy", "破产 别除权 重整 和解债权"),
    ("judicial_confirmation", "司法确认 确认调解协议"),
    ("administrative", "行政 政府信息公开 国家赔偿 治安处罚 工伤认定"),
    ("credit_card", "信用卡 银行卡 借记卡"),
    ("ip", "商标 专利 著作权 版权 信息网络传播 不正当竞争 知识产权 商业秘密 植物新品种 域名 特许经营 技术合同 集成电路"),
    # 企业借贷 counts as private lending since the 2015 provisions (法释〔2015〕18号 art 1); 借款合同 alone
    # is the parent cause and says nothing of a licensed lender.
    ("private_loan", "民间借贷 企业借贷"),
    ("bank_loan", "金融借款 小额借款 同业拆借 金融不良 银行借款 储蓄存款 保证保险"),
    ("private_loan", "借款 借贷 欠款 欠条"),
    ("divorce", "离婚"),
    ("inheritance", "继承 遗产 遗赠 遗嘱"),
    ("family", "婚约 婚姻 抚养 扶养 赡养 同居 监护 收养 探望 亲子 分家析产 夫妻财产 家庭"),
    ("traffic", "交通事故 机动车事故"),
    ("injury", "生命权 身体权 健康权 人身损害 受害责任 医疗损害 医疗事故 饲养动物 触电 教育机构责任 安全保障义务 产品责任"),
    ("labour", "劳动 工伤 社会保险 经济补偿 人事争议 养老保险 失业保险 竞业限制"),
    ("labour_service", "劳务"),
    ("property_management", "物业 业主 供用热力 供暖"),
    ("recourse", "追偿权 代位求偿 代位权"),
    ("construction", "建设工程 施工 工程 装饰装修"),
    ("company", "公司 股东 股权 股份 企业出资 企业承包 证券 期货 信托 合伙企业 清算"),
    ("house_sale", "房屋买卖 商品房 二手房 房屋拆迁 房地产 房屋预约"),
    ("contract", "融资租赁"),
    ("lease", "租赁 腾房 房屋返还"),
    ("sale", "买卖 购销 互易 拍卖"),
    ("unjust_enrichment", "不当得利 无因管理"),
    ("tort", "侵权 责任纠纷 损害 名誉权 肖像权 隐私 人格权 姓名权 相邻 排除妨害 妨害 恢复原状 返还原物"),
    ("contract", "合同 承揽 运输 保管 委托 中介 居间 服务 赠与 保险 担保 保证 抵押 质押 典当 票据 债权 债务 合伙 承包"),
)  # fmt: skip

_ENGLISH: Final[tuple[tuple[CauseFamily, str], ...]] = (
    ("prisoner", "prisoner|habeas|prison condition|vacate sentence|alien detainee|death penalty|28:2254|28:2255|28:2241"),
    ("social_security", "social security|ssid|diwc|405\\(g\\)|42:405|42:205"),
    ("bankruptcy", "bankruptcy"),
    ("civil_rights", "civil rights|disabilities act|voting|discrimination|42:1983|42:2000"),
    ("ip", "patent|trademark|copyright|trade secret"),
    ("labour", "labor|labour|employee retirement|erisa|medical leave|occupational safety|wrongful dismissal"),
    ("divorce", "divorce|dissolution of marriage"),
    ("family", "custody|domestic relations|child support|adoption"),
    ("inheritance", "probate|inheritance|estate of"),
    ("traffic", "motor vehicle|traffic accident"),
    ("injury", "personal injury|malpractice|asbestos|product liab|federal employers|airplane|negligence"),
    ("credit_card", "credit card"),
    ("bank_loan", "foreclosure|student loan|truth in lending|consumer credit|banks and banking|negotiable|mortgage"),
    ("private_loan", "private loan|promissory note"),
    ("lease", "lease|landlord|ejectment|eviction"),
    ("company", "securities|stockholder|shareholder|antitrust|racketeer|partnership"),
    ("construction", "miller act|construction"),
    ("contract", "contract|insurance|franchise|overpayment|account stated|debt"),
    ("tort", "fraud|property damage|torts|tort|libel|slander|defamation|nuisance"),
    ("administrative", "tax|immigration|deportation|naturalization|freedom of information|environmental|"
     "agricultural|constitutionality|contitutionality|administrative|interstate commerce|forfeiture|seizure of property|"
     "reapportionment|judicial review"),
    ("house_sale", "real property|sale of land"),
    ("sale", "sale of goods"),
    ("enforcement", "enforcement of judgment|execution of judgment"),
)  # fmt: skip

_CHINESE_WORDS: Final = tuple((word, family) for family, words in _CHINESE for word in words.split())
_ENGLISH_WORDS: Final = tuple((re.compile(rf"\b(?:{words})"), family) for family, words in _ENGLISH)


def cause_family(cause: str, proceeding: str) -> CauseFamily:
    """The family of a cause of action as the court writes it, `other` where no word is known.

    Proceedings with a family of their own (enforcement, bankruptcy, …) go by the proceeding; a payment order,
    a pre-suit mediation, an appeal and a retrial keep the family of their cause.
    """
    return _BY_PROCEEDING.get(proceeding) or _family_of(cause)


@lru_cache(maxsize=4096)
def _family_of(cause: str) -> CauseFamily:
    text = fold(cause)
    for word, family in _CHINESE_WORDS:
        if word in text:
            return family
    return next((family for pattern, family in _ENGLISH_WORDS if pattern.search(text)), "other")
