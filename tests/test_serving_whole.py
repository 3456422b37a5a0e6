"""The whole path by its command lines, to the pages: simulate, ingest, link, train, promote, screen, serve."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest
from serving_samples import ZONE
from starlette.testclient import TestClient

from serving.app import build_app
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from xiezhi.cli import run
from xiezhi.clock import now, to_datetime
from xiezhi.demo.split import find_cut, split_docket
from xiezhi.settings import Settings
from xiezhi.store import open_store


@pytest.mark.slow
def test_a_docket_goes_in_and_flags_with_reasons_come_out(home: Path, tmp_path: Path) -> None:
    docket, history, new, out = (tmp_path / name for name in ("docket", "history", "new", "scores.jsonl"))
    assert run(["simulate", "--filings", "4000", "--years", "2", "--seed", "3", "--out", str(docket)]) == 0
    cut = find_cut(docket, ZONE, 60)
    halves = split_docket(docket, cut, history, new, ZONE)
    assert run(["ingest", str(history)]) == 0
    assert run(["train", "--as-of", to_datetime(cut, ZONE).date().isoformat()]) == 0
    assert run(["promote"]) == 0
    assert run(["screen", str(new), "--stream", "--out", str(out)]) == 0
    scores = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(scores) == halves.new
    assert [s["scored_at"] for s in scores] == sorted(s["scored_at"] for s in scores)
    assert all(s["reasons"] for s in scores if s["band"] != "none")
    # One by one, fetched from the store, each filing gets what the stream computed in bulk.
    alone = tmp_path / "alone.jsonl"
    assert run(["screen", str(new), "--out", str(alone)]) == 0
    one_by_one = [json.loads(line) for line in alone.read_text(encoding="utf-8").splitlines()]
    assert {s["filing_id"]: s for s in one_by_one} == {s["filing_id"]: s for s in scores}

    settings = Settings()
    store, ticks = open_store(settings), count(now())
    model = PromotedModel(store, settings)
    app = build_app(store, settings, model, hosts=hosts_for("127.0.0.1"), clock=lambda: next(ticks))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        kept = client.get("/api/v1/flags", params={"limit": 200, "order": "newest"}).json()["items"]
        assert {f["filing_id"] for f in kept} == {s["filing_id"] for s in scores if s["band"] != "none"}
        for score in scores:
            assert client.get(f"/filings/{score['filing_id']}").status_code == 200
        line = (new / "filings.jsonl").read_text(encoding="utf-8").splitlines()[-1]
        again = client.post("/api/v1/screenings", content=line.encode())
        told = next(s for s in scores if s["filing_id"] == json.loads(line)["filing_id"])
        assert (again.status_code, again.json()["risk"]) == (200, told["risk"])
        assert client.get("/queue").status_code == 200
    store.close()
