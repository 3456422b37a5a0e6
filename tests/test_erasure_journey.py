"""One filing with all that people and programs lay beside it: erased, not a byte of the person is left anywhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from job_samples import Office, lines
from serving_samples import NOW, loan
from sqlalchemy import delete, insert, select, update
from starlette.testclient import TestClient
from test_erasure import ROOT, everything, periods

from serving.app import build_app
from serving.casework.attachments import attach
from serving.casework.checks import tick_off
from serving.casework.notes import write_note
from serving.desk.steps import STEPS, record_steps
from serving.desk.uploads import hand_in
from xiezhi import cli
from xiezhi.audit.check import check_store
from xiezhi.clock import DAY
from xiezhi.errors import InputError, NotFound
from xiezhi.records import Event, Finding
from xiezhi.retention.act import Person, apply, erase_person, find_person, plan
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import ERASED_ROW, Wanted, find_entries, keep_told
from xiezhi.store.contents import keep_content
from xiezhi.store.erased_texts import ERASED, GOES
from xiezhi.store.happenings import put_events, put_findings
from xiezhi.store.tables import (
    case_attachments,
    case_notes,
    corrections,
    decisions,
    job_inputs,
    kept_answers,
    proposals,
    referents,
    screenings,
    watch_entries,
)

NAME, PHONE, NUMBER, ADDRESS = "周明礼", "13800138000", "62070219880101123X", "西大街1号"
HIS = (NAME, PHONE, NUMBER, ADDRESS)
ABOUT = f"{NAME}（电话 {PHONE}，身份证 {NUMBER}）来电"
SCAN = f"收条：今收到{NAME}现金，住{ADDRESS}".encode()
FILE = f"{NAME}起诉.jsonl"


def suits() -> list[dict[str, Any]]:
    firm = {
        "party_id": "p3", "role": "third_party", "kind": "organization", "name": f"甘州区{NAME}粮油店",
        "legal_representative": NAME,
    }  # fmt: skip
    second = loan("F-002", "2026-11-01T09:00", 3e6, elements={"guarantors": [NAME], "rate_per_year": 0.15})
    second["parties"].append(firm)
    return [loan("F-001", "2026-10-01T09:00", 80_000), second]


def client_of(office: Office) -> TestClient:
    app = build_app(office.store, Settings(), office.model, hosts=None, clock=office.tick)
    return TestClient(app, headers={"accept-language": "en"}, follow_redirects=False)


def work_on(office: Office, client: TestClient) -> str:
    """Bring the filings in by a job, and do whatever may be done with one; the id of the attachment."""
    store, settings = office.store, Settings()
    office.ask(lines(suits(), FILE))
    office.work()
    flag = client.get("/api/v1/flags").json()["items"][0]["screening_id"]
    write_note(store, "F-002", text=ABOUT, by="li", at=NOW)
    attached = attach(store, settings, "F-002", name=f"{NAME}收条.txt", content=SCAN, by="li", at=NOW)
    tick_off(store, "F-002", item="S01", result="doubt", note=ABOUT, by="li", at=NOW)
    record_steps(store, flag, [STEPS[0].code], what="done", note=f"{NAME}本人签收", by="li", at=NOW)
    said = {"party_id": "p1", "about": "link", "subject": "p1", "text": ABOUT, "by": "li"}
    made = client.post("/api/v1/filings/F-002/contests", json=said, headers={"idempotency-key": "k1"})
    assert made.status_code == 201
    answer = {"outcome": "not_upheld", "reason": ABOUT, "by": "wang"}
    assert (
        client.post(f"/api/v1/contests/{made.json()['contest_id']}/answers", json=answer).status_code == 201
    )
    other = {"left": "F-001/p2", "right": "F-002/p2", "verdict": "different", "reason": ABOUT, "by": "wang"}
    assert client.post("/api/v1/corrections", json=other).status_code == 201
    held = client.get("/api/v1/flags").json()["items"][0]["screening_id"]
    decision = {"decided_by": "wang", "decision": "cleared", "reason": ABOUT}
    assert client.post(f"/api/v1/flags/{held}/decisions", json=decision).status_code == 201
    assert client.get("/filings/F-002/sheet").status_code == 200
    with store.write() as connection:
        event = Event("F-002", NOW - DAY, "hearing_held", NOW, detail=ABOUT)
        put_events(connection, [(event, FILE)], NOW)
        found = Finding("F-002", NOW - DAY, "genuine", "judgment", NOW, detail=ABOUT)
        put_findings(connection, [(found, FILE)], NOW)
    write_past_the_use_cases(store, flag)
    return attached.attachment_id


def write_past_the_use_cases(store: Store, flag: str) -> None:
    """Rows that take a bench of several people to come about."""
    entity = find_person(store, "F-002", "p1").entity_id
    said: dict[str, Any] = {"filing_id": "F-002", "at": NOW, "actor": "zhao"}
    judged = {"outcome": "cleared", "measures": "[]", "grounds": "[]", "reason": ABOUT}
    told = {
        "opinion": said | judged | {"screening_id": flag, "first_decision": "d", "drawn_with": 0.1},
        "referral": said | {"decision_id": "d", "authority": "police", "referred_on": "2026-11-20", "reference": ABOUT},
        "review_act": said | {"seat": 1, "act": "paused", "reason": ABOUT},
        "recusal": {"reviewer": "zhao", "kind": "entity", "subject": entity, "action": "declared", "reason": ABOUT,
                    "at": NOW, "actor": "zhao"},
        "proposal_answer": {"proposal_id": "m1", "answer": "rejected", "answered_at": NOW, "answered_by": "zhao",
                            "reason": ABOUT},
    }  # fmt: skip
    body = json.dumps({"parts": [{"entity_id": entity, "mentions": [["person", "F-002", "p1"]]}]})
    proposal = {
        "proposal_id": "m1",
        "action": "merge",
        "kind": "person",
        "made_at": NOW,
        "probability": 0.9,
        "body": body,
    }
    with store.write() as connection:
        connection.execute(insert(proposals).values(proposal))
        named = {"old_id": "p-old", "entity_id": entity, "since": NOW, "named_by": "zhao", "reason": ABOUT}
        connection.execute(insert(referents).values(named))
        for action, row in told.items():
            keep_told(connection, action, row, at=NOW, actor="zhao")


def left_of_him(store: Store) -> list[str]:
    told = everything(store) + "".join(
        box.read_bytes().decode("latin-1") + store.vault.open_bytes(box.read_bytes()).decode()
        for box in attached_files()
    )
    return [word for word in HIS if word in told or json.dumps(word)[1:-1] in told]


def attached_files() -> list[Path]:
    return [path for path in (Settings().home / "attachments").rglob("*") if path.is_file()]


def test_of_one_person_nothing_is_left(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    office = Office(store)
    with client_of(office) as client:
        attachment = work_on(office, client)
        assert left_of_him(store) == [NAME, PHONE, NUMBER, ADDRESS]
        with store.read() as connection:
            decided = connection.execute(select(decisions.c.decision, decisions.c.decided_by)).all()
        person = find_person(store, "F-002", "p1")
        done = erase_person(store, Settings(), person, "本人申请", by=ROOT, at=NOW + DAY)
        assert left_of_him(store) == []
        assert attached_files() == []
        every = {f"{goes.column.table.name}.{goes.column.name}" for goes in GOES}
        assert every - done.counts.keys() == set(), "each of the lists was put to the test"
        with store.read() as connection:
            assert connection.execute(select(decisions.c.decision, decisions.c.decided_by)).all() == decided
            assert check_store(connection).changed == ()
            assert check_store(connection).untold == {}
        assert cli.run(["audit", "verify"]) == cli.DONE
        assert "whole" in capsys.readouterr().out
        for path in ("/filings/F-002", "/filings/F-002/sheet", "/filings/F-001", "/contests", "/desk"):
            assert client.get(path).status_code == 200, path
        assert client.get(f"/attachments/{attachment}").status_code == 404
        said = {"party_id": "p1", "about": "link", "subject": "p1", "text": ABOUT, "by": "li"}
        again = client.post("/api/v1/filings/F-002/contests", json=said, headers={"idempotency-key": "k1"})
        assert (again.status_code, again.json()["code"]) == (409, "answer-erased"), "and it is not done again"
        assert left_of_him(store) == []


def test_what_is_handed_in_again_stays_out(store: Store) -> None:
    office = Office(store)
    with client_of(office) as client:
        work_on(office, client)
        erase_person(store, Settings(), find_person(store, "F-002", "p1"), "本人申请", by=ROOT, at=NOW + DAY)
        changed = [suit | {"facts": ABOUT, "claim_amount": 5e6} for suit in suits()]
        for records in (suits(), changed):
            job = office.ask(lines(records, "again.jsonl"))
            office.work()
            assert {row.code for row in office.rows(job)} == {"screened-before"}
            hand_in(office.parts, [], json.dumps(records), by="")
            keyed = {"idempotency-key": f"again {records is changed}"}
            answer = client.post("/api/v1/screenings", json=records[1], headers=keyed)
            assert answer.status_code == 200
        assert left_of_him(store) == []
    with store.read() as connection:
        assert connection.execute(select(job_inputs)).all() == []
        assert check_store(connection).whole


def test_what_is_over_goes_with_all_that_lies_beside_it(store: Store) -> None:
    office = Office(store)
    with client_of(office) as client:
        work_on(office, client)
    write_note(store, "F-001", text=ABOUT, by="li", at=NOW + 300 * DAY)
    at = NOW + 400 * DAY
    assert plan(store, periods(1), at).filings == ("F-002",), (
        "a note was written in the other within the year"
    )
    at = NOW + 700 * DAY
    apply(store, Settings(), periods(1), by=ROOT, at=at)
    assert left_of_him(store) == []
    assert attached_files() == []
    told = everything(store)
    assert "陈大海" not in told
    assert "王律" not in told
    with store.read() as connection:
        assert check_store(connection).whole


def test_an_erased_row_changed_later_is_told(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    with client_of(office) as client:
        work_on(office, client)
    person = find_person(sqlite_store, "F-002", "p1")
    erase_person(sqlite_store, Settings(), person, "本人申请", by=ROOT, at=NOW + DAY)
    with sqlite_store.read() as connection:
        entries = find_entries(connection, Wanted(action=ERASED_ROW), None, 100)
    assert {entry.subject.partition(":")[0] for entry in entries} >= {"note", "decision", "contest"}
    with sqlite_store.write() as connection:
        connection.execute(update(decisions).values(decision="false"))
        connection.execute(delete(case_notes))
    with sqlite_store.read() as connection:
        found = check_store(connection).changed
    assert {(one.action, one.gone) for one in found} == {("decision", False), ("note", True)}


def test_a_file_that_another_filing_has_too_stays(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    other = loan("F-009", "2026-11-02T09:00", 80_000)
    other["parties"] = [other["parties"][1] | {"party_id": "p1", "name": "韩梅", "phone": "13700137000"}]
    other["agents"] = []
    with client_of(office) as client:
        work_on(office, client)
        assert client.post("/api/v1/screenings", json=other).status_code == 201
    shared = b"%PDF- a form"
    for filing_id in ("F-002", "F-009"):
        attach(sqlite_store, Settings(), filing_id, name="form.pdf", content=shared, by="li", at=NOW)
    left_behind = keep_content(Settings(), sqlite_store.vault, b"of no row")
    person = find_person(sqlite_store, "F-002", "p1")
    erase_person(sqlite_store, Settings(), person, "本人申请", by=ROOT, at=NOW + DAY)
    kept = {path.name for path in attached_files()}
    assert kept == {hashlib.sha256(shared).hexdigest(), left_behind}
    with sqlite_store.read() as connection:
        names = select(case_attachments.c.filing_id, case_attachments.c.name).where(
            case_attachments.c.name != ERASED
        )
        assert connection.execute(names).all() == [("F-009", "form.pdf")]


def test_sentences_of_scores_lose_the_names_of_a_watch_list(store: Store) -> None:
    """A reason may name the entry that matched, which is spelled as the list has it; the list itself stays."""
    office = Office(store)
    office.ask(lines(suits()))
    office.work()
    entry = {
        "kind": "dishonest", "name": "周明禮", "profile": "{}", "since": NOW, "recorded_at": NOW, "received_at": NOW,
        "origin": "list.csv", "note": "", "digest": "d",
    }  # fmt: skip
    with store.write() as connection:
        connection.execute(insert(watch_entries).values(entry))
        row = connection.execute(select(screenings).where(screenings.c.filing_id == "F-002")).one()
        told = json.loads(row.scores)
        told["reasons"].append(
            {"sign": "S01", "zh": f"与第 1 条（周明禮）匹配，{NAME}", "en": "entry 1 (周明禮)"}
        )
        again = row._asdict() | {"screening_id": "other", "scores": json.dumps(told, ensure_ascii=False)}
        keep_told(connection, "score", again, at=NOW, actor="test")
        find = Person("e", {"F-002": {"p1"}})
    erase_person(store, Settings(), find, "本人申请", by=ROOT, at=NOW + DAY)
    with store.read() as connection:
        query = select(screenings.c.scores).where(screenings.c.screening_id == "other")
        reason = json.loads(connection.execute(query).scalar_one())["reasons"][-1]
        assert check_store(connection).whole
        assert connection.execute(select(watch_entries.c.name)).scalar_one() == "周明禮"
    assert reason == {
        "sign": "S01",
        "zh": f"与第 1 条（{ERASED}）匹配，{ERASED}",
        "en": f"entry 1 ({ERASED})",
    }


@pytest.mark.parametrize("ground", [f"{NAME}申请", f"申请人电话 {PHONE}"])
def test_the_ground_names_nobody(sqlite_store: Store, ground: str) -> None:
    office = Office(sqlite_store)
    office.ask(lines(suits()))
    office.work()
    person = find_person(sqlite_store, "F-002", "p1")
    with pytest.raises(InputError) as told:
        erase_person(sqlite_store, Settings(), person, ground, by=ROOT, at=NOW + DAY)
    assert told.value.code == "ground-names"
    assert NAME in everything(sqlite_store)
    with pytest.raises(NotFound):
        find_person(sqlite_store, "F-404", "p1")


def test_a_file_that_brought_in_nothing_loses_the_name_too(sqlite_store: Store) -> None:
    """A job whose file could not be read names nobody's filing, but its file is called after him."""
    office = Office(sqlite_store)
    office.ask(lines(suits(), "all.jsonl"))
    office.work()
    office.ask(lines(["{"], FILE), asked_by="")
    office.work()
    assert NAME in everything(sqlite_store)
    erase_person(
        sqlite_store,
        Settings(),
        find_person(sqlite_store, "F-001", "p1"),
        "本人申请",
        by=ROOT,
        at=NOW + DAY,
    )
    told = everything(sqlite_store)
    assert NAME not in told
    assert f"{ERASED}起诉.jsonl" in told


def test_kept_answers_about_others_are_given_again(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    other = loan("G-100", "2026-11-02T09:00", 80_000, agents=[])
    with client_of(office) as client:
        for filing, key in ((suits()[1], "his"), (other | {"parties": other["parties"][1:]}, "other")):
            assert (
                client.post("/api/v1/screenings", json=filing, headers={"idempotency-key": key}).status_code
                == 201
            )
    find = Person("e", {"F-002": {"p1"}})
    erase_person(sqlite_store, Settings(), find, "本人申请", by=ROOT, at=NOW + DAY)
    with sqlite_store.read() as connection:
        kept = {row.key: row.body for row in connection.execute(select(kept_answers))}
        other_body = sqlite_store.vault.open(kept["other"])
        assert connection.execute(select(corrections)).all() == []
    assert (kept["his"] == ERASED, "G-100" in other_body) == (True, True)
