"""Organisations: banks, property managers, lenders and ordinary firms, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from features.simulate import identity
from features.simulate.parameters import Population
from features.simulate.people import People, Person
from features.simulate.places import Court, Places

KINDS = (
    "bank",
    "card_issuer",
    "property_manager",
    "insurer",
    "licensed_lender",
    "telecom",
    "rights_holder",
    "agency",
    "mediator",
    "firm",
)
_SYLLABLES = (
    "恒瑞祥盛鼎泰隆昌丰华兴远达信诚锦源汇金宏宇天佑河西润德博通嘉业民安顺康正大陇原绿洲玉泉丹霞弘毅众和"
)
_TRADES = (
    "商贸",
    "建筑工程",
    "农业科技",
    "物流",
    "房地产开发",
    "装饰工程",
    "矿业",
    "餐饮管理",
    "种业",
    "劳务",
    "机械租赁",
    "食品",
    "新能源",
    "汽车销售",
    "水利工程",
    "文化传媒",
    "医药",
    "农机",
)
_SOCIETIES = (
    "音像著作权服务中心",
    "图像技术有限公司",
    "文化传播有限公司",
    "日化股份有限公司",
    "服饰有限公司",
    "酒业股份有限公司",
)
_AGENCIES = (
    "自然资源局",
    "市场监督管理局",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "公安局",
    "人民政府",
    "农业农村局",
    "城市管理综合执法局",
    "卫生健康局",
    "教育局",
    "税务局",
    "民政局",
)

_DIALLING = {"6207": "0936", "6206": "0935"}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A true organisation (法人或非法人组织). ``kind`` is one of ``KINDS``."""

    entity_id: str
    kind: str
    name: str
    credit_code: str
    head: Person
    phone: str
    address: str
    region: str


class Organisations:
    """All organisations of one docket, by kind; ordinary firms also by district."""

    def __init__(self, places: Places, people: People, params: Population, rng: Random) -> None:
        self._places, self._people, self._params, self._rng = places, people, params, rng
        self._count = 0
        self._names: set[str] = set()
        self.by_kind: dict[str, list[Organisation]] = {k: [] for k in KINDS}
        self._firms: dict[str, list[Organisation]] = {}
        numbers = {
            "bank": params.banks,
            "card_issuer": params.card_issuers,
            "property_manager": params.property_managers,
            "insurer": params.insurers,
            "licensed_lender": params.licensed_lenders,
            "telecom": params.telecoms,
            "rights_holder": params.rights_holders,
            "mediator": params.mediators,
        }
        for kind, number in numbers.items():
            for i in range(number):
                self._make(kind, places.courts[i % len(places.courts)].region)
        for court in places.courts:
            for i in range(len(_AGENCIES)):
                self._make("agency", court.region, _AGENCIES[i])
        for i in range(params.firms):
            self.new_firm(places.courts[i % len(places.courts)].region)

    def _name(self, kind: str, region: str, tail: str) -> str:
        r = self._rng
        district = self._places.name(region)
        word = r.choice(_SYLLABLES) + r.choice(_SYLLABLES)
        match kind:
            case "bank":
                return f"{district.rstrip('县区')}{word}农村商业银行股份有限公司"
            case "card_issuer":
                return f"{word}银行股份有限公司信用卡中心{district.rstrip('县区')}分部"
            case "property_manager":
                return f"{district.rstrip('县区')}{word}物业服务有限公司"
            case "insurer":
                return f"{word}财产保险股份有限公司{district.rstrip('县区')}支公司"
            case "licensed_lender":
                return f"{district.rstrip('县区')}{word}小额贷款有限责任公司"
            case "telecom":
                return f"{word}通信有限公司{district.rstrip('县区')}分公司"
            case "rights_holder":
                return word + r.choice(_SOCIETIES)
            case "mediator":
                return f"{district}{word}人民调解委员会"
            case "agency":
                return district + tail
            case _:
                place = r.choice(("甘肃", "张掖", district.rstrip("县区"), district.rstrip("县区")))
                return f"{place}{word}{tail}有限{'责任' if r.random() < 0.3 else ''}公司"

    def _make(self, kind: str, region: str, tail: str = "") -> Organisation:
        r = self._rng
        name = self._name(kind, region, tail)
        while name in self._names:
            name = self._name(kind, region, tail)
        self._names.add(name)
        self._count += 1
        authority = {"agency": "11", "mediator": "52", "rights_holder": "91"}.get(kind, "91")
        organisation = Organisation(
            f"O{self._count:05d}",
            kind,
            name,
            identity.credit_code(region, r, authority),
            self._people.new(region),
            f"{_DIALLING.get(region[:4], '0931')}-{r.randrange(2000000, 8999999)}"
            if kind != "firm"
            else identity.mobile_number(r),
            self._places.business(region),
            region,
        )
        self.by_kind[kind].append(organisation)
        if kind == "firm":
            self._firms.setdefault(region, []).append(organisation)
        return organisation

    def new_firm(self, region: str) -> Organisation:
        """An ordinary firm not seen before."""
        return self._make("firm", region, self._rng.choice(_TRADES))

    def firm(self, court: Court) -> Organisation:
        """A firm of the district; some are in the docket far more often than others."""
        known = self._firms.get(court.region)
        if not known or self._rng.random() < self._params.new_firm:
            return self.new_firm(court.region)
        return known[int(len(known) * self._rng.random() ** 2)]

    def mass(self, kind: str) -> Organisation:
        """An organisation of a kind that files often; the first of the list most."""
        known = self.by_kind[kind]
        return known[int(len(known) * self._rng.random() ** 1.7)]

    def agency(self, court: Court) -> Organisation:
        """An authority (行政机关) of the court's district."""
        return self._rng.choice([o for o in self.by_kind["agency"] if o.region == court.region])
