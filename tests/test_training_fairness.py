"""Rates by group where the truth is known, cells too small to tell, and a look that catches what must not enter."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from court_samples import CUT, END, LABELS, Court
from hypothesis import given
from hypothesis import strategies as st

import training.fairness.blindness
from features.registry import FEATURES
from training.evaluation.facets import SIDES
from training.evaluation.lists import read_audited
from training.evaluation.period import RIPE, Period, look_back
from training.evaluation.regime import judge
from training.fairness.blindness import look_for_reads
from training.fairness.fairness import LEAST_CELL, POOLED, Fairness, look_for_unfairness, told_apart
from training.fairness.fairness_report import write_fairness
from xiezhi.bundle import WORDING_BUCKETS
from xiezhi.cli import run
from xiezhi.errors import InputError
from xiezhi.records import Filing
from xiezhi.store import Store, open_store


@pytest.fixture(scope="module")
def period(court: Court) -> Period:
    store = open_store(court.settings)
    try:
        return look_back(store, "Asia/Shanghai", since=CUT, before=END, labels_as_of=LABELS)
    finally:
        store.close()


@pytest.fixture(scope="module")
def audited(period: Period) -> dict[str, dict[str, set[str]]]:
    """One attribute a feature gives away, one by lot, one of which nearly all have the same value."""
    amount = period.values[:, period.table.names.index("claim_magnitude")]
    random = np.random.default_rng(0).random(len(amount))
    ids = period.filing_ids
    return {
        "told": {
            i: {"high" if a > np.nanmedian(amount) else "low"} for i, a in zip(ids, amount, strict=True)
        },
        "lot": {i: {"a" if r < 0.4 else "b"} for i, r in zip(ids, random, strict=True)},
        "rare": {i: {"few"} if k < 9 else {"some"} if k < 60 else {"most"} for k, i in enumerate(ids)},
    }


@pytest.fixture(scope="module")
def found(court: Court, period: Period, audited: dict[str, dict[str, set[str]]]) -> Fairness:
    store = open_store(court.settings)
    try:
        return look_for_unfairness(store, court.regime, period, audited, seed=1)
    finally:
        store.close()


def test_rates_are_counted_by_hand(court: Court, period: Period, found: Fairness) -> None:
    bands = judge(court.regime, period).bands
    for facet in SIDES:
        values = period.facet(facet)
        for group in (g for g in found.groups if g.attribute == facet and g.value != POOLED):
            of = [i for i, value in enumerate(values) if value == group.value]
            assert group.filings == group.flagged.of == len(of)
            assert group.flagged.hits == sum(bands[i] != "none" for i in of)
            assert group.review.hits == sum(bands[i] == "review" for i in of)
            ripe = [i for i in of if period.ripe[i] >= RIPE]
            assert group.found.of == len(ripe)
            assert group.found.hits == group.missed.of == sum(period.found[i] == "bad" for i in ripe)
            assert group.cleared.of == sum(period.found[i] == "genuine" for i in ripe)
            assert group.missed.hits == sum(period.found[i] == "bad" and bands[i] == "none" for i in ripe)
            assert group.alarmed.of + group.missed.of == len(ripe)
    assert 0 < found.ripe < found.filings


def test_contrasts_are_with_the_largest_group(found: Fairness) -> None:
    largest = {
        g.attribute: max(h.filings for h in found.groups if h.attribute == g.attribute) for g in found.groups
    }
    sizes = {(g.attribute, g.value): g.filings for g in found.groups}
    assert found.contrasts
    for one in found.contrasts:
        assert sizes[one.attribute, one.reference] == largest[one.attribute]
    lot = next(c for c in found.contrasts if c.attribute == "lot")
    assert lot.flagged.low < 1 < lot.flagged.high


def test_small_cells_are_never_told(found: Fairness, tmp_path: Path) -> None:
    rare = {g.value: g.filings for g in found.groups if g.attribute == "rare"}
    # Nine filings alone could be had by taking the others from the whole: they stand with the next smallest.
    assert rare == {"most": found.filings - 60, POOLED: 60}
    write_fairness(found, tmp_path, "en")
    with (tmp_path / "fairness.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {(g.attribute, g.value): g for g in found.groups}
    for row in rows:
        group = told[row["attribute"], row["value"]]
        assert (row["cleared"] == "") == (group.cleared.of < LEAST_CELL)
        assert (row["missed"] == "") == (group.missed.of < LEAST_CELL)


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=80))
def test_no_group_is_small_and_none_can_be_had_by_taking_away(carried: list[set[str]]) -> None:
    parts = told_apart([frozenset(values) for values in carried])
    everybody = np.array([bool(values) for values in carried], dtype=bool)
    covered = np.zeros(len(carried), dtype=bool)
    for _, inside in parts:
        assert inside.sum() >= LEAST_CELL
        covered |= inside
    assert not (covered & ~everybody).any()
    single = all(len(values) <= 1 for values in carried)
    left = int((everybody & ~covered).sum())
    assert not (single and parts and left > 0), "what is left out of some is what was told less the whole"


def test_an_attribute_the_features_give_away_is_told_and_one_by_lot_is_not(found: Fairness) -> None:
    by = {(p.attribute, p.value): p for p in found.proxies}
    told, lot = by["told", "high"], by["lot", "a"]
    assert told.features.low > 0.9
    assert "claim_magnitude" in told.by
    assert lot.features.low < 0.5 < lot.features.high + 0.02
    assert lot.risk.low < 0.5 < lot.risk.high


def test_nothing_protected_enters(found: Fairness) -> None:
    assert found.blindness.is_clean
    assert found.blindness.filings > 100


def _birth_year(filing: Filing) -> float:
    return max((float((p.birth_date or "0")[:4]) for p in filing.parties), default=0.0)


def _surname(filing: Filing) -> float:
    return float(any(p.name.startswith("孙") for p in filing.parties))


def _sex_digit(filing: Filing) -> float:
    return float(any((a.licence_number or "")[10:11] == "1" for a in filing.agents))


@pytest.mark.parametrize("compute", [_birth_year, _surname, _sex_digit])
def test_a_feature_that_reads_what_it_must_not_is_named(
    court: Court, court_store: Store, period: Period, monkeypatch: pytest.MonkeyPatch, compute: object
) -> None:
    bad = replace(next(f for f in FEATURES if callable(f.compute)), name="bad", compute=compute)  # type: ignore[arg-type]
    monkeypatch.setattr(training.fairness.blindness, "FEATURES", (bad,))
    told = look_for_reads(court_store, court.regime, period, seed=1)
    assert told.moved == ("bad",)
    assert not told.is_clean
    words = replace(court.regime, bundle=replace(court.bundle, features=("text_17",)))
    assert look_for_reads(court_store, words, period, seed=1).unregistered == ("text_17",)


def test_words_that_tell_whose_filing_it_is_are_named(
    court: Court, court_store: Store, period: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = replace(court.regime, bundle=replace(court.bundle, wording=np.zeros(WORDING_BUCKETS + 1)))
    assert look_for_reads(court_store, reading, period, seed=1).is_clean
    monkeypatch.setattr("features.wording.words_of", lambda filing: filing.facts or "")
    assert look_for_reads(court_store, reading, period, seed=1).moved == ("wording",)
    assert look_for_reads(court_store, court.regime, period, seed=1).is_clean, "of a model that reads none"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_president_s_page_says_limits_first_and_is_offline(
    found: Fairness, tmp_path: Path, language: str
) -> None:
    write_fairness(found, tmp_path, language)
    page = (tmp_path / "fairness.html").read_text(encoding="utf-8")
    assert not [part for part in ("http://", "https://", "<script", "<link") if part in page]
    limits, rates = (
        ("能说与不能说", "各组比率") if language == "zh" else ("cannot say", "Rates of each group")
    )
    assert 0 < page.index(limits) < page.index(rates)
    assert page.count("data:image/png;base64,") == len(list(tmp_path.glob("*.png")))


def test_the_command_takes_a_list_and_refuses_a_bad_one(
    court: Court, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in court.environment().items():
        monkeypatch.setenv(name, value)
    given_list = tmp_path / "audited.csv"
    given_list.write_text("filing_id,attribute,value\nnobody,origin,here\n", encoding="utf-8")
    words = ["--before", "2022-01-01", "--labels-as-of", "2023-01-01", "--audited", str(given_list)]
    assert run(["fairness", *words, "--out", str(tmp_path / "out")]) == 0
    assert "Nothing was found" in " ".join(capsys.readouterr().out.split())
    assert "origin" not in (tmp_path / "out" / "fairness.html").read_text(encoding="utf-8")
    given_list.write_text("filing_id,value\n", encoding="utf-8")
    with pytest.raises(InputError, match="attribute"):
        read_audited(given_list)
    given_list.write_bytes("filing_id,attribute,value\n一,二,三\n".encode("gb18030"))
    with pytest.raises(InputError, match="UTF-8"):
        read_audited(given_list)
