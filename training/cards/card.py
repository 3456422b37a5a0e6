"""The model card (模型卡): limits first, then data and figures, in zh and en."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.cards.impact import write_impact
from training.evaluation.measures import Interval, Measures
from training.monitoring.maturity import Arrival
from xiezhi.clock import DAY, Moment, format_moment
from xiezhi.policy import Policy, Thresholds

YEAR = 365 * DAY

_ZH = """# 模型卡：立案风险模型

## 限度

- **提示不是认定。** 分数只提示法官何处值得核实；不得据此拒绝立案、不予受理或对当事人、代理人作出任何评价。
- 风险是“有权机关将来会认定其虚假或滥诉”的概率，而非“确系虚假”的概率：从未被发现的，模型学不到。
- 未被认定的收案不等于真实，训练时按其成熟程度计为负例；认定往往迟到，近期收案的标签不全。
- 指标是折外估计：五段连续时间，每段由未见过该段的模型打分；轮数按同一指标选取，故略为偏高。
- 数字只对本法院、本时段的数据成立，换一法院须重新训练、重新评估。
- 不知道的：未被任何机关查过的收案中有多少虚假；被误提示者因此受到什么影响；认定本身有多少错误。
- 当事人可能正是受害者：分数中来自代理人的部分与来自当事人的部分分开列出，不得以代理人的既往推断当事人。
{warning}
## 用途与由谁决定

- **用途**：在收案之后提示法官何处值得核实，并给出理由、法条与此前案件。
- **不得用于**：拒绝或延误立案；作为裁判、处罚、信用评价的依据；对个人作一般性评价；用于其他法院而不重新校准。
- **由谁决定**：法官。提示、理由与决定都只增不改地记录；启用模型由人作出并留痕（法发〔2022〕33号：辅助审判，法官负责）。
- **异议**：当事人可要求说明理由（《个人信息保护法》第24条）；错误的关联可以更正，其后的评分以更正后的为准。

## 数据

| 项目 | 数值 |
|---|---|
| 训练日期（此前已知） | {as_of} |
| 收案 | {filings} |
| 其中认定虚假或滥诉 | {positives} |
| 其中认定真实 | {genuine} |
| 其中未被认定 | {unlabelled} |
| 基础率（加权） | {base_rate:.3%} |
| 特征 | {features} |
| 诉状措辞 | {wording} |
| 认定来得多迟 | {lateness} |

## 指标（折外，括号内为 95% 自助区间）

| 指标 | 数值 |
|---|---|
| 平均精度（随机排序即基础率） | {average_precision} |
{precision}
| 概率校准 | {calibration} |

## 提示的界限

每个工作日可审查 {capacity:g} 件；风险低于 {review_floor:.3%}（基础率的 {floor:g} 倍）者不提示“请法官审查”，
低于 {notice_floor:.3%} 者不提示“请关注”。性别、年龄、民族、职业、籍贯不作为特征，证件号码只用于识别同一人。

- **承诺**：{guarantee}
- **公平**：{fairness}

## 使用者的义务

- **监测**：每月运行 `xiezhi monitor`，查看漂移、校准与标签成熟度；认定明显多于或少于预期时停用并重新训练。
- **公平**：按代理、个人与单位、缓减免等分组核对提示率与误报率。
- **保存**：影响评估与处理记录至少三年（《个人信息保护法》第56条）；本包中的 impact.md 是评估的底稿，“（待填）”处由法院填写。
"""

_EN = """# Model card: filing risk

## Limits

- **A flag is not a finding.** A score tells a judge where a check may be worth while; it is no ground to refuse a
  filing and says nothing about a party or an agent.
- Risk is the probability that an authority would find the filing false or abusive, not that it is: what was never
  discovered cannot be learned.
- A filing without a finding is not thereby genuine; in training it counts as a negative by how ripe it is. Findings
  come late, so the newest filings are only partly labelled.
- Figures are out of fold: five unbroken blocks of time, each scored by a model that had not seen it. The number of
  rounds was chosen by the same figure, which is therefore a little high.
- They hold for this court's data of this time alone; another court trains and evaluates anew.
- Not known: how many are false among filings nobody looked into; what becomes of people wrongly flagged; how many
  findings are themselves wrong.
- A party may be the victim: what comes of agents is summed apart from what comes of parties, and an agent's past says
  nothing of the party.
{warning}
## What it is for, and who decides

- **For**: telling a judge, once a filing is docketed, where a check may be worth while, with reasons, articles and earlier
  filings.
- **Not for**: refusing or delaying a filing; a ground of judgment, sanction or credit; rating people; another court
  without calibrating anew.
- **Who decides**: a judge. Flags, reasons and decisions are kept and never changed; a person lets a model screen, on
  record (Fa Fa [2022] No. 33: it assists, the judge answers for it).
- **Contest**: a party may ask for the reasons (Personal Information Protection Law art. 24); a wrong link is corrected,
  and scores given afterwards follow the correction.

## Data

| item | value |
|---|---|
| training date (what was known before it) | {as_of} |
| filings | {filings} |
| of these found false or abusive | {positives} |
| of these found genuine | {genuine} |
| of these without a finding | {unlabelled} |
| base rate (weighted) | {base_rate:.3%} |
| features | {features} |
| words of claims and facts | {wording} |
| how late findings come | {lateness} |

## Figures (out of fold, with 95 % bootstrap intervals)

| figure | value |
|---|---|
| average precision (by lot: the base rate) | {average_precision} |
{precision}
| calibration | {calibration} |

## Where the cuts are

{capacity:g} filings a court day can be reviewed; below a risk of {review_floor:.3%} ({floor:g} times the base rate)
none goes to review, below {notice_floor:.3%} none gets a notice. Sex, age, ethnicity, occupation and origin are no
features; identity numbers only tell who is the same person.

- **Promise**: {guarantee}
- **Fairness**: {fairness}

## Duties of those who use it

- **Monitoring**: run `xiezhi monitor` every month and read drift, calibration and label maturity; take the model out of use
  and train anew where findings are clearly more or fewer than expected.
- **Fairness**: compare flag and error rates by representation, person or organisation, fee waiver.
- **Keeping**: impact assessment and records of processing for three years or more (Personal Information Protection Law
  art. 56); impact.md of this bundle is a draft of it, to be filled in by the court.
"""

_WARNING = {
    "zh": "- **训练数据是模拟生成的**，指标与任何真实法院无关，只供演示、测试和培训。\n",
    "en": "- **The training data were simulated**: the figures say nothing about a real court; they are for "
    "demonstration, tests and training of staff.\n",
}
_NO_GUARANTEE = {"zh": "未作承诺。", "en": "none is made."}
_NO_FAIRNESS = {
    "zh": "训练时未测；按群体的提示率与误报率须在评估时核对。",
    "en": "not measured in training; flag and error rates by group are a matter of evaluation.",
}
_LATENESS = {
    "zh": "半数在收案后 {median:.1f} 年内作出，一年内 {year:.0%}（按已有认定推算）",
    "en": "half within {median:.1f} years of filing, {year:.0%} within one (estimated from those there are)",
}
_UNKNOWN = {"zh": "未知", "en": "unknown"}
_PRECISION = {"zh": "前 {share:.1%} 的精度／召回", "en": "precision / recall in the top {share:.1%}"}


def write_card(
    *,
    as_of: Moment,
    zone: str,
    counts: Mapping[str, int],
    features: int,
    measures: Measures,
    calibration: str,
    policy: Policy,
    thresholds: Thresholds,
    synthetic: bool,
    arrival: Arrival,
    guarantee: Mapping[str, str] | None = None,
    wording: bool = False,
    fairness: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The card as `zh` and `en` Markdown and as `figures`, and `impact`, the impact assessment, in both languages.

    synthetic: the filings were simulated. arrival: how late findings come. guarantee, fairness: a sentence by
    language of what is promised, and of what was measured by group; None where nothing was. wording: the words of
    claims and facts count.
    """
    values = {
        "as_of": format_moment(as_of, zone),
        **counts,
        "base_rate": measures.base_rate,
        "features": features,
        "average_precision": tell(measures.average_precision),
        "calibration": calibration,
        "capacity": policy.capacity_per_day,
        "floor": policy.floor,
        "review_floor": thresholds.review_floor,
        "notice_floor": thresholds.notice_floor,
    }
    texts = {
        language: template.format(
            **values,
            precision=_precision_rows(measures, _PRECISION[language]),
            lateness=_tell_lateness(arrival, language),
            wording=_WORDING[wording][language],
            guarantee=(guarantee or _NO_GUARANTEE)[language],
            fairness=(fairness or _NO_FAIRNESS)[language],
            warning=_WARNING[language] if synthetic else "",
        )
        for language, template in (("zh", _ZH), ("en", _EN))
    }
    impact = write_impact(format_moment(as_of, zone)[:10], counts["filings"], synthetic)
    return {**texts, "figures": measures.to_json(), "synthetic": synthetic, "impact": impact}


_WORDING = {
    True: {
        "zh": "计入（姓名、地址、数字等不计），因其在按时间先后的检验中确有增益",
        "en": "count (names, addresses and numbers left out): they ranked better in order of time, for sure",
    },
    False: {
        "zh": "不计：未显示确有增益",
        "en": "do not count: no sure gain was shown",
    },
}


def tell(interval: Interval) -> str:
    """An interval as a person reads it: `0.412 (0.371–0.455)`."""
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def _tell_lateness(arrival: Arrival, language: str) -> str:
    median = arrival.median()
    if median is None:
        return _UNKNOWN[language]
    within_a_year = float(arrival.by(np.array([YEAR]))[0])
    return _LATENESS[language].format(median=median / YEAR, year=within_a_year)


def _precision_rows(measures: Measures, title: str) -> str:
    return "\n".join(
        f"| {title.format(share=float(share))} | {tell(precision)} / {tell(measures.recall_at[share])} |"
        for share, precision in measures.precision_at.items()
    )
