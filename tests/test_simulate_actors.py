"""Identity numbers, noise, the debtors' other cases, and the honest who look suspicious."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from features.simulate import identity, load, simulate
from features.simulate.parameters import DEFAULT_FILE

SIZE = 5000
WIDE = {ord("０") + i: str(i) for i in range(10)} | {ord("Ｘ"): "X"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One docket for all tests of this module."""
    out = tmp_path_factory.mktemp("docket")
    simulate(out, filings=SIZE, seed=11)
    return out


@pytest.fixture(scope="module")
def filings(folder: Path) -> list[dict[str, Any]]:
    """Its filings."""
    return [json.loads(line) for line in (folder / "filings.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, list[str]]:
    """filing id -> the rest of its truth row."""
    table = (folder / "truth" / "filings.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {row.split(",")[0]: row.split(",")[1:] for row in table}


def entity_of(folder: Path) -> dict[tuple[str, str], str]:
    """(filing, record) -> true entity."""
    table = (folder / "truth" / "entities.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {(a, b): c for a, b, c in (row.split(",") for row in table)}


def test_known_check_characters() -> None:
    assert identity.resident_check("11010519491231002") == "X"  # the example of GB 11643
    assert identity.old_resident_id("11010519491231002X") == "110105491231002"
    rng = Random(1)
    number = identity.resident_id("620702", date(1980, 5, 6), True, rng)
    assert int(number[16]) % 2 == 1
    code = identity.credit_code("620702", rng)
    assert len(code) == 18
    assert identity.credit_check(code[:17]) == code[17]
    assert len(identity.lawyer_licence("6207", 2010, True, rng)) == 17


def test_numbers_are_valid_but_for_noise(filings: list[dict[str, Any]]) -> None:
    seen: Counter[str] = Counter()
    for party in (p for f in filings for p in f["parties"] if "id_number" in p):
        number = party["id_number"].translate(WIDE)
        if party["id_type"] == "credit_code":
            seen["credit"] += 1
            seen["credit_wrong"] += identity.credit_check(number[:17]) != number[17]
        elif len(number) == 15:
            seen["old"] += 1
        else:
            seen["resident"] += 1
            seen["resident_wrong"] += identity.resident_check(number[:17]) != number[17]
    assert seen["credit_wrong"] < 0.012 * seen["credit"]
    assert 0 < seen["resident_wrong"] < 0.012 * seen["resident"]
    assert 0.002 < seen["old"] / seen["resident"] < 0.03


def test_ids_are_missing_as_they_are_in_life(filings: list[dict[str, Any]]) -> None:
    first = [
        p
        for f in filings
        if f["proceeding"] == "first_instance"
        for p in f["parties"]
        if p["kind"] == "person"
    ]
    noise = load().noise
    for role, share in (("plaintiff", noise.plaintiff_id_missing), ("defendant", noise.defendant_id_missing)):
        parties = [p for p in first if p["role"] == role]
        assert sum("id_number" not in p for p in parties) / len(parties) == pytest.approx(share, abs=0.02)


def test_people_recur_and_share_names(folder: Path, filings: list[dict[str, Any]]) -> None:
    entity = entity_of(folder)
    mentions: Counter[str] = Counter()
    spellings: dict[str, set[str]] = defaultdict(set)
    holders: dict[str, set[str]] = defaultdict(set)
    for f in filings:
        for p in f["parties"]:
            who = entity[f["filing_id"], p["party_id"]]
            mentions[who] += 1
            if p["kind"] == "person":
                spellings[who].add(p["name"])
                holders[p["name"]].add(who)
    assert sum(len(h) > 1 for h in holders.values()) > 100, "different people of one name"
    assert sum(len(s) > 1 for s in spellings.values()) > 20, "one person, spelt in two ways"
    assert max(n for who, n in mentions.items() if who.startswith("O")) > 40
    assert max(n for who, n in mentions.items() if who.startswith("P")) >= 6


def test_fake_creditors_sue_people_in_enforcement(
    folder: Path, filings: list[dict[str, Any]], truth: dict[str, list[str]]
) -> None:
    entity = entity_of(folder)
    debtors: set[str] = set()
    hits: Counter[str] = Counter()
    for f in filings:
        sued = {entity[f["filing_id"], p["party_id"]] for p in f["parties"] if p["role"] != "plaintiff"}
        if f["proceeding"] == "enforcement":
            debtors |= sued
            continue
        scheme = truth[f["filing_id"]][1]
        kind = (
            "collusive"
            if scheme and scheme in "ABCDM"
            else "honest"
            if f["cause"] == "民间借贷纠纷" and not scheme
            else ""
        )
        hits[kind] += 1
        hits[kind + "+"] += bool(sued & debtors)
    assert hits["collusive+"] / hits["collusive"] > 0.45
    assert 0.04 < hits["honest+"] / hits["honest"] < 0.25


def test_the_honest_show_signs_too(filings: list[dict[str, Any]], truth: dict[str, list[str]]) -> None:
    honest = [f for f in filings if truth[f["filing_id"]][0] == "0"]
    filers = Counter(f["parties"][0]["name"] for f in honest if f["parties"][0]["kind"] == "organization")
    assert filers.most_common(1)[0][1] > 40, "mass filers"
    groups = Counter(
        (f["filed_at"][:10], f["agents"][0]["name"])
        for f in honest
        if f["cause"] == "劳动争议" and f.get("agents")
    )
    assert max(groups.values()) >= 5, "true wage groups with one agent"
    loans = [f for f in honest if f["cause"] == "民间借贷纠纷" and f["proceeding"] == "first_instance"]
    assert sum([e["kind"] for e in f["evidence"]] == ["iou"] for f in loans) > 0.1 * len(loans)
    assert sum(f.get("defence_period_waived", False) for f in loans) > 5
    assert sum(any(p.get("declared_relations") for p in f["parties"]) for f in loans) > 5
    rights = Counter(f["elements"]["right_number"] for f in honest if "right_number" in f.get("elements", {}))
    assert max(rights.values()) >= 5, "lawful batches on one right"


def test_parameters_refuse_unknown_keys(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    wrong = tmp_path / "parameters.toml"
    wrong.write_text(text.replace("lag_years", "lag_yaers"), encoding="utf-8")
    with pytest.raises(ValueError, match="lag_yaers"):
        load(wrong)


def test_every_parameter_names_its_source() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    for section in text.split("\n[")[1:]:
        assert (
            "(A)" in section or "(K)" in section or "[" in section.split("]", 1)[1] or "schemes." in section
        ), section[:60]
