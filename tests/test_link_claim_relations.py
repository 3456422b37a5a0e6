"""Relations between claims: series, splits, refilings and chains; and that honest mass filers are told as such."""

from __future__ import annotations

import json
from typing import Any

import pytest
from claim_samples import (
    BANK,
    CARD,
    DEBTORS,
    LAWYER,
    LENDER,
    against,
    evidence,
    kinds,
    loan,
    note,
    related,
    suit,
)
from link_samples import IDS, believed, organization, person

from features.link.claims.account import account_for
from xiezhi.records import Evidence, Party
from xiezhi.store import Store

# Series


def test_one_lender_many_defendants_on_one_form(sqlite_store: Store) -> None:
    rows = [
        suit(f"f{i}", 10 * i, LENDER, against(name), claim_amount=20_000.0 + 500 * i, facts=loan(f"2020年{i + 1}月5日", name, f"{20_000 + 500 * i}"))
        for i, name in enumerate(DEBTORS)
    ]  # fmt: skip
    found = related(sqlite_store, *rows)
    assert {r.kind for r in found} == {"series"}
    assert {r.other_filing_id for r in found if r.filing_id == "f5"} == {"f4", "f3", "f2"}
    told = evidence(found, "f5", "f4")
    assert told["agree"] == ["plaintiff", "text"]
    assert told["institution"] == ""
    assert min(r.score for r in found) >= 0.85


def test_straw_plaintiffs_through_one_agent(sqlite_store: Store) -> None:
    """Different plaintiffs on one form with one agent are a series of lower score; without the agent they are none."""
    straws = [
        person("p1", "plaintiff", name, id_number=number)
        for name, number in zip(("马建军", "王彩霞"), IDS[:2], strict=True)
    ]
    rows = [
        suit(f"f{i}", i, straws[i], against(DEBTORS[i]), agents=(LAWYER,), facts=loan(debtor=DEBTORS[i]))
        for i in range(2)
    ]
    alone = suit(
        "f9", 9, person("p1", "plaintiff", "何丽君"), against(DEBTORS[2]), facts=loan(debtor=DEBTORS[2])
    )
    found = related(sqlite_store, *rows, alone)
    assert kinds(found) == {("f1", "f0", "series")}
    assert evidence(found, "f1", "f0")["agree"] == ["agent", "text"]
    assert found[0].score <= 0.9


@pytest.mark.parametrize(
    ("plaintiff", "expected"),
    [
        (BANK, "bank"),
        (
            organization("p1", "plaintiff", "临泽玉锦物业服务有限公司", phone="09365520000"),
            "property_manager",
        ),
        (
            organization("p1", "plaintiff", "华弘银行股份有限公司信用卡中心甘州分部", phone="09368880000"),
            "bank",
        ),
    ],
)
def test_lawful_mass_filers_are_told_as_institutions(
    sqlite_store: Store, plaintiff: Party, expected: str
) -> None:
    """Their suits are a series too; the evidence says what they are, and the account counts the form's users."""
    rows = [
        suit(f"f{i}", i, plaintiff, against(name), cause="信用卡纠纷", claim_amount=9_000.5 + i, facts=CARD.format(day=f"2020年{i + 1}月1日", debtor=name, sum=f"{9_000 + i}.5"))
        for i, name in enumerate(DEBTORS)
    ]  # fmt: skip
    found = related(sqlite_store, *rows)
    assert {r.kind for r in found} == {"series"}
    assert {json.loads(r.evidence)["institution"] for r in found} == {expected}
    with sqlite_store.read() as connection:
        account = account_for(connection, "f3")
    assert account.form is not None
    assert (account.form.filings, account.form.plaintiffs, account.form.defendants) == (6, 1, 6)
    assert account.form.institution == expected
    assert {(r.filing_id, r.later) for r in account.relations} >= {("f2", False), ("f4", True)}


def test_workers_of_one_employer_through_one_agent(sqlite_store: Store) -> None:
    """Wage claims of a batch: many plaintiffs, one defendant, one form."""
    text = "原告自2021年3月起在被告单位上班，任瓦工，被告未为原告缴纳社会保险，离职时被告出具工资欠条，至今未付，故起诉。"
    firm = organization("p2", "defendant", "张掖宇祥商贸有限公司", phone="09361110000")
    rows = [
        suit(f"f{i}", i, person("p1", "plaintiff", name), firm, cause="劳动争议", claim_amount=9_000.0 + 700 * i, facts=text, agents=(LAWYER,))
        for i, name in enumerate(DEBTORS[:3])
    ]  # fmt: skip
    found = related(sqlite_store, *rows)
    assert kinds(found) == {("f1", "f0", "series"), ("f2", "f0", "series"), ("f2", "f1", "series")}
    assert {json.loads(r.evidence)["many"] for r in found} == {"plaintiffs"}


def test_other_facts_of_one_plaintiff_are_no_series(sqlite_store: Store) -> None:
    other = "双方自2018年6月起建立建材买卖关系，原告陆续供应水泥钢筋，经对账确认尚欠货款，被告以资金未到位为由拖延不付，为此起诉。"
    found = related(
        sqlite_store,
        suit("a", 0, LENDER, against(DEBTORS[0]), facts=loan(debtor=DEBTORS[0])),
        suit("b", 5, LENDER, against(DEBTORS[1]), facts=other, claim_amount=31_000.0),
    )
    assert found == []


# Splits


@pytest.mark.parametrize(
    ("days", "amounts", "sums", "expected"),
    [
        (("2022-03-05", "2022-03-06", "2022-03-07"), (48_000.0, 47_000.0, 46_000.0), "", "cn-small-claims"),
        (("2022-03-05", "2022-03-05"), (600_000.0, 900_000.0), "", "cn-million"),
        (("2022-03-05", "2022-03-05"), (20_000.0, 40_000.0), "", "cn-small-claims"),
        (("2022-03-05", "2022-03-06"), (8_000.0, 12_000.0), "共计20000元，", ""),
    ],
    ids=["consecutive notes just under", "under a million", "one day, under together", "parts of a sum told"],
)
def test_one_debt_cut_into_parts(
    sqlite_store: Store, days: tuple[str, ...], amounts: tuple[float, ...], sums: str, expected: str
) -> None:
    rows = [
        suit(f"f{i}", 600 + 3 * i, claim_amount=amount, evidence=(note(day, amount),), facts=loan(day, total=f"{amount:.0f}") + sums)
        for i, (day, amount) in enumerate(zip(days, amounts, strict=True))
    ]  # fmt: skip
    found = related(sqlite_store, *rows)
    last = len(rows) - 1
    assert kinds(found) == {(f"f{i}", f"f{j}", "split") for i in range(last + 1) for j in range(i)}
    told = evidence(found, f"f{last}", "f0")
    assert told["total"] == sum(amounts)
    assert told.get("threshold", {}).get("code", "") == expected
    assert ("adds_up_to" in told) == bool(sums)
    assert "sides" in told["agree"]


@pytest.mark.parametrize(
    ("day", "amount", "later"),
    [("2022-06-20", 48_000.0, 3), ("2022-03-06", 9_000.0, 3), ("2022-03-06", 48_000.0, 400)],
    ids=["another season", "little", "filed a year later"],
)
def test_two_loans_of_one_pair_are_no_split(sqlite_store: Store, day: str, amount: float, later: int) -> None:
    found = related(
        sqlite_store,
        suit("a", 600, claim_amount=30_000.0, evidence=(note("2022-03-05", 30_000.0),)),
        suit("b", 600 + later, claim_amount=amount, evidence=(note(day, amount),)),
    )
    assert [r for r in found if r.kind == "split"] == []


def test_parts_against_two_debtors_are_no_split(sqlite_store: Store) -> None:
    found = related(
        sqlite_store,
        suit("a", 600, claim_amount=48_000.0, evidence=(note("2022-03-05", 48_000.0),)),
        suit(
            "b",
            601,
            LENDER,
            against(DEBTORS[0]),
            claim_amount=47_000.0,
            evidence=(note("2022-03-05", 47_000.0),),
        ),
    )
    assert found == []


# Refilings


@pytest.mark.parametrize(
    ("more", "changed"),
    [
        ({"claim_amount": 36_000.0, "evidence": (note("2020-03-05", 30_000.0),)}, ["amount"]),
        ({"facts": loan(day="2020年5月9日"), "evidence": (note("2020-05-09", 30_000.0),)}, ["date"]),
        ({"facts": loan(way="通过银行转账交付")}, ["way"]),
        ({"cause": "不当得利纠纷", "evidence": (Evidence("bank_transfer", dated="2020-03-05", amount=30_000.0),)}, ["way", "cause"]),
        ({"court": "甘0602", "claim_amount": 36_000.0, "facts": loan(total="36000")}, ["amount"]),
    ],
    ids=["amount", "date of the note", "way of payment", "cause", "another court"],
)  # fmt: skip
def test_sued_again_with_something_changed(
    sqlite_store: Store, more: dict[str, Any], changed: list[str]
) -> None:
    more.setdefault("facts", loan())
    found = related(
        sqlite_store,
        suit("a", 0, facts=loan(), evidence=(note("2020-03-05", 30_000.0),)),
        suit("b", 90, **more),
    )
    assert kinds(found) == {("b", "a", "refiled")}
    told = evidence(found, "b", "a")
    assert told["changed"] == changed
    assert told["other_court"] == (more.get("court") == "甘0602")


def test_told_anew_on_the_same_note(sqlite_store: Store) -> None:
    story = "原告将三万元交付被告作为合伙投资款，被告承诺年底返还并支付红利，其后以共同经营为名拒不结算，双方另行约定由合同签订地法院管辖。"
    found = related(
        sqlite_store,
        suit("a", 0, facts=loan(), evidence=(note("2020-03-05", 30_000.0),)),
        suit("b", 60, facts=story, cause="合伙合同纠纷", evidence=(note("2020-03-05", 30_000.0),)),
    )
    assert kinds(found) == {("b", "a", "refiled")}
    assert evidence(found, "b", "a")["changed"] == ["cause", "story"]


def test_the_same_again_unchanged_is_one_claim_and_no_refiling(sqlite_store: Store) -> None:
    rows = [suit(f"f{i}", 40 * i, facts=loan(), evidence=(note("2020-03-05", 30_000.0),)) for i in range(2)]
    assert related(sqlite_store, *rows) == []
    assert len({claim for _, claim in believed(sqlite_store)[1]}) == 1


def test_a_fee_due_every_year_is_no_refiling(sqlite_store: Store) -> None:
    manager = organization("p1", "plaintiff", "临泽玉锦物业服务有限公司", phone="09365520000")
    owner = person("p2", "defendant", "欧阳小明", id_number=IDS[3])
    text = "原告系瑞和佳苑小区的物业服务企业，被告系该小区业主。自{}起，被告未缴纳物业费，经张贴通知、电话及上门催缴，被告拒不缴纳。故诉至法院。"
    found = related(
        sqlite_store,
        suit(
            "a",
            0,
            manager,
            owner,
            cause="物业服务合同纠纷",
            claim_amount=1_800.0,
            facts=text.format("2019年1月1日"),
        ),
        suit(
            "b",
            365,
            manager,
            owner,
            cause="物业服务合同纠纷",
            claim_amount=1_800.0,
            facts=text.format("2020年1月1日"),
        ),
    )
    assert found == []
    assert len({claim for _, claim in believed(sqlite_store)[1]}) == 2


# Chains


def test_a_dispute_carried_on_is_a_chain_of_one_claim(sqlite_store: Store) -> None:
    turned = (
        person("p1", "plaintiff", "欧阳小明", id_number=IDS[3]),
        person("p2", "defendant", "刘强", id_number=IDS[2]),
    )
    first, second = "(2020)甘0702民初7号", "(2020)甘07民终9号"
    found = related(
        sqlite_store,
        suit("a", 0, case_number=first, facts=loan()),
        suit(
            "b",
            90,
            *turned,
            case_number=second,
            proceeding="appeal",
            court="甘07",
            related_case_numbers=(first,),
        ),
        suit("c", 200, proceeding="enforcement", facts=f"{second}民事判决书已发生法律效力，被执行人未履行。"),
        suit("d", 300, proceeding="retrial", court="甘", related_case_numbers=(first, second)),
    )
    assert {r.kind for r in found} == {"appeal"}
    assert ("b", "a", "appeal") in kinds(found)
    assert ("c", "b", "appeal") in kinds(found)
    assert {o for f, o, _ in kinds(found) if f == "d"} == {"a", "b", "c"}
    told = evidence(found, "b", "a")
    assert (told["step"], told["from"], told["turned"], told["agree"]) == (
        "appeal",
        "first_instance",
        True,
        ["case_number"],
    )
    assert len({claim for _, claim in believed(sqlite_store)[1]}) == 1
