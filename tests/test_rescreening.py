"""Events and findings as they come in: kept, told, and the filing scored again; what waited while nobody served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from correction_samples import NUMBER, fill_namesakes, namesake, screen
from serving_samples import NOW, ZONE, open_client, promote_toy
from test_watch import take

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table_at, observe_later
from features.simulate import simulate
from serving.review.case import read_case
from serving.screening.again import score_waiting
from serving.screening.screener import load_screener
from xiezhi.cli import DONE, run
from xiezhi.clock import DAY, parse_moment
from xiezhi.records import Event, EventKind
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import get_filing
from xiezhi.store.happenings import events_of, put_events


def keep_event(store: Store, kind: EventKind, at: int, received_at: int, filing_id: str = "F-004") -> None:
    with store.write() as connection:
        put_events(connection, [(Event(filing_id, at, kind, at), "test")], received_at)


def triggers(store: Store, filing_id: str = "F-004") -> list[str]:
    return [screening.trigger for screening in read_case(store, filing_id).screenings]


def test_an_event_that_comes_in_scores_the_filing_again(store: Store) -> None:
    fill_namesakes(store, 4)
    events = [
        {"at": "2026-11-20", "kind": "answered"},
        {"at": "2026-11-21T09:00", "kind": "admitted_all", "filing_id": "F-004", "detail": "全部认可"},
        {"at": "gestern", "kind": "answered"},
        {"at": "2026-11-21", "kind": "answered", "filing_id": "F-001"},
        "x",
    ]
    with open_client(store, NOW + 100) as client:
        told = client.post("/api/v1/filings/F-004/events", json=events).json()
        assert (told["added"], told["unchanged"]) == (2, 0)
        assert [(bad["row"], bad["field"], bad["code"]) for bad in told["rejected"]] == [
            (3, "at", "not-a-date"), (4, "filing_id", "other-filing"), (5, "record", "not-an-object"),
        ]  # fmt: skip
        assert told["screening"]["trigger"] == "answered+admitted_all"
        again = client.post("/api/v1/filings/F-004/events", json=events).json()
        assert (again["added"], again["unchanged"], again["screening"]) == (0, 2, None)
        served = client.post(
            "/api/v1/filings/F-004/events", json={"at": "2026-11-22", "kind": "served"}
        ).json()
        assert (served["added"], served["screening"]) == (1, None)
        finding = {"at": "2026-11-22", "finding": "false", "source": "judgment"}
        kept = client.post("/api/v1/filings/F-004/findings", json=[finding, {"finding": "odd"}]).json()
        assert (kept["added"], len(kept["rejected"]), kept["screening"]) == (1, 1, None)
        case = client.get("/api/v1/filings/F-004").json()
        assert [event["kind"] for event in case["events"]] == ["answered", "admitted_all", "served"]
        assert [score["trigger"] for score in case["screenings"]] == ["answered+admitted_all", "filed"]
        for body, code in ((b"{", "not-json"), (json.dumps([{}] * 1_001).encode(), "too-many-rows")):
            assert client.post("/api/v1/filings/F-004/events", content=body).json()["code"] == code
        lost = client.post("/api/v1/filings/F-999/events", json=events)
        assert (lost.status_code, lost.json()["code"]) == (404, "no-filing")
        assert "after a link was corrected" not in client.get("/filings/F-004?lang=en").text
    newest = read_case(store, "F-004").newest
    assert newest is not None
    assert newest.as_of == parse_moment("2026-11-21T09:00", ZONE) + 1
    assert newest.scored_at >= NOW + 100


def test_what_came_in_while_nobody_served_waits(store: Store) -> None:
    fill_namesakes(store, 4)
    screener = load_screener(store, Settings())
    keep_event(store, "answered", NOW - 9 * DAY, NOW + DAY)
    keep_event(store, "mediated", NOW - 8 * DAY, NOW + DAY)
    keep_event(store, "answered", NOW, NOW + DAY, "F-999")  # never screened: history
    (change,) = score_waiting(store, screener, now=NOW + 2 * DAY)
    assert (change.before.trigger, change.after.trigger) == ("filed", "answered+mediated")
    assert score_waiting(store, screener, now=NOW + 2 * DAY) == []
    # An older event that comes late: the newest score does not lose what the one before it knew.
    keep_event(store, "plaintiff_absent", NOW - 20 * DAY, NOW + 2 * DAY)
    (late,) = score_waiting(store, screener, now=NOW + 2 * DAY)
    assert (late.after.trigger, late.after.as_of) == ("plaintiff_absent", change.after.as_of)
    assert late.after.scored_at > change.after.scored_at
    assert score_waiting(store, screener, now=NOW + 3 * DAY) == []
    # One dated ahead counts from its day.
    keep_event(store, "withdrawn", NOW + 10 * DAY, NOW + 3 * DAY)
    assert score_waiting(store, screener, now=NOW + 4 * DAY) == []
    assert len(score_waiting(store, screener, now=NOW + 11 * DAY)) == 1
    assert triggers(store) == ["withdrawn", "plaintiff_absent", "answered+mediated", "filed"]


def test_the_command_scores_what_waits(sqlite_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    fill_namesakes(sqlite_store, 4)
    keep_event(sqlite_store, "answered", NOW - DAY, NOW + 50)
    assert run(["rescreen"]) == DONE
    assert "1 filings scored again" in capsys.readouterr().out
    assert triggers(sqlite_store) == ["answered", "filed"]


def test_a_filing_looked_at_again_by_itself_has_the_row_of_the_batch(store: Store, tmp_path: Path) -> None:
    """From what its questions touch, as of any later moment, as from the whole docket."""
    simulate(tmp_path / "docket", filings=400, years=1.5, seed=5)
    take_in(store, [tmp_path / "docket"], mapping=None, settings=Settings(), rejects=None, received_at=NOW)
    link_pending(store)
    with store.read() as connection:
        known: dict[str, int] = {}
        for event in events_of(connection, None, None):
            known[event.filing_id] = max(event.at, event.recorded_at) + 1
        looks = sorted(known.items())[::12]
        filings = {i: get_filing(connection, store.vault, i, as_of=t) for i, t in looks}
    table = build_table_at(store, looks)
    assert len(looks) > 20
    for row, (filing_id, as_of) in enumerate(looks):
        stored = filings[filing_id]
        assert stored is not None
        alone = observe_later(store, stored.filing, as_of)
        np.testing.assert_array_equal(alone.values[0], table.values[row], err_msg=filing_id)
        for name in ("plaintiff_filings_365d", "pair_filings"):
            assert alone.witnesses(0, name) == table.witnesses(row, name)


def test_flags_expire_and_stay_on_record(store: Store) -> None:
    fill_namesakes(store, 4)
    months_later = parse_moment("2027-11-24", ZONE)
    with open_client(store, months_later - DAY) as client:
        assert len(client.get("/api/v1/flags?state=open").json()["items"]) == 3
        assert "until 2027-11-23" in client.get("/queue?lang=en").text
        assert "the flag expires on 23 Nov 2027" in client.get("/filings/F-004?lang=en").text
    with open_client(store, months_later) as client:
        assert client.get("/api/v1/flags?state=open").json()["items"] == []
        states = {flag["state"] for flag in client.get("/api/v1/flags").json()["items"]}
        assert states == {"expired"}
        page = client.get("/filings/F-004?lang=en").text
        assert "Expired: nobody decided within 12 months" in page
        assert "expired 2027-11-23" in client.get("/queue?state=all&lang=en").text
        assert "the flag expires on" not in page
        flag = read_case(store, "F-004").flag
        assert flag is not None
        asked: dict[str, Any] = {"decision": "cleared", "reason": "核实", "decided_by": "李"}
        assert client.post(f"/api/v1/flags/{flag.screening_id}/decisions", json=asked).status_code == 201
        page = client.get("/filings/F-004?lang=en").text
        assert "Expired: nobody" not in page
        assert "the flag expires on" not in page


def test_an_entry_that_ran_out_stops_matching_and_the_score_says_so(store: Store, tmp_path: Path) -> None:
    promote_toy(store, Settings())
    listed = f"name,id_number,since,until,recorded_at\n欧阳小明,{NUMBER},2026-01-01,2026-06-30,2026-01-02\n"
    assert take(store, tmp_path / "listed.csv", listed) == []
    screen(store, namesake("F-001", "2026-05-01T09:00", number=NUMBER), NOW)
    screen(store, namesake("F-002", "2026-08-01T09:00", number=NUMBER), NOW + 1)
    with open_client(store, NOW + 2) as client:
        page = client.get("/filings/F-001?lang=en").text
        assert "The score rests on a list entry that has expired since" in page
        assert "list entry" not in client.get("/filings/F-002?lang=en").text
