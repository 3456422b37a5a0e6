"""Claims and facts from sentence parts; a drafter's own style makes the same picks again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from random import Random

from features.simulate.places import DATA

WHY = (
    "资金周转",
    "购房",
    "进货",
    "子女上学",
    "看病",
    "买车",
    "包工程",
    "装修房屋",
    "养殖",
    "购买农资",
    "偿还贷款",
    "经营饭馆",
    "合伙做生意",
    "支付工人工资",
    "家庭开支",
    "种植制种玉米",
    "生产经营",
)
GOODS = (
    "水泥",
    "砂石料",
    "玉米种子",
    "化肥",
    "饲料",
    "钢材",
    "活牛",
    "建材",
    "白酒",
    "服装",
    "轮胎",
    "门窗",
    "地膜",
    "蔬菜",
    "农机配件",
)
WORKS = (
    "瓦工",
    "司机",
    "会计",
    "厨师",
    "木工",
    "保安",
    "钢筋工",
    "销售员",
    "车间工人",
    "电工",
    "普工",
    "挖机操作手",
)
FILES = (
    "征地批复文件",
    "拆迁补偿安置方案",
    "村级财务账目",
    "执法记录",
    "会议纪要",
    "公车使用费用",
    "招标文件",
    "低保名单",
    "土地出让合同",
    "督查通报",
)
BUILDINGS = ("道路硬化", "厂房", "住宅楼外墙", "水渠", "绿化", "温室大棚")
TIES = ("朋友", "同村村民", "同事", "邻居", "亲戚", "同学", "生意伙伴", "战友")


def spoken_date(day: date) -> str:
    """A date as complaints write it: 2021年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def spoken_amount(amount: float) -> str:
    """CNY without needless decimals."""
    return f"{amount:.0f}" if amount == int(amount) else f"{amount:.2f}"


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "某"


class Texts:
    """Writes claims and facts. ``style`` fixes the picks: a mass filer's form, a ring's template."""

    def __init__(self, rng: Random) -> None:
        with (DATA / "sentences.toml").open("rb") as handle:
            self._parts: dict[str, list[list[str]]] = tomllib.load(handle)
        self._rng = rng

    def write(self, key: str, values: Mapping[str, str], style: int | None = None) -> str:
        """The text of ``key``, for example ``loan_facts``, with its values set in."""
        pick = self._rng if style is None else Random(style)
        text = "".join(pick.choice(slot) for slot in self._parts[key])
        return text.format_map(_Blank(values))

    def claims(self, key: str, values: Mapping[str, str], style: int | None = None) -> str:
        """The claims of a cause, mostly with the request for costs."""
        text = self.write(f"{key}_claims", values, style)
        return text + self.write("costs", values, style) if self._rng.random() < 0.85 else text
