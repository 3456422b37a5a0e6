"""The card and the one-screen report of a model trained without findings: limits first, in zh and en."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.calibration.workload import Workload
from xiezhi.assumed import BASE_RATE
from xiezhi.clock import Moment, format_moment
from xiezhi.policy import Policy

_ZH = """# 模型卡：无认定的初始模型（无监督）

## 限度

- **未用任何认定训练。** 次序由规则（征象）的强度与收案的异常程度（孤立森林）合成；异常不等于虚假，单独看几乎不能区分。
- **“风险”未经校准，不是概率**：假定基数为 {base:.1%}，最高不超过 50%；只有先后次序有意义。
- **提示不是认定。** 不得据此拒绝立案、不予受理或对当事人、代理人作出任何评价。
- 界限按可审查件数与假定的风险下限设定，精度无从保证；有 10 件以上认定后应改用 xiezhi train 训练的模型，并先比较再启用。
{warning}
## 数据与界限

| 项目 | 数值 |
|---|---|
| 训练日期（此前收案） | {as_of} |
| 收案 | {filings} |
| 其中有征象成立 | {signs} |
| 有认定（未使用） | {findings} |
| 每工作日可审查 | {capacity:g} |
| 去年按此界限平均每工作日 | {a_day:g} |
| 最忙一日 | {busiest_day} |
"""

_EN = """# Model card: a first model without findings (unsupervised)

## Limits

- **Trained without any finding.** The order comes from the strength of the rules (signs) and from how unlike others a
  filing is (isolation forest). Unlike is not false: alone it tells next to nothing apart.
- **The “risk” is not calibrated and no probability**: the base rate is assumed to be {base:.1%}, nothing is put above
  50 %; only the order means something.
- **A flag is not a finding** and no ground to refuse a filing; it says nothing about a party or an agent.
- The cuts rest on capacity and a floor on the assumed risk; no precision can be promised. From ten findings on train with `xiezhi train`, and
  compare before promoting.
{warning}
## Data and cuts

| item | value |
|---|---|
| training date (filed before it) | {as_of} |
| filings | {filings} |
| of these with a sign that stands | {signs} |
| with a finding (not used) | {findings} |
| can be reviewed a court day | {capacity:g} |
| flagged a court day last year by these cuts | {a_day:g} |
| busiest day | {busiest_day} |
"""

_WARNING = {
    "zh": "- **训练数据是模拟生成的**，只供演示、测试和培训。\n",
    "en": "- **The training data were simulated**: for demonstration, tests and training of staff.\n",
}


def write_cold_card(
    as_of: Moment, zone: str, counts: Mapping[str, int], policy: Policy, workload: Workload, synthetic: bool
) -> dict[str, Any]:
    """The card as `zh` and `en` Markdown and as `figures`. `synthetic`: the filings were simulated."""
    texts = {
        language: template.format(
            as_of=format_moment(as_of, zone),
            base=BASE_RATE,
            capacity=policy.capacity_per_day,
            a_day=workload.a_day,
            busiest_day=workload.busiest_day,
            warning=_WARNING[language] if synthetic else "",
            **counts,
        )
        for language, template in (("zh", _ZH), ("en", _EN))
    }
    return {**texts, "figures": {"workload": workload.to_json(), **counts}, "synthetic": synthetic}
