"""The registry: complete, documented, and blind to what must not count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from features.history.aggregate import Aggregate
from features.registry import FEATURES
from features.registry.feature import AgainstRecent, say
from features.registry.page import write_page
from xiezhi.clock import parse_moment
from xiezhi.records import Agent, DeclaredRelation, Evidence, Filing, Party

FILED = parse_moment("2023-05-04T10:00:00+08:00", "Asia/Shanghai")
FILING = Filing(
    filing_id="f1",
    court="甘0702",
    filed_at=FILED,
    cause="民间借贷纠纷",
    claim_amount=150_000.0,
    mediation_requested=True,
    parties=(
        Party("p1", "plaintiff", "person", "张伟", "resident_id", "11010519491231002X", "1949-12-31",
              phone="13800000001", declared_relations=(DeclaredRelation("p2", "sibling"),)),
        Party("p2", "defendant", "person", "李娜", phone="138 0000 0001"),
    ),
    agents=(Agent("a1", "lawyer", "王律师", firm="甘肃某某律师事务所", represents=("p1",)),),
    evidence=(Evidence("iou", dated="2022-05-04", amount=150_000.0),),
    elements={"principal_agreed": 150_000, "principal_provided": 120_000, "provided_by": "cash",
              "provided_on": "2022-05-04", "due_on": "2022-06-03", "rate_per_year": 0.24},
)  # fmt: skip
PLEADINGS = [f for f in FEATURES if not isinstance(f.compute, (Aggregate, AgainstRecent))]


def read(filing: Filing) -> dict[str, float]:
    values = {}
    for feature in PLEADINGS:
        assert callable(feature.compute)
        values[feature.name] = feature.compute(filing)
    return values


def test_at_least_forty_features_and_each_declared_once() -> None:
    assert len(FEATURES) >= 40
    assert len({f.name for f in FEATURES}) == len(FEATURES)


def test_every_feature_is_documented_in_both_languages() -> None:
    for feature in FEATURES:
        assert feature.zh
        assert feature.en
        assert feature.source
        assert feature.missing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount_is_round", 1.0),
        ("note_only", 1.0),
        ("paid_in_cash", 1.0),
        ("principal_shortfall", 0.2),
        ("loan_term_days", 30.0),
        ("days_since_due", 335.0),
        ("instrument_age_days", 365.0),
        ("sides_share_phone", 1.0),
        ("sides_declare_kinship", 1.0),
        ("mediation_requested", 1.0),
        ("plaintiff_has_agent", 1.0),
    ],
)
def test_what_a_filing_says(name: str, value: float) -> None:
    assert read(FILING)[name] == pytest.approx(value)


def test_what_a_filing_does_not_say_is_unknown() -> None:
    silent = Filing("f2", "甘0702", FILED, "民间借贷纠纷", (FILING.parties[1],))
    values = read(silent)
    for name in ("claim_magnitude", "note_only", "sides_share_phone", "rate_per_year", "mediation_requested"):
        assert values[name] != values[name], name


def test_identity_birth_and_unknown_keys_never_change_a_feature() -> None:
    changed = replace(
        FILING,
        parties=tuple(
            replace(p, id_number="620102200001010029", id_type="resident_id", birth_date="2000-01-01")
            for p in FILING.parties
        ),
        extra={"sex": "女", "ethnicity": "回族", "occupation": "农民"},
    )
    assert str(read(changed)) == str(read(FILING))


def test_surnames_never_change_a_feature() -> None:
    renamed = replace(FILING, parties=tuple(replace(p, name="欧阳" + p.name[1:]) for p in FILING.parties))
    assert str(read(renamed)) == str(read(FILING))


def test_the_page_of_features_is_current() -> None:
    page = Path(__file__).parent.parent / "docs" / "features.md"
    assert page.read_text(encoding="utf-8") == write_page()


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (3.0, "count", "3", "3"),
        (float("nan"), "count", "未知", "unknown"),
        (1.0, "flag", "是", "yes"),
        (0.25, "share", "25%", "25%"),
        (12.4, "days", "12 天", "12 days"),
        (1_234_567.0, "amount", "1,234,567", "1,234,567"),
    ],
)
def test_values_are_said_as_a_reader_writes_them(value: float, unit: str, zh: str, en: str) -> None:
    assert say(value, unit, "zh") == zh  # type: ignore[arg-type]
    assert say(value, unit, "en") == en  # type: ignore[arg-type]
