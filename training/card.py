"""The model card (模型卡): limits first, then data and figures, in zh and en."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.measures import Interval, Measures
from xiezhi.clock import Moment, format_moment
from xiezhi.policy import Policy, Thresholds

_ZH = """# 模型卡：立案风险模型

## 限度

- **提示不是认定。** 分数只提示法官何处值得核实；不得据此拒绝立案、不予受理或对当事人、代理人作出任何评价。
- 风险是“有权机关将来会认定其虚假或滥诉”的概率，而非“确系虚假”的概率：从未被发现的，模型学不到。
- 未被认定的立案不等于真实，训练时按其成熟程度计为负例；认定往往迟到，近期立案的标签不全。
- 指标是折外估计：五段连续时间，每段由未见过该段的模型打分；轮数按同一指标选取，故略为偏高。
- 数字只对本法院、本时段的数据成立，换一法院须重新训练、重新评估。
{warning}
## 数据

| 项目 | 数值 |
|---|---|
| 训练日期（此前已知） | {as_of} |
| 立案 | {filings} |
| 其中认定虚假或滥诉 | {positives} |
| 其中认定真实 | {genuine} |
| 其中未被认定 | {unlabelled} |
| 基础率（加权） | {base_rate:.3%} |
| 特征 | {features} |

## 指标（折外，括号内为 95% 自助区间）

| 指标 | 数值 |
|---|---|
| 平均精度（随机排序即基础率） | {average_precision} |
{precision}
| 概率校准 | {calibration} |

## 提示的界限

每个工作日可复核 {capacity:g} 件；风险低于 {review_floor:.3%}（基础率的 {floor:g} 倍）者不进入复核，
低于 {notice_floor:.3%} 者不作提醒。性别、年龄、民族、职业、籍贯不作为特征，证件号码只用于识别同一人。
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
{warning}
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
"""

_WARNING = {
    "zh": "- **训练数据是模拟生成的**，指标与任何真实法院无关，只供演示、测试和培训。\n",
    "en": "- **The training data were simulated**: the figures say nothing about a real court; they are for "
    "demonstration, tests and training of staff.\n",
}
_PRECISION = {"zh": "前 {share:.1%} 的精度／召回", "en": "precision / recall in the top {share:.0%}"}


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
) -> dict[str, Any]:
    """The card as `zh` and `en` Markdown and as `figures`. `synthetic`: the filings were simulated."""
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
            warning=_WARNING[language] if synthetic else "",
        )
        for language, template in (("zh", _ZH), ("en", _EN))
    }
    return {**texts, "figures": measures.to_json(), "synthetic": synthetic}


def tell(interval: Interval) -> str:
    """An interval as a person reads it: `0.412 (0.371–0.455)`."""
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def _precision_rows(measures: Measures, title: str) -> str:
    return "\n".join(
        f"| {title.format(share=float(share))} | {tell(precision)} / {tell(measures.recall_at[share])} |"
        for share, precision in measures.precision_at.items()
    )
