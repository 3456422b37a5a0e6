"""The simulated docket: format, time, shares, sameness by seed."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from features.simulate import load, simulate
from features.simulate.look_alikes import LOOK_ALIKES
from features.watch.kinds import KINDS
from features.watch.take import read_list
from xiezhi.clock import to_datetime
from xiezhi.store.watch import WatchEntry

SIZE = 5000
PROCEEDINGS = {
    "first_instance",
    "enforcement",
    "enforcement_objection",
    "bankruptcy",
    "judicial_confirmation",
    "pre_suit_mediation",
    "payment_order",
    "administrative",
    "appeal",
    "retrial",
    "other",
}
EVIDENCE = {
    "iou",
    "contract",
    "bank_transfer",
    "cash_receipt",
    "chat_log",
    "witness",
    "wage_note",
    "arbitration_award",
    "mediation_agreement",
    "notarised_deed",
    "invoice",
    "title_deed",
    "other",
}
EVENTS = {
    "served",
    "served_by_publication",
    "answered",
    "admitted_all",
    "hearing_held",
    "defendant_absent",
    "plaintiff_absent",
    "mediated",
    "withdrawn",
    "dismissed",
    "judgment_for_plaintiff",
    "judgment_partial",
    "judgment_for_defendant",
    "third_party_objection",
    "seizure",
    "auction_scheduled",
    "auction_held",
    "distribution_applied",
    "bankruptcy_accepted",
    "enforcement_closed_paid",
    "enforcement_closed_unpaid",
    "set_aside",
    "closed",
}
SANCTIONS = {"fined", "detained", "convicted", "listed"}
RELATIONS = {"spouse", "parent", "sibling", "relative", "employee", "shareholder", "friend", "other"}


@dataclass(frozen=True)
class Docket:
    """A docket read back."""

    folder: Path
    filings: list[dict[str, Any]]
    events: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    truth: dict[str, dict[str, str]]
    entities: dict[tuple[str, str], str]
    claims: dict[str, str]


def lines(path: Path) -> list[dict[str, Any]]:
    """A JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def docket(tmp_path_factory: pytest.TempPathFactory) -> Docket:
    """One docket for all tests of this module."""
    out = tmp_path_factory.mktemp("docket")
    simulate(out, filings=SIZE, seed=3)
    return Docket(
        out,
        lines(out / "filings.jsonl"),
        lines(out / "events.jsonl"),
        lines(out / "findings.jsonl"),
        {r["filing_id"]: r for r in rows(out / "truth" / "filings.csv")},
        {(r["filing_id"], r["record_id"]): r["entity_id"] for r in rows(out / "truth" / "entities.csv")},
        {r["filing_id"]: r["claim_id"] for r in rows(out / "truth" / "claims.csv")},
    )


def test_one_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        simulate(
            tmp_path / name, filings=600, years=1.5, seed=seed, progress=lambda i, n: calls.append((i, n))
        )
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(files) == 6 + len(KINDS)
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert (tmp_path / "a" / "filings.jsonl").read_bytes() != (tmp_path / "c" / "filings.jsonl").read_bytes()
    assert calls[-1] == (600, 600)
    assert len(calls) > 100


def test_filings_keep_to_the_format(docket: Docket) -> None:
    assert len(docket.filings) == SIZE
    assert len({f["filing_id"] for f in docket.filings}) == SIZE
    assert len({f["case_number"].replace("（", "(").replace("）", ")") for f in docket.filings}) == SIZE
    for f in docket.filings:
        assert f["proceeding"] in PROCEEDINGS
        assert f["cause"]
        assert f["court"] in f["case_number"]
        assert f["received_via"] in {"counter", "online", "mail", "mobile"}
        assert f.get("claim_amount", 0) >= 0
        assert re.fullmatch(r"[(（]\d{4}[)）]甘\d{2,4}\D+\d+号", f["case_number"])
        assert all(e["kind"] in EVIDENCE for e in f.get("evidence", []))
        assert not {"某"} & set(f["claims"] + f["facts"])
        check_people(f)


def check_people(f: dict[str, Any]) -> None:
    """Parties and agents of one filing."""
    ids = [p["party_id"] for p in f["parties"]]
    assert len(ids) == len(set(ids)) >= 2
    for p in f["parties"]:
        assert p["role"] in {"plaintiff", "defendant", "third_party"}
        assert p["kind"] in {"person", "organization"}
        assert p["name"]
        for tie in p.get("declared_relations", []):
            assert tie["to"] in ids
            assert tie["kind"] in RELATIONS
    for a in f.get("agents", []):
        assert a["kind"] in {"lawyer", "legal_worker", "relative", "employee", "citizen"}
        assert a["represents"]
        assert set(a["represents"]) <= set(ids)
        assert a["authority"] in {"general", "special"}


def test_truth_covers_every_record_and_stays_apart(docket: Docket) -> None:
    for f in docket.filings:
        assert f["filing_id"] in docket.truth
        assert f["filing_id"] in docket.claims
        for key in [p["party_id"] for p in f["parties"]] + [a["agent_id"] for a in f.get("agents", [])]:
            assert (f["filing_id"], key) in docket.entities
        on_seats = [docket.entities[f["filing_id"], p["party_id"]] for p in f["parties"]]
        assert len(on_seats) == len(set(on_seats)), "one person sits on two chairs"
    assert sorted(p.name for p in docket.folder.iterdir()) == [
        "events.jsonl",
        "filings.jsonl",
        "findings.jsonl",
        "lists",
        "truth",
    ]


def test_time_runs_forward(docket: Docket) -> None:
    filed = [f["filed_at"] for f in docket.filings]
    assert filed == sorted(filed)
    assert all(t.endswith("+08:00") and "08:00" <= t[11:16] < "18:00" for t in filed)
    at = {f["filing_id"]: datetime.fromisoformat(f["filed_at"]) for f in docket.filings}
    end = date(2023, 12, 31)
    for e in docket.events:
        happened = datetime.fromisoformat(e["at"])
        recorded = datetime.fromisoformat(e.get("recorded_at", e["at"]))
        assert e["kind"] in EVENTS
        assert at[e["filing_id"]] < happened <= recorded
        assert recorded.date() <= end
    for f in docket.findings:
        assert at[f["filing_id"]] < datetime.fromisoformat(f["at"])
        assert datetime.fromisoformat(f.get("recorded_at", f["at"])).date() <= end


def test_shares_are_near_the_parameters(docket: Docket) -> None:
    params = load()
    false = sum(t["false"] == "1" for t in docket.truth.values()) / SIZE
    assert false == pytest.approx(params.docket.false_share, rel=0.3)
    suits = [f for f in docket.filings if f["proceeding"] == "first_instance"]
    causes = Counter(f["cause"] for f in suits)
    for cause, share in params.causes.items():
        if share >= 3 and cause not in {"信用卡纠纷", "物业服务合同纠纷", "金融借款合同纠纷", "劳动争议"}:
            assert 100 * causes[cause] / len(suits) == pytest.approx(share, rel=0.3), cause
    mass = sum(causes[c] for c in ("信用卡纠纷", "物业服务合同纠纷", "金融借款合同纠纷"))
    assert 100 * mass / len(suits) == pytest.approx(19, rel=0.35)
    enforcement = sum(f["proceeding"] == "enforcement" for f in docket.filings) / SIZE
    assert enforcement == pytest.approx(params.docket.enforcement_share, rel=0.25)


def test_false_share_is_a_parameter(tmp_path: Path) -> None:
    simulate(tmp_path, filings=800, seed=2, parameters=load().with_false_share(0.0))
    assert all(t["false"] == "0" for t in rows(tmp_path / "truth" / "filings.csv"))


def test_every_scheme_occurs(docket: Docket) -> None:
    assert {t["scheme"] for t in docket.truth.values()} == {"", *"ABCDEFGHIJKLMNO"}
    sizes = Counter(t["ring_id"] for t in docket.truth.values() if t["ring_id"])
    assert max(sizes.values()) >= 8


def test_labels_are_late_and_partial(docket: Docket) -> None:
    false = {i for i, t in docket.truth.items() if t["false"] == "1"}
    labelled = {f["filing_id"] for f in docket.findings if f["finding"] != "genuine"} & false
    assert 0.2 < len(labelled) / len(false) < 0.75
    assert sum(docket.truth[i]["caught_at"] == "" for i in false) > 0
    at = {f["filing_id"]: datetime.fromisoformat(f["filed_at"]) for f in docket.filings}
    lags = [
        (datetime.fromisoformat(docket.truth[i]["caught_at"]) - at[i]).days
        for i in false
        if docket.truth[i]["caught_at"]
    ]
    assert min(lags) >= 0
    assert sum(d > 300 for d in lags) > len(lags) * 0.25
    assert {f["source"] for f in docket.findings} >= {"procuratorate", "review"}


def test_claims_are_shared_by_their_filings(docket: Docket) -> None:
    groups = defaultdict(list)
    for filing, claim in docket.claims.items():
        groups[claim].append(filing)
    by_id = {f["filing_id"]: f for f in docket.filings}
    several = [g for g in groups.values() if len(g) > 1]
    assert len(several) > 100
    for group in several:
        people = [{docket.entities[i, p["party_id"]] for p in by_id[i]["parties"]} for i in group]
        assert set.intersection(*people), "one claim, yet nobody in common"


def test_the_truth_says_why_an_honest_filing_looks_false(docket: Docket) -> None:
    kinds = {i: set(t["look_alike"].split()) for i, t in docket.truth.items()}
    assert not any(kinds[i] for i, t in docket.truth.items() if t["scheme"])
    drawn = Counter(kind for of_one in kinds.values() for kind in of_one)
    assert drawn.keys() <= LOOK_ALIKES.keys()
    assert (
        min(drawn[k] for k in ("mass", "wages", "kin", "kin_note", "quick", "rights", "again", "debtor"))
        >= 20
    )
    assert 0.3 < sum(not k and not docket.truth[i]["scheme"] for i, k in kinds.items()) / SIZE < 0.7
    plaintiffs: dict[str, set[str]] = defaultdict(set)
    for f in docket.filings:
        who = {p["party_id"]: docket.entities[f["filing_id"], p["party_id"]] for p in f["parties"]}
        own = kinds[f["filing_id"]]
        if "rights" in own and f["proceeding"] == "first_instance":
            assert f["elements"]["right_number"]
        if "kin_note" in own and f["proceeding"] == "first_instance":
            assert "借贷" in f["cause"]
        if "debtor" in own:
            assert any(
                who[p["party_id"]] in plaintiffs["debtors"] for p in f["parties"] if p["role"] == "defendant"
            )
        if f["proceeding"] == "enforcement":
            plaintiffs["debtors"].update(who[p["party_id"]] for p in f["parties"] if p["role"] == "defendant")


def test_a_namesake_is_another_person_of_the_same_name(docket: Docket) -> None:
    """Names are spoiled by typing, so of the marked most, not all, show the name again."""
    seen: dict[str, set[str]] = defaultdict(set)
    shown = []
    for f in docket.filings:
        sides = [p for p in f["parties"] if p["role"] == "plaintiff" and p["kind"] == "person"]
        who = {p["name"]: docket.entities[f["filing_id"], p["party_id"]] for p in sides}
        if "namesake" in docket.truth[f["filing_id"]]["look_alike"].split():
            shown.append(any(seen[name] - {entity} for name, entity in who.items()))
        for name, entity in who.items():
            seen[name].add(entity)
    assert len(shown) > 40
    assert sum(shown) / len(shown) > 0.85


def test_the_lists_can_be_taken_in_and_know_no_more_than_a_court(docket: Docket) -> None:
    lists = {
        kind: list(read_list(docket.folder / "lists" / f"{kind}.csv", kind, str, "Asia/Shanghai", 0))
        for kind in KINDS
    }
    entries = {kind: [o for o in outcomes if isinstance(o, WatchEntry)] for kind, outcomes in lists.items()}
    assert entries == lists, "every row is good"
    assert all(entries[kind] for kind in ("false_litigation", "licensed", "restructuring", "zones"))
    confirmed = {f.get("elements", {}).get("mediation_organization") for f in docket.filings}
    assert {e.name for e in entries["mediators"]} <= confirmed
    last = max(f["filed_at"] for f in docket.filings)[:10]
    for entry in (e for of_kind in entries.values() for e in of_kind):
        assert to_datetime(entry.recorded_at, "Asia/Shanghai").date().isoformat() <= last
    sanctioned: dict[str, set[str]] = defaultdict(set)
    for finding in docket.findings:
        if finding["finding"] != "genuine" and finding["measure"] in SANCTIONS:
            sanctioned[finding["filing_id"]].add(finding.get("recorded_at", finding["at"])[:10])
    named: dict[str, set[str]] = defaultdict(set)
    for f in docket.filings:
        for p in f["parties"]:
            if p["role"] == "plaintiff" and f["filing_id"] in sanctioned:
                named[p["name"]] |= sanctioned[f["filing_id"]]
    # the others' names were spoiled in typing
    known = [e for e in entries["false_litigation"] if e.name in named]
    assert len(known) > 0.8 * len(entries["false_litigation"])
    assert all(to_datetime(e.since, "Asia/Shanghai").date().isoformat() in named[e.name] for e in known)


def test_what_authorities_announced_leaves_the_rest_of_the_docket_as_it_was(
    docket: Docket, tmp_path: Path
) -> None:
    """Zones, restructurings and buyers from afar are drawn aside: only the filings they concern change."""
    parameters = load()
    none = replace(
        parameters.announced, false_in_zone=0, honest_in_zone=0, false_restructured=0, quota_buyer=0
    )
    simulate(tmp_path, filings=SIZE, seed=3, parameters=replace(parameters, announced=none))
    changed = [f for f, g in zip(docket.filings, lines(tmp_path / "filings.jsonl"), strict=True) if f != g]
    assert 0 < len(changed) < 0.02 * SIZE
    assert all(
        docket.truth[f["filing_id"]]["scheme"] in {"D", "G"} or "房屋买卖" in f["cause"] for f in changed
    )
