"""Files handed in at the desk: a row of answers for each row, a file to keep, the same again, and the long ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from desk_samples import open_desk, parts_of
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import NOW, loan, promote_toy
from starlette.testclient import TestClient

from serving.desk import uploads
from serving.desk.results import COLUMNS, write_results
from serving.desk.uploads import hand_in, uploads_of
from serving.jobs.ask import ask_for
from serving.jobs.run import claim, run_job
from serving.jobs.sheet import write_line
from xiezhi.accounts.administer import add_user
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import newest_entries
from xiezhi.store.jobs import InputFile
from xiezhi.store.users import User

IDENTITY = "62070219880101123X"
PASSWORD = "four plain words here"


def lines(*records: dict[str, Any] | str) -> bytes:
    texts = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    return "\n".join(texts).encode()


def results(client: TestClient, page_url: str) -> list[dict[str, str]]:
    answer = client.get(f"{page_url}/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="xiezhi-')
    assert answer.content.startswith("\ufeff".encode()), "spreadsheet programs see that it is UTF-8"
    assert IDENTITY not in answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


MIXED = (
    loan("F-002", "2026-10-02T09:00", 3e6),
    {"filing_id": "F-009", "cause": "民间借贷纠纷"},
    loan("F-001", "2026-10-01T09:00", 50, case_number='=cmd|"/c calc"!A1'),
    "no json",
    {"filing_id": "F-001", "kind": "answered", "at": "2026-11-01"},
)


def test_the_result_file_has_a_row_for_each_row(sqlite_store: Store) -> None:
    promote_toy(sqlite_store, Settings())
    client = open_desk(sqlite_store)
    sent = client.post("/desk/uploads", files=[("files", ("收案.jsonl", lines(*MIXED)))])
    rows = results(client, sent.url.path)
    assert [tuple(rows[0])] == [COLUMNS]
    assert [row["row"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert {row["file"] for row in rows} == {"收案.jsonl"}
    assert [row["code"] for row in rows] == ["screened", "missing", "screened", "not-json", "other-record"]
    assert [row["band"] for row in rows][:3] == ["review", "", "none"]
    assert rows[1]["field"] == "court"
    assert [bool(row["mend_zh"] and row["mend_en"]) for row in rows] == [False, True, False, True, True]
    assert rows[2]["case_number"].startswith("'="), "no formula runs where it is opened"


def test_the_same_file_again_gives_the_same_scores(store: Store) -> None:
    promote_toy(store, Settings())
    client = open_desk(store)
    once, twice = (
        results(client, client.post("/desk/uploads", files=[("files", ("f.jsonl", lines(*MIXED)))]).url.path)
        for _ in range(2)
    )
    assert [row["code"] for row in twice] == [
        "screened-before", "missing", "screened-before", "not-json", "other-record",
    ]  # fmt: skip
    kept = ("screening_id", "band", "row", "filing_id")
    assert [[row[name] for name in kept] for row in once] == [[row[name] for name in kept] for row in twice]


def test_a_long_upload_is_begun_at_once_and_gone_on_with_by_a_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "WHILE_WAITING", 2)
    promote_toy(store, Settings())
    client = open_desk(store)
    content = lines(*(loan(f"F-{n:03}", f"2026-10-{n:02}T09:00", 300_000) for n in range(1, 6)))
    begun = client.post("/desk/uploads", files=[("files", ("f.jsonl", content))])
    assert begun.headers["refresh"] == "2", "it looks again without script"
    assert "2 of 5 records done" in begun.text
    assert "Stop that" in begun.text
    assert "refresh" not in client.get(begun.url.path).headers, "stopped"
    assert "2 of 5" in client.get("/desk").text
    assert len(results(client, begun.url.path)) == 2, "what is done so far"
    parts = parts_of(store)
    job = claim(parts, "another worker, after a restart")
    assert job is not None
    assert run_job(parts, job, "another worker, after a restart").state == "done"
    page = client.get(begun.url.path)
    assert "5 screened, 5 flagged, 0 records not taken" in page.text
    assert [row["code"] for row in results(client, begun.url.path)] == ["screened"] * 5


def test_a_large_file_is_left_to_a_worker_as_a_whole(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "SMALL", 100)
    promote_toy(sqlite_store, Settings())
    client = open_desk(sqlite_store)
    begun = client.post("/desk/uploads", files=[("files", ("f.jsonl", lines(*MIXED)))])
    assert "Reading the files" in begun.text
    assert begun.headers["refresh"] == "2"


def test_many_rows_come_page_by_page(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.web.uploads.PAGE_ROWS", 2)
    promote_toy(sqlite_store, Settings())
    client = open_desk(sqlite_store)
    first = client.post("/desk/uploads", files=[("files", ("f.jsonl", lines(*MIXED)))])
    url, seen, after = first.url.path, [], -1
    for expected in (2, 2, 1):
        page = client.get(f"{url}?after={after}").text
        seen.append(page.count("f.jsonl <span"))
        assert seen[-1] == expected
        after += expected
        assert (f'href="{url}?after={after}"' in page) == (expected == 2)


def test_an_identity_number_in_a_file_name_or_an_id_is_not_told(sqlite_store: Store) -> None:
    promote_toy(sqlite_store, Settings())
    client = open_desk(sqlite_store)
    content = lines(loan(f"F-{IDENTITY}", "2026-10-01T09:00", 50))
    page = client.post("/desk/uploads", files=[("files", (f"周明礼{IDENTITY}.jsonl", content))])
    assert IDENTITY not in page.text.replace(f"/filings/F-{IDENTITY}", "")
    (row,) = results(client, page.url.path)
    assert (row["filing_id"], row["file"]) == ("F-**************123X", "周明礼**************123X.jsonl")
    assert IDENTITY not in client.get("/desk").text


def test_an_upload_is_its_clerks_own_and_taking_the_file_is_on_record(
    sqlite_store: Store, quick_passwords: None
) -> None:
    promote_toy(sqlite_store, Settings())
    admin = User("admin", "admin", frozenset({"administrator"}))
    for name, role in (("admin", "administrator"), ("li", "clerk"), ("wang", "clerk")):
        by = None if name == "admin" else admin
        add_user(sqlite_store, name, display_name=name, roles=[role], password=PASSWORD, by=by, at=NOW)
    li, wang = open_desk(sqlite_store), open_desk(sqlite_store)
    for client, name in ((li, "li"), (wang, "wang")):
        client.post("/login", data={"name": name, "password": PASSWORD})
    url = li.post("/desk/uploads", data={"pasted": json.dumps(MIXED[0])}).url.path
    results(li, url)
    with sqlite_store.read() as connection:
        newest = newest_entries(connection, 2)
    assert [(e.actor, e.action) for e in newest] == [("li", "saw_list"), ("li", "exported")]
    assert newest[1].subject == url.rsplit("/", 1)[1]
    for page in (url, f"{url}/results.csv"):
        assert wang.get(page).status_code == 404
    assert url not in wang.get("/desk").text
    assert url in li.get("/desk").text


@given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_no_cell_begins_a_formula(cells: Sequence[str]) -> None:
    (read,) = csv.reader(io.StringIO(write_line(cells), newline=""))
    assert [cell.removeprefix("'") if cell[:1] == "'" else cell for cell in read] == [
        cell.removeprefix("'") if cell[:1] == "'" else cell for cell in cells
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")) for cell in read)


def test_nothing_handed_in_is_told(sqlite_store: Store) -> None:
    client = open_desk(sqlite_store)
    for sent in ({"pasted": "  "}, {}):
        answer = client.post("/desk/uploads", data=sent)
        assert (answer.status_code, "Choose a file" in answer.text) == (422, True)
    assert client.get("/desk/uploads/none").status_code == 404


def test_uploads_of_late_are_those_of_the_desk(sqlite_store: Store) -> None:
    promote_toy(sqlite_store, Settings())
    parts = parts_of(sqlite_store)
    job = hand_in(parts, [("f.jsonl", lines(MIXED[0]))], "", by="")
    file = InputFile("g.jsonl", lines(MIXED[0]))
    ask_for(sqlite_store, "screen", [file], source="api", asked_by="", at=parts.now())
    assert [one.job_id for one in uploads_of(sqlite_store, "", 5)] == [job.job_id]
    assert "".join(write_results(sqlite_store, job.job_id)).count("\r\n") == 2
