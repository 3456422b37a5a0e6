"""Review over HTTP: who may do what, what is answered, and what a blind reviewer is not told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from bench_samples import PASSWORD, flag, open_bench, relate
from serving_samples import NOW
from starlette.testclient import TestClient

from serving.app import build_app
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from xiezhi.audit.chain import Entry
from xiezhi.clock import DAY, SECOND
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries

pytestmark = pytest.mark.usefixtures("quick_passwords")

Enter = Callable[[str], TestClient]
API = "/api/v1"


@pytest.fixture
def enter(sqlite_store: Store) -> Enter:
    """Opens a client logged in as somebody of the bench."""
    open_bench(sqlite_store)
    ticks = count(NOW + DAY, SECOND)
    app = build_app(
        sqlite_store, Settings(), PromotedModel(sqlite_store, Settings()), hosts=hosts_for("127.0.0.1"),
        clock=lambda: next(ticks),
    )  # fmt: skip

    def opened(name: str) -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
        return client

    return opened


def code(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


def test_claim_propose_confirm_refer_reopen(sqlite_store: Store, enter: Enter) -> None:
    (one,) = flag(sqlite_store, "F-001")
    li, zhao, wang = enter("li"), enter("zhao"), enter("wang")
    (taken,) = li.post(f"{API}/reviews/next", json={}).json()["items"]
    assert (taken["screening_id"], taken["holder"], taken["due"]) == (one, "li", "2026-11-30")
    held = li.get(f"{API}/reviews?reviewer=li&state=held").json()["items"]
    assert [(r["holder"], r["due"], r["late"]) for r in held] == [("li", "2026-11-30", False)]
    url = f"{API}/flags/{one}"
    asked = {"decision": "false", "reason": "虚构", "measures": ["referred"], "grounds": ["collusion"]}
    assert code(wang.post(f"{url}/decisions", json=asked)) == (409, "review-held")
    assert code(li.post(f"{url}/decisions", json=asked | {"decision": "cleared"})) == (422, "measure-outcome")
    made = li.post(f"{url}/decisions", json=asked).json()
    assert (made["decision"], made["outcome"], made["measures"]) == ("proposed", "false", ["referred"])
    assert li.get(f"{API}/flags").json()["items"][0]["state"] == "proposed"
    referral = {"authority": "police", "referred_on": "2026-11-25", "reference": "移送1号"}
    assert code(li.post(f"{url}/referrals", json=referral)) == (409, "not-referred")
    assert li.post(f"{url}/answers", json={"answer": "confirm", "reason": "同意"}).status_code == 403
    assert (
        zhao.post(f"{url}/answers", json={"answer": "confirm", "reason": "同意"}).json()["decision"]
        == "false"
    )
    assert zhao.post(f"{url}/referrals", json=referral).status_code == 201
    case = li.get(f"{API}/filings/F-001").json()
    assert [d["decision"] for d in case["decisions"]] == ["proposed", "false"]
    assert [f["measure"] for f in case["findings"]] == ["referred"]
    again = wang.post(f"{url}/reopenings", json={"reason": "新证据"}).json()["items"]
    assert [d["decision"] for d in again] == ["reopened"]
    assert code(wang.post(f"{url}/reopenings", json={"reason": "再来"})) == (409, "not-decided")


def test_holds_by_the_api(sqlite_store: Store, enter: Enter) -> None:
    (one,) = flag(sqlite_store, "F-001")
    li, wang, sun = enter("li"), enter("wang"), enter("sun")
    url = f"{API}/flags/{one}"
    for act in ({"act": "claim"}, {"act": "claim"}, {"act": "pause", "reason": "等流水"}):
        assert li.post(f"{url}/holds", json=act).status_code == 204
    assert code(wang.post(f"{url}/holds", json={"act": "claim"})) == (409, "review-held")
    (held,) = sun.get(f"{API}/reviews").json()["items"]
    assert (held["paused"], held["no_due"]) == (True, "paused")
    assert li.post(f"{url}/holds", json={"act": "resume", "reason": "已到"}).status_code == 204
    hand = {"act": "hand_over", "to": "wang", "reason": "另有庭审"}
    assert li.post(f"{url}/holds", json=hand).status_code == 204
    assert sun.post(f"{url}/reassignments", json={"to": "li", "reason": "均衡"}).status_code == 204
    assert li.post(f"{url}/holds", json={"act": "release", "reason": "交回"}).status_code == 204
    drawn = sun.post(f"{url}/draws").json()
    assert (drawn["replays"], drawn["eligible"]) == (True, ["li", "qian", "wang", "zhao"])
    assert sun.get(f"{API}/draws?filing_id=F-001").json()["items"] == [drawn]
    assert "the same" in sun.get("/bench/assignments?lang=en").text
    assert code(sun.post(f"{url}/draws")) == (409, "review-held")
    assert code(sun.post(f"{API}/flags/none/draws")) == (404, "no-review")


def test_recusals_time_off_policy_and_agreement_by_the_api(sqlite_store: Store, enter: Enter) -> None:
    (one,) = flag(sqlite_store, "F-001")
    li, sun = enter("li"), enter("sun")
    made = li.post(f"{API}/recusals", json={"filing_id": "F-001", "reason": "亲属"}).json()
    assert li.post(f"{API}/recusals", json={"filing_id": "F-001", "reason": "亲属"}).json() == made
    assert li.post(f"{API}/flags/{one}/holds", json={"act": "claim"}).status_code == 403
    assert sun.get(f"{API}/recusals").json()["items"] == [made]
    ended = li.post(f"{API}/recusals/{made['recusal_no']}/ends", json={"reason": "误报"})
    assert (ended.json()["action"], li.get(f"{API}/recusals").json()["items"]) == ("ended", [])
    off = li.post(f"{API}/time-off", json={"first_day": "2026-11-20", "last_day": "2026-11-30"}).json()
    assert li.get(f"{API}/time-off").json()["items"] == [off]
    assert code(li.post(f"{API}/reviews/next", json={})) == (409, "time-off")
    assert li.post(f"{API}/time-off/{off['off_no']}/ends").status_code == 201
    policy = sun.get(f"{API}/review-policy").json()
    assert policy["second_person"] == ["abusive", "false"]
    assert sun.post(f"{API}/review-policy", json=policy | {"load_cap": 0, "reason": "x"}).status_code == 422
    kept = sun.post(f"{API}/review-policy", json=policy | {"second_person": [], "reason": "人手不足"}).json()
    assert kept == policy | {"second_person": []}
    assert li.post(f"{API}/review-policy", json=policy | {"reason": "x"}).status_code == 403
    asked = {"decision": "abusive", "reason": "反复起诉"}
    assert li.post(f"{API}/flags/{one}/decisions", json=asked).json()["decision"] == "abusive"
    assert sun.get(f"{API}/agreement").json()["pairs"] == 0


def test_a_series_by_the_api(sqlite_store: Store, enter: Enter) -> None:
    ids = flag(sqlite_store, "F-001", "F-002")
    relate(sqlite_store, "F-001", "F-002")
    li = enter("li")
    taken = li.post(f"{API}/reviews/next", json={}).json()["items"]
    assert [(r["filing_id"], r["series"]) for r in taken] == [("F-001", "F-001"), ("F-002", "F-001")]
    asked = {"decision": "cleared", "reason": "批量", "also": [ids[1]]}
    assert len(li.post(f"{API}/flags/{ids[0]}/decisions", json=asked).json()["together"]) == 1
    assert li.get(f"{API}/reviews").json()["items"] == []


def _entries(store: Store) -> list[Entry]:
    with store.read() as connection:
        return list(read_entries(connection))


def test_a_blind_reviewer_is_told_nothing_before_he_has_judged(sqlite_store: Store, enter: Enter) -> None:
    li, wang, sun = enter("li"), enter("wang"), enter("sun")
    policy = sun.get(f"{API}/review-policy").json()
    sun.post(f"{API}/review-policy", json=policy | {"double_share": 1, "reason": "试行"})
    (one,) = flag(sqlite_store, "F-001")
    (drawn,) = flag(sqlite_store, "F-002", band="none", audit=0.05)
    li.post(f"{API}/flags/{one}/decisions", json={"decision": "cleared", "reason": "有据"})
    qian = enter("qian")
    qian.get(f"{API}/filings/F-001")
    assert "blind review (1)" in qian.get("/bench?lang=en").text, "he has seen the score of one of the two"
    assert "blind review (2)" in wang.get("/bench?lang=en").text
    taken = [wang.post(f"{API}/reviews/next", json={"blind": True}).json()["items"][0] for _ in range(2)]
    assert {r["screening_id"] for r in taken} == {one, drawn}
    assert {(r["band"], r["blind"]) for r in taken} == {(None, True)}
    for filing in ("F-001", "F-002"):
        case = wang.get(f"{API}/filings/{filing}").json()
        assert (case["screenings"], case["decisions"], case["findings"]) == ([], [], [])
        page = wang.get(f"/filings/{filing}?lang=en").text
        assert "Score hidden" in page
        assert not any(word in page for word in ("Ask a judge", "Nothing seen", "Calibrated", "有据"))
        for shows in (f"/filings/{filing}/sheet", f"/filings/{filing}/sheet.docx", f"/filings/{filing}/seen",
                      f"{API}/filings/{filing}/seen?on=2027-01-01"):  # fmt: skip
            assert wang.get(shows).status_code == 403, shows
    for score in (one, drawn):
        slip = wang.post(f"/desk/answers/{score}/steps?lang=en", data={"note": "x"})
        assert slip.status_code == 422
        for page in (wang.get(f"/desk/answers/{score}?lang=en").text, slip.text):
            assert "Score hidden" in page
            assert "To be docketed by" in page, "the clerk's part of it stays"
            assert not any(
                word in page for word in ("Ask a judge", "Nothing seen", "Flag and reasons", "有据")
            )
        assert wang.get(f"{API}/screenings/{score}").json()["code"] == "judge-first"
        assert sun.get(f"/desk/answers/{score}?lang=en").status_code == 200
    seen = {entry.actor for entry in _entries(sqlite_store) if entry.action == "saw"}
    assert "wang" not in seen, "what is hidden is not on record as seen"
    assert wang.get(f"{API}/flags").json()["items"] == []
    assert "F-001" not in wang.get("/queue?state=decided").text
    assert li.get(f"{API}/filings/F-001").json()["screenings"], "who is not blind sees it"
    said = {"decision": "false", "reason": "虚构", "grounds": ["collusion"]}
    told = wang.post(f"{API}/flags/{one}/decisions", json=said).json()
    assert (told["act"], told["decision"]) == ("opinion", "false")
    assert wang.post(f"{API}/flags/{drawn}/decisions", json=said).json()["decision"] == "proposed"
    assert wang.get(f"{API}/filings/F-001").json()["screenings"]
    assert "Ask a judge" in wang.get(f"/desk/answers/{one}?lang=en").text
    assert wang.get(f"{API}/screenings/{one}").status_code == 200
    zhao = enter("zhao")
    assert "Two reviewers differ" in zhao.get("/bench?lang=en").text
    settled = zhao.post(f"{API}/flags/{one}/adjudications", json=said)
    assert (settled.status_code, settled.json()["decision"]) == (201, "false")
    assert sun.get(f"{API}/agreement").json()["counts"] == [
        {"first": "cleared", "second": "false", "count": 1}
    ]


def test_a_recusal_is_declared_from_the_case_by_name(sqlite_store: Store, enter: Enter) -> None:
    flag(sqlite_store, "F-001")
    li = enter("li")
    assert "/bench/absences?filing_id=F-001#declare" in li.get("/filings/F-001").text
    form = li.get("/bench/absences?filing_id=F-001&lang=en").text
    assert '<option value="p1">every filing with 周明礼 (Plaintiff)</option>' in form
    typed = {"what": "recusal", "filing_id": "F-001", "record_id": "", "reason": "亲属"}
    assert li.post("/bench/absences", data=typed).status_code == 303
    page = li.get("/bench/absences").text
    assert ">(2026)甘0702民初001号</a>" in page
    assert li.get("/bench/absences?filing_id=F-404").status_code == 404


def test_forms_of_the_bench_tell_a_slip(sqlite_store: Store, enter: Enter) -> None:
    (one,) = flag(sqlite_store, "F-001")
    li, sun = enter("li"), enter("sun")
    slip = li.post(f"/flags/{one}/release", data={"reason": "不想审"})
    assert slip.status_code == 409
    assert "You do not hold this review" in slip.text
    assert li.post("/flags/none/claim").status_code == 404
    assert li.post("/bench/absences", data={"what": "recusal_end", "no": "x"}).status_code == 422
    assert sun.post("/bench/policy", data={"due_days": "5"}).status_code == 422
    typed = {"due_days": "3", "lease_hours": "8", "load_cap": "9", "double_percent": "12.5", "reason": "试行"}
    assert sun.post("/bench/policy", data=typed | {"second_person": "cleared"}).status_code == 303
    assert sun.get(f"{API}/review-policy").json() == {
        "due_days": 3, "lease_hours": 8, "load_cap": 9, "double_share": 0.125, "second_person": ["cleared"],
    }  # fmt: skip
    assert sun.post("/bench/draws").status_code == 303
    assert li.post("/bench/next").headers["location"] in ("/bench?none=flag", "/filings/F-001")
    for state in ("all", "unclaimed", "held", "paused", "proposed", "late"):
        assert sun.get(f"/bench/list?state={state}").status_code == 200
