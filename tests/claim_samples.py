"""Suits on one debt for the tests of claims: who sues whom, in what words, on which note."""

from __future__ import annotations

import json
from typing import Any

from link_samples import IDS, filing, organization, person, put

from features.link.docket import link_pending
from xiezhi.records import Agent, Evidence, Filing, Party
from xiezhi.store import Store
from xiezhi.store.claim_relations import RelatedFiling, every_relation

LENDER = person("p1", "plaintiff", "刘强", id_number=IDS[2], phone="13812340001")
DEBTOR = person("p2", "defendant", "欧阳小明", id_number=IDS[3])
DEBTORS = ("赵大海", "钱文斌", "孙立国", "李秀兰", "周建平", "吴晓梅")
BANK = organization("p1", "plaintiff", "张掖甘州农村商业银行股份有限公司", phone="09368210000")
LAWYER = Agent("a1", "lawyer", "赵明", "16207201510000001", "甘肃正则律师事务所", represents=("p1",))

LOAN = (
    "{day}被告{debtor}因生意周转向原告借款{sum}元，{way}，双方约定半年内还清，被告出具借条一张。"
    "到期后原告多次催要，被告以各种理由推托，至今分文未还，为维护原告合法权益，特诉至贵院，望判如所请。"
)
CARD = (
    "被告{debtor}向原告申领信用卡一张，激活后多次透支消费。截至{day}，透支本息共{sum}元，"
    "经原告短信、电话、上门催收，被告仍未偿还，已构成违约，原告为维护自身合法权益，依法提起诉讼。"
)


def loan(
    day: str = "2020年3月5日", debtor: str = "欧阳小明", total: str = "30000", way: str = "以现金交付"
) -> str:
    return LOAN.format(day=day, debtor=debtor, sum=total, way=way)


def against(name: str) -> Party:
    return person("p2", "defendant", name)


def note(day: str, amount: float) -> Evidence:
    return Evidence("iou", "借条", day, amount)


def suit(filing_id: str, day: float, *parties: Party, **more: Any) -> Filing:
    more.setdefault("claim_amount", 30_000.0)
    more.setdefault("currency", "CNY")
    return filing(filing_id, day, *(parties or (LENDER, DEBTOR)), **more)


def related(store: Store, *rows: Filing) -> list[RelatedFiling]:
    put(store, rows)
    link_pending(store)
    with store.read() as connection:
        return list(every_relation(connection))


def kinds(found: list[RelatedFiling]) -> set[tuple[str, str, str]]:
    return {(r.filing_id, r.other_filing_id, r.kind) for r in found}


def evidence(found: list[RelatedFiling], filing_id: str, other: str) -> dict[str, Any]:
    (told,) = (r.evidence for r in found if (r.filing_id, r.other_filing_id) == (filing_id, other))
    said: dict[str, Any] = json.loads(told)
    return said
