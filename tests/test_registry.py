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
    assert feature.sentence(float("nan"), "zh").endswith("：未知")
    assert feature.sentence(1.0, "en").startswith(feature.en[0].upper())


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
