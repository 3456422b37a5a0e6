"""What parties contest: recorded on their behalf, answered with a reason, told on the case page, on record."""

from __future__ import annotations

import pytest
from serving_samples import loan, open_client, promote_toy

from xiezhi.audit.check import check_store
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries

SAID = {"party_id": "p2", "about": "link", "subject": "p1", "text": "并非同一人", "by": "立案员甲"}


def test_a_contest_is_recorded_listed_and_answered(store: Store) -> None:
    promote_toy(store, Settings())
    with open_client(store) as client:
        client.post("/api/v1/screenings", json=loan("F-001", "2026-11-01T09:00", 3_000_000))
        made = client.post("/api/v1/filings/F-001/contests", json=SAID)
        assert made.status_code == 201
        one = made.json()
        assert (one["about"], one["subject"], one["outcome"]) == ("link", "p1", None)
        assert [c["contest_id"] for c in client.get("/api/v1/contests").json()["items"]] == [
            one["contest_id"]
        ]
        page = client.get("/filings/F-001?lang=zh").text
        assert "并非同一人" in page
        assert "并非同一人" in client.get("/contests?lang=zh").text
        answer = {"outcome": "upheld", "reason": "证件号码不同", "by": "王法官"}
        path = f"/api/v1/contests/{one['contest_id']}/answers"
        assert client.post(path, json=answer).status_code == 201
        assert client.post(path, json=answer).json()["code"] == "answered"
        assert client.get("/api/v1/contests").json()["items"] == []
        (told,) = client.get("/api/v1/filings/F-001/contests").json()["items"]
        assert (told["outcome"], told["answered_by"], told["reason"]) == ("upheld", "王法官", "证件号码不同")
        assert "证件号码不同" in client.get("/filings/F-001?lang=zh").text
    with store.read() as connection:
        acts = [entry.action for entry in read_entries(connection)]
        assert (acts.count("contest"), acts.count("contest_answer")) == (1, 1)
        assert check_store(connection).whole


def test_a_slip_is_told_beside_its_form_with_what_was_typed(sqlite_store: Store) -> None:
    promote_toy(sqlite_store, Settings())
    with open_client(sqlite_store) as client:
        client.post("/api/v1/screenings", json=loan("F-001", "2026-11-01T09:00", 3_000_000))
        slip = client.post("/filings/F-001/contests", data=SAID | {"about": "", "party_id": "p2"})
        assert slip.status_code == 422
        assert 'role="alert"' in slip.text
        assert f">{SAID['text']}</textarea>" in slip.text
        assert '<option value="p2" selected>' in slip.text
        assert f'value="{SAID["by"]}"' in slip.text
        made = client.post("/api/v1/filings/F-001/contests", json=SAID).json()["contest_id"]
        form = {"outcome": "upheld", "reason": "", "by": "王法官"}
        slip = client.post(f"/contests/{made}/answers", data=form)
        assert slip.status_code == 422
        assert 'name="outcome" value="upheld" required checked' in slip.text
        assert 'value="王法官"' in slip.text
        assert (
            client.post(f"/contests/{made}/answers", data=form | {"reason": "证件号码不同"}).status_code
            == 200
        )
        again = client.post(f"/contests/{made}/answers", data=form | {"reason": "再答"})
        assert (again.status_code, "已经答复" in again.text or "answered already" in again.text) == (
            409,
            True,
        )
        assert client.post("/contests/none/answers", data=form).status_code == 404
        assert client.post("/filings/none/contests", data=SAID).status_code == 404


def test_a_contest_of_a_flag_names_the_score_that_holds(sqlite_store: Store) -> None:
    promote_toy(sqlite_store, Settings())
    with open_client(sqlite_store) as client:
        shown = client.post("/api/v1/screenings", json=loan("F-001", "2026-11-01T09:00", 3_000_000)).json()
        made = client.post("/api/v1/filings/F-001/contests", json=SAID | {"about": "flag"}).json()
        assert made["subject"] == shown["screening_id"]
        form = SAID | {"about": "fact", "text": "款项已还清"}
        back = client.post("/filings/F-001/contests", data=form, follow_redirects=False)
        assert (back.status_code, back.headers["location"]) == (303, "/filings/F-001#contests")
        fact = client.get("/api/v1/filings/F-001/contests").json()["items"][-1]
        answered = client.post(
            f"/contests/{fact['contest_id']}/answers",
            data={"outcome": "not_upheld", "reason": "无转账凭证", "by": "王", "filing_id": "F-001"},
            follow_redirects=False,
        )
        assert answered.headers["location"] == "/filings/F-001#contests"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("filings/F-999/contests", SAID, 404, "no-filing"),
        ("filings/F-001/contests", SAID | {"party_id": "p9"}, 422, "contest-what"),
        ("filings/F-001/contests", SAID | {"subject": "a9"}, 422, "contest-what"),
        ("filings/F-001/contests", SAID | {"by": ""}, 422, "decided-by"),
        ("filings/F-001/contests", SAID | {"text": " "}, 422, "reason"),
        ("contests/none/answers", {"outcome": "upheld", "reason": "x", "by": "y"}, 404, "no-contest"),
        ("contests/none/answers", {"outcome": "perhaps", "reason": "x", "by": "y"}, 422, "request-invalid"),
    ],
)
def test_what_cannot_be_recorded_is_told(
    sqlite_store: Store, path: str, body: dict[str, str], status: int, code: str
) -> None:
    promote_toy(sqlite_store, Settings())
    with open_client(sqlite_store) as client:
        client.post("/api/v1/screenings", json=loan("F-001", "2026-11-01T09:00", 3_000_000))
        answer = client.post(f"/api/v1/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
