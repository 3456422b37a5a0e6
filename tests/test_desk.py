"""The filing desk: elements, reminders, questions, steps and the clock; on both databases where rows are concerned."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from desk_samples import keep_known, known_filings, open_desk, parts_of, suit, unsure_filing
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import NOW, ZONE, loan
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.desk.answer import docketing_clock, read_answer
from serving.desk.elements import FAMILIES, Family, find_family, read_elements
from serving.desk.questions import answer_question
from serving.desk.reminders import Reminder
from serving.desk.steps import STEPS, record_steps
from serving.web.render import Words
from xiezhi.accounts.administer import add_user
from xiezhi.audit.check import check_store
from xiezhi.clock import DAY, Moment, parse_moment
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.doubts import doubts_on
from xiezhi.store.judgements import every_judgement
from xiezhi.store.screenings import get_screening
from xiezhi.store.users import User

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "four plain words here"


def look(store: Store, screening_id: str, person: str | None = None, at: Moment = NOW) -> Any:
    return read_answer(store, Settings(), screening_id, person=person, at=at)


# Elements


def test_every_family_asks_what_the_data_contract_names() -> None:
    contract = (ROOT / "docs" / "filing-format.md").read_text(encoding="utf-8")
    told = contract.split("`elements` by cause family", 1)[1].split("\n### ", 1)[0]
    lines = re.split(r"[;.]\n", told.split(":\n", 1)[1])
    named = [set(re.findall(r"`([a-z_]{4,})`", re.sub(r"\(`.*?`\)", "", line, flags=re.S))) for line in lines]
    assert [{element.name for element in family.elements} for family in FAMILIES] == [n for n in named if n]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.code)
def test_the_form_shows_the_elements_of_its_family(sqlite_store: Store, family: Family) -> None:
    page = open_desk(sqlite_store).get(f"/desk?family={family.code}").text
    shown = set(re.findall(r'<(?:input|select)[^>]* name="elements\.(\w+)"', page))
    assert shown == {element.name for element in family.elements}
    assert re.search(rf'<option value="{family.proceeding}" selected>', page)


@given(st.sampled_from(FAMILIES), st.data())
def test_unknown_stays_unknown(family: Family, data: st.DataObject) -> None:
    names = [element.name for element in family.elements]
    typed = data.draw(st.dictionaries(st.sampled_from(names), st.text(max_size=6)))
    read = read_elements(family, typed)
    assert read.keys() == {name for name, text in typed.items() if text.strip()}
    assert None not in read.values()


def test_what_is_typed_is_read_as_what_it_is() -> None:
    loans = {"principal_agreed": "1,200,000", "rate_per_year": "15%", "interest_claimed": "no", "repaid": "0"}
    assert read_elements(find_family("loan"), loans) == {
        "principal_agreed": 1_200_000, "rate_per_year": 0.15, "interest_claimed": False, "repaid": 0,
    }  # fmt: skip
    labour = {"wage_claimed": "三万", "period_from": "2026-01-01", "principal_agreed": "5"}
    assert read_elements(find_family("labour"), labour) == {
        "wage_claimed": "三万",
        "period_from": "2026-01-01",
    }
    assert find_family("no such family").code == "loan"


FORM = {
    "family": "labour", "court": "甘0702", "filed_at": "2026-11-20T09:30", "cause": "追索劳动报酬纠纷",
    "claim_amount": "36000",
    "parties.0.role": "plaintiff", "parties.0.kind": "person", "parties.0.name": "马云飞",
    "parties.0.id_number": "62070219880101123X",
    "parties.1.role": "defendant", "parties.1.kind": "organization", "parties.1.name": "甘州建筑有限公司",
    "elements.employer": "甘州建筑有限公司", "elements.wage_claimed": "36,000", "elements.asset": "旧货",
}  # fmt: skip


def test_another_form_keeps_what_was_typed_and_files_nothing(sqlite_store: Store) -> None:
    client = open_desk(sqlite_store)
    page = client.post("/desk", data=FORM | {"other_family": "lease"})
    assert (page.status_code, page.url.path, page.url.query) == (200, "/desk", b"")
    assert 'value="马云飞"' in page.text
    assert re.search(r'name="elements\.asset"[^>]*value="旧货"', page.text), "the lease asks for it"
    assert '<input type="hidden" name="elements.employer" value="甘州建筑有限公司">' in page.text
    answer = client.post("/desk", data=FORM)
    assert answer.url.path.startswith("/desk/answers/")
    found = re.search(r"/filings/(desk-[0-9a-f]{12})", answer.text)
    assert found is not None
    filing = client.get(f"/api/v1/filings/{found[1]}").json()["filing"]
    assert filing["elements"] == {"employer": "甘州建筑有限公司", "wage_claimed": 36_000}


# Reminders


def told(reminders: tuple[Reminder, ...]) -> dict[str, tuple[int, list[str], bool]]:
    return {r.kind: (r.count, [one.filing_id for one in r.earlier], r.by_agent) for r in reminders}


def test_what_was_filed_before_is_told_with_its_filings(store: Store) -> None:
    kept = keep_known(store)
    assert told(look(store, kept["F-000"]).reminders) == {}, "later filings are no earlier ones"
    assert told(look(store, kept["F-005"]).reminders) == {
        "series": (5, ["F-004", "F-003", "F-002", "F-001", "F-000"], False)
    }, "the whole chain, though a filing keeps but three relations"
    assert told(look(store, kept["F-006"]).reminders) == {
        "same_claim": (1, ["F-005"], False),
        "series": (5, ["F-004", "F-003", "F-002", "F-001", "F-000"], False),
    }


def test_reminders_are_links_and_never_refuse(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, suit("F-008", "2026-11-12T09:00", 480_000, "刘小土", court="甘0703"))
    page = open_desk(sqlite_store).get(f"/desk/answers/{kept['F-008']}").text
    assert "This claim was filed before, 2 times:" in page
    assert "Some lie with another court." in page
    assert '<a href="/filings/F-005">(2026)甘0702民初005号</a>' in page
    assert "no ground to refuse or delay" in page


# Questions


def test_a_question_lays_the_earlier_mentions_beside_the_one_asked_about(store: Store) -> None:
    kept = keep_known(store, unsure_filing(), latest=2)
    (asked,) = look(store, kept["F-007"]).questions
    assert asked.mention.fields == {
        "name": "周明", "phone": "13800138000", "address": "张掖市甘州区西大街1号"
    }  # fmt: skip
    assert [one.reference for one in asked.earlier] == [
        f"(2026)甘0702民初00{n}号" for n in (6, 5)
    ]  # fmt: skip
    assert {one.fields["id_number"] for one in asked.earlier} == {"**************123X"}
    assert 0.5 <= asked.probability < 0.9


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_an_answer_is_a_judgement_on_record(store: Store, verdict: str) -> None:
    kept = keep_known(store, unsure_filing(), latest=2)
    answer_question(store, "F-007", "p1:person", verdict, by=" 李窗口 ", reason="", at=NOW + 5)
    with store.read() as connection:
        (row,) = every_judgement(connection)
        assert check_store(connection).whole
        assert check_store(connection).untold == {}
    assert (row.left.filing_id, row.right.filing_id) == ("F-006", "F-007")
    assert (row.verdict, row.judged_by, row.judged_at) == (verdict, "李窗口", NOW + 5)
    answer = look(store, kept["F-007"])
    assert answer.questions == ()
    assert [(one.other_reference, one.judgement.verdict) for one in answer.answered] == [
        ("(2026)甘0702民初006号", verdict)
    ]
    with pytest.raises(Conflict, match="answered already"):
        answer_question(store, "F-007", "p1:person", verdict, by="王窗口", reason="", at=NOW + 6)


def test_who_cannot_tell_is_not_asked_again_at_once_but_others_are(store: Store) -> None:
    kept = keep_known(store, unsure_filing(), latest=2)
    answer_question(store, "F-007", "p1:person", "cannot_tell", by="李窗口", reason="", at=NOW + 5)
    with store.read() as connection:
        assert every_judgement(connection) == []
        (doubt,) = doubts_on(connection, "F-007")
        assert check_store(connection).whole
        assert check_store(connection).untold == {}
    assert (doubt.told_by, doubt.told_at) == ("李窗口", NOW + 5)
    (mine,) = look(store, kept["F-007"], "李窗口").questions
    (other,) = look(store, kept["F-007"], "王窗口").questions
    (alone,) = look(store, kept["F-007"], None).questions
    assert (mine.mine, other.mine, alone.mine) == (True, False, True)
    answer_question(
        store, "F-007", "p1:person", "different", by="李窗口", reason="户籍110101199003070257不同", at=NOW + 6
    )
    with store.read() as connection:
        assert [row.reason for row in every_judgement(connection)] == ["户籍**************0257不同"]
    assert look(store, kept["F-007"], "王窗口").questions == ()


def test_no_answer_without_a_name_or_a_choice(sqlite_store: Store) -> None:
    keep_known(sqlite_store, unsure_filing(), latest=2)
    for by, answer in ((" ", "same"), ("李窗口", "maybe"), ("李" * 301, "same")):
        with pytest.raises(InputError):
            answer_question(sqlite_store, "F-007", "p1:person", answer, by=by, reason="", at=NOW)
    with pytest.raises(Conflict):
        answer_question(sqlite_store, "F-007", "p9:person", "same", by="李窗口", reason="", at=NOW)


def test_answers_on_the_page(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, unsure_filing(), latest=2)
    url = f"/desk/answers/{kept['F-007']}"
    client = open_desk(sqlite_store)
    slip = client.post(f"{url}/questions", data={"question": "p1:person", "answer": "same"})
    assert (slip.status_code, "Give your name" in slip.text) == (422, True)
    done = client.post(f"{url}/questions", data={"question": "p1:person", "answer": "same", "by": "Li"})
    assert (done.url.path, "Judged the same:" in done.text) == (url, True)
    again = client.post(f"{url}/questions", data={"question": "p1:person", "answer": "same", "by": "Li"})
    assert (again.status_code, "answered already" in again.text) == (409, True)
    assert client.post("/desk/answers/none/questions", data={}).status_code == 404


# Steps


def test_steps_are_recorded_taken_back_and_on_the_trail(store: Store) -> None:
    kept = keep_known(store, latest=1)
    screening_id = kept["F-006"]

    def record(*codes: str, what: Any = "done", by: str = "李窗口", at: Moment = NOW) -> None:
        record_steps(store, screening_id, codes, what=what, note="本人签收 62070219880101123X ", by=by, at=at)

    record("risk_notice", "undertaking")
    record("risk_notice", "attendance", by="王窗口")  # of one moment: the order kept decides
    record("undertaking", what="taken_back", by="王窗口")
    record("identity_check", what="taken_back")
    answer = look(store, screening_id)
    assert {code: entry.done_by for code, entry in answer.done.items()} == {
        "risk_notice": "李窗口", "attendance": "王窗口",
    }  # fmt: skip
    assert [(e.step, e.what) for e in answer.recorded] == [
        ("risk_notice", "done"), ("undertaking", "done"), ("attendance", "done"), ("undertaking", "taken_back"),
    ]  # fmt: skip
    assert {e.note for e in answer.recorded} == {"本人签收 **************123X"}
    with store.read() as connection:
        assert check_store(connection).whole
        assert check_store(connection).untold == {}
    assert [step.code for step in answer.steps] == [step.code for step in STEPS]


def test_no_step_without_a_name_and_none_that_the_law_does_not_know(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, latest=1)
    for codes, by, note in (
        (["refuse"], "李", ""), ([], "李", ""), (["risk_notice"], " ", ""), (["risk_notice"], "李", "字" * 501),
    ):  # fmt: skip
        with pytest.raises(InputError):
            record_steps(sqlite_store, kept["F-006"], codes, what="done", note=note, by=by, at=NOW)
    with pytest.raises(NotFound):
        record_steps(sqlite_store, "none", ["risk_notice"], what="done", note="", by="李", at=NOW)


def test_steps_on_the_page(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, latest=1)
    client, url = open_desk(sqlite_store), f"/desk/answers/{kept['F-006']}"
    page = client.get(url).text
    assert f'href="{url}/notice"' in page
    assert f'href="{url}/undertaking"' in page
    slip = client.post(f"{url}/steps", data={"by": "Li"})
    assert (slip.status_code, "Tick the steps that were done." in slip.text) == (422, True)
    done = client.post(
        f"{url}/steps", data={"step": ["risk_notice", "identity_check"], "by": "Li", "note": "<b>"}
    )
    assert done.text.count("Li, 23 Nov 2026") == 2
    assert "&lt;b&gt;" in done.text
    back = client.post(f"{url}/steps", data={"step": "risk_notice", "mistake": "1", "by": "Li"})
    assert back.text.count("Li, 23 Nov 2026") == 1


@pytest.mark.parametrize(("jurisdiction", "advice"), [
    ("ew", "Civil Procedure Rules, Practice Direction 3A"), ("us-ca", "California Code of Civil Procedure"),
    ("br", "Recomendação CNJ 159/2024"),
])  # fmt: skip
def test_a_court_elsewhere_has_a_list_that_names_no_chinese_law(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, jurisdiction: str, advice: str
) -> None:
    monkeypatch.setenv("XIEZHI_JURISDICTION", jurisdiction)
    plain = loan("B-none", "2026-11-20T09:00", 500, elements={}, evidence=[])
    kept = keep_known(sqlite_store, loan("B-review", "2026-11-20T10:00", 3_000_000), plain, latest=1)
    client = open_desk(sqlite_store)
    for filing_id in ("B-review", "B-none"):
        url = f"/desk/answers/{kept[filing_id]}"
        aside = client.get(f"{url}?lang=en").text.split("<aside", 1)[1].split("</aside>")[0]
        assert ("Docket the filing as usual." in aside, advice in aside) == (
            (False, True) if filing_id == "B-review" else (True, False)
        )
        assert all(
            words in aside for words in ("Check the parties&#39; identity", "Search for related cases")
        )
        assert not re.search("[一-鿿《]", aside), "neither Chinese law nor Chinese marks"
        assert "notice.pdf" not in aside
        done = client.post(f"{url}/steps", data={"step": "identity_check", "by": "Li"})
        assert done.text.count("Li, 23 Nov 2026") == 1


# The clock


@given(st.integers(0, 3 * 365), st.integers(-30 * DAY, 30 * DAY))
def test_the_last_day_follows_from_the_day_of_filing_alone(days: int, later: int) -> None:
    settings = Settings(jurisdiction="cn")
    filed = parse_moment("2023-06-01T09:00", ZONE) + days * DAY
    then, whenever = docketing_clock(settings, filed, filed), docketing_clock(settings, filed, filed + later)
    assert then is not None
    assert whenever is not None
    assert then.last_day == whenever.last_day
    assert then.days_left >= 7, "the day of filing is not counted"


def clock_on(client: TestClient, screening_id: str) -> str:
    page = client.get(f"/desk/answers/{screening_id}?lang=en").text
    hit = re.search(r"To be docketed by (\d+ \w+ \d+)\.", page)
    assert hit is not None
    return hit[1]


def test_nothing_moves_the_docketing_clock(sqlite_store: Store) -> None:
    """Filed at one moment, answered in three bands; screened again, flagged, judged, ticked, decided: one day."""
    moment = "2026-11-20T09:00"
    bands = {"none": 500, "notice": 300_000, "review": 3_000_000}
    more = [loan(f"B-{band}", moment, amount, agents=[]) for band, amount in bands.items()]
    more[0]["parties"][0] = {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "马云飞"}
    more[0] |= {"elements": {}, "evidence": []}
    kept = keep_known(sqlite_store, unsure_filing(), *more, latest=1)
    with sqlite_store.read() as connection:
        seen = {band: get_screening(connection, kept[f"B-{band}"]) for band in bands}
    assert {band: one.band for band, one in seen.items() if one is not None} == {band: band for band in bands}
    client = open_desk(sqlite_store)
    everything = {clock_on(client, kept[f"B-{band}"]) for band in bands} | {clock_on(client, kept["F-007"])}
    assert everything == {"27 Nov 2026"}
    unsure, review = kept["F-007"], kept["B-review"]
    asked = {"question": "p1:person", "answer": "different", "by": "Li"}
    for done in (
        client.post("/api/v1/screenings", json=more[2]),
        client.post("/desk/uploads", data={"pasted": parse_text(more)}),
        client.post(f"/desk/answers/{unsure}/questions", data=asked),
        client.post(f"/desk/answers/{review}/steps", data={"step": [s.code for s in STEPS], "by": "Li"}),
        client.post(
            f"/flags/{review}/decisions", data={"decided_by": "Li", "decision": "needs_proof", "reason": "x"}
        ),
    ):
        assert done.status_code == 200
    assert {clock_on(client, i) for i in (unsure, review)} == {"27 Nov 2026"}


def parse_text(filings: list[dict[str, Any]]) -> str:
    return json.dumps(filings, ensure_ascii=False)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23", "4 days left"),
        ("2026-11-27", "Today is the last day"),
        ("2026-11-28", "The time is over"),
    ],
)
def test_the_clock_says_how_much_is_left(at: str, words: str) -> None:
    clock = docketing_clock(Settings(), parse_moment("2026-11-20T09:00", ZONE), parse_moment(at, ZONE))
    assert clock is not None
    told = Words("en", ZONE)
    key = "left" if clock.days_left > 0 else "today" if clock.days_left == 0 else "over"
    assert words in told.say(f"clock.{key}", n=clock.days_left)


# The answer


def test_rules_alone_say_so_and_never_ask_a_judge(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, latest=1, rules_only=True)
    page = unescape(open_desk(sqlite_store, "zh").get(f"/desk/answers/{kept['F-006']}").text)
    assert "仅凭规则筛查：尚未启用任何模型，最多提示“请关注”。" in page
    assert "请法官审查</h1>" not in page


def test_at_most_five_reasons_a_side_and_each_filing_behind_them_opens(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store)
    client = open_desk(sqlite_store)
    page = client.get(f"/desk/answers/{kept['F-006']}").text
    assert 1 <= page.count('<p class="sentence">') <= 10 + 2
    cited = set(re.findall(r'href="(/filings/[^"]+)"', page))
    assert cited >= {f"/filings/F-00{n}" for n in range(6)}
    assert {client.get(url).status_code for url in cited} == {200}


def test_overseers_read_the_answer_and_act_on_nothing(sqlite_store: Store, quick_passwords: None) -> None:
    kept = keep_known(sqlite_store, unsure_filing(), latest=2)
    admin = User("admin", "管理员", frozenset({"administrator"}))
    for name, role in (("admin", "administrator"), ("li", "clerk"), ("shen", "auditor")):
        by = None if name == "admin" else admin
        add_user(sqlite_store, name, display_name=name, roles=[role], password=PASSWORD, by=by, at=NOW)
    url = f"/desk/answers/{kept['F-007']}"
    client = open_desk(sqlite_store)
    client.post("/login", data={"name": "shen", "password": PASSWORD})
    assert "Record the" not in client.get(url).text
    assert client.post(f"{url}/steps", data={"step": "risk_notice", "by": "x"}).status_code == 403
    client.post("/login", data={"name": "li", "password": PASSWORD})
    client.post(f"{url}/questions", data={"question": "p1:person", "answer": "cannot_tell", "by": "别人"})
    with sqlite_store.read() as connection:
        assert [doubt.told_by for doubt in doubts_on(connection, "F-007")] == ["li"], "signed by the account"


def test_an_answer_of_a_filing_screened_once_more_still_opens(sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, latest=1)
    parts = parts_of(sqlite_store)
    again = next(f for f in known_filings() if f["filing_id"] == "F-006") | {"claim_amount": 490_000}
    newer, is_new = parts.model.keep(parse_filing(again, Settings()), source="test", scored_at=NOW + 9)
    assert is_new
    for screening_id in (kept["F-006"], newer.screening_id):
        assert look(sqlite_store, screening_id).screening.screening_id == screening_id
    with pytest.raises(NotFound):
        look(sqlite_store, "none")
