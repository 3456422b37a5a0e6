"""The registry: complete, documented, every feature once, and the page written from it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from features.history.aggregate import Aggregate, Common, Density, Reach, Together
from features.history.keys import PLAINTIFF
from features.registry import BY_NAME, FEATURE_NAMES, FEATURES, GROUPS, AgainstRecent, Derived, Tied
from features.registry.declare import Asked
from features.registry.feature import Feature, Unit, say
from features.registry.page import write_page
from features.registry.sentences import clause, told_by_name
from features.usual import say_unusual
from xiezhi.cli import DONE, run

_HAN = re.compile(r"[\u4e00-\u9fff]")


def test_at_least_120_features_each_declared_once() -> None:
    assert len(FEATURES) >= 120
    assert len(BY_NAME) == len(FEATURES)
    assert tuple(f.name for group in GROUPS for f in group.features) == FEATURE_NAMES


def test_no_two_features_ask_the_same_or_are_told_the_same() -> None:
    asked = [f.compute for f in FEATURES if not isinstance(f.compute, Derived | Tied)]
    assert len(set(asked)) == len(asked)
    for texts in ([f.zh for f in FEATURES], [f.en for f in FEATURES]):
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("feature", FEATURES, ids=FEATURE_NAMES)
def test_every_feature_is_documented_in_both_languages(feature: Feature) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]+", feature.name)
    assert re.fullmatch(r"S\d\d", feature.sign)
    assert _HAN.search(feature.zh)
    assert not _HAN.search(feature.en)
    assert feature.en == feature.en.strip()
    assert "  " not in feature.en
    assert "in in " not in feature.en


@pytest.mark.parametrize("field", ["name", "sign", "zh", "en", "source", "missing"])
def test_a_feature_without_its_documentation_cannot_be_declared(field: str) -> None:
    with pytest.raises(ValueError, match="a text is missing"):
        replace(BY_NAME["note_only"], **{field: " "})  # type: ignore[arg-type]


def test_the_page_of_features_is_current_and_holds_every_feature() -> None:
    page = (Path(__file__).parent.parent / "docs" / "features.md").read_text(encoding="utf-8")
    assert page == write_page()
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    assert lines.keys() == BY_NAME.keys()
    for feature in FEATURES:
        for text in (feature.zh, feature.en, feature.source, feature.missing):
            assert text in lines[feature.name]


def test_the_command_prints_the_page(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["features"]) == DONE
    assert capsys.readouterr().out == write_page()


@pytest.mark.parametrize("feature", FEATURES, ids=FEATURE_NAMES)
def test_a_name_that_ends_in_a_window_or_a_court_says_the_truth(feature: Feature) -> None:
    ask, ending = feature.compute, re.search(r"_(\d+)d$", feature.name)
    if ending:
        parts = [BY_NAME[n].compute for n in ask.of] if isinstance(ask, Derived) else [ask]
        assert {p.window_days for p in parts if isinstance(p, Aggregate)} == {int(ending[1])}
    for place in ("court", "prefecture"):
        if f"_{place}_" in feature.name and isinstance(ask, Aggregate):
            assert ask.scope == place


def test_what_is_derived_rests_on_features_declared_before() -> None:
    for place, feature in enumerate(FEATURES):
        if isinstance(feature.compute, Derived):
            assert set(feature.compute.of) <= set(FEATURE_NAMES[:place]), feature.name


def test_a_line_unfolds_into_a_feature_a_window_and_a_court() -> None:
    asked = Asked("plaintiff", (PLAINTIFF,), "art. 1", "nobody")
    found = list(
        asked("count", "suits", "S12", "{when}{where}件数", "suits{where}{when}", days=(30,), court=(365,))
    )
    assert [(f.name, f.zh, f.en) for f in found] == [
        ("suits_30d", "近30日件数", "suits in 30 days"),
        ("suits_court_365d", "近一年在本院件数", "suits in this court in a year"),
    ]
    assert found[1].compute == Aggregate("count", "plaintiff", (PLAINTIFF,), window_days=365, scope="court")
    assert found[1].unit == "count"


def test_a_window_without_words_is_refused() -> None:
    asked = Asked("plaintiff", (PLAINTIFF,), "art. 1", "nobody")
    with pytest.raises(KeyError):
        list(asked("count", "suits", "S12", "件数", "suits", days=(31,)))


def test_whose_history_a_feature_asks() -> None:
    entities = {type(f.compute): f.entity for f in FEATURES}
    assert BY_NAME["note_only"].entity == "filing"
    assert BY_NAME["plaintiff_loans_365d"].entity == "plaintiff"
    assert entities[Derived] == "row"
    assert entities[Tied] == "claim"
    assert entities[AgainstRecent] == "court"
    assert entities[Reach] == "parties"
    assert BY_NAME["agent_circle"].entity == "plaintiff_agent"
    assert {Together, Common, Density} <= entities.keys()


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (3.0, "count", "3", "3"),
        (float("nan"), "count", "未知", "unknown"),
        (1.0, "flag", "是", "yes"),
        (0.25, "share", "25%", "25%"),
        (12.4, "days", "12 天", "12 days"),
        (400.0, "span", "400 天", "400 days"),
        (1_234_567.0, "amount", "1,234,567", "1,234,567"),
        (2.5, "ratio", "2.50", "2.50"),
        (1.5, "years", "1.5 年", "1.5 years"),
        (5.0, "magnitude", "99,999", "99,999"),
        (0.0, "cause", "民间借贷", "private loan"),
    ],
)
def test_values_are_said_as_a_reader_writes_them(value: float, unit: Unit, zh: str, en: str) -> None:
    assert say(value, unit, "zh") == zh
    assert say(value, unit, "en") == en


@pytest.mark.parametrize(
    ("name", "value", "shows"),
    [
        ("note_only", 1.0, True),
        ("note_only", 0.0, False),
        ("has_bank_transfer", 0.0, True),
        ("has_bank_transfer", 1.0, False),
        ("defendant_days_since_seizure", 20.0, True),
        ("defendant_days_since_seizure", 900.0, False),
        ("defendant_enforcement_open_days", 900.0, True),
        ("instrument_before_seizure_days", -30.0, True),
        ("plaintiff_loans_365d", 0.0, False),
        ("price_ratio", float("nan"), False),
    ],
)
def test_a_value_shows_its_sign_or_not(name: str, value: float, shows: bool) -> None:
    assert BY_NAME[name].shows_sign(value) is shows


@pytest.mark.parametrize("feature", FEATURES, ids=FEATURE_NAMES)
def test_every_measurement_reads_as_a_clause(feature: Feature) -> None:
    values = {"flag": (0.0, 1.0), "cause": (0.0,), "proceeding": (0.0,), "share": (0.0, 0.5, 1.0)}.get(
        feature.unit, (0.0, 1.0, 7.0)
    )
    for language in ("zh", "en"):
        told = [clause(feature.name, feature.zh, feature.en, feature.unit, v, language) for v in values]
        assert len(set(told)) == len(values), "what differs is told apart"
        assert not any("{" in text or ": " in text or "：" in text or "  " in text for text in told)
        assert all(bool(_HAN.search(text)) == (language == "zh") for text in told)


def test_clauses_of_their_own_are_of_features_there_are_and_of_every_flag() -> None:
    assert told_by_name() <= BY_NAME.keys()
    assert {f.name for f in FEATURES if f.unit == "flag"} <= told_by_name()


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("agent_filings_365d", 18, "原告代理人近一年代理 18 件", "18 suits the plaintiff's agent brought in the past year"),
        ("plaintiff_loans_90d", 1, "原告近90日民间借贷起诉 1 件", "1 private-loan suit the plaintiff filed in the past 90 days"),
        ("plaintiff_found_bad", 0, "原告此前案件被认定虚假或滥诉 0 次", "no findings of false or abusive filing in the plaintiff's earlier suits"),
        ("defendant_admitted_1095d", 2, "被告近三年全部自认 2 次", "the defendant admitted everything twice in the past three years"),
        ("plaintiff_default_share", 0.4, "原告起诉案件中被告缺席的占 40%", "the defendant stayed away in 40% of the plaintiff's suits"),
        ("plaintiff_mediated_share", 0, "原告起诉案件中调解的占 0%", "none of the plaintiff's suits were mediated"),
        ("amount_against_court", 48.79, "请求金额为本院近期同类案件中位数的 48.79 倍", "the amount claimed is 48.79 times the recent median of its cause in this court"),
        ("instrument_age_days", 497, "最早凭证距起诉 497 天", "the earliest instrument is 497 days old"),
        ("sides_share_phone", 1, "双方使用同一电话", "the two sides have one phone number"),
        ("sides_share_phone", 0, "双方未见使用同一电话", "no phone number stands on both sides"),
        ("paid_in_cash", 0.5, "部分以现金交付", "payment was made partly in cash"),
        ("agent_burst_365d", 11, "原告代理人近一年任意七日内最多代理 11 件", "up to 11 suits the plaintiff's agent brought within seven days, in the past year"),
    ],
)  # fmt: skip
def test_clauses_say_what_was_counted_of_whom_and_over_what_time(
    name: str, value: float, zh: str, en: str
) -> None:
    feature = BY_NAME[name]
    for language, said in (("zh", zh), ("en", en)):
        assert clause(name, feature.zh, feature.en, feature.unit, value, language) == said


def test_every_count_has_a_word_for_one() -> None:
    for feature in FEATURES:
        if feature.unit == "count":
            one = clause(feature.name, feature.zh, feature.en, "count", 1, "en")
            many = clause(feature.name, feature.zh, feature.en, "count", 7, "en")
            assert one != many.replace("7", "1"), feature.en


USUAL = {"features": {
    "agent_filings_365d": {"edges": [0.0, 1.0, 2.0], "counts": [500, 300, 100, 100, 40]},
    "instrument_age_days": {"edges": [30.0, 400.0], "counts": [100, 400, 500, 0]},
    "agent_found_bad": {"edges": [0.0], "counts": [60, 5, 900]},
}}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("agent_filings_365d", 18, " (at most 2 in nine filings of ten)"),
        ("agent_filings_365d", 2, ""),
        ("instrument_age_days", 12, " (more than 30 days in nine filings of ten)"),
        ("instrument_age_days", 31, ""),
        ("agent_found_bad", 3, ""),  # too few are known to say what is usual
        ("plaintiff_found_bad", 3, ""),
    ],
)
def test_what_is_usual_stands_beside_what_is_not(name: str, value: float, told: str) -> None:
    assert say_unusual(USUAL, name, value, "en") == told
    assert bool(say_unusual(USUAL, name, value, "zh")) == bool(told)
