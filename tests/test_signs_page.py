"""The page of signs: counted against a docket's truth, each filing once however many kinds it is of."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from features.signs import load_pack
from features.signs.page import write_page
from features.signs.separation import HARD, ORDINARY, Separation, measure
from features.simulate import simulate
from features.simulate.look_alikes import LOOK_ALIKES
from xiezhi.errors import NotFound
from xiezhi.settings import Settings

FILINGS = 500


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Separation]:
    docket = tmp_path_factory.mktemp("signs") / "docket"
    simulate(docket, filings=FILINGS, years=2.0, seed=3, start=date(2020, 1, 1))
    return docket, measure(docket, Settings(jurisdiction="cn"))


def test_every_filing_is_of_a_scheme_or_hard_or_ordinary(measured: tuple[Path, Separation]) -> None:
    docket, found = measured
    with (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    schemes = found.groups.keys() - {HARD, ORDINARY, *LOOK_ALIKES}
    assert schemes == {row["scheme"] for row in truth} - {""}
    assert found.groups[HARD] == sum(bool(row["look_alike"]) for row in truth)
    assert sum(found.groups[g] for g in schemes) + found.groups[HARD] + found.groups[ORDINARY] == FILINGS
    for kind in LOOK_ALIKES:
        assert found.groups.get(kind, 0) == sum(kind in row["look_alike"].split() for row in truth)


def test_no_more_fire_than_there_are(measured: tuple[Path, Separation]) -> None:
    _, found = measured
    for code in found.pack.signs:
        for group, many in (found.at_filing[code] + found.later[code]).items():
            assert many <= found.groups[group]
    assert any(found.at_filing[code] for code in found.pack.signs)
    assert any(found.later[code] for code in found.pack.signs)


def test_the_page_has_a_line_for_each_sign_kind_and_rule(measured: tuple[Path, Separation]) -> None:
    _, found = measured
    page = write_page(found)
    for code in found.pack.signs.keys() - {"S00"}:
        assert f"\n| {code} | " in page
    for rule in found.pack.rules:
        assert f"\n| {rule.code} | " in page
    for kind in (kind for kind in LOOK_ALIKES if kind in found.groups):
        assert f"- `{kind}`: {LOOK_ALIKES[kind][0]}" in page


@pytest.mark.parametrize(
    ("false", "honest", "says"),
    [
        (40, 300, "separates"),
        (0, 6, "too few to say"),  # the half added to each is all there is of it
        (1, 2, "too few to say"),
        (3, 114, "separates nothing here"),
        (0, 60, "separates nothing here"),
        (0, 0, "fires on nothing: not seen there"),
    ],
)
def test_a_rule_is_said_to_separate_only_where_it_does(false: int, honest: int, says: str) -> None:
    """Of 600 false filings and 29,400 honest ones."""
    pack = load_pack("cn")
    names = {rule.code for rule in pack.rules} | set(pack.signs)
    fired = {name: Counter({"A": false, HARD: honest}) for name in names}
    none: dict[str, Counter[str]] = {name: Counter() for name in names}
    groups = {"A": 600, HARD: 9_400, ORDINARY: 20_000}
    page = write_page(Separation(pack, "docket", groups, fired, none, Counter(), has_lists=True))
    assert page.splitlines()[-1].startswith("| S35.4 | ")
    assert page.splitlines()[-1].endswith(f" | {says} |")


def test_a_docket_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        measure(tmp_path, Settings())
