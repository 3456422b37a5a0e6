"""The honest docket: one function a family of causes, and the draw among them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import accumulate

from features.simulate.background import commerce, family, loans, masses, public, work
from features.simulate.cases import Suit
from features.simulate.places import Court
from features.simulate.world import World

Family = Callable[[World, Court, date], list[Suit]]

_CAUSES: dict[str, Family] = {
    "民间借贷纠纷": loans.private_loan,
    "借款合同纠纷": loans.enterprise_loan,
    "追偿权纠纷": loans.recourse,
    "不当得利纠纷": loans.unjust_enrichment,
    "离婚纠纷": family.divorce,
    "抚养费纠纷": family.support,
    "继承纠纷": family.inheritance,
    "机动车交通事故责任纠纷": work.traffic,
    "生命权、身体权、健康权纠纷": work.injury,
    "劳动争议": work.wages,
    "劳务合同纠纷": work.labour_service,
    "买卖合同纠纷": commerce.sale,
    "房屋买卖合同纠纷": commerce.house_sale,
    "租赁合同纠纷": commerce.lease,
    "合伙合同纠纷": commerce.partnership,
    "建设工程施工合同纠纷": commerce.works,
    "土地承包经营权纠纷": commerce.farmland,
    "产品责任纠纷": commerce.product,
    "案外人执行异议之诉": public.third_party_suit,
    "金融借款合同纠纷": masses.bank_loan,
    "信用卡纠纷": masses.credit_card,
    "物业服务合同纠纷": masses.property_fee,
    "电信服务合同纠纷": masses.telecom,
    "侵害作品信息网络传播权纠纷": masses.copyright_claims,
    "侵害商标权纠纷": masses.mark_claims,
}
_OTHER: dict[str, Family] = {
    "judicial_confirmation": public.confirmation,
    "pre_suit_mediation": public.pre_suit_mediation,
    "payment_order": public.payment_order,
    "administrative": public.administrative,
    "enforcement_objection": public.enforcement_objection,
    "bankruptcy": public.bankruptcy,
}


class Background:
    """Draws honest filings so that the causes keep their shares, batches and all."""

    def __init__(self, world: World) -> None:
        self._world = world
        p = world.params
        batch = {
            "金融借款合同纠纷": p.batches.bank,
            "信用卡纠纷": p.batches.card,
            "物业服务合同纠纷": p.batches.property,
            "电信服务合同纠纷": p.batches.telecom,
            "侵害作品信息网络传播权纠纷": p.batches.rights,
            "侵害商标权纠纷": p.batches.rights,
            "劳动争议": 1 + 0.3 * (p.batches.wages - 1),
        }
        if missing := set(p.causes) - set(_CAUSES):
            raise ValueError(f"no generator for the causes {sorted(missing)}")
        total = sum(p.causes.values())
        # A batch counts as many filings, so it must be begun that much more rarely.
        weights = [share / total / batch.get(cause, 1.0) for cause, share in p.causes.items()]
        self._families = [_CAUSES[c] for c in p.causes]
        for name, make in _OTHER.items():
            self._families.append(make)
            weights.append(getattr(p.proceedings, name))
        self._weights = list(accumulate(weights))

    def arrive(self, day: date) -> list[Suit]:
        """One arrival at one court: a suit, or a mass filer's batch of the day."""
        family_of = self._world.rng.choices(self._families, cum_weights=self._weights)[0]
        return family_of(self._world, self._world.court(), day)
