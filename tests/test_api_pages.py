"""Lists of the API in pages: each row once, in the order of the list, whatever the size of a page."""

from __future__ import annotations

from typing import Any

from contract_samples import FILING_ID, Service
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from serving.api.cursors import cut_page
from serving.api.examples import EXAMPLES
from xiezhi.store import Store

API = "/api/v1"
MADE = {
    f"{API}/contests": (f"{API}/filings/{FILING_ID}/contests", "ContestIn", "text"),
    f"{API}/filings/{FILING_ID}/contests": (f"{API}/filings/{FILING_ID}/contests", "ContestIn", "text"),
    f"{API}/corrections": (f"{API}/corrections", "CorrectionIn", "reason"),
    f"{API}/webhooks": (f"{API}/webhooks", "WebhookIn", ""),
    f"{API}/recusals": (f"{API}/recusals", "RecusalIn", "reason"),
}
"""List -> where a row of it is made, the body's schema, and a text that may differ."""


def walk(client: TestClient, path: str, limit: int) -> list[Any]:
    """Every row of a list, read page by page."""
    rows: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(path, params={"limit": limit, "cursor": cursor}).json()
        assert len(page["items"]) <= limit
        rows += page["items"]
        cursor = page["next"]
    return rows


def test_each_row_comes_once(store: Store, quick_passwords: None) -> None:
    service = Service(store, accounts=True)
    with TestClient(service.app, cookies=service.cookies) as client:
        for place, model, text in MADE.values():
            for number in range(3):
                verdict = {"verdict": ("withdrawn", "different")[number % 2]} if "correct" in place else {}
                subject = {"filing_id": FILING_ID} if number == 2 and "recusals" in place else {}
                body = EXAMPLES[model] | verdict | subject | ({text: f"第{number}次"} if text else {})
                assert client.post(place, json=body).status_code < 300, place
        for number in range(3):
            flag = service.ids_for("POST", f"{API}/flags/{{screening_id}}/draws")["screening_id"]
            assert client.post(f"{API}/flags/{flag}/draws").status_code == 201
            days = {"first_day": f"2027-03-0{number + 1}", "last_day": "2027-03-09"}
            assert client.post(f"{API}/time-off", json=days).status_code == 201
        hook = client.get(f"{API}/webhooks").json()["items"][0]["webhook_id"]
        lists = [
            *MADE,
            *(f"{API}/{place}" for place in ("draws", "time-off", "reviews", f"webhooks/{hook}/messages")),
        ]
        for path in lists:
            whole = client.get(path, params={"limit": 200}).json()["items"]
            assert len(whole) >= 2, path
            assert walk(client, path, 1) == walk(client, path, 2) == whole, path


@given(st.sets(st.tuples(st.integers(-3, 3), st.text("ab", max_size=2))), st.integers(1, 5))
def test_pages_make_up_the_list(rows: set[tuple[int, str]], limit: int) -> None:
    seen: list[tuple[int, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        shown, cursor = cut_page(list(rows), cursor, limit, lambda row: row, (int, str))
        seen += shown
    assert seen == sorted(rows)
