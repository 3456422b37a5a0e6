"""`xiezhi screen`: plain and as a stream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from serving_samples import loan, promote_toy
from sqlalchemy import func, select

from xiezhi.cli import run
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.tables import filings, screenings


def write_docket(folder: Path, rows: list[dict[str, Any]], events: list[dict[str, Any]]) -> Path:
    folder.mkdir()
    for name, records in (("filings", rows), ("events", events)):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def read_scores(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def docket(tmp_path: Path) -> Path:
    """Three filings in the wrong order, events of one of them, one of which was recorded late."""
    rows = [
        loan("F-003", "2026-11-03T09:00", 3_000_000),
        loan("F-001", "2026-11-01T09:00", 50),
        loan("F-002", "2026-11-02T09:00", 300_000),
    ]
    events = [
        {"filing_id": "F-001", "at": "2026-11-04T10:00", "kind": "served"},
        {
            "filing_id": "F-001",
            "at": "2026-11-05T10:00",
            "recorded_at": "2026-11-09T10:00",
            "kind": "admitted_all",
        },
        {"filing_id": "F-001", "at": "2026-11-09T10:00", "kind": "mediated"},
    ]
    return write_docket(tmp_path / "docket", rows, events)


def test_plain_screening_reads_only(sqlite_store: Store, docket: Path, tmp_path: Path) -> None:
    promote_toy(sqlite_store, Settings())
    out = tmp_path / "out" / "scores.jsonl"
    assert run(["screen", str(docket), "--out", str(out)]) == 0
    scores = read_scores(out)
    assert [s["filing_id"] for s in scores] == ["F-003", "F-001", "F-002"], "the order read"
    assert [s["band"] for s in scores] == ["review", "none", "notice"]
    assert scores[0]["scored_at"] == "2026-11-03T09:00:00+08:00"
    assert not any(r["filings"] for s in scores for r in s["reasons"]), "none is in another's history"
    with sqlite_store.read() as connection:
        for table in (filings, screenings):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_stream_lives_through_the_folder(store: Store, docket: Path, tmp_path: Path) -> None:
    promote_toy(store, Settings())
    out, later = tmp_path / "scores.jsonl", tmp_path / "later.jsonl"
    command = ["screen", str(docket), "--stream", "--out", str(out), "--rescores", str(later)]
    assert run(command) == 0
    scores = read_scores(out)
    assert [s["filing_id"] for s in scores] == ["F-001", "F-002", "F-003"]
    assert [s["scored_at"] for s in scores] == [f"2026-11-0{n}T09:00:00+08:00" for n in (1, 2, 3)]
    people = [{link["record_id"]: link["entity_id"] for link in s["links"]} for s in scores]
    assert people[0]["p1"] == people[1]["p1"] == people[2]["p1"]
    again = read_scores(later)
    assert [(s["filing_id"], s["trigger"], s["scored_at"]) for s in again] == [
        ("F-001", "admitted_all+mediated", "2026-11-09T10:00:00+08:00")
    ]
    with store.read() as connection:
        count = select(func.count()).select_from(screenings)
        assert connection.execute(count).scalar_one() == 4
    first = out.read_bytes(), later.read_bytes()
    assert run(command) == 0, "once more changes nothing"
    assert (out.read_bytes(), later.read_bytes()) == first
    with store.read() as connection:
        assert connection.execute(count).scalar_one() == 4


def test_a_bad_row_is_reported_alone(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promote_toy(sqlite_store, Settings())
    bad = loan("F-002", "2026-11-02T09:00", 5) | {"court": None}
    folder = write_docket(tmp_path / "d", [loan("F-001", "2026-11-01T09:00", 5), bad], [])
    for more in ([], ["--stream"]):
        out = tmp_path / f"scores{len(more)}.jsonl"
        assert run(["screen", str(folder), "--out", str(out), *more]) == 3
        assert len(read_scores(out)) == 1
        told = capsys.readouterr().err
        assert "filings.jsonl:2 court" in told
        assert "周明礼" not in told


def test_what_cannot_be_done_is_said(sqlite_store: Store, tmp_path: Path, docket: Path) -> None:
    out = tmp_path / "scores.jsonl"
    promote_toy(sqlite_store, Settings())
    assert run(["screen", str(tmp_path / "nowhere"), "--out", str(out)]) == 4
    assert run(["screen", str(docket), "--rescores", str(out)]) == 2
    assert run(["screen", "-", "--stream"]) == 2


def test_scores_on_standard_output_are_nothing_but_scores(
    sqlite_store: Store, docket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promote_toy(sqlite_store, Settings())
    assert run(["screen", str(docket)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([json.loads(line) for line in lines]) == 3
