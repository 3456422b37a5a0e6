"""Asked again is done once: idempotency keys, entity tags, and decisions on what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event, Thread
from typing import Any

import pytest
from job_samples import Office, some_loans
from pydantic import BaseModel
from serving_samples import loan
from sqlalchemy import func, select
from starlette.testclient import TestClient

from serving.api.etags import require_seen
from serving.app import build_app
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.kept_answers import KEPT_FOR, UNANSWERED_FOR
from xiezhi.store.tables import decisions, jobs, kept_answers


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


@pytest.fixture
def client(office: Office) -> Iterator[TestClient]:
    app = build_app(office.store, Settings(), office.model, hosts=None, clock=office.tick)
    with TestClient(app, headers={"accept-language": "en"}) as opened:
        yield opened


def count_of(office: Office, table: Any) -> int:
    with office.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def keyed(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


def flag_of(client: TestClient) -> dict[str, Any]:
    flag: dict[str, Any] = client.post(
        "/api/v1/screenings", json=loan("F-001", "2026-11-01T09:00", 3e6)
    ).json()
    return flag


DECISION = {"decided_by": "李法官", "decision": "cleared", "reason": "转账凭证属实"}


def test_the_same_key_and_body_get_the_first_answer(client: TestClient, office: Office) -> None:
    url = f"/api/v1/flags/{flag_of(client)['screening_id']}/decisions"
    first = client.post(url, json=DECISION, headers=keyed("k1"))
    again = client.post(url, json=DECISION, headers=keyed("k1"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert count_of(office, decisions) == 1
    plain = client.post(url, json=DECISION)
    assert (plain.status_code, plain.json()["code"]) == (409, "already-decided"), (
        "without a key it is asked anew"
    )
    told = client.post(url, json=DECISION, headers=keyed("k2"))
    assert told.status_code == 409
    assert client.post(url, json=DECISION, headers=keyed("k2")).content == told.content, "a refusal, too"


def test_another_body_under_the_same_key_is_refused(client: TestClient, office: Office) -> None:
    one, two = (loan(f"F-00{n}", "2026-11-01T09:00", 5) for n in (1, 2))
    assert client.post("/api/v1/screenings", json=one, headers=keyed("k")).status_code == 201
    other = client.post("/api/v1/screenings", json=two, headers=keyed("k"))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    elsewhere = client.post("/api/v1/jobs", json=one, headers=keyed("k"))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency-key-reused")
    assert office.model.kept == ["F-001"]


def test_a_form_sent_again_is_the_same_whatever_its_boundary(client: TestClient, office: Office) -> None:
    files = {"files": ("a.jsonl", b'{"filing_id": 1}\n')}
    asked = [client.post("/api/v1/jobs", files=files, headers=keyed("k")) for _ in range(2)]
    assert asked[0].request.headers["content-type"] != asked[1].request.headers["content-type"]
    assert [a.status_code for a in asked] == [202, 202]
    assert asked[0].json() == asked[1].json()
    assert asked[0].headers["location"] == asked[1].headers["location"]
    assert count_of(office, jobs) == 1
    other = {"files": ("a.jsonl", b'{"filing_id": 2}\n')}
    assert client.post("/api/v1/jobs", files=other, headers=keyed("k")).status_code == 422


def test_concurrent_twins_make_one(client: TestClient, office: Office) -> None:
    entered, go_on = Event(), Event()

    def linger(_number: int) -> None:
        entered.set()
        go_on.wait(10)

    office.model.before = linger
    filing, answers = loan("F-001", "2026-11-01T09:00", 5), []
    thread = Thread(
        target=lambda: answers.append(client.post("/api/v1/screenings", json=filing, headers=keyed("k")))
    )
    thread.start()
    assert entered.wait(10)
    twin = client.post("/api/v1/screenings", json=filing, headers=keyed("k"))
    go_on.set()
    thread.join()
    assert (twin.status_code, twin.json()["code"]) == (409, "idempotency-in-progress")
    assert twin.headers["retry-after"] == "1"
    assert [a.status_code for a in answers] == [201]
    assert client.post("/api/v1/screenings", json=filing, headers=keyed("k")).content == answers[0].content
    assert office.model.kept == ["F-001"]


def test_what_came_to_nothing_is_tried_again(client: TestClient, office: Office) -> None:
    def fail(number: int) -> None:
        if number == 1:
            raise ZeroDivisionError

    office.model.before = fail
    filing = loan("F-001", "2026-11-01T09:00", 5)
    with pytest.raises(ZeroDivisionError):
        client.post("/api/v1/screenings", json=filing, headers=keyed("k"))
    assert client.post("/api/v1/screenings", json=filing, headers=keyed("k")).status_code == 201


def test_a_key_whose_taker_died_can_be_taken_again(client: TestClient, office: Office) -> None:
    filing = loan("F-001", "2026-11-01T09:00", 5)
    client.post("/api/v1/screenings", json=filing, headers=keyed("k"))
    with office.store.write() as connection:  # as if the process had been killed before it answered
        connection.execute(kept_answers.update().values(status=None, headers=None, body=None))
    assert client.post("/api/v1/screenings", json=filing, headers=keyed("k")).status_code == 409
    office.now += UNANSWERED_FOR
    assert client.post("/api/v1/screenings", json=filing, headers=keyed("k")).status_code == 200


def test_keys_are_forgotten_after_a_day(client: TestClient, office: Office) -> None:
    one, two = (loan(f"F-00{n}", "2026-11-01T09:00", 5) for n in (1, 2))
    client.post("/api/v1/screenings", json=one, headers=keyed("k"))
    office.now += KEPT_FOR
    assert client.post("/api/v1/screenings", json=two, headers=keyed("k")).status_code == 201
    assert count_of(office, kept_answers) == 1


@pytest.mark.parametrize("key", ["", "  ", "k" * 201, "schlüssel"])
def test_a_key_that_is_none_is_told(client: TestClient, key: str) -> None:
    raw = [(b"idempotency-key", key.encode("latin-1")), (b"content-type", b"application/json")]
    answer = client.post("/api/v1/screenings", content=b"{}", headers=raw)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key")


def test_an_answer_that_has_not_changed_is_not_sent_again(client: TestClient, office: Office) -> None:
    flag = flag_of(client)
    urls = ["/api/v1/filings/F-001", f"/api/v1/screenings/{flag['screening_id']}", "/api/v1/flags"]
    tags = {}
    for url in urls:
        first = client.get(url)
        tags[url] = first.headers["etag"]
        for known in (tags[url], f'"x", W/{tags[url]}', "*"):
            again = client.get(url, headers={"if-none-match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tags[url])
        assert client.get(url, headers={"if-none-match": '"x"'}).content == first.content
    assert len(set(tags.values())) == 3
    client.post(f"/api/v1/flags/{flag['screening_id']}/decisions", json=DECISION)
    changed = {url: client.get(url, headers={"if-none-match": tags[url]}).status_code for url in urls}
    assert changed == dict(zip(urls, (200, 304, 200), strict=True)), "a score never changes"


def test_nobody_decides_on_what_he_has_not_seen(client: TestClient, office: Office) -> None:
    url = f"/api/v1/flags/{flag_of(client)['screening_id']}/decisions"
    seen = client.get("/api/v1/filings/F-001").headers["etag"]
    proof = {**DECISION, "decision": "needs_proof"}
    assert client.post(url, json=proof, headers={"if-match": seen}).status_code == 201
    late = client.post(url, json=DECISION, headers={"if-match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "changed-since")
    assert count_of(office, decisions) == 1
    for bad in ("W/" + seen, "none", '"x"'):
        assert client.post(url, json=DECISION, headers={"if-match": bad}).status_code == 412
    now = client.get("/api/v1/filings/F-001").headers["etag"]
    assert client.post(url, json=DECISION, headers={"if-match": f'"x", {now}'}).status_code == 201
    gone = client.post("/api/v1/flags/s404/decisions", json=DECISION, headers={"if-match": now})
    assert gone.status_code == 404


def test_of_two_who_saw_the_same_one_decides(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/api/v1/flags/{flag_of(client)['screening_id']}/decisions"
    seen = client.get("/api/v1/filings/F-001").headers["etag"]
    both = Barrier(2)

    def meet(if_match: str, answer: BaseModel) -> None:
        """Both stand here at once if neither waits for the other; the later one else never comes by."""
        require_seen(if_match, answer)
        with suppress(BrokenBarrierError):
            both.wait(0.5)

    monkeypatch.setattr("serving.api.routes.require_seen", meet)

    def decide(kind: str) -> int:
        said = {**DECISION, "decision": kind}
        return client.post(url, json=said, headers={"if-match": seen}).status_code

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, ("needs_proof", "needs_proof")))
    assert told == [201, 412]
    assert count_of(office, decisions) == 1


def test_a_job_is_asked_followed_and_read_page_by_page(client: TestClient, office: Office) -> None:
    text = "\n".join(["{", *map(json.dumps, some_loans(4))])
    asked = client.post("/api/v1/jobs", files={"files": ("filings.jsonl", text.encode())})
    assert asked.status_code == 202
    url = asked.headers["location"]
    waiting = client.get(url).json()
    assert (waiting["state"], waiting["done"], waiting["total"]) == ("pending", 0, None)
    page = client.get(f"{url}/results").json()
    assert page["items"] == []
    assert page["next"], "there will be more"
    office.work("w", stopping=lambda: len(office.model.kept) == 2)
    seen: list[dict[str, Any]] = []
    cursor = page["next"]
    while cursor:
        page = client.get(f"{url}/results", params={"limit": 2, "cursor": cursor}).json()
        seen += page["items"]
        if not page["items"]:
            office.now += 1
            office.work("next")
        cursor = page["next"]
    assert [(r["result_no"], r["row"], r["code"]) for r in seen] == [
        (1, 1, "not-json"),
        *((n, n, "screened") for n in range(2, 6)),
    ]
    assert client.get(f"/api/v1/screenings/{seen[1]['screening_id']}").json()["filing_id"] == "F-001"
    assert client.get(url).json()["state"] == "done"
    assert client.post(f"{url}/cancel").json()["code"] == "job-ended"
    client.post("/api/v1/jobs", files={"files": ("filings.jsonl", text.encode())})
    first = client.get("/api/v1/jobs", params={"limit": 1}).json()
    rest = client.get("/api/v1/jobs", params={"cursor": first["next"]}).json()
    assert [j["state"] for j in first["items"] + rest["items"]] == ["pending", "done"]
    assert rest["next"] is None
    cancelled = client.post(f"/api/v1/jobs/{first['items'][0]['job_id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")


def test_a_credential_that_does_not_hold_is_told_with_a_key_too(client: TestClient, office: Office) -> None:
    bearer = keyed("k") | {"authorization": "Bearer xz_none"}
    for headers in (bearer, bearer | {"cookie": "session=x"}):
        told = client.post("/api/v1/screenings", json=loan("F-001", "2026-11-01T09:00", 5), headers=headers)
        assert (told.status_code, told.headers["content-type"]) == (401, "application/problem+json")
    assert count_of(office, kept_answers) == 0


def test_a_secret_told_once_is_told_again_under_its_key_alone_and_kept_sealed(office: Office) -> None:
    settings = Settings(webhook_hosts="cases.court.example")
    app = build_app(office.store, settings, office.model, hosts=None, clock=office.tick)
    asked = {"url": "https://cases.court.example/", "events": ["screened"]}
    with TestClient(app) as client:
        told = [client.post("/api/v1/webhooks", json=asked, headers=keyed("k")).json() for _ in range(2)]
        assert told[0] == told[1]
        assert told[0]["secret"].startswith("whsec_")
        with office.store.read() as connection:
            (kept,) = connection.execute(select(kept_answers)).all()
        assert told[0]["secret"] not in str(kept)
