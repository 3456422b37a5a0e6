"""Contributions become sentences that claim no more than the values show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from features.history.aggregate import Aggregate, Scope
from features.history.docket import Floats, Ints, make_docket
from features.history.kernel import History
from features.history.keys import key
from features.history.reading import Queries
from features.reasoning import MOST_AGAINST, MOST_FOR, explain
from features.registry import BY_NAME, FEATURE_NAMES
from features.signs import load_pack
from features.table import FeatureTable
from features.watch.match import WatchMatch
from serving.web.render import Words
from xiezhi.clock import DAY, parse_moment
from xiezhi.reasons import CIRCUMSTANCES, signs_first

PACK = load_pack("cn")
LENDER = key("party", "P-lender")


def make_table(**values: float) -> FeatureTable:
    """One row: a lender who filed f0, f1, f2 before; features not named are unknown."""
    filings = [(f"f{i}", i * DAY, 1000.0, "private_loan", "first_instance", "x") for i in range(3)]
    docket = make_docket(filings, [(LENDER, f"f{i}", 0) for i in range(3)], [], [])
    row = np.full((1, len(FEATURE_NAMES)), np.nan)
    for name, value in values.items():
        row[0, FEATURE_NAMES.index(name)] = value
    own: dict[Scope, Ints] = {"court": np.array([0]), "prefecture": np.array([-1])}
    own |= {"elsewhere": np.array([0]), "cause": np.array([0]), "amount": np.array([-1])}
    queries = Queries(np.array([10 * DAY]), {"plaintiff": (np.array([0]), np.array([LENDER]))}, own)
    return FeatureTable(FEATURE_NAMES, ["new"], ["x"], queries, row, History(docket))


def weigh(**weights: float) -> Floats:
    contributions = np.zeros(len(FEATURE_NAMES))
    for name, weight in weights.items():
        contributions[FEATURE_NAMES.index(name)] = weight
    return contributions


def test_a_reason_names_sign_article_sentence_and_filings() -> None:
    table = make_table(plaintiff_loans_365d=3)
    (reason,) = explain(table, 0, weigh(plaintiff_loans_365d=0.7), PACK)
    assert reason.sign == "S12"
    assert reason.direction == "for"
    assert reason.contribution == pytest.approx(0.7)
    assert reason.filings == ("f2", "f1", "f0")
    assert "原告近一年民间借贷起诉 3 件" in reason.text["zh"]
    assert "3 private-loan suits the plaintiff filed in the past year" in reason.text["en"]
    assert reason.legal_basis.article == "第18条（四）"


@pytest.mark.parametrize("value", [float("nan"), 0.0])
def test_no_sign_is_claimed_where_the_value_does_not_show_it(value: float) -> None:
    table = make_table(plaintiff_found_bad=value)
    (reason,) = explain(table, 0, weigh(plaintiff_found_bad=0.7), PACK)
    assert reason.sign == CIRCUMSTANCES


def test_a_missing_transfer_shows_its_sign() -> None:
    assert BY_NAME["has_bank_transfer"].shows_sign(0.0)
    assert not BY_NAME["has_bank_transfer"].shows_sign(1.0)


def test_reasons_for_come_first_and_each_side_is_short() -> None:
    rng = np.random.default_rng(1)
    names = [n for n in FEATURE_NAMES if isinstance(BY_NAME[n].compute, Aggregate)]
    table = make_table(**dict.fromkeys(names, 2.0))
    reasons = explain(table, 0, weigh(**dict(zip(names, rng.normal(size=len(names)), strict=True))), PACK)
    directions = [r.direction for r in reasons]
    assert directions == sorted(directions, key=["for", "against"].index)
    assert directions.count("for") <= MOST_FOR
    assert directions.count("against") <= MOST_AGAINST
    strengths = [r.contribution for r in reasons if r.direction == "for"]
    assert strengths == sorted(strengths, reverse=True)


def test_a_rule_that_fires_is_told_even_when_the_model_is_silent() -> None:
    table = make_table(plaintiff_loans_court_1095d=25)
    (reason,) = explain(table, 0, weigh(), PACK)
    assert (reason.sign, reason.rule) == ("S12", "S12.zj1")
    assert reason.contribution == 0
    assert reason.filings
    assert "f2, f1, f0" in reason.text["en"]
    assert reason.verify["en"]
    assert reason.to_json()["document"]["zh"]


def test_earlier_filings_go_by_their_case_numbers_where_they_have_one() -> None:
    asked = []

    def numbers(filing_ids: Sequence[str], as_of: int) -> dict[str, str]:
        asked.append((list(filing_ids), as_of))
        return {"f2": "(2024)甘0702民初2号", "f0": "(2024)甘0702民初9号"}

    table = make_table(plaintiff_loans_court_1095d=25)
    (reason,) = explain(table, 0, weigh(), PACK, case_numbers=numbers)
    assert "据 (2024)甘0702民初2号、f1、(2024)甘0702民初9号" in reason.text["zh"]
    assert "resting on (2024)甘0702民初2号, f1, (2024)甘0702民初9号" in reason.text["en"]
    assert reason.filings == ("f2", "f1", "f0"), "the ids stay, by which pages find them"
    assert asked == [(["f2", "f1", "f0"], 10 * DAY)]


def test_a_volume_sign_switched_off_is_told() -> None:
    table = make_table(plaintiff_loans_court_1095d=25, plaintiff_is_institution=1)
    (reason,) = explain(table, 0, weigh(), PACK)
    assert reason.direction == "against"
    assert "switched off" in reason.text["en"]
    assert "已关闭" in reason.text["zh"]


def test_a_match_of_a_list_is_told_with_its_dates_and_probability() -> None:
    match = WatchMatch("false_litigation", "plaintiff", "p1", 7, "王小明", 0, 40 * DAY, 0.93)
    (reason,) = explain(make_table(), 0, weigh(), PACK, matches=[match])
    assert reason.rule == "S26.list"
    assert "entry 7 (王小明)" in reason.text["en"]
    assert "1970-01-01 to 1970-02-10, probability 93%" in reason.text["en"]


def test_the_days_of_an_entry_are_those_of_the_court() -> None:
    since, until = (parse_moment(day, "Asia/Shanghai") for day in ("2026-03-01", "2027-03-01"))
    match = WatchMatch("false_litigation", "plaintiff", "p1", 7, "王小明", since, until, 0.93)
    (reason,) = explain(make_table(), 0, weigh(), PACK, matches=[match], zone="Asia/Shanghai")
    assert "2026-03-01 to 2027-03-01" in reason.text["en"]
    assert "2026-03-01 至 2027-03-01" in reason.text["zh"]
    licensed = WatchMatch("licensed", "plaintiff", "p1", 8, "某某银行", since, until, 0.99)
    table = make_table(plaintiff_loans_court_1095d=25)
    (reason,) = explain(table, 0, weigh(), PACK, matches=[licensed], zone="Asia/Shanghai")
    assert "2026-03-01 to 2027-03-01" in reason.text["en"]
    assert Words("en", "Asia/Shanghai").match(match).endswith("2026-03-01 to 2027-03-01, probability 93%")


def test_nothing_to_say_says_nothing() -> None:
    assert explain(make_table(), 0, weigh(), PACK) == ()


def test_people_read_signs_before_circumstances() -> None:
    reasons = [{"sign": s} for s in ("S00", "S12", "S00", "S01")]
    assert [r["sign"] for r in signs_first(reasons)] == ["S12", "S01", "S00", "S00"]


def test_a_sign_is_told_once_by_its_sum() -> None:
    table = make_table(plaintiff_loans_365d=3, plaintiff_loans_1095d=3)
    (reason,) = explain(table, 0, weigh(plaintiff_loans_365d=0.7, plaintiff_loans_1095d=-0.2), PACK)
    assert reason.direction == "for"
    assert reason.contribution == pytest.approx(0.5)
    assert "近三年" not in reason.text["zh"]
