"""The kinds of watch lists, and the terms by which a rule speaks of their matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["false_litigation", "lenders", "licensed", "restructuring", "zones", "mediators"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Place = Literal["plaintiff", "defendant", "agent", "mediator", "address"]


@dataclass(frozen=True)
class ListKind:
    """What a list holds and in which places of a filing it is looked for. legal: the ground of keeping it."""

    zh: str
    en: str
    places: tuple[Place, ...]
    legal: str


LISTS: Final[dict[Kind, ListKind]] = {
    "false_litigation": ListKind(
        "虚假诉讼失信人名单", "list of false litigation", ("plaintiff", "defendant", "agent"), "法〔2021〕281号"
    ),
    "lenders": ListKind("职业放贷人名录", "directory of professional lenders", ("plaintiff",), "九民纪要 第53条"),
    "licensed": ListKind(
        "持牌机构及批量起诉登记单位", "licensed institutions and registered mass filers", ("plaintiff",), "own rule"
    ),
    "restructuring": ListKind(
        "改制、重整企业名单", "firms under restructuring", ("defendant",), "法〔2021〕281号 四"
    ),
    "zones": ListKind("拆迁区划", "demolition zones", ("address",), "法〔2021〕281号 四"),
    "mediators": ListKind("重点关注调解组织", "mediation organisations under watch", ("mediator",), "法〔2021〕281号 四"),
}  # fmt: skip

_PLACES: Final[dict[Place, tuple[str, str]]] = {
    "plaintiff": ("原告", "the plaintiff"),
    "defendant": ("被告", "the defendant"),
    "agent": ("代理人", "an agent"),
    "mediator": ("调解组织", "the mediation organisation"),
    "address": ("地址或标的物", "an address or the asset"),
}


def watch_term(kind: Kind, place: Place) -> str:
    """The name under which a rule asks for the probability of a match: `watch_lenders_plaintiff`."""
    return f"watch_{kind}_{place}"


WATCH_TERMS: Final[dict[str, tuple[str, str]]] = {
    watch_term(kind, place): (
        f"{_PLACES[place][0]}与{of.zh}匹配的概率",
        f"probability that {_PLACES[place][1]} is on the {of.en}",
    )
    for kind, of in LISTS.items()
    for place in of.places
}
"""Term -> (zh, en)."""
