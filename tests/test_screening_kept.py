"""Filings scored and kept: what the answer holds, and that screening again keeps nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from serving_samples import NOW, ZONE, loan, promote_toy
from sqlalchemy import func, select

from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep, screen_one
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from xiezhi.clock import format_moment
from xiezhi.errors import BundleError, NotFound
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import filed_at_of
from xiezhi.store.links import links_of
from xiezhi.store.screenings import first_scores, get_screening, screenings_of
from xiezhi.store.tables import filings, mentions, screenings


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
    with pytest.raises(NotFound) as none:
        model.keep(filing, source="api", scored_at=NOW)
    assert none.value.code == "no-model"
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
