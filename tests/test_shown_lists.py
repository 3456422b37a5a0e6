"""Scores shown in lists are on record: one entry a request, told on the page of what was seen."""

from __future__ import annotations

import json
import re

import pytest
from serving_samples import NOW, loan
from sqlalchemy import select
from test_login import PASSWORD, Desk

from serving.corrections.seen import read_seen
from xiezhi.audit.check import check_store
from xiezhi.store import Store
from xiezhi.store.audit import read_entries, seen_by
from xiezhi.store.shown import Sight
from xiezhi.store.tables import shown_lists

pytestmark = pytest.mark.usefixtures("quick_passwords")


def test_a_list_is_one_entry_with_all_it_showed(store: Store) -> None:
    desk = Desk(store)
    for role in ("administrator", "reviewer"):
        desk.add(role)
    client = desk.enter("reviewer")
    other = client.post("/api/v1/screenings", json=loan("F-002", "2026-11-20T10:00", 3_000_000)).json()[
        "screening_id"
    ]
    pasted = json.dumps(
        [loan("F-002", "2026-11-20T10:00", 3_000_000), loan("F-001", "2026-11-20T09:00", 3_000_000)]
    )
    job = client.post("/desk/uploads", data={"pasted": pasted}).headers["location"].rsplit("/", 1)[1]
    for _ in range(2):
        assert client.get("/queue").status_code == 200
    tag = client.get("/api/v1/flags").headers["etag"]
    assert client.get("/api/v1/flags", headers={"if-none-match": tag}).status_code == 304
    assert client.get("/bench").status_code == 200
    assert client.get(f"/api/v1/jobs/{job}/results?limit=2").status_code == 200
    assert client.get(f"/jobs/{job}").status_code == 200
    assert client.get(f"/jobs/{job}?after=2").status_code == 200, "nothing in it, nothing told"
    with store.read() as connection:
        told = [e for e in read_entries(connection) if e.action.startswith("saw")]
        kept = list(connection.execute(select(shown_lists).order_by(shown_lists.c.list_no)))
        assert seen_by(connection, [desk.flag]) == {}, "a list bars nobody from a blind review"
        assert check_store(connection).whole
    assert [(e.actor, e.action, e.subject) for e in told] == [
        ("reviewer", "saw_list", str(row.list_no)) for row in kept
    ]
    assert [row.place for row in kept] == ["queue", "queue", "flags", "bench", "results", "results"]
    assert all(sorted(row.screening_ids.split()) == sorted([desk.flag, other]) for row in kept)
    places = [row.place for row in kept]
    assert read_seen(store, "F-001", NOW).sights == tuple(Sight(NOW, "reviewer", place) for place in places)
    seen = client.get("/api/v1/filings/F-001/seen?on=2026-11-23").json()
    assert {one["place"] for one in seen["seen_by"]} == set(places)
    page = client.get("/filings/F-001/seen?lang=en").text
    assert "in the queue" in page
    assert "on the bench" in page
    with store.write() as connection:
        connection.execute(shown_lists.update().values(screening_ids=" nothing "))
    with store.read() as connection:
        assert {c.action for c in check_store(connection).changed} == {"saw_list"}


def test_a_page_of_an_upload_is_one_entry_of_a_clerk_and_one_a_score_of_a_reviewer(store: Store) -> None:
    desk = Desk(store)
    for role in ("administrator", "clerk", "reviewer"):
        desk.add(role)
    rows = [loan(f"F-{n}", f"2026-11-20T1{n}:00", 50 if n else 3_000_000) for n in range(3)]
    scores: dict[str, set[str]] = {}
    for who in ("clerk", "reviewer"):
        client = desk.browser()
        client.post("/login", data={"name": who, "password": PASSWORD, "to": "/desk"})
        page = client.post("/desk/uploads", data={"pasted": json.dumps(rows)}).headers["location"]
        shown = client.get(page).text
        scores[who] = set(re.findall(r"/desk/answers/(\w+)", shown))
    assert len(scores["clerk"]) == 3
    assert scores["clerk"] == scores["reviewer"]
    with store.read() as connection:
        told = [(e.actor, e.action) for e in read_entries(connection) if e.action.startswith("saw")]
        assert told == [("clerk", "saw_list")] + [("reviewer", "saw")] * 3
        barred = seen_by(connection, sorted(scores["clerk"]))
        assert barred == {key: {"reviewer"} for key in scores["clerk"]}, (
            "who might judge it blind has seen it"
        )
        assert check_store(connection).whole
    seen = read_seen(store, "F-1", NOW).sights
    assert set(seen) == {Sight(NOW, "clerk", "upload"), Sight(NOW, "reviewer")}
    assert "in the results of an upload" in desk.enter("reviewer").get("/filings/F-1/seen?lang=en").text


def test_without_accounts_nobody_is_named(sqlite_store: Store) -> None:
    assert Desk(sqlite_store).browser().get("/queue").status_code == 200
    with sqlite_store.read() as connection:
        assert connection.execute(select(shown_lists)).all() == []
