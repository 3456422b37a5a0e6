"""Rule packs: complete, checked, and silent on what is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import pytest

from features.registry import FEATURES
from features.signs import load_pack
from features.signs.instruments import RENDERED, render_basis
from features.signs.read import jurisdictions, lay_over, read_pack
from features.signs.vocabulary import vocabulary
from xiezhi.errors import InputError, NotFound
from xiezhi.reasons import LegalBasis

PACKS = jurisdictions()
CN = load_pack("cn")
CODES = [f"S{n:02}" for n in range(1, 36)]
_HEAD = 'version = "x"\njurisdiction = "x"\n'
_SIGN = (
    '[[signs]]\ncode = "S00"\nzh = "x"\nen = "x"\ninstrument = "x"\narticle = ""\nversion = "x"\n'
    '[[rules]]\ncode = "r"\nsign = "S00"\nzh = "x"\nen = "x"\n'
)


def values(**known: float) -> Mapping[str, float]:
    """Values of which all but these are unknown."""
    return dict.fromkeys(vocabulary(), nan) | known


@pytest.mark.parametrize("jurisdiction", PACKS)
def test_every_sign_of_a_feature_has_title_and_article_in_both_languages(jurisdiction: str) -> None:
    pack = load_pack(jurisdiction)
    for code in {feature.sign for feature in FEATURES}:
        sign = pack.signs[code]
        assert sign.zh
        assert sign.en
        assert sign.legal_basis.instrument
        assert sign.legal_basis.version


def test_all_signs_of_the_table_have_a_rule_a_way_to_verify_and_a_paper() -> None:
    assert sorted(CN.signs) == ["S00", *CODES]
    assert {rule.sign for rule in CN.rules} == set(CODES)
    for code in CODES:
        assert {*CN.signs[code].verify} == {*CN.signs[code].document} == {"zh", "en"}


@pytest.mark.parametrize("jurisdiction", PACKS)
def test_no_step_refuses_or_delays_a_filing(jurisdiction: str) -> None:
    steps = load_pack(jurisdiction).steps
    assert steps
    for step in steps:
        assert "不予" not in step.zh
        assert not any(word in step.en.lower() for word in ("reject", "suspend", "postpone"))


FEDERAL = {sign.legal_basis.instrument for sign in load_pack("us-federal").signs.values()}


@pytest.mark.parametrize("jurisdiction", sorted({*PACKS} - {"us-federal"}))
def test_no_pack_cites_the_law_of_the_one_it_extends(jurisdiction: str) -> None:
    pack = load_pack(jurisdiction)
    cited = [*(sign.legal_basis for sign in pack.signs.values()), *(step.legal_basis for step in pack.steps)]
    assert not {basis.instrument for basis in cited} & FEDERAL


def test_a_law_goes_with_the_pack_that_names_it() -> None:
    law = '[law]\ninstrument = "Act"\narticle = "s 1"\nversion = "2020"\n'
    sign = '[[signs]]\ncode = "S00"\nzh = "x"\nen = "x"\n'
    own = 'instrument = "Code"\narticle = "s 2"\nversion = "2021"\n'
    assert read_pack(_HEAD + law + sign).signs["S00"].legal_basis == LegalBasis("Act", "s 1", "2020")
    assert read_pack(_HEAD + law + sign + own).signs["S00"].legal_basis == LegalBasis("Code", "s 2", "2021")
    court = lay_over("us-federal", 'version = "y"\n[[signs]]\ncode = "S12"\nzh = "y"\nen = "y"\n')
    assert court.signs["S12"].legal_basis.instrument == "United States Code, title 28", (
        "a court's file keeps it"
    )
    assert court.steps == load_pack("us-federal").steps


@pytest.mark.parametrize("jurisdiction", PACKS)
def test_unknown_values_fire_no_rule(jurisdiction: str) -> None:
    assert load_pack(jurisdiction).judge(values()).fired == ()


def test_the_numbers_of_the_directory_are_told_and_flag_nobody() -> None:
    assert not CN.judge(values(plaintiff_loans_court_1095d=19)).fired
    judged = CN.judge(values(plaintiff_loans_court_1095d=20))
    assert "S12.zj1" in {rule.code for rule in judged.fired}
    assert CN.lift("none", judged) == "none"


@pytest.mark.parametrize(
    ("count", "number", "rule"),
    [
        ("court_1095d", 20, "S12.zj1"),
        ("prefecture_1095d", 30, "S12.zj1"),
        ("court_365d", 10, "S12.zj2"),
        ("prefecture_365d", 15, "S12.zj2"),
    ],
)
@pytest.mark.parametrize("who", ["", "linked_"])
def test_linked_plaintiffs_count_together_at_each_level_of_court(
    count: str, number: int, rule: str, who: str
) -> None:
    for suits, told in ((number - 1, False), (number, True)):
        judged = CN.judge(values(**{f"plaintiff_{who}loans_{count}": float(suits)}))
        assert (rule in {fired.code for fired in judged.fired}) is told


def test_half_the_numbers_and_two_circumstances_stand() -> None:
    half = {"plaintiff_loans_court_365d": 5.0, "principal_shortfall": 0.2}
    assert "S12.zj4" not in {rule.code for rule in CN.judge(values(**half)).fired}
    judged = CN.judge(values(**half, tells_assignment=1.0))
    assert "S12.zj4" in {rule.code for rule in judged.fired}
    assert CN.lift("none", judged) == "notice"
    assert CN.lift("review", judged) == "review"


@pytest.mark.parametrize(
    ("suits", "leaves"),
    [
        ((2, 0, 0), True),
        ((4, 4, 0), True),  # half of ten is five
        ((0, 0, 4), True),
        ((4, 0, 4), True),
        ((5, 0, 0), False),  # a year at half the number
        ((0, 5, 0), False),
        ((0, 0, 5), False),
        ((0, 6, 3), False),
        ((4, 4, 2), False),  # ten in three years are half of twenty
        ((1, 3, 3), False),  # together over half a year's number: which year is not asked, so nothing is said
    ],
)
def test_a_listed_lender_leaves_when_each_year_is_under_half(
    suits: tuple[int, int, int], leaves: bool
) -> None:
    """suits: loan suits of the last year, the year before and the one before that, all in one court."""
    said = {"court": (suits[0], sum(suits)), "prefecture": (suits[0], sum(suits))}
    counts = {
        f"plaintiff_linked_loans_{where}_{days}d": float(n)
        for where, of in said.items()
        for days, n in zip((365, 1095), of, strict=True)
    }
    judged = CN.judge(values(watch_lenders_plaintiff=0.97, **counts))
    told = {rule.code for rule in judged.fired} & {"S12.zj5", "S12.list"}
    assert told == ({"S12.zj5"} if leaves else {"S12.list"})


def test_the_prefecture_keeps_a_lender_on_the_list() -> None:
    few = {
        "watch_lenders_plaintiff": 0.97,
        "plaintiff_linked_loans_court_365d": 1.0,
        "plaintiff_linked_loans_court_1095d": 2.0,
    }
    leaving = CN.judge(
        values(
            **few, plaintiff_linked_loans_prefecture_365d=7.0, plaintiff_linked_loans_prefecture_1095d=14.0
        )
    )
    assert [rule.code for rule in leaving.fired] == ["S12.zj5"]
    staying = CN.judge(
        values(
            **few, plaintiff_linked_loans_prefecture_365d=1.0, plaintiff_linked_loans_prefecture_1095d=10.0
        )
    )
    assert [rule.code for rule in staying.fired] == ["S12.list"]


@pytest.mark.parametrize("who", ["watch_licensed_plaintiff", "plaintiff_is_institution"])
def test_licensed_institutions_switch_volume_signs_off(who: str) -> None:
    many = {"plaintiff_loans_court_1095d": 500.0, "sides_share_agent": 1.0}
    judged = CN.judge(values(**many, **{who: 1.0}))
    assert [rule.code for rule in judged.fired] == ["S25.1"]
    assert [rule.code for rule in judged.switched_off] == ["S12.zj1"]


NOTHING_DOUBTFUL = {"debt_for_asset": 1.0, "procedure_code": 0.0, "asset_circumstances": 0.0}
PART_PAID = {"principal_shortfall": 0.1, "cause_code": 0.0}


def test_what_speaks_against_takes_bits_away_and_lifts_nothing() -> None:
    judged = CN.judge(values(**NOTHING_DOUBTFUL))
    assert [rule.code for rule in judged.fired] == ["S08.3"]
    assert not judged.stands
    assert judged.strength == -judged.fired[0].strength < 0
    assert CN.lift("none", judged) == "none"
    both = CN.judge(values(**NOTHING_DOUBTFUL, pair_found_bad=1.0))
    alone = CN.judge(values(pair_found_bad=1.0))
    assert both.strength == alone.strength + judged.strength


def test_a_sign_for_which_something_fired_is_not_spoken_against() -> None:
    lease = {
        "objection_circumstances": 1.0,
        "lease_term_years": 10.0,
        "stops_enforcement": 1.0,
        "has_third_party": 1.0,
    }
    judged = CN.judge(values(**lease))
    assert {rule.code for rule in judged.fired} == {"S20.1", "S20.7"}
    assert [rule.code for rule in judged.counted] == ["S20.1"]


@pytest.mark.parametrize(
    ("company", "stands"),
    [
        ({}, False),
        ({"plaintiff_linked_loans_1095d": 1.0}, False),
        ({"plaintiff_linked_loans_1095d": 2.0}, True),
        ({"loan_term_days": 30.0}, True),
        ({"rate_over_cap": 1.0}, False),
        ({"rate_over_cap": 1.5}, True),
        ({"form_note_wording": 1.0}, True),
    ],
)
def test_less_provided_than_agreed_is_a_sign_in_company_alone(
    company: dict[str, float], stands: bool
) -> None:
    judged = CN.judge(values(**PART_PAID, **company))
    assert judged.stands == stands
    assert "S31.4" in {rule.code for rule in judged.fired}


def test_a_later_event_lets_its_sign_fire() -> None:
    debtor = values(defendant_enforcement_open=1, procedure_code=0, cause_code=0, event_mediated=3)
    assert "S06.1" in {rule.code for rule in CN.judge(debtor).fired}
    assert [rule.code for rule in CN.rules if rule.code == "S06.1" and rule.is_later]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("version = x\njurisdiction", 1, "TOML"),
        ('version = "x"', 1, "jurisdiction"),
        (_HEAD + 'colour = "red"', 3, "colour"),
        (_HEAD + _SIGN + 'tells = "nobody"\nstrength = 1\nwhen = ["pair_found_bad >= 1"]', 15, "nobody"),
        (_HEAD + _SIGN + 'tells = "reach"\nstrength = 1\nwhen = ["pair_found_bad => 1"]', 17, "=>"),
        (_HEAD + _SIGN + 'tells = "reach"\nstrength = 99\nwhen = ["pair_found_bad >= 1"]', 16, "strength"),
        (_HEAD + _SIGN + 'tells = "reach"\nwhen = ["pair_found_bad >= 1"]', 10, "strength"),
        (_HEAD + _SIGN.split("[[rules]]")[0].replace("S00", "S01"), 3, "S00"),
        (_HEAD + '[law]\ninstrument = "x"\narticle = "x"\n', 3, "law"),
        (_HEAD + '[law]\ninstrument = " "\narticle = "x"\nversion = "x"\n', 3, "law"),
        (_HEAD + '[law]\ninstrument = "x"\narticle = "x"\nversion = "x"\n'
         '[[signs]]\ncode = "S00"\nzh = "x"\nen = "x"\narticle = "y"\n', 7, "instrument"),
        (_HEAD + '[[signs]]\ncode = "S00"\nzh = "x"\nen = "x"\n', 3, "instrument"),
    ],
)  # fmt: skip
def test_a_bad_pack_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(InputError, match=word) as error:
        read_pack(text)
    assert f"line {line}:" in error.value.en
    assert f"第 {line} 行" in error.value.zh


@pytest.mark.parametrize(
    ("when", "word"),
    [
        ('["plaintiff_filings_365d >= 50"]', "number of filings"),
        ('["plaintiff_filings_365d >= 50", "cause_code == private_loan"]', "number of filings"),
        ('["note_only >= 1"]', "thin evidence"),
        ('["fee_waiver_and_large_claim >= 1"]', "poverty"),
        ('["plaintiff_has_agent < 0.5"]', "without an agent"),
        ('["plaintiff_has_agent < 0.5", "fee_waiver_and_large_claim >= 1"]', "poverty"),
        ('["watch_false_litigation_plaintiff >= 0.9"]', "watch list"),
        ('["plaintiff_filings_365d >= 50", "sides_share_agent >= 0"]', "number of filings"),
        ('["plaintiff_filings_365d >= 50 or sides_share_agent >= 1"]', "number of filings"),
    ],
)
def test_no_sign_stands_on_weak_ground_alone(when: str, word: str) -> None:
    rule = f'tells = "reach"\nstrength = 9\nwhen = {when}\n'
    with pytest.raises(InputError, match=word):
        read_pack(_HEAD + _SIGN + rule)
    assert read_pack(_HEAD + _SIGN + rule + "beside = true").rules[0].beside


def test_an_unknown_jurisdiction_is_told() -> None:
    with pytest.raises(NotFound):
        load_pack("atlantis")


def test_every_instrument_of_the_pack_has_an_english_rendering() -> None:
    cited = {(s.legal_basis.instrument, s.legal_basis.article) for s in load_pack("cn").signs.values()}
    cited |= {(step.legal_basis.instrument, step.legal_basis.article) for step in load_pack("cn").steps}
    assert {name for name, _ in cited} == RENDERED.keys()
    assert all(render_basis(*one).isascii() for one in cited)


@pytest.mark.parametrize(
    ("instrument", "article", "told"),
    [
        ("中华人民共和国民事诉讼法", "第116条", "Civil Procedure Law, art 116"),
        ("中华人民共和国民事诉讼法", "", "Civil Procedure Law"),
        ("最高人民法院关于适用民事诉讼法的解释", "第212条、第214条", "Supreme People's Court, Interpretation on the Civil Procedure Law, arts 212 and 214"),
        ("最高人民法院关于审理民间借贷案件适用法律若干问题的规定", "第18条（八）（九）", "Supreme People's Court, Provisions on Private Lending Cases, art 18(8)(9)"),
        ("最高人民法院关于深入开展虚假诉讼整治工作的意见", "六", "Supreme People's Court, Opinions on Countering False Litigation, part 6"),
        ("Federal Rules of Civil Procedure", "Rule 11", ""),
    ],
)  # fmt: skip
def test_an_article_is_rendered_with_its_number(instrument: str, article: str, told: str) -> None:
    assert render_basis(instrument, article) == told
