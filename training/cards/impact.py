"""The impact assessment (个人信息保护影响评估): whom the model may harm, what stands against it, what is left.

What the law asks of the court and only the court can answer stays an open question; nothing is made up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Harm:
    """One harm: whom it meets, what the program does about it, and what remains. Each text by language."""

    what: Mapping[Language, str]
    whom: Mapping[Language, str]
    measure: Mapping[Language, str]
    left: Mapping[Language, str]


@dataclass(frozen=True)
class Duty:
    """What a norm asks, and how the program serves it."""

    norm: Mapping[Language, str]
    asks: Mapping[Language, str]
    serves: Mapping[Language, str]


def _both(zh: str, en: str) -> Mapping[Language, str]:
    return {"zh": zh, "en": en}


# fmt: off
HARMS: tuple[Harm, ...] = (
    Harm(_both("同名同姓者被误认为同一人", "Two people of one name are taken for one"),
         _both("任何当事人、代理人", "any party or agent"),
         _both("显示关联概率与依据；可人工拆分、合并并优先；掩码姓名从不按姓名关联", "links show probability and evidence; people split and join them and have the last word; masked names never link by name"),
         _both("未被发现的误认仍会计入分数", "an error nobody notices still counts in the score")),
    Harm(_both("贫困、无代理人、证据单薄者更易被提示", "The poor, the unrepresented and those with thin evidence are flagged more often"),
         _both("自行起诉的自然人、申请缓减免者", "natural persons without an agent, whoever asks for relief from fees"),
         _both("单凭证据单薄、贫困、无代理人不能构成征象", "thin evidence, poverty or being without an agent never makes a sign alone"),
         _both("模型仍可能学到这些情况：须按群体核对误报率", "the model may learn them all the same: error rates by group must be looked at")),
    Harm(_both("当事人因代理人的既往被怀疑，而其可能正是受害者", "A party is doubted for its agent's past and may be the victim"),
         _both("老年、文化程度低、受人操纵的当事人", "old, little-schooled or led parties"),
         _both("代理人与当事人的部分分开计算、分开说明，并提示听取本人陈述", "what comes of agents is summed and told apart from the parties, with advice to hear the party in person"),
         _both("二者合成一个分数排序", "both still make one score, which ranks")),
    Harm(_both("合法的批量起诉被当作滥诉", "Lawful mass filing is taken for abuse"),
         _both("持牌机构、物业、清收单位", "licensed institutions, property managers, collectors"),
         _both("数量类征象对登记在册者与按名称可辨者关闭，并说明理由", "volume signs are off for those on a list or told by name, and this is said"),
         _both("名单须由法院维护", "the court must keep the list")),
    Harm(_both("真实的被欠薪者被提示", "Truly unpaid workers are flagged"),
         _both("群体性劳动争议的劳动者", "workers who sue together"),
         _both("理由列明依据与核验方法；有利的一面同样列明", "reasons name their ground and how to verify; what speaks against a concern is told as fully"),
         _both("群体性欠薪与虚构欠薪外观相近", "real and made-up groups look alike")),
    Harm(_both("分数被当作结论（自动化偏见）", "The score is taken for the answer (automation bias)"),
         _both("被提示案件的当事人", "parties of flagged filings"),
         _both("先列理由后列分数，以档位提示；须由人填写理由作出决定；不得据此拒绝或延误立案", "reasons first, then a band; a person decides and writes why; nothing refuses or delays a filing"),
         _both("取决于法院的培训与监督", "depends on training and supervision in the court")),
    Harm(_both("污名与长期影响", "Stigma that lasts"),
         _both("曾被提示或被误认定者", "whoever was flagged or wrongly found"),
         _both("撤回的认定自撤回之日起不再作为标签；提示不对外", "a finding taken back is no label from that day on; flags are not published"),
         _both("此前案件的历史仍记得曾有过该认定；提示不会自行过期，须由法院规定期限", "the history of later filings still remembers that it was made; flags do not expire by themselves: the court must set a term")),
    Harm(_both("只查被提示的，越查越像（反馈循环）", "Only the flagged are looked into, so only they are found (feedback)"),
         _both("与被提示者相似者；被漏掉的受害人", "those like the flagged; victims of what is missed"),
         _both("未认定不等于真实，按成熟程度计权；监测逐月比对应有与实有认定", "no finding is not taken for genuine but weighed by ripeness; monitoring compares findings due with those there"),
         _both("从未被查的不得而知，只有随机抽查未提示案件才能知道", "what is never looked at stays unknown but for a random sample of the unflagged")),
    Harm(_both("情况变化而模型照旧", "The world moves and the model does not"),
         _both("所有当事人", "all parties"),
         _both("xiezhi monitor 逐月监测特征、分数、校准与标签成熟度", "xiezhi monitor watches features, scores, calibration and label maturity by month"),
         _both("须有人按月查看并处置", "somebody must look every month and act")),
    Harm(_both("个人信息泄露或被移作他用", "Personal data leak or serve another end"),
         _both("所有当事人、代理人", "all parties and agents"),
         _both("本地部署，不外联；证件号码密封存放，只用于识别同一人", "runs in the court, calls nobody; identity numbers are sealed and only link"),
         _both("服务器、备份与权限由法院负责", "server, backups and access are the court's")),
)

DUTIES: tuple[Duty, ...] = (
    Duty(_both("《个人信息保护法》第55条、第56条", "Personal Information Protection Law (PIPL) arts. 55, 56"),
         _both("自动化决策、处理敏感信息前作影响评估；报告与处理记录至少保存三年", "assess the impact before automated decisions or sensitive data; keep report and records three years or more"),
         _both("本文件随每个模型生成；筛查、理由、决定只增不改", "this document is made with every model; scores, reasons and decisions are appended, never changed")),
    Duty(_both("《个人信息保护法》第24条", "PIPL art. 24"),
         _both("自动化决策透明、公平；有重大影响的，个人有权要求说明并拒绝仅以自动化方式作出的决定", "automated decisions are transparent and fair; where they weigh much, a person may ask for an explanation and refuse one made by machine alone"),
         _both("每一分数附中英文理由、法条与所依据的此前案件；决定由人作出", "each score has its reasons, articles and earlier filings in two languages; a person decides")),
    Duty(_both("《个人信息保护法》第28条、第29条", "PIPL arts. 28, 29"),
         _both("敏感个人信息须有特定目的和充分必要性，严格保护", "sensitive data need a specific purpose, sufficient necessity and strict protection"),
         _both("性别、年龄、民族、职业、籍贯不作特征；证件号码密封", "sex, age, ethnicity, occupation and origin are no features; identity numbers are sealed")),
    Duty(_both("《个人信息保护法》第34条至第36条", "PIPL arts. 34 to 36"),
         _both("国家机关依法定权限、程序处理，告知（有碍履职的除外），境内存储", "state bodies act within their powers, inform unless it impedes the duty, and store within the country"),
         _both("数据不离开本机", "no data leave the machine")),
    Duty(_both("法发〔2022〕33号《关于规范和加强人工智能司法应用的意见》", "Fa Fa [2022] No. 33, opinions on artificial intelligence in courts"),
         _both("安全合法、公平公正、辅助审判、透明可信、公序良俗；用户可不用、可随时退出", "lawful and safe, fair, assistive, transparent and credible, of good order; a user may decline or leave at any time"),
         _both("提示仅供参考；模型卡与本文件公开限度；停用不影响立案", "flags are for reference; card and this document tell the limits; filing goes on without it")),
    Duty(_both("《民事诉讼法》第126条；法释〔2015〕8号第2条、第7条至第9条、第13条", "Civil Procedure Law art. 126; Fa Shi [2015] No. 8 arts. 2, 7–9, 13"),
         _both("一律接收诉状；不予立案须书面说明理由并可上诉", "every complaint is taken in; refusing one needs a written, appealable ruling"),
         _both("没有“拒绝”这一结果，七日期限不受影响", "there is no outcome “refuse”, and the seven days run on")),
    Duty(_both("欧盟《人工智能法》附件三第8(a)项、第26条、第27条（在其适用之处）", "EU AI Act Annex III 8(a), arts. 26, 27 (where it applies)"),
         _both("高风险系统：风险管理、日志、人工监督、基本权利影响评估", "high-risk system: risk management, logs, human oversight, assessment of the impact on fundamental rights"),
         _both("日志、理由、人工决定与本文件可供使用", "logs, reasons, human decisions and this document serve it")),
)

QUESTIONS: tuple[Mapping[Language, str], ...] = (
    _both("处理目的与法定职责依据是什么？", "For what purpose, and on what statutory duty, are the data processed?"),
    _both("处理的范围是否为达到目的所必需？哪些字段可以不导入？", "Is the scope necessary for it? Which fields need not be taken in?"),
    _both("如何告知当事人？不告知的，依据是什么？", "How are parties informed? If they are not, on what ground?"),
    _both("谁可以看到提示？谁作决定？谁监督？", "Who sees flags, who decides, who supervises?"),
    _both("当事人如何提出异议，由谁在多长时间内答复？", "How may a party contest, who answers, and within what time?"),
    _both("提示、分数与日志保存多久？何时删除或封存？（报告与处理记录不少于三年）", "How long are flags, scores and logs kept, and when are they deleted or sealed? (Report and records: three years or more.)"),
    _both("是否随机审查未被提示的收案？抽取比例是多少？", "Is a random sample of unflagged filings reviewed, and how large is it?"),
    _both("按群体的误报率由谁核对，多久一次，界限是什么？", "Who looks at error rates by group, how often, and where is the limit?"),
    _both("监测由谁按月查看？何种情形停用模型？", "Who reads the monitoring each month, and when is the model taken out of use?"),
    _both("评估人、审批人与日期", "Assessed by, approved by, date"),
)
# fmt: on

_HEADS: Mapping[Language, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "zh": (
        ("可能的损害", "涉及谁", "程序已有的措施", "剩余风险"),
        ("规范", "要求", "程序如何配合"),
        ("问题", "回答"),
    ),
    "en": (
        ("harm", "whom", "what the program does", "what is left"),
        ("norm", "asks", "how the program serves it"),
        ("question", "answer"),
    ),
}
_BLANK = _both("（待填）", "(to be filled in)")
_SYNTHETIC = _both(
    "- **训练数据是模拟生成的**，不得用于真实案件。\n",
    "- **The training data were simulated**: not to be used on real filings.\n",
)
_PAGE: Mapping[Language, str] = {
    "zh": """# 个人信息保护影响评估：立案风险模型

本文件由程序随模型生成（训练日期 {as_of}，{filings:,} 件收案），只写程序所知。标“（待填）”者须由法院作答；未填完不构成一份
完整的评估。

## 先说限度

- **提示不是认定**，不得据此拒绝、延误立案，或对任何人作出评价。
- 本文件不能代替法院依《个人信息保护法》第55条、第56条作出的评估。
- 对未被发现的虚假诉讼与被误提示者的实际影响，程序无从知晓。
{warning}
## 可能的损害、已有措施与剩余风险

{harms}

## 法律要求

{duties}

## 须由法院回答

{questions}
""",
    "en": """# Impact assessment (PIPL arts. 55, 56): filing risk

Made by the program with the model (trained as of {as_of}, {filings:,} filings); it says what the program knows. What is
marked “(to be filled in)” only the court can answer; until then the assessment is not complete.

## Limits first

- **A flag is not a finding** and no ground to refuse or delay a filing, or to judge anybody.
- This does not replace the court's own assessment under arts. 55 and 56 of the Personal Information Protection Law.
- What becomes of false suits nobody finds, and of people wrongly flagged, the program cannot know.
{warning}
## What could harm whom, what stands against it, what is left

{harms}

## What the law asks

{duties}

## For the court to answer

{questions}
""",
}


def write_impact(as_of: str, filings: int, synthetic: bool) -> dict[str, str]:
    """The assessment as Markdown by language. as_of: the training date as told; filings: trained on."""
    return {language: _write(language, as_of, filings, synthetic) for language in _PAGE}


def _write(language: Language, as_of: str, filings: int, synthetic: bool) -> str:
    harms, duties, questions = _HEADS[language]
    return _PAGE[language].format(
        as_of=as_of,
        filings=filings,
        warning=_SYNTHETIC[language] if synthetic else "",
        harms=_table(harms, [(h.what, h.whom, h.measure, h.left) for h in HARMS], language),
        duties=_table(duties, [(d.norm, d.asks, d.serves) for d in DUTIES], language),
        questions=_table(questions, [(question, _BLANK) for question in QUESTIONS], language),
    )


def _table(
    header: Sequence[str], rows: Sequence[Sequence[Mapping[Language, str]]], language: Language
) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(cell[language] for cell in row) + " |" for row in rows)])
