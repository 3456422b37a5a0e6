"""What a filing says, as numbers: table cases, and what it does not say stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import loan

from features.intake.schema import parse_filing
from features.pleading import amounts
from features.pleading.words import tells
from features.registry import BY_NAME, FEATURES
from xiezhi.clock import parse_moment
from xiezhi.records import Agent, DeclaredRelation, Evidence, Filing, Party, filing_from_body, to_body
from xiezhi.settings import Settings

FILED = parse_moment("2023-05-04T10:00:00+08:00", "Asia/Shanghai")
LENDER = Party(
    "p1", "plaintiff", "person", "张伟", "resident_id", "11010519491231002X", "1949-12-31",
    phone="13800000001", address="甘肃省张掖市甘州区东街1号2室", declared_relations=(DeclaredRelation("p2", "sibling"),),
)  # fmt: skip
DEBTOR = Party("p2", "defendant", "person", "李娜", phone="138 0000 0001", address="甘州区西街3号4室")
FIRM = Party("p2", "defendant", "organization", "张掖佑西商贸有限公司", legal_representative="张伟")
LOAN = Filing(
    filing_id="f1",
    court="甘0702",
    filed_at=FILED,
    cause="民间借贷纠纷",
    claim_amount=150_000.0,
    claims="1.判令被告归还借款；2.优先受偿。",
    facts="2022年5月4日，李娜向张伟借款150000元，口头约定一年，现金交付，被告对欠款无异议。",
    mediation_requested=True,
    parties=(LENDER, DEBTOR),
    agents=(Agent("a1", "lawyer", "王律师", firm="甘肃某某律师事务所", represents=("p1",)),),
    evidence=(Evidence("iou", dated="2022-05-04", amount=150_000.0),),
    elements={"principal_agreed": 150_000, "principal_provided": 120_000, "provided_by": "cash",
              "provided_on": "2022-05-04", "due_on": "2022-06-03", "rate_per_year": 0.24},
)  # fmt: skip
PLEADINGS = {f.name: f.compute for f in FEATURES if callable(f.compute)}


def read(filing: Filing, name: str) -> float:
    return PLEADINGS[name](filing)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("claim_magnitude", 5.1760942),
        ("amount_is_round", 1.0),
        ("amount_zeros", 4.0),
        ("amount_near_minimum", 0.0),
        ("evidence_count", 1.0),
        ("undated_share", 0.0),
        ("note_only", 1.0),
        ("instrument_missing", 0.0),
        ("has_bank_transfer", 0.0),
        ("paid_in_cash", 1.0),
        ("unproved_share", 1.0),
        ("repeated_transfers", 0.0),
        ("principal_shortfall", 0.2),
        ("claim_over_note", 1.0),
        ("papers_disagree", 0.0),
        ("rate_over_cap", 0.24 / (4 * 0.037)),
        ("loan_term_days", 30.0),
        ("days_since_due", 335.0),
        ("days_since_provided", 365.0),
        ("instrument_age_days", 365.0),
        ("dates_told", 1.0),
        ("tells_no_dispute", 1.0),
        ("tells_cash", 1.0),
        ("tells_oral", 1.0),
        ("tells_priority", 1.0),
        ("tells_lease_right", 0.0),
        ("debt_for_asset", 0.0),
        ("plaintiff_is_person", 1.0),
        ("plaintiff_is_institution", 0.0),
        ("plaintiff_has_agent", 1.0),
        ("plaintiff_agent_is_lay", 0.0),
        ("employee_acts_for_person", 0.0),
        ("sides_share_phone", 1.0),
        ("sides_share_address", 0.0),
        ("sides_declare_kinship", 1.0),
        ("sides_declare_tie", 1.0),
        ("representative_is_opponent", 0.0),
        ("mediation_requested", 1.0),
    ],
)
def test_what_a_loan_says(name: str, value: float) -> None:
    assert read(LOAN, name) == pytest.approx(value)


@pytest.mark.parametrize(("mortgaged", "days"), [("2022-06-03", 30.0), ("2022-04-04", -30.0), (None, nan)])
def test_a_contract_is_dated_against_the_mortgage(mortgaged: str | None, days: float) -> None:
    lease = replace(LOAN, elements={"signed_on": "2022-05-04", "mortgaged_on": mortgaged})
    assert read(lease, "contract_before_mortgage_days") == pytest.approx(days, nan_ok=True)


@pytest.mark.parametrize(
    ("filed", "zone"),
    [
        ("2023-05-04", "Asia/Shanghai"),
        ("2023-05-04T09:00", "Asia/Shanghai"),
        ("2023-05-03T23:30:00-08:00", "Asia/Shanghai"),
        ("2023-05-04T21:00", "America/Los_Angeles"),
        ("2023-05-04T00:00", "UTC"),
    ],
)
def test_days_to_the_filing_are_the_courts(filed: str, zone: str) -> None:
    wire = loan("f1", filed, 1_000, evidence=[{"kind": "iou", "dated": "2023-05-04"}])
    filing = parse_filing(wire, Settings(zone=zone))
    assert read(filing, "instrument_age_days") == 0.0
    assert filing_from_body(to_body(filing)) == filing


def test_what_a_filing_does_not_say_is_unknown() -> None:
    silent = Filing("f2", "甘0702", FILED, "民间借贷纠纷", (replace(DEBTOR, address=None, phone=None),))
    never = {f.name for f in FEATURES if f.missing == "never"}
    known = {name for name in PLEADINGS if not isnan(read(silent, name))}
    assert known == {n for n in PLEADINGS if n in never} | {"defendant_is_person", "defendant_is_institution"}


def test_what_is_never_unknown_is_known_of_a_full_filing_too() -> None:
    for name, compute in PLEADINGS.items():
        if BY_NAME[name].missing == "never":
            assert not isnan(compute(LOAN)), name


@pytest.mark.parametrize(
    ("amount", "zeros"), [(120_000.0, 4.0), (1_234.5, 0.0), (10.0, 1.0), (7.0, 0.0), (0.0, nan), (None, nan)]
)
def test_zeros_at_the_end(amount: float | None, zeros: float) -> None:
    filing = replace(LOAN, claim_amount=amount, elements={})
    assert str(read(filing, "amount_zeros")) == str(zeros)


@given(st.integers(1, 10**9))
def test_zeros_are_the_power_of_ten_that_divides(amount: int) -> None:
    zeros = int(read(replace(LOAN, claim_amount=float(amount), elements={}), "amount_zeros"))
    assert amount % 10**zeros == 0
    assert amount % 10 ** (zeros + 1) != 0


@pytest.mark.parametrize(
    ("transfers", "share"),
    [((), 1.0), ((50_000.0,), 2 / 3), ((100_000.0, 50_000.0), 0.0), ((400_000.0,), 0.0), ((None,), nan)],
)
def test_what_no_transfer_proves(transfers: tuple[float | None, ...], share: float) -> None:
    evidence = (*LOAN.evidence, *(Evidence("bank_transfer", amount=t) for t in transfers))
    found = read(replace(LOAN, evidence=evidence), "unproved_share")
    assert isnan(found) if isnan(share) else found == pytest.approx(share)


def test_without_a_principal_nothing_is_proved_or_not() -> None:
    assert isnan(read(replace(LOAN, claim_amount=None, elements={}), "unproved_share"))
    assert isnan(read(replace(LOAN, cause="买卖合同纠纷"), "unproved_share"))


@pytest.mark.parametrize("name", ["rate_over_cap", "amount_near_minimum", "fee_waiver_and_large_claim"])
def test_limits_in_yuan_say_nothing_of_dollars(name: str) -> None:
    filing = replace(LOAN, fee_waiver_requested=True, currency="CNY")
    assert not isnan(read(filing, name))
    assert isnan(read(replace(filing, currency="USD"), name))


def test_a_loop_of_transfers_is_counted_by_its_amount() -> None:
    loop = tuple(Evidence("bank_transfer", dated=f"2022-05-0{i}", amount=150_000.0) for i in (4, 5, 6))
    odd = Evidence("bank_transfer", amount=1.0)
    assert read(replace(LOAN, evidence=(*loop, odd)), "repeated_transfers") == 3.0


@pytest.mark.parametrize(
    ("note", "disagrees"),
    [
        (Evidence("iou", dated="2022-05-04", amount=150_000.0), 0.0),
        (Evidence("iou", dated="2022-05-20", amount=150_500.0), 0.0),
        (Evidence("iou", dated="2022-05-04", amount=200_000.0), 1.0),
        (Evidence("iou", dated="2021-05-04", amount=150_000.0), 1.0),
        (Evidence("iou", dated="2021-05-04"), nan),
    ],
)
def test_papers_and_story(note: Evidence, disagrees: float) -> None:
    assert str(read(replace(LOAN, evidence=(note,)), "papers_disagree")) == str(disagrees)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2019-01-01", 0.24),
        ("2020-08-19", 0.24),
        ("2020-08-20", 0.154),
        ("2022-01-20", 0.148),
        ("2030-01-01", 0.12),
    ],
)
def test_the_cap_of_interest_goes_by_the_day_of_the_loan(day: str, rate: float) -> None:
    assert amounts.highest_rate(date.fromisoformat(day)) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("prepaid", "receipt", "years"),
    [
        (100_000, None, 5.0),
        (True, 200_000.0, 10.0),
        (True, None, 12.0),
        (False, 200_000.0, 0.0),
        (None, None, nan),
    ],
)
def test_years_of_rent_paid_in_advance(prepaid: object, receipt: float | None, years: float) -> None:
    form = {"rent_per_year": 20_000, "rent_prepaid": prepaid, "term_years": 12}
    evidence = (Evidence("contract", dated="2022-01-01"), Evidence("cash_receipt", amount=receipt))
    found = read(replace(LOAN, elements=form, evidence=evidence), "rent_prepaid_years")
    assert str(found) == str(years)


@pytest.mark.parametrize(
    ("form", "wage"),
    [
        ({"wage_claimed": 30_400, "period_from": "2022-01-01", "period_to": "2022-11-01"}, 3_040.0),
        ({"wage_claimed": 5_000, "period_from": "2022-01-01", "period_to": "2022-01-11"}, 5_000.0),
        ({"wage_claimed": 5_000, "period_from": "2022-02-01", "period_to": "2022-01-11"}, nan),
        ({"wage_claimed": 5_000}, nan),
    ],
)
def test_wages_a_month(form: dict[str, object], wage: float) -> None:
    found = read(replace(LOAN, elements=form), "wage_per_month")
    assert isnan(found) if isnan(wage) else found == pytest.approx(wage)


@pytest.mark.parametrize(
    ("waiver", "amount", "value"),
    [
        (True, 300_000.0, 1.0),
        (True, 299_999.0, 0.0),
        (False, 900_000.0, 0.0),
        (None, 900_000.0, nan),
        (True, None, nan),
    ],
)
def test_relief_from_fees_counts_on_a_large_claim_alone(
    waiver: bool | None, amount: float | None, value: float
) -> None:
    filing = replace(LOAN, fee_waiver_requested=waiver, claim_amount=amount)
    assert str(read(filing, "fee_waiver_and_large_claim")) == str(value)


FAR = "四川省成都市武侯区东街1号2室"


@pytest.mark.parametrize(
    ("clause", "plaintiff", "defendant", "value"),
    [
        (True, FAR, FAR, 1.0),
        (True, FAR, "甘州区西街3号4室", 0.0),
        (True, FAR, None, nan),
        (True, None, None, nan),
        (False, FAR, FAR, nan),
        (None, FAR, FAR, nan),
    ],
)
def test_a_chosen_court_without_a_link(
    clause: bool | None, plaintiff: str | None, defendant: str | None, value: float
) -> None:
    parties = (replace(LENDER, address=plaintiff), replace(DEBTOR, address=defendant))
    filing = replace(LOAN, forum_clause=clause, parties=parties)
    assert str(read(filing, "no_link_to_court")) == str(value)


@pytest.mark.parametrize(
    ("kind", "claims", "home", "value"),
    [
        ("house", "以房抵债", FAR, 1.0),
        ("house", "以房抵债", "甘州区西街3号4室", 0.0),
        ("house", "办理过户", FAR, 0.0),
        ("equity", "以物抵债", FAR, 0.0),
        (None, "以房抵债", FAR, nan),
    ],
)
def test_a_distant_home_counts_only_with_a_house_for_a_debt(
    kind: str | None, claims: str, home: str, value: float
) -> None:
    form = {"asset_kind": kind} if kind else {}
    filing = replace(LOAN, claims=claims, elements=form, parties=(replace(LENDER, address=home), DEBTOR))
    assert str(read(filing, "quota_asset_from_afar")) == str(value)


def test_an_employee_of_the_defendant_acts_for_the_workers() -> None:
    staff = Agent("a1", "employee", "郑浩", firm="张掖佑西商贸有限公司", represents=("p1",))
    filing = replace(LOAN, parties=(LENDER, FIRM), agents=(staff,))
    assert read(filing, "agent_is_opponents_employee") == 1.0
    assert read(filing, "employee_acts_for_person") == 1.0
    assert read(filing, "representative_is_opponent") == 1.0
    own = replace(filing, parties=(replace(FIRM, party_id="p1", role="plaintiff"), DEBTOR))
    assert read(own, "employee_acts_for_person") == 0.0
    assert isnan(read(own, "agent_is_opponents_employee"))


def test_companies_led_by_one_name_on_both_sides() -> None:
    ours = Party("p1", "plaintiff", "organization", "张掖另一商贸有限公司", legal_representative="张 伟")
    assert read(replace(LOAN, parties=(ours, FIRM), agents=()), "sides_share_head") == 1.0
    theirs = replace(FIRM, legal_representative="李娜")
    assert read(replace(LOAN, parties=(ours, theirs), agents=()), "sides_share_head") == 0.0


def test_a_tenant_tied_to_the_debtor_who_is_third_party() -> None:
    third = Party("p3", "third_party", "person", "贾新玉", phone="13800000001")
    tenant = replace(LENDER, declared_relations=())
    stranger = replace(tenant, phone="13900000009")
    declared = replace(stranger, declared_relations=(DeclaredRelation("p3", "relative"),))
    found = [
        read(replace(LOAN, parties=(p, third)), "tied_to_third_party") for p in (tenant, stranger, declared)
    ]
    assert found == [1.0, 0.0, 1.0]
    assert isnan(read(LOAN, "tied_to_third_party"))


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("well_known_mark", "认定原告商标为馳名商標"),
        ("debt_for_asset", "确认以物抵债协议有效"),
        ("stop_enforcement", "不得执行位于某处的财产"),
        ("assigned", "债权转让给原告"),
        ("form_note", "出具格式借条"),
        ("undisputed", "The defendant does NOT dispute the debt"),
    ],
)
def test_words_are_found_in_any_script(topic: str, text: str) -> None:
    assert tells(topic)(replace(LOAN, claims=None, facts=text)) == 1.0
    assert tells(topic)(replace(LOAN, claims="支付货款。", facts="被告未付。")) == 0.0


def test_a_topic_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="weather"):
        tells("weather")
