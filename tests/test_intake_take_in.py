"""`xiezhi ingest`: idempotent, bad records left out alone, and a kill leaves nothing behind."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from intake_samples import FILING, json_lines, numbered, write_docket
from sqlalchemy import select

from features.intake import take_in as module
from features.intake.take_in import take_in
from xiezhi.cli import run
from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.filings import PutCount, get_filing, iterate_filings, put_filings, versions_of
from xiezhi.store.happenings import events_of, findings_of
from xiezhi.store.tables import filings

NOW = 1_800_000_000_000_000


DIES_MIDWAY = """
import os, signal
from features.intake import take_in
from xiezhi.cli import main
put, kept = take_in.put_filings, []
def put_and_die(*asked):
    kept.append(put(*asked))
    if len(kept) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept[-1]
take_in.put_filings = put_and_die
main()
"""
"""`xiezhi`, killed when it has written a second batch and not yet committed it."""


def take(store: Store, *paths: Path, at: int = NOW, rejects: Path | None = None) -> Any:
    return take_in(store, paths, mapping=None, settings=Settings(), rejects=rejects, received_at=at)


def test_a_second_time_changes_nothing(store: Store, tmp_path: Path) -> None:
    docket = write_docket(tmp_path / "docket", [FILING, numbered(2)])
    first, second = take(store, docket), take(store, docket, at=NOW + DAY)
    assert (first.filings, first.events, first.findings) == (PutCount(2), PutCount(1), PutCount(1))
    assert (second.filings, second.events, second.findings) == (
        PutCount(unchanged=2),
        PutCount(unchanged=1),
        PutCount(unchanged=1),
    )
    with store.read() as connection:
        row = connection.execute(select(filings).where(filings.c.filing_id == "F1")).one()
        assert row.cause_family == "private_loan"
        assert row.source.endswith("filings.jsonl")
        assert len(events_of(connection, ["F1"], None)) == len(findings_of(connection, ["F1"], None)) == 1


def test_a_change_is_a_version_and_the_old_one_stays(store: Store, tmp_path: Path) -> None:
    take(store, write_docket(tmp_path / "a", [FILING]))
    report = take(store, write_docket(tmp_path / "b", [{**FILING, "claim_amount": 9}]), at=NOW + DAY)
    assert report.filings == PutCount(changed=1)
    with store.read() as connection:
        seen = [get_filing(connection, store.vault, "F1", at) for at in (NOW, NOW + DAY)]
    assert [s and s.filing.claim_amount for s in seen] == [1200.5, 9.0]


def test_two_corrections_at_once_are_both_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (
        write_docket(tmp_path / str(amount), [{**FILING, "claim_amount": amount}]) for amount in (8, 9)
    )
    take(store, write_docket(tmp_path / "first", [FILING]))
    second = Thread(target=take, args=(store, other), kwargs={"at": NOW + DAY})

    def put_and_wait(*asked: Any) -> PutCount:
        monkeypatch.setattr(module, "put_filings", put_filings)
        done = put_filings(*asked)
        second.start()
        second.join(0.5)  # it has read what there is, unless it waits for its turn
        return done

    monkeypatch.setattr(module, "put_filings", put_and_wait)
    take(store, one, at=NOW + DAY)
    second.join()
    with store.read() as connection:
        kept = versions_of(connection, store.vault, ["F1"])["F1"]
    assert [version.filing.claim_amount for version in kept] == [1200.5, 8.0, 9.0]


def test_rejects_name_place_and_mend_and_no_person(sqlite_store: Store, tmp_path: Path) -> None:
    person = FILING["parties"][0]
    bad = [
        {**FILING, "filed_at": "张秀英"},
        {**FILING, "parties": [{**person, "kind": "11010519491231002X"}]},
        {**FILING, "parties": [person, person]},
        {**FILING, "parties": [{**person, "name": ["张秀英"]}]},
    ]
    docket = write_docket(tmp_path / "docket", [*bad, FILING])
    rejects = tmp_path / "out" / "rejects.csv"
    report = take(sqlite_store, docket, rejects=rejects)
    assert report.filings == PutCount(1)
    text = rejects.read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(r["row"], r["field"], r["code"]) for r in rows] == [
        ("1", "filed_at", "not-a-date"),
        ("2", "parties[0].kind", "not-allowed"),
        ("3", "parties[1].party_id", "duplicate-party"),
        ("4", "parties[0].name", "not-text"),
    ]
    assert all(r["mend_zh"] and r["mend_en"] and r["file"].endswith("filings.jsonl") for r in rows)
    told = text + json.dumps(report.to_json(), ensure_ascii=False)
    assert not any(secret in told for secret in ("张秀英", "11010519491231002X", "13800138000"))
    assert [p.name for p in rejects.parent.iterdir()] == ["rejects.csv"]


def test_exit_status_and_report(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write_docket(tmp_path / "good", [FILING])
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    assert run(["ingest", str(good), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["filings"] == {"added": 1, "changed": 0, "unchanged": 0}
    assert run(["ingest", str(good), str(bad)]) == 3
    assert "rejected: 1 (unknown-record 1)" in capsys.readouterr().out
    assert run(["ingest", str(bad)]) == 4
    assert run(["ingest", str(tmp_path / "nowhere")]) == 4
    assert run(["ingest"]) == 2
    (tmp_path / "file").touch()
    assert run(["ingest", str(good), "--rejects", str(tmp_path / "file" / "r.csv")]) == 4
    capsys.readouterr()
    mapping = tmp_path / "mapping.toml"
    mapping.write_text("zone = 'nowhere'")
    assert run(["ingest", str(good), "--mapping", str(mapping)]) == 4
    assert "Mapping file, zone" in capsys.readouterr().err


def test_killed_and_run_again_ends_as_if_never_killed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 2_500
    docket = write_docket(tmp_path / "docket", [])
    lines = [
        numbered(n, facts=None, parties=FILING["parties"][n % 2 : n % 2 + 1], agents=[]) for n in range(count)
    ]
    for n in range(0, count, 1_000):
        lines[n]["court"] = ""
    lines.append(numbered(1, cause="合同纠纷"))
    (docket / "filings.jsonl").write_text(json_lines(lines), "utf-8")

    def ingest(program: str) -> int:
        command = [sys.executable, "-c", program, "ingest", str(docket), "--rejects", str(tmp_path / "r.csv")]
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode

    monkeypatch.setenv("TMPDIR", str(tmp_path))  # what the killed one leaves there
    assert ingest(DIES_MIDWAY) == -signal.SIGKILL
    reader = sqlite3.connect(home / "xiezhi.db")
    assert 0 < reader.execute("SELECT count(*) FROM filings").fetchone()[0] < count
    reader.close()
    assert not (tmp_path / "r.csv").exists()
    assert ingest("from xiezhi.cli import main; main()") == 3
    after_kill = content(open_store(Settings())), (tmp_path / "r.csv").read_bytes()

    monkeypatch.setenv("XIEZHI_HOME", str(tmp_path / "other"))
    never = open_store(Settings())
    take(never, docket, rejects=tmp_path / "r.csv")
    assert after_kill == (content(never), (tmp_path / "r.csv").read_bytes())


def content(store: Store) -> list[Any]:
    """All the store holds of the docket, apart from when it came."""
    with store.read() as connection:
        versions = connection.execute(
            select(filings.c.filing_id, filings.c.version, filings.c.digest).order_by(
                filings.c.filing_id, filings.c.version
            )
        ).all()
        first = list(iterate_filings(connection, store.vault, first_version=True, open_ids=True))
        happened = [events_of(connection, None, None), findings_of(connection, None, None)]
    store.close()
    return [[(v.filing_id, v.version) for v in versions], [s.filing for s in first], happened]
