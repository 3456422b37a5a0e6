"""Pages of jobs: followed without script, told in both languages, downloaded without harm, one's own alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from job_samples import Office, lines, some_loans
from playwright.sync_api import Browser, expect
from serving_live import open_page, serve
from serving_samples import loan
from starlette.testclient import TestClient
from test_accessibility import serious

from serving.app import build_app
from serving.jobs.sheet import COLUMNS, write_sheet
from serving.web.jobs import PAGE_ROWS, REFRESH
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.jobs import JobRow, Result


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    return Office(sqlite_store)


@pytest.fixture
def client(office: Office) -> Iterator[TestClient]:
    app = build_app(office.store, Settings(), office.model, hosts=None, clock=office.tick)
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


def test_a_running_job_comes_anew_by_itself_until_it_has_ended(client: TestClient, office: Office) -> None:
    assert "还没有提交过" in client.get("/jobs?lang=zh").text
    job = office.ask(lines(["{", *some_loans(3)]))
    url = f"/jobs/{job.job_id}"
    waiting = client.get(url)
    assert waiting.headers["refresh"] == str(REFRESH)
    assert "等待中" in waiting.text
    assert "refresh" not in client.get(f"{url}?refresh=false").headers, "whoever reads may stop it"
    office.work(stopping=lambda: len(office.model.kept) == 1)
    page = client.get(f"{url}?lang=en")
    assert '<progress value="2" max="4"' in page.text
    assert "2 of 4" in page.text
    assert "Screened: 1, of these flagged: 0. Not screened: 1." in page.text
    office.work()
    done = client.get(url)
    assert "refresh" not in done.headers
    assert f"{url}/cancel" not in done.text
    assert "Screened: 3, of these flagged: 1." in done.text
    assert client.get("/jobs").text.count(url) == 1


def test_long_results_come_in_pages(client: TestClient, office: Office) -> None:
    job = office.ask(lines(["{"] * (PAGE_ROWS + 5)))
    office.work()
    first = client.get(f"/jobs/{job.job_id}?lang=en").text
    assert first.count("filings.jsonl <span") == PAGE_ROWS
    assert '<span class="whole">row 1</span>' in first
    rest = client.get(f"/jobs/{job.job_id}?after={PAGE_ROWS}").text
    assert rest.count("filings.jsonl <span") == 5
    assert client.get(f"/jobs/{job.job_id}?after=-1").status_code == 422


def test_a_job_is_cancelled_from_its_page(client: TestClient, office: Office) -> None:
    job = office.ask(lines(some_loans(1)))
    for _ in range(2):
        answer = client.post(f"/jobs/{job.job_id}/cancel")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/jobs/{job.job_id}")
    assert "已取消" in client.get(f"/jobs/{job.job_id}?lang=zh").text


def test_a_job_that_failed_says_why(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.jobs.screen.MOST_RECORDS", 1)
    job = office.ask(lines(some_loans(2)))
    office.work()
    assert "At most 1 records at a time" in client.get(f"/jobs/{job.job_id}?lang=en").text


def test_results_are_downloaded_in_the_order_of_the_input(client: TestClient, office: Office) -> None:
    odd = loan("=HYPERLINK(1)", "2026-10-01T09:00", 80_000)
    job = office.ask(lines([loan("F-002", "2026-10-05T09:00", 3e6), "{", odd]))
    office.work()
    answer = client.get(f"/jobs/{job.job_id}/results.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert job.job_id in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(r["row"], r["filing_id"], r["code"], r["band"]) for r in rows] == [
        ("1", "F-002", "screened", "review"),
        ("2", "", "not-json", ""),
        ("3", "'=HYPERLINK(1)", "screened", "none"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    sheet = write_sheet([Result(1, JobRow(0, f"{start}x", 1, "screened", "已", "done"))])
    (row,) = csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"), newline=""))
    assert tuple(row) == COLUMNS
    assert row["file"] == f"'{start}x"


def test_anothers_job_is_not_there(client: TestClient, office: Office) -> None:
    job = office.ask(lines(some_loans(1)), asked_by="wu")
    office.work()
    for url in (
        f"/jobs/{job.job_id}",
        f"/jobs/{job.job_id}/results.csv",
        f"/api/v1/jobs/{job.job_id}/results",
    ):
        assert client.get(url).status_code == 404
    assert client.post(f"/jobs/{job.job_id}/cancel").status_code == 404
    assert job.job_id not in client.get("/jobs").text
    with office.store.read() as connection:
        assert "job_results_read" not in {e.action for e in read_entries(connection)}


@pytest.mark.browser
def test_axe_finds_nothing_serious_and_the_page_follows_the_job(browser: Browser, office: Office) -> None:
    done = office.ask(lines(["{", *some_loans(3)]))
    office.work()
    running = office.ask(lines(some_loans(4), "more.jsonl"))
    office.work(stopping=lambda: len(office.model.kept) == 4)
    found: dict[str, list[str]] = {}
    with serve(office.store, office.tick) as address:
        with open_page(browser, address, script=True, language="zh") as (page, amiss):
            for language in ("zh", "en"):
                for path in ("/jobs", f"/jobs/{done.job_id}", f"/jobs/{running.job_id}?refresh=false"):
                    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
                    found[f"{path} {language}"] = serious(page)
            assert amiss == []
        with open_page(browser, address, script=False, language="en") as (page, amiss):
            page.goto("/jobs?lang=en")
            page.get_by_role("link", name="more.jsonl").click()
            expect(page.get_by_text("1 of 4")).to_be_visible()
            office.work()
            expect(page.get_by_text("4 of 4")).to_be_visible()  # no key was touched: it came by itself
            assert amiss == []
    assert {path: slips for path, slips in found.items() if slips} == {}
