"""The HTTP API, on the real store, linker and features with a toy model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from serving_samples import loan, open_client
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from serving.permissions import ALLOWED
from xiezhi.store import Store


def post(client: TestClient, filing: dict[str, Any]) -> Any:
    return client.post("/api/v1/screenings", json=filing)


def fill(client: TestClient, amounts: list[float]) -> list[dict[str, Any]]:
    answers = [
        post(client, loan(f"F-{number:03}", f"2026-10-{number:02}T09:00", amount))
        for number, amount in enumerate(amounts, start=1)
    ]
    assert {answer.status_code for answer in answers} == {201}
    return [answer.json() for answer in answers]


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    assert problem["type"] == f"urn:xiezhi:problem:{code}"
    assert problem["status"] == status
    assert problem["zh"] != problem["en"]
    return problem


def test_a_filing_is_scored_and_kept_once(client: TestClient) -> None:
    first = post(client, loan("F-001", "2026-11-01T09:00", 3_000_000))
    assert first.status_code == 201
    assert first.json()["band"] == "review"
    again = post(client, loan("F-001", "2026-11-01T09:00", 3_000_000))
    assert (again.status_code, again.json()) == (200, first.json())


def test_flags_come_page_by_page(client: TestClient) -> None:
    fill(client, [3e6, 10, 3e5, 4e6, 3e5])
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get("/api/v1/flags", params={"limit": 2, "cursor": cursor}).json()
        seen += [flag["filing_id"] for flag in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert sorted(seen) == ["F-001", "F-003", "F-004", "F-005"]
    assert set(seen[:2]) == {"F-001", "F-004"}, "strongest first"
    newest = client.get("/api/v1/flags", params={"order": "newest"}).json()["items"]
    assert [flag["filing_id"] for flag in newest] == ["F-005", "F-004", "F-003", "F-001"]
    notices = client.get("/api/v1/flags", params={"band": "notice"}).json()["items"]
    assert {flag["filing_id"] for flag in notices} == {"F-003", "F-005"}
    assert client.get("/api/v1/flags", params={"court": "沪0101"}).json() == {"items": [], "next": None}


def test_a_decision_needs_a_name_and_a_reason_and_stands(client: TestClient) -> None:
    flag, nothing = fill(client, [3e6, 10])
    url = f"/api/v1/flags/{flag['screening_id']}/decisions"
    ask = {"decided_by": " 李法官 ", "decision": "needs_proof", "reason": "核对转账凭证原件"}
    assert_problem(client.post(url, json=ask | {"decided_by": " "}), 422, "decided-by")
    assert_problem(client.post(url, json=ask | {"reason": ""}), 422, "reason")
    assert_problem(client.post(url, json=ask | {"decision": "refused"}), 422, "request-invalid")
    made = client.post(url, json=ask)
    assert made.status_code == 201
    assert made.json()["decided_by"] == "李法官"
    assert made.json()["decided_at"].startswith("2026-11-23T10:00:00")
    assert_problem(client.post(url, json=ask), 409, "proof-already-asked")
    assert [f["state"] for f in client.get("/api/v1/flags?state=open").json()["items"]] == ["needs_proof"]
    read = f"/api/v1/filings/{flag['filing_id']}"
    assert client.get(read).json()["findings"] == []  # proof asked for says nothing yet
    assert client.post(url, json=ask | {"decision": "cleared"}).status_code == 201
    found = client.get(read).json()["findings"]
    assert [(f["finding"], f["source"]) for f in found] == [("genuine", "review")]
    assert_problem(client.post(url, json=ask | {"decision": "false"}), 409, "already-decided")
    assert client.get("/api/v1/flags?state=open").json()["items"] == []
    assert [f["state"] for f in client.get("/api/v1/flags?state=decided").json()["items"]] == ["decided"]
    unflagged = f"/api/v1/flags/{nothing['screening_id']}/decisions"
    assert_problem(client.post(unflagged, json=ask), 404, "no-flag")
    assert_problem(client.post("/api/v1/flags/none/decisions", json=ask), 404, "no-flag")


def test_a_newer_score_takes_the_place_of_a_flag(local: TestClient) -> None:
    (flag,) = fill(local, [3e6])
    corrected = post(local, loan("F-001", "2026-10-01T09:00", 4_000_000)).json()
    ask = {"decided_by": "李法官", "decision": "cleared", "reason": "已核对"}
    old = local.post(f"/api/v1/flags/{flag['screening_id']}/decisions", json=ask)
    assert_problem(old, 409, "flag-superseded")
    flags = local.get("/api/v1/flags").json()["items"]
    assert [f["screening_id"] for f in flags] == [corrected["screening_id"]]


def test_a_filing_is_told_whole_with_numbers_masked(client: TestClient) -> None:
    fill(client, [3e6])
    answer = client.get("/api/v1/filings/F-001")
    told = answer.json()
    assert "62070219880101123X" not in answer.text
    assert "110101199003070257" not in answer.text, "nor in running text"
    assert told["filing"]["parties"][0]["id_number"] == "**************123X"
    assert told["filing"]["parties"][0]["name"] == "周明礼"
    assert told["filing"]["filed_at"] == "2026-10-01T09:00:00+08:00"
    assert [s["filing_id"] for s in told["screenings"]] == ["F-001"]
    assert {link["kind"] for link in told["links"]} >= {"person", "agent"}
    assert told["decisions"] == told["events"] == told["findings"] == []
    assert_problem(client.get("/api/v1/filings/F-404"), 404, "no-filing")


def test_ids_may_hold_any_character(local: TestClient) -> None:
    odd = "（2026）甘/0702 民初?1#号"
    assert post(local, loan(odd, "2026-10-01T09:00", 3e6)).status_code == 201
    assert (
        local.get(
            "/api/v1/filings/%EF%BC%882026%EF%BC%89%E7%94%98%2F0702%20%E6%B0%91%E5%88%9D%3F1%23%E5%8F%B7"
        ).status_code
        == 200
    )
    page = local.get("/queue")
    assert "/filings/%EF%BC%882026%EF%BC%89%E7%94%98%2F0702%20" in page.text


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (b"{", "record", "not-json"),
        (b"[]", "record", "not-an-object"),
        (b"\xff\xfe", "record", "not-json"),
        (b'{"filing_id": "x"}', "court", "missing"),
    ],
)
def test_a_bad_filing_is_told_where_and_why(local: TestClient, body: bytes, field: str, code: str) -> None:
    problem = assert_problem(local.post("/api/v1/screenings", content=body), 422, code)
    assert problem["field"] == field


def test_problems_hold_no_personal_data_and_speak_both_languages(local: TestClient) -> None:
    bad = loan("F-001", "2026-10-01T09:00", 5)
    bad["parties"][1]["role"] = "周明礼的仇人"
    english = post(local, bad)
    assert "周明礼" not in english.text
    chinese = local.post("/api/v1/screenings", json=bad, headers={"accept-language": "zh-CN,en;q=0.5"})
    assert chinese.json()["title"] == english.json()["zh"]
    assert english.json()["title"] == english.json()["en"]
    long = local.get("/api/v1/flags", params={"limit": "周明礼"})
    assert_problem(long, 422, "request-invalid")
    assert "周明礼" not in long.text
    for cursor in ("周明礼", "AAAA", "WzEsIDJd", "bnVsbA"):
        assert_problem(local.get("/api/v1/flags", params={"cursor": cursor}), 422, "bad-cursor")
    assert_problem(local.get("/api/v1/nothing"), 404, "not-found")
    assert_problem(local.delete("/api/v1/flags"), 405, "method-not-allowed")


def test_without_a_model_rules_alone_screen_and_it_says_so(sqlite_store: Store) -> None:
    with open_client(sqlite_store) as client:
        assert client.get("/healthz").json() == {"status": "ok", "model": None}
        plain = post(client, loan("F-001", "2026-10-01T09:00", 5)).json()
        answers = []
        for number in range(3, 9):  # a plaintiff who sues one after another
            again = loan(f"F-00{number}", f"2026-10-0{number}T09:00", 80_000)
            again["parties"][1] = {
                **again["parties"][1],
                "name": f"陈大{'江河湖泊洋溪'[number - 3]}",
                "phone": "",
            }
            answers.append(post(client, again).json())
        strong = answers[-1]
        assert {plain["model_version"], strong["model_version"]} == {"rules-only"}
        assert {plain["model_kind"], strong["model_kind"]} == {"rules"}
        assert 0.003 <= plain["risk"] < strong["risk"] <= 0.5
        assert (plain["band"], strong["band"]) == ("none", "notice")
        assert strong["reasons"]
        assert "rules (signs) alone" in client.get("/desk?lang=en").text
        assert "仅凭规则（征象）筛查" in client.get("/queue?lang=zh").text
        assert "未经校准" in client.get(f"/desk/answers/{strong['screening_id']}?lang=zh").text


def test_a_store_that_fails_is_told_without_its_words(
    local: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 周明礼", {"name": "周明礼"}, Exception("周明礼"))

    monkeypatch.setattr("serving.review.queue.list_flags", fail)
    answer = local.get("/api/v1/flags")
    assert_problem(answer, 503, "store")
    assert "周明礼" not in answer.text + caplog.text


def test_foreign_pages_and_hosts_are_refused(local: TestClient) -> None:
    filing = loan("F-001", "2026-10-01T09:00", 5)
    refused: list[dict[str, str]] = [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ]
    for headers in refused:
        answer = local.post("/api/v1/screenings", json=filing, headers=headers)
        assert_problem(answer, 403, "foreign-origin")
    own = local.post("/api/v1/screenings", json=filing, headers={"origin": "http://127.0.0.1"})
    assert own.status_code == 201
    assert_problem(local.get("/queue", headers={"host": "evil.example"}), 421, "foreign-host")
    large = local.post("/api/v1/screenings", content=b"", headers={"content-length": str(10**9)})
    assert_problem(large, 413, "body-too-large")


def test_openapi_names_what_it_uses_and_needs_no_other_host(local: TestClient) -> None:
    text = local.get("/api/v1/openapi.json").text
    document = json.loads(text)
    routes = {path.replace(":path}", "}") for _, path in ALLOWED if path.startswith("/api/")}
    assert set(document["paths"]) == routes | {"/healthz"}
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= set(document["components"]["schemas"])
    body = document["paths"]["/api/v1/screenings"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["$ref"].endswith("/FilingIn")
    for address in ("/docs", "/redoc"):
        assert local.get(address).status_code == 404


def test_every_answer_carries_the_guards(local: TestClient) -> None:
    for address in ("/queue", "/healthz", "/api/v1/flags", "/static/xiezhi.css", "/nothing"):
        headers = local.get(address).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
