"""Features worked out of others, and those read off related claims."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.history.docket import make_docket
from features.history.kernel import History
from features.history.keys import key
from features.history.reading import Queries
from features.normalise.causes import CAUSE_FAMILIES
from features.registry import BY_NAME, FEATURE_NAMES, FEATURES, Derived, Feature, Tied
from features.registry.circumstances import CIRCUMSTANCES
from features.table import FeatureTable
from xiezhi.clock import DAY
from xiezhi.records import Event
from xiezhi.store.claim_relations import RelatedFiling

NAN = float("nan")
LOAN = float(CAUSE_FAMILIES.index("private_loan"))
DERIVED = [f for f in FEATURES if isinstance(f.compute, Derived)]


def derive(name: str, *values: float) -> float:
    compute = BY_NAME[name].compute
    assert isinstance(compute, Derived)
    assert len(values) == len(compute.of)
    return float(compute.by(*(np.array([v]) for v in values))[0])


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("amount_against_own", (np.log10(1 + 300.0), 200.0, 2.0), 3.0),
        ("amount_against_own", (np.log10(1 + 300.0), 0.0, 0.0), NAN),
        ("amount_against_own", (NAN, 200.0, 2.0), NAN),
        ("amount_against_enforced", (np.log10(1 + 300.0), 600.0), 0.5),
        ("amount_against_enforced", (np.log10(1 + 300.0), 0.0), NAN),
        ("instrument_before_seizure_days", (100.0, 70.0), 30.0),
        ("instrument_before_seizure_days", (70.0, 100.0), -30.0),
        ("instrument_before_seizure_days", (100.0, NAN), NAN),
        ("defendant_auction_pending", (3.0, 1.0), 2.0),
        ("defendant_auction_pending", (1.0, 2.0), 0.0),
        ("defendant_auction_pending", (NAN, NAN), NAN),
        ("plaintiff_linked_loans_365d", (3.0, NAN, 7.0, 1.0), 7.0),
        ("plaintiff_linked_loans_365d", (NAN, NAN, NAN, NAN), NAN),
        ("agent_focus", (3.0, 4.0), 0.75),
        ("agent_focus", (0.0, 0.0), NAN),
        ("lay_agent_filings", (0.5, 8.0), 8.0),
        ("lay_agent_filings", (0.0, 8.0), 0.0),
        ("lay_agent_filings", (NAN, NAN), NAN),
    ],
)
def test_one_number_out_of_others(name: str, values: tuple[float, ...], expected: float) -> None:
    assert derive(name, *values) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("asset_circumstances", {}, NAN),
        ("asset_circumstances", {"defendant_enforcement_open": 3.0}, NAN),
        ("asset_circumstances", {"debt_for_asset": 1.0}, 0.0),
        ("asset_circumstances", {"debt_for_asset": 1.0, "price_ratio": 0.71}, 0.0),
        ("asset_circumstances", {"debt_for_asset": 1.0, "price_ratio": 0.7}, 1.0),
        ("asset_circumstances", {"debt_for_asset": 1.0, "price_ratio": 1.6, "common_phones": 2.0}, 2.0),
        ("asset_circumstances", {"debt_for_asset": 1.0, "sides_share_phone": 1.0, "common_phones": 1.0}, 1.0),
        ("loan_circumstances", {"cause_code": float(CAUSE_FAMILIES.index("divorce")), "note_only": 1.0}, NAN),
        ("loan_circumstances", {"cause_code": LOAN}, 0.0),
        ("loan_circumstances", {"cause_code": LOAN, "note_only": 1.0, "unproved_share": 1.0}, 1.0),
        ("loan_circumstances", {"cause_code": LOAN, "rate_over_cap": 1.0}, 0.0),
        ("loan_circumstances", {"cause_code": LOAN, "rate_over_cap": 1.01, "loan_term_days": 30.0}, 2.0),
        ("objection_circumstances", {"lease_term_years": 10.0}, NAN),
        ("objection_circumstances", {"stops_enforcement": 1.0, "contract_before_seizure_days": 731.0}, 0.0),
        ("objection_circumstances", {"stops_enforcement": 1.0, "contract_before_seizure_days": -1.0}, 0.0),
        (
            "objection_circumstances",
            {"tells_lease_right": 1.0, "lease_term_years": 5.0, "paid_in_cash": 1.0},
            2.0,
        ),
        ("enforced_circumstances", {"tells_no_dispute": 1.0}, NAN),
        ("enforced_circumstances", {"defendant_enforcement_open": 1.0}, 0.0),
        ("enforced_circumstances", {"defendant_enforcement_open": 1.0, "amount_against_enforced": 1.0}, 1.0),
    ],
)
def test_circumstances_are_counted_each_once(name: str, said: dict[str, float], expected: float) -> None:
    compute = BY_NAME[name].compute
    assert isinstance(compute, Derived)
    assert derive(name, *(said.get(part, NAN) for part in compute.of)) == pytest.approx(expected, nan_ok=True)


def test_a_count_is_carried_by_what_shows_alone() -> None:
    compute = BY_NAME["loan_circumstances"].compute
    assert isinstance(compute, Derived)
    assert compute.carried_by is not None
    said = {
        "cause_code": LOAN,
        "plaintiff_linked_loans_365d": 2.0,
        "loan_term_days": 30.0,
        "common_phones": 1.0,
    }
    carrying = compute.carried_by({name: said.get(name, NAN) for name in compute.of})
    assert sorted(carrying) == ["common_phones", "loan_term_days"]


@pytest.mark.parametrize("feature", CIRCUMSTANCES, ids=[f.name for f in CIRCUMSTANCES])
@given(data=st.data())
def test_one_more_circumstance_never_lowers_the_count(feature: Feature, data: st.DataObject) -> None:
    compute = feature.compute
    assert isinstance(compute, Derived)
    known = {name: data.draw(st.one_of(st.just(NAN), st.floats(-5, 400)), name) for name in compute.of}
    gone = data.draw(st.sampled_from(compute.of))
    fewer = derive(feature.name, *({**known, gone: NAN}[name] for name in compute.of))
    assert not fewer > derive(feature.name, *known.values())


@pytest.mark.parametrize("feature", DERIVED, ids=[f.name for f in DERIVED])
@given(data=st.data())
def test_a_row_is_worked_out_by_itself(feature: object, data: st.DataObject) -> None:
    """In any company a row gets the value it gets alone: one filing online equals the whole history."""
    compute = feature.compute  # type: ignore[attr-defined]
    number = st.one_of(st.just(NAN), st.floats(0.01, 12), st.sampled_from([0.0, 1.0, 40.0]))
    rows = data.draw(st.lists(st.tuples(*[number] * len(compute.of)), min_size=1, max_size=5))
    together = compute.by(*np.array(rows).T)
    alone = [compute.by(*(np.array([v]) for v in row))[0] for row in rows]
    assert together.shape == (len(rows),)
    np.testing.assert_array_equal(together, alone)


def tie(kind: str, **evidence: object) -> RelatedFiling:
    return RelatedFiling("new", "old", kind, 0.9, json.dumps(evidence))


AMOUNT = tie("refiled", changed=["amount"], institution="")
STORY = tie("refiled", changed=["story", "cause"], institution="")
UNDER = tie("split", threshold={"code": "x", "amount": 1.0, "just_under": True}, parts=2)
OVER = tie("split", adds_up_to=5.0, parts=2)
BANK = tie("series", text=0.97, institution="bank")
MAN = tie("series", text=0.88, institution="")


@pytest.mark.parametrize(
    ("name", "relations", "expected"),
    [
        ("refiled_before", [AMOUNT, STORY, BANK], 2.0),
        ("refiled_before", [BANK], 0.0),
        ("refiled_amount_changed", [AMOUNT, STORY], 1.0),
        ("refiled_amount_changed", [STORY], 0.0),
        ("refiled_amount_changed", [BANK], NAN),
        ("refiled_facts_changed", [AMOUNT], 0.0),
        ("refiled_facts_changed", [STORY], 1.0),
        ("refiled_cause_changed", [STORY], 1.0),
        ("split_parts", [UNDER, OVER, MAN], 2.0),
        ("split_under_limit", [UNDER, OVER], 1.0),
        ("split_under_limit", [OVER], 0.0),
        ("series_likeness", [BANK, MAN], 0.97),
        ("series_likeness", [], 0.0),
        ("series_by_nobody_known", [BANK], 0.0),
        ("series_by_nobody_known", [BANK, MAN], 1.0),
    ],
)
def test_what_related_claims_tell(name: str, relations: list[RelatedFiling], expected: float) -> None:
    compute = BY_NAME[name].compute
    assert isinstance(compute, Tied)
    assert compute.read(relations) == pytest.approx(expected, nan_ok=True)


def test_a_comparison_names_the_filings_its_parts_rest_on() -> None:
    debtor = key("party", "P-debtor")
    filings = [(f"f{i}", i * DAY, 1000.0, "enforcement", "enforcement", "x") for i in range(3)]
    seized = [Event(f"f{i}", i * DAY, "seizure", i * DAY) for i in (0, 2)]
    docket = make_docket(filings, [(debtor, f"f{i}", 1) for i in range(3)], seized, [])
    queries = Queries(np.array([10 * DAY]), {"defendant": (np.array([0]), np.array([debtor]))})
    row = np.full((1, len(FEATURE_NAMES)), np.nan)
    table = FeatureTable(FEATURE_NAMES, ["new"], ["x"], queries, row, History(docket))
    rests_on = table.witnesses(0, "defendant_days_since_seizure")
    assert rests_on
    assert set(rests_on) <= {"f0", "f2"}
    assert table.witnesses(0, "instrument_before_seizure_days") == rests_on
