"""Relations between claims: series, splits, refilings and chains; and that honest mass filers are told as such."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_samples import IDS, START, believed, dockets, empty, filing, organization, person, put
from typer.testing import CliRunner

from features.intake.take_in import take_in
from features.link.claims.account import account_for
from features.link.claims.command import WORDS
from features.link.claims.institutions import institution
from features.link.claims.relation import KINDS
from features.link.claims.thresholds import crossed, load_thresholds, thresholds_for
from features.link.cli import app as link_app
from features.link.docket import keep_links, link_pending
from features.link.resolve import resolve
from features.simulate import simulate
from xiezhi.clock import DAY, parse_moment
from xiezhi.errors import NotFound
from xiezhi.records import PROCEEDINGS, Agent, Evidence, Filing, Party, Proceeding
from xiezhi.settings import Settings
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


# As of its moment, on both databases


def test_relations_are_the_same_in_bulk_and_one_by_one(store: Store) -> None:
    rows = [
        suit(f"f{i}", 600 + i // 2, LENDER, against(DEBTORS[i % 3]), claim_amount=46_000.0 + i // 3, evidence=(note(f"2022-03-0{1 + i}", 46_000.0 + i // 3),), facts=loan(f"2022年3月{1 + i}日", DEBTORS[i % 3]))
        for i in range(9)
    ]  # fmt: skip
    put(store, rows)
    link_pending(store)
    bulk = believed(store)
    assert {r.kind for r in bulk[3]} == {"series", "split"}
    with store.read() as connection:
        again = [resolve(connection, store.vault, row) for row in rows]
    kept = {(r.filing_id, r.other_filing_id, r.kind) for r in bulk[3]}
    assert {(a.filing_id, r.other_filing_id, r.kind) for a in again for r in a.relations} == kept
    late = suit("e9", 604.5, LENDER, against(DEBTORS[0]), facts=loan(debtor=DEBTORS[0]))
    put(store, [late])
    with store.write() as connection:
        keep_links(connection, resolve(connection, store.vault, late))
    after = believed(store)[3]
    assert [r for r in after if r.filing_id != "e9"] == bulk[3]
    assert {r.other_filing_id for r in after if r.filing_id == "e9"} <= {f"f{i}" for i in range(9)}


# Data and account


def test_every_threshold_says_where_it_is_from() -> None:
    for one in load_thresholds():
        assert all((one.source, one.zh, one.en)), one.code
        assert one.cents > 0, one.code
        assert one.since < one.until, one.code
    assert len({one.code for one in load_thresholds()}) == len(load_thresholds())


def test_thresholds_hold_in_their_time_and_courts() -> None:
    def codes(court: str, day: str) -> set[str]:
        return {t.code for t in thresholds_for("CNY", court, parse_moment(day, "Asia/Shanghai"))}

    assert codes("甘0702", "2020-01-01") == {"cn-level-2015-d", "cn-million"}
    assert codes("浙0106", "2022-05-01") >= {
        "cn-small-claims-zhejiang",
        "cn-small-claims",
        "cn-level-intermediate",
    }
    assert not codes("甘0702", "2022-05-01") & {"cn-small-claims-zhejiang", "cn-level-2015-d"}
    assert thresholds_for("EUR", "", 0) == []


def test_the_threshold_crossed_is_the_nearest_above_the_parts() -> None:
    held = thresholds_for("CNY", "甘0702", parse_moment("2020-01-01", "Asia/Shanghai"))
    million = crossed([60_000_000, 60_000_000], held)
    assert million is not None
    assert million.code == "cn-million"
    assert crossed([60_000_000, 30_000_000], held) is None
    assert crossed([200_000_000, 30_000_000], held) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("通和财产保险股份有限公司山丹支公司", "insurer"),
        ("甘州区德信小额贷款有限责任公司", "licensed_lender"),
        ("业嘉音像著作权服务中心", "collecting_society"),
        ("Capital One Bank (USA), N.A.", "bank"),
        ("张掖宇祥商贸有限公司", ""),
        ("Smith Hardware Inc", ""),
    ],
)
def test_institutions_by_name(name: str, kind: str) -> None:
    assert institution(name) == kind


def test_an_unknown_filing_has_no_account(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection, pytest.raises(NotFound):
        account_for(connection, "nobody")


def test_no_evidence_names_anybody(sqlite_store: Store) -> None:
    rows = [
        suit(
            f"f{i}",
            600 + i,
            LENDER,
            against(DEBTORS[i % 2]),
            claim_amount=48_000.0 - i,
            facts=loan(debtor=DEBTORS[i % 2]),
            evidence=(note("2022-03-05", 48_000.0 - i),),
        )
        for i in range(4)
    ]
    found = related(sqlite_store, *rows)
    assert {r.kind for r in found} <= set(KINDS)
    assert found
    for one in found:
        assert not any(name in one.evidence for name in ("刘强", *DEBTORS))


# Random dockets and a simulated one

few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_steps: st.SearchStrategy[Proceeding] = st.sampled_from(
    ["first_instance", "first_instance", "pre_suit_mediation", "appeal", "enforcement"]
)
_stories = st.sampled_from(
    [loan(), loan(total="20000"), loan(day="2020年3月6日"), loan(way="通过银行转账交付"), None]
)


@st.composite
def disputes(draw: st.DrawFn) -> list[Filing]:
    """Random dockets whose few people sue, appeal and sue again on like stories."""
    rows = draw(dockets())
    return [
        replace(
            row,
            proceeding=draw(_steps),
            facts=draw(_stories),
            currency="CNY",
            filed_at=row.filed_at + 600 * DAY,
        )
        for row in rows
    ]


@few
@given(rows=disputes())
def test_random_disputes_in_bulk_equal_one_by_one(store: Store, rows: list[Filing]) -> None:
    empty(store)
    put(store, rows)
    link_pending(store)
    bulk = believed(store)
    empty(store)
    for row in sorted(rows, key=lambda f: (f.filed_at, f.filing_id)):
        put(store, [row])
        with store.write() as connection:
            keep_links(connection, resolve(connection, store.vault, row))
    assert believed(store) == bulk


@few
@given(rows=disputes(), data=st.data())
def test_order_of_arrival_before_linking_changes_nothing(
    sqlite_store: Store, rows: list[Filing], data: st.DataObject
) -> None:
    empty(sqlite_store)
    put(sqlite_store, rows)
    link_pending(sqlite_store)
    found = believed(sqlite_store)
    empty(sqlite_store)
    put(sqlite_store, data.draw(st.permutations(rows)))
    link_pending(sqlite_store)
    assert believed(sqlite_store) == found
    moments = {row.filing_id: row.filed_at for row in rows}
    assert all(moments[r.other_filing_id] <= moments[r.filing_id] for r in found[3])


def pairs(claim_of: Mapping[str, str]) -> set[tuple[str, str]]:
    filings_of: dict[str, list[str]] = {}
    for filing_id, claim in sorted(claim_of.items()):
        filings_of.setdefault(claim, []).append(filing_id)
    return {pair for of in filings_of.values() for pair in combinations(of, 2)}


def test_claims_of_a_simulated_docket(sqlite_store: Store, tmp_path: Path) -> None:
    """Against the simulator's truth; every chain, and no series, lies within one claim."""
    docket = tmp_path / "docket"
    simulate(docket, filings=900, years=1.5, seed=23)
    take_in(sqlite_store, [docket], mapping=None, settings=Settings(), rejects=None, received_at=START)
    link_pending(sqlite_store)
    claim_of = dict(believed(sqlite_store)[1])
    with (docket / "truth" / "claims.csv").open(encoding="utf-8") as file:
        truth = {row["filing_id"]: row["claim_id"] for row in csv.DictReader(file)}
    found, true = pairs(claim_of), pairs(truth)
    assert len(true) > 80
    assert len(found & true) >= 0.99 * len(found)
    assert len(found & true) >= 0.99 * len(true)
    relations = believed(sqlite_store)[3]
    within = {
        kind: {claim_of[r.filing_id] == claim_of[r.other_filing_id] for r in relations if r.kind == kind}
        for kind in KINDS
    }
    assert within["appeal"] == {True}
    assert within["series"] == {False}


# The command


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("sued again", "changed: amount", "not a verdict")),
        ("zh", ("再次起诉", "变化：金额", "不是结论")),
    ],
)
def test_the_account_in_words(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("XIEZHI_LANGUAGE", language)
    related(
        sqlite_store,
        suit("a", 0, facts=loan(), evidence=(note("2020-03-05", 30_000.0),)),
        suit("b", 90, facts=loan(), claim_amount=36_000.0, evidence=(note("2020-03-05", 30_000.0),)),
    )
    told = CliRunner().invoke(link_app, ["claims", "b"])
    assert told.exit_code == 0
    assert all(word in told.output for word in words)


def test_the_account_as_json_and_the_table_of_relations(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [
        suit("a", 600, claim_amount=48_000.0, evidence=(note("2022-03-05", 48_000.0),)),
        suit("b", 602, claim_amount=47_000.0, evidence=(note("2022-03-05", 47_000.0),)),
        suit(
            "c",
            700,
            claim_amount=48_000.0,
            proceeding="enforcement",
            evidence=(note("2022-03-05", 48_000.0),),
        ),
    ]
    related(sqlite_store, *rows)
    told = CliRunner().invoke(link_app, ["claims", "a", "--json"])
    said = json.loads(told.output)
    assert [f["filing_id"] for f in said["filings"]] == ["c"]
    assert said["filings"][0]["agreement"]["agree"] == ["instrument"]
    assert {(r["filing_id"], r["kind"], r["later"]) for r in said["relations"]} == {
        ("b", "split", True),
        ("c", "appeal", True),
    }
    out = tmp_path / "relations.csv"
    assert CliRunner().invoke(link_app, ["export", "--relations", str(out)]).exit_code == 0
    with out.open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["filing_id", "other_filing_id", "kind", "score"]
    assert [(r["filing_id"], r["other_filing_id"], r["kind"]) for r in table] == [
        ("b", "a", "split"),
        ("c", "a", "appeal"),
    ]


def test_every_word_of_the_account_is_in_both_languages() -> None:
    assert set(WORDS["zh"]) == set(WORDS["en"])
    assert set(KINDS) | {"bank", "public_body", *PROCEEDINGS} <= set(WORDS["zh"])
