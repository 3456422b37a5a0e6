"""Filings scored and kept: what the answer holds, and that screening again keeps nothing twice."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from serving_samples import NOW, ZONE, loan, promote_toy
from sqlalchemy import func, select

from features.intake.schema import parse_filing
from features.link.docket import LinkCount, link_pending
from features.link.filing import Linked
from features.link.resolve import resolve
from features.pipeline import observe
from features.watch.take import read_list
from serving.api.schemas import scores_out
from serving.screening import one
from serving.screening.one import screen_and_keep, screen_one
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from xiezhi.clock import format_moment
from xiezhi.errors import BundleError
from xiezhi.records import Filing, Finding
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import case_numbers_of, filed_at_of, put_filings
from xiezhi.store.happenings import put_findings
from xiezhi.store.links import links_of
from xiezhi.store.screenings import audit_draws, first_scores, get_screening, screenings_of
from xiezhi.store.tables import filings, mentions, screenings
from xiezhi.store.watch import WatchEntry, add_entries

GIVEN = ("志强", "雅琴", "国栋", "秀兰", "振华", "桂芳", "建平", "玉梅", "永福", "淑珍", "海涛", "丽君")


def read(filing_id: str, filed_at: str, amount: float, **more: object) -> Filing:
    return parse_filing(loan(filing_id, filed_at, amount, **more), Settings())


def rows_in(store: Store, *tables: object) -> list[int]:
    with store.read() as connection:
        return [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]  # type: ignore[arg-type]


def test_an_answer_holds_what_the_format_says(store: Store) -> None:
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    screen_and_keep(store, screener, read("F-001", "2026-11-01T09:00", 50), source="api", scored_at=NOW)
    screening, is_new = screen_and_keep(
        store, screener, read("F-002", "2026-11-20T09:00", 3_000_000), source="api", scored_at=NOW
    )
    scores = screening.scores
    assert is_new
    assert set(scores) == {
        "filing_id", "scored_at", "model_version", "rules_version", "risk", "band", "account", "reasons", "links",
        "steps",
    }  # fmt: skip
    assert (scores["filing_id"], scores["band"]) == ("F-002", "review")
    assert scores["scored_at"] == format_moment(NOW, ZONE) == "2026-11-23T10:00:00+08:00"
    assert 0 <= scores["risk"] <= 1
    assert scores["account"]["raw"] == pytest.approx(screening.rank_score, abs=1e-6)
    for reason in scores["reasons"]:
        needed = {"sign", "text", "legal_basis", "contribution", "filings", "direction"}
        assert (
            needed <= set(reason) <= needed | {"verify", "document", "rule", "strength", "counted", "about"}
        )
        assert set(reason["text"]) == {"zh", "en"}
        assert set(reason["legal_basis"]) == {"instrument", "article", "version"}
    assert {link["record_id"] for link in scores["links"]} >= {"p1", "p2", "a1"}
    assert set(scores["links"][0]) == {"record_id", "kind", "entity_id", "probability"}
    assert scores["steps"]
    assert not any("不予立案" in step["zh"] or "拒绝" in step["zh"] for step in scores["steps"])
    with store.read() as connection:
        assert get_screening(connection, screening.screening_id) == screening
        first, second = (
            {link.record_id: link.entity_id for link in links_of(connection, [i])} for i in ("F-001", "F-002")
        )
    assert first["p1"] == second["p1"], "the same person, known again"


def test_the_same_filing_again_is_the_same_score(store: Store) -> None:
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    filing = read("F-001", "2026-11-01T09:00", 500_000)
    first, _ = screen_and_keep(store, screener, filing, source="api", scored_at=NOW)
    counts = rows_in(store, filings, screenings, mentions)
    again, is_new = screen_and_keep(store, screener, filing, source="api", scored_at=NOW + 5)
    assert (again, is_new) == (first, False)
    assert rows_in(store, filings, screenings, mentions) == counts


def test_a_corrected_filing_is_a_new_version_with_its_own_score(store: Store) -> None:
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    screen_and_keep(store, screener, read("F-001", "2026-11-01T09:00", 50), source="api", scored_at=NOW)
    corrected, is_new = screen_and_keep(
        store, screener, read("F-001", "2026-11-01T09:00", 2_000_000), source="api", scored_at=NOW + 1
    )
    assert (is_new, corrected.trigger, corrected.band) == (True, "corrected", "review")
    assert corrected.scores["trigger"] == "corrected"
    with store.read() as connection:
        assert [s.trigger for s in screenings_of(connection, "F-001")] == ["corrected", "filed"]
    old, is_new = screen_and_keep(
        store, screener, read("F-001", "2026-11-01T09:00", 50), source="api", scored_at=NOW + 2
    )
    assert (old.screening_id, is_new) == (corrected.screening_id, False), "an old export does not undo it"


def test_reasons_name_earlier_filings_by_their_case_numbers(store: Store) -> None:
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    for number in range(1, 12):
        filing = read(
            f"F-{number:03}", f"2026-10-{number:02}T09:00", 500, case_number=f"(2026)甘0702民初{number}号"
        )
        screen_and_keep(store, screener, filing, source="api", scored_at=NOW)
    filing = read("F-012", "2026-11-01T09:00", 500)
    screening, _ = screen_and_keep(store, screener, filing, source="api", scored_at=NOW)
    naming = [
        reason for reason in screening.scores["reasons"] if reason["filings"] and reason["direction"] == "for"
    ]
    assert naming
    for reason in naming:
        first = reason["filings"][0]
        for text in reason["text"].values():
            assert f"(2026)甘0702民初{int(first[2:])}号" in text
            assert first not in text


def test_a_case_number_is_the_one_known_then(store: Store) -> None:
    with store.write() as connection:
        for version, number in enumerate(("", "(2026)甘0702民初7号")):
            filing = read("F-001", "2026-11-01T09:00", 500, case_number=number)
            put_filings(connection, store.vault, [(filing, "private_loan", "api")], NOW + version)
    with store.read() as connection:
        assert case_numbers_of(connection, ["F-001", "F-404"], NOW) == {}
        assert case_numbers_of(connection, ["F-001", "F-404"], NOW + 1) == {"F-001": "(2026)甘0702民初7号"}


def put_on_list(store: Store, path: Path, rows: str) -> None:
    path.write_text(f"name,id_number,since,recorded_at\n{rows}", encoding="utf-8")
    entries = [
        entry
        for entry in read_list(path, "false_litigation", store.vault.search_hash, ZONE, NOW)
        if isinstance(entry, WatchEntry)
    ]
    with store.write() as connection:
        assert add_entries(connection, entries, origin=path.name, received_at=NOW) == 1


def test_a_list_that_now_holds_a_party_gives_a_new_score(store: Store, tmp_path: Path) -> None:
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    filing = read("F-001", "2026-11-01T09:00", 500_000)
    first, _ = screen_and_keep(store, screener, filing, source="api", scored_at=NOW)
    put_on_list(store, tmp_path / "others.csv", "欧阳未见,,2025-01-01,2025-01-01\n")
    again, is_new = screen_and_keep(store, screener, filing, source="api", scored_at=NOW + 1)
    assert (again, is_new) == (first, False), "the list says nothing of this filing"
    plaintiff = filing.parties[0]
    put_on_list(
        store, tmp_path / "his.csv", f"{plaintiff.name},{plaintiff.id_number or ''},2025-01-01,2025-01-01\n"
    )
    listed, is_new = screen_and_keep(store, screener, filing, source="api", scored_at=NOW + 2)
    assert is_new
    assert {reason.get("rule") for reason in listed.scores["reasons"]} - {
        reason.get("rule") for reason in first.scores["reasons"]
    } == {"S26.list"}
    again, is_new = screen_and_keep(store, screener, filing, source="api", scored_at=NOW + 3)
    assert (again, is_new) == (listed, False)
    later = f"{plaintiff.name},{plaintiff.id_number or ''},2025-02-01,2026-11-20\n"
    put_on_list(store, tmp_path / "later.csv", later)
    again, is_new = screen_and_keep(store, screener, filing, source="api", scored_at=NOW + 4)
    assert (again, is_new) == (listed, False), "an entry recorded after the filing was not known then"


def test_screening_alone_keeps_nothing(sqlite_store: Store) -> None:
    promote_toy(sqlite_store, Settings())
    screener = load_screener(sqlite_store, Settings())
    filing = read("F-001", "2026-11-01T09:00", 500_000)
    alone = screen_one(sqlite_store, screener, filing, scored_at=filing.filed_at)
    assert rows_in(sqlite_store, filings, screenings, mentions) == [0, 0, 0]
    kept, _ = screen_and_keep(sqlite_store, screener, filing, source="api", scored_at=filing.filed_at)
    assert kept == alone


def test_another_promotion_screens_at_once(sqlite_store: Store) -> None:
    model = PromotedModel(sqlite_store, Settings())
    filing = read("F-001", "2026-11-01T09:00", 500_000)
    assert model.version() is None
    alone, _ = model.keep(filing, source="api", scored_at=NOW)
    assert (alone.model_version, alone.scores["model_kind"], model.kind()) == ("rules-only", "rules", "rules")
    first = promote_toy(sqlite_store, Settings())
    assert model.keep(filing, source="api", scored_at=NOW)[0].model_version == first.version
    second = promote_toy(sqlite_store, Settings(), as_of="2026-02-01")
    screening, is_new = model.keep(filing, source="api", scored_at=NOW + 1)
    assert (screening.model_version, is_new) == (second.version, True)


def test_a_damaged_bundle_does_not_screen(sqlite_store: Store) -> None:
    bundle = promote_toy(sqlite_store, Settings())
    booster = Settings().home / "bundles" / bundle.version / "booster.txt"
    booster.write_text(booster.read_text() + "\n")
    with pytest.raises(BundleError):
        load_screener(sqlite_store, Settings())


def test_what_the_lot_falls_on_is_told_and_read_by_training_once_reviewed(store: Store) -> None:
    promote_toy(store, Settings(), audit_rate=0.5)
    screener = load_screener(store, Settings())
    drawn = {}
    for number in range(12):
        # Strangers to one another: signs of many suits would flag them.
        parties = [
            {"party_id": f"p{side}", "role": role, "kind": "person", "name": f"{surname}{GIVEN[number]}"}
            for side, role, surname in ((1, "plaintiff", "韩"), (2, "defendant", "秦"))
        ]
        filing = read(
            f"F-{number}", f"2026-11-{number + 1:02}T09:00", 50 if number else 9_000_000,
            parties=parties, agents=[], facts=f"{GIVEN[number]}所借，到期未还。",
        )  # fmt: skip
        screening, _ = screen_and_keep(store, screener, filing, source="api", scored_at=NOW)
        drawn[filing.filing_id] = screening.scores.get("audit")
        assert scores_out(screening).audit == drawn[filing.filing_id]
    assert drawn["F-0"] is None, "a flag is reviewed anyway"
    found = [i for i, rate in drawn.items() if rate == 0.5]
    assert 0 < len(found) < 11
    with store.write() as connection:
        reviewed = [(Finding(i, NOW, "genuine", "review", NOW), "test") for i in ("F-0", found[0])]
        put_findings(connection, reviewed, received_at=0)
    with store.read() as connection:
        assert audit_draws(connection, NOW + 1) == {found[0]: 0.5}
        assert audit_draws(connection, NOW) == {}


def test_a_linker_beside_waits_until_the_filing_at_hand_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    told: list[LinkCount] = []
    linker = Thread(target=lambda: told.append(link_pending(store)))

    def resolve_and_look_away(*asked: Any) -> Linked:
        linked = resolve(*asked)
        linker.start()
        linker.join(0.5)  # it links what is kept and not linked yet, unless it waits for its turn
        return linked

    monkeypatch.setattr("serving.screening.one.resolve", resolve_and_look_away)
    screen_and_keep(store, screener, read("F-001", "2026-11-01T09:00", 50), source="api", scored_at=NOW)
    linker.join()
    assert told == [LinkCount()]
    assert rows_in(store, mentions) == [4], "two parties, an agent and his firm"


def test_first_scores_are_those_given_when_filings_came_in(store: Store) -> None:
    bundle = promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    for place, day in enumerate(("2026-11-20", "2026-11-01", "2026-11-22")):
        filing = read(f"F-00{place}", f"{day}T09:00", 50 + place)
        screen_and_keep(store, screener, filing, source="api", scored_at=NOW + place)
    corrected = read("F-001", "2026-11-01T09:00", 3_000_000)
    screen_and_keep(store, screener, corrected, source="api", scored_at=NOW + 9)
    with store.read() as connection:
        found = list(first_scores(connection, bundle.version, NOW + 2))
        assert list(first_scores(connection, "another", NOW + 99)) == []
        assert filed_at_of(connection, ["F-001", "nobody's"]) == {"F-001": corrected.filed_at}
    assert [one.filing_id for one in found] == ["F-001", "F-000"], "in order of time, those scored by then"
    assert found[0].features["claim_magnitude"] == pytest.approx(np.log10(52))
    assert found[0].band == "none"


def test_a_filing_that_cannot_be_scored_is_kept(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    promote_toy(sqlite_store, Settings())
    screener = load_screener(sqlite_store, Settings())
    filing = read("F-001", "2026-11-01T09:00", 50)

    def fail(*_: object, **__: object) -> None:
        raise BundleError("坏。", "Broken.", code="bundle")

    with monkeypatch.context() as patch:
        patch.setattr(one, "observe", fail)
        with pytest.raises(BundleError):
            screen_and_keep(sqlite_store, screener, filing, source="api", scored_at=NOW)
    assert rows_in(sqlite_store, filings, mentions, screenings) == [1, 0, 0]
    screening, is_new = screen_and_keep(sqlite_store, screener, filing, source="api", scored_at=NOW)
    assert is_new
    assert screening.trigger == "filed"
    assert rows_in(sqlite_store, filings, screenings) == [1, 1]


def test_a_filing_taken_in_while_it_is_scored_is_kept_once(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken in by another way, as it was or with another content: then it is a correction."""
    promote_toy(sqlite_store, Settings())
    screener = load_screener(sqlite_store, Settings())
    for filing_id, amount, trigger in (("F-001", 50, "filed"), ("F-002", 60, "corrected")):
        filing = read(filing_id, "2026-11-01T09:00", 50)

        def observe_late(*given: Any, other: float = amount, **more: Any) -> Any:
            with sqlite_store.write() as connection:
                taken = read(given[1].filing_id, "2026-11-01T09:00", other)
                put_filings(connection, sqlite_store.vault, [(taken, "private_loan", "x")], NOW)
            return observe(*given, **more)

        with monkeypatch.context() as patch:
            patch.setattr(one, "observe", observe_late)
            screening, is_new = screen_and_keep(sqlite_store, screener, filing, source="api", scored_at=NOW)
        assert is_new
        assert screening.trigger == trigger
    assert rows_in(sqlite_store, screenings) == [2]
    with sqlite_store.read() as connection:
        assert len(links_of(connection, ["F-001"])) == len(links_of(connection, ["F-002"])) > 0
