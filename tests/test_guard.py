"""What reaches the app and how errors leave it: bodies without a length, bad hosts, numbers too large, a store away."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from serving_samples import loan
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from test_serving_api import assert_problem

from serving import security
from serving.screening.promoted import PromotedModel
from xiezhi.errors import BundleError

API = "/api/v1"


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 1 << 16):
        yield b" " * (1 << 16)


def test_a_file_too_large_is_told_on_a_page(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "LARGEST_BODY", 1 << 18)
    came = {"referer": "http://127.0.0.1/desk", "accept-language": "en"}
    answer = local.post("/desk/uploads", files={"files": ("a.jsonl", b" " * (1 << 19))}, headers=came)
    assert answer.status_code == 413
    assert "<h1>Too large</h1>" in answer.text
    assert 'href="/desk">Back to the page before' in answer.text


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "k"}])
@pytest.mark.parametrize("path", ["screenings", "jobs", "filings/F-1/events"])
def test_a_body_sent_in_pieces_is_no_larger_than_another(
    local: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(security, "LARGEST_BODY", 1 << 18)
    form = {"content-type": "multipart/form-data; boundary=x"} if path == "jobs" else {}
    answer = local.post(f"{API}/{path}", content=pieces(1 << 20), headers=headers | form)
    assert_problem(answer, 413, "body-too-large")


def test_a_filing_sent_in_pieces_is_taken(local: TestClient) -> None:
    body = json.dumps(loan("F-001", "2026-11-01T09:00", 3e6)).encode()
    answer = local.post(f"{API}/screenings", content=iter((body[:100], body[100:])))
    assert answer.status_code == 201


def test_a_page_posted_in_pieces_is_no_larger_than_another(
    local: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "LARGEST_BODY", 1 << 18)
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert local.post("/desk/uploads", content=pieces(1 << 20), headers=form).status_code == 413


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"host": "[::1"}, "foreign-host"), ({"origin": "http://[::1"}, "foreign-origin")],
)
def test_headers_that_name_no_host_are_refused(local: TestClient, headers: dict[str, str], code: str) -> None:
    answer = local.post(f"{API}/screenings", json={}, headers=headers)
    assert answer.json()["code"] == code


PATHS = (
    "/court/policies/99999999999999999999", "/court/audit?below=99999999999999999999", "/court/audit?actor=%00",
    "/queue?court=%00", "/filings/%00", "/filings/F-1/compare/%00", "/entities/%00", "/corrections/%00",
    "/corrections/new?left=%00/1&right=a/1", "/desk/answers/%00", "/jobs/%00", "/attachments/%00",
    "/filings/%00/seen", "/filings/%00/sheet",
)  # fmt: skip


def test_no_address_is_a_fault_of_ours(client: TestClient) -> None:
    told = {path: client.get(path).status_code for path in PATHS}
    assert {path: status for path, status in told.items() if status >= 500} == {}


def test_what_cannot_be_kept_is_told(client: TestClient) -> None:
    assert client.post(f"{API}/screenings", json=loan("F-001", "2026-11-01T09:00", 3e6)).status_code == 201
    answer = client.post("/filings/F-001/notes", data={"text": "a\0b", "by": "li"}, follow_redirects=False)
    assert answer.status_code in (303, 422)


@pytest.fixture
def away(local: TestClient) -> Iterator[TestClient]:
    """The store cannot be used any more."""

    def fail(*_: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("away"))

    event.listen(Engine, "begin", fail)
    yield local
    event.remove(Engine, "begin", fail)


def test_without_its_store_the_service_says_so(away: TestClient) -> None:
    assert_problem(away.get(f"{API}/flags"), 503, "store")
    assert_problem(away.post(f"{API}/screenings", json={}, headers={"idempotency-key": "k"}), 503, "store")
    page = away.get("/queue", headers={"accept-language": "en"})
    assert (page.status_code, page.headers["retry-after"]) == (503, "60")
    assert "cannot be used now" in page.text


def test_what_was_typed_is_not_lost_over_a_model_that_cannot_be_read(
    local: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BundleError("模型文件无法读取。", "The files of the model cannot be read.")

    monkeypatch.setattr(PromotedModel, "keep", fail)
    typed = {
        "court": "甘0702", "filed_at": "2026-11-01T09:00", "cause": "民间借贷纠纷", "family": "loan",
        "proceeding": "first_instance", "parties.0.role": "plaintiff", "parties.0.kind": "person",
        "parties.0.name": "周明礼", "parties.1.role": "defendant", "parties.1.kind": "person",
        "parties.1.name": "陈大海",
    }  # fmt: skip
    page = local.post("/desk", data=typed)
    assert page.status_code == 503
    assert "The files of the model cannot be read." in page.text
    assert 'value="周明礼"' in page.text
