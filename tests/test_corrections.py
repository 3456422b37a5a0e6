"""Links corrected: what rests on them is found, given again, and reopened; what was shown stays."""

from __future__ import annotations

import re
from itertools import count

import pytest
from correction_samples import NUMBER, fill_namesakes, namesake, promote_counting, screen
from review_samples import decide
from serving_samples import NOW, open_client, promote_toy

from features.link.propose import propose
from features.link.table import link_profiles
from serving.corrections.carry import AT_ONCE, carry_all, carry_through
from serving.corrections.make import correct_pair, preview_pair
from serving.corrections.read import read_correction
from serving.corrections.seen import read_day, read_seen
from serving.review.case import read_case
from serving.screening import again
from serving.screening.screener import Screener, load_screener
from xiezhi.audit.chain import Act
from xiezhi.audit.check import check_store
from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.corrections import CorrectionEffect, effects_of, unfinished
from xiezhi.store.flags import FlagFilter, list_flags
from xiezhi.store.judgements import MentionRef, Verdict
from xiezhi.store.links import links_of
from xiezhi.store.proposals import open_proposals
from xiezhi.store.screenings import Screening


def ref(filing_id: str) -> MentionRef:
    return MentionRef(filing_id, "p1", "person")


def plaintiffs(store: Store, filings: int) -> list[str]:
    """The entity of the plaintiff of each filing."""
    ids = [f"F-{number:03}" for number in range(1, filings + 1)]
    with store.read() as connection:
        found = {
            link.filing_id: link.entity_id for link in links_of(connection, ids) if link.record_id == "p1"
        }
    return [found[filing_id] for filing_id in ids]


def fill(store: Store, filings: int) -> Screener:
    """Two namesakes held to be one."""
    fill_namesakes(store, filings)
    assert len(set(plaintiffs(store, filings))) == 1
    return load_screener(store, Settings())


def correct(
    store: Store, screener: Screener, verdict: Verdict, a: str, b: str, at: int
) -> list[CorrectionEffect]:
    """Correct a pair and carry it through; the effects."""
    made = correct_pair(store, ref(a), ref(b), verdict, by="王法官", reason="身份证件不同", at=at)
    clock = count(at + 1)
    assert carry_through(store, screener, made.correction_id, now=lambda: next(clock))
    with store.read() as connection:
        return effects_of(connection, made.correction_id)


def clear(store: Store, filing_id: str, at: int) -> Screening:
    flag = read_case(store, filing_id).flag
    assert flag is not None
    decide(
        store, flag.screening_id, decided_by="李法官", decision="cleared", reason="核实无误", decided_at=at
    )
    return flag


def open_flags(store: Store) -> set[str]:
    with store.read() as connection:
        flags = list_flags(connection, FlagFilter(state="open"), order="risk", after=None, limit=50)
    return {flag.screening.filing_id for flag in flags}


def test_a_split_reopens_the_flag_that_rested_on_the_link(store: Store) -> None:
    screener = fill(store, 5)
    shown = clear(store, "F-004", NOW + 10)
    assert shown.band == "review"
    assert "F-004" not in open_flags(store)
    touched = preview_pair(store, ref("F-001"), ref("F-003"))
    assert (touched.filings, touched.scores, touched.flags) == (5, 5, 4)
    effects = {
        effect.filing_id: effect
        for effect in correct(store, screener, "different", "F-002", "F-003", NOW + 20)
    }
    entities = plaintiffs(store, 5)
    assert entities[0] != entities[2]
    reopened = effects["F-004"]
    assert (reopened.before_id, reopened.band_before, reopened.state_before) == (
        shown.screening_id,
        "review",
        "decided",
    )
    assert (reopened.band_after, reopened.is_reopened) == ("notice", True)
    assert "F-004" in open_flags(store)
    case = read_case(store, "F-004")
    assert case.newest is not None
    assert (case.newest.trigger, case.newest.as_of) == ("corrected_link", shown.as_of)
    assert case.flag_state == "open"
    # Filings that did not read the link keep the scores they have.
    assert effects.keys() <= {"F-003", "F-004", "F-005"}
    with store.read() as connection:
        assert check_store(connection).whole


def test_a_decision_goes_on_holding_while_the_band_stays(sqlite_store: Store) -> None:
    screener = fill(sqlite_store, 9)
    shown = clear(sqlite_store, "F-009", NOW + 10)
    effects = {
        effect.filing_id: effect
        for effect in correct(sqlite_store, screener, "different", "F-002", "F-003", NOW + 20)
    }
    carried = effects["F-009"]
    assert (carried.band_before, carried.band_after) == ("review", "review")
    assert carried.carried_from == shown.screening_id
    assert read_case(sqlite_store, "F-009").flag_state == "decided"
    assert "F-009" not in open_flags(sqlite_store)
    # A second correction carries the same decision on.
    again = {
        effect.filing_id: effect
        for effect in correct(sqlite_store, screener, "withdrawn", "F-002", "F-003", NOW + 90)
    }
    assert again["F-009"].before_id == carried.after_id
    assert again["F-009"].carried_from == shown.screening_id
    assert "F-009" not in open_flags(sqlite_store)
    assert len(set(plaintiffs(sqlite_store, 9))) == 1


def test_a_merge_raises_what_had_been_kept_apart(sqlite_store: Store) -> None:
    promote_counting(sqlite_store)
    for number, home in enumerate((1, 1, 2, 2), 1):
        screen(
            sqlite_store, namesake(f"F-{number:03}", f"2026-{number:02}-01T09:00", home=home), NOW + number
        )
    screener = load_screener(sqlite_store, Settings())
    entities = plaintiffs(sqlite_store, 4)
    assert entities[0] != entities[2]
    effects = {
        effect.filing_id: effect
        for effect in correct(sqlite_store, screener, "same", "F-001", "F-003", NOW + 20)
    }
    entities = plaintiffs(sqlite_store, 4)
    assert entities[0] == entities[2]
    assert effects["F-003"].band_before == "none"
    assert effects["F-003"].band_after == "notice"
    assert effects["F-003"].state_before is None


def test_in_slices_and_stopped_anywhere_it_ends_the_same(sqlite_store: Store) -> None:
    screener = fill(sqlite_store, 5)
    made = correct_pair(
        sqlite_store, ref("F-002"), ref("F-003"), "different", by="王", reason="同名", at=NOW + 20
    )
    clock = count(NOW + 21)
    assert not carry_through(sqlite_store, screener, made.correction_id, now=lambda: next(clock), most=1)
    told = read_correction(sqlite_store, made.correction_id)
    assert (told.is_done, told.linked.done) == (False, 5)
    with sqlite_store.read() as connection:
        assert unfinished(connection) == [made.correction_id]
    assert carry_all(sqlite_store, screener, now=lambda: next(clock)) == [made.correction_id]
    told = read_correction(sqlite_store, made.correction_id)
    assert told.is_done
    assert {effect.filing_id for effect in told.effects} == {"F-003", "F-004", "F-005"}
    assert carry_all(sqlite_store, screener, now=lambda: next(clock)) == []
    assert read_correction(sqlite_store, made.correction_id).effects == told.effects


def test_what_is_linked_later_follows_the_correction(sqlite_store: Store) -> None:
    """A filing handed in late, from before the correction was made, is linked by it as well."""
    screener = fill(sqlite_store, 3)
    correct(sqlite_store, screener, "different", "F-002", "F-003", NOW + 20)
    before = plaintiffs(sqlite_store, 3)
    screen(sqlite_store, namesake("F-001", "2026-01-01T09:00"), NOW + 900)
    assert plaintiffs(sqlite_store, 3) == before
    shown = screen(
        sqlite_store, namesake("F-003", "2026-03-01T09:00", number=NUMBER, cause="买卖合同纠纷"), NOW + 901
    )
    assert next(link["entity_id"] for link in shown.scores["links"]) == before[2]


def test_the_old_day_shows_the_old_answer_byte_for_byte(store: Store) -> None:
    promote_counting(store)
    with open_client(store) as client:
        for number in range(1, 5):
            client.post("/api/v1/screenings", json=namesake(f"F-{number:03}", f"2026-0{number}-01T09:00"))
        case = read_case(store, "F-004")
        assert case.newest is not None
        old, then = case.newest, case.newest.scored_at
        path = f"/api/v1/filings/F-004/seen?on=2026-11-23T10:00:00.{then - NOW + 50:06}%2B08:00"
        first = client.get(path)
        assert first.json()["screening_id"] == old.screening_id
    # A day later: an event, another model, a corrected link.
    promote_toy(store, Settings(), as_of="2026-02-02")
    later = NOW + DAY
    with open_client(store, later) as client:
        event = {"at": "2026-04-20", "kind": "admitted_all", "recorded_at": "2026-04-21"}
        assert (
            client.post("/api/v1/filings/F-004/events", json=event).json()["screening"]["trigger"]
            == "admitted_all"
        )
        asked = {
            "left": "F-001/p1",
            "right": "F-004/p1",
            "verdict": "different",
            "reason": "同名",
            "by": "王",
        }
        made = client.post("/api/v1/corrections", json=asked)
        assert (made.status_code, made.json()["done"]) == (201, True)
        assert len(read_case(store, "F-004").screenings) == 3
        again_told, day = client.get(path), client.get("/api/v1/filings/F-004/seen?on=2026-11-23")
        assert again_told.json()["given_since"] == day.json()["given_since"] == 2
        for answer in (again_told, day):
            scores = answer.text[answer.text.index('"scores":') + len('"scores":') : -1]
            held = first.text[first.text.index('"scores":') + len('"scores":') : -1]
            assert scores == held
        page = client.get("/filings/F-004/seen?on=2026-11-23&lang=en")
        assert old.model_version in page.text
        assert "Scores given since then: 2." in page.text
        assert client.get("/api/v1/filings/F-004/seen?on=2026-11-24").json()["given_since"] == 0
        assert client.get("/api/v1/filings/F-004/seen?on=2026-03-03").json()["scores"] is None
        assert client.get("/api/v1/filings/F-004/seen?on=gestern").json()["code"] == "not-a-day"
        assert client.get("/api/v1/filings/F-999/seen?on=2026-03-03").json()["code"] == "no-filing"
    seen = read_seen(store, "F-004", read_day("2026-11-23", "Asia/Shanghai"))
    assert seen.screening is not None
    assert seen.screening == old


def test_proposals_and_questions_are_answered_by_corrections(sqlite_store: Store) -> None:
    promote_counting(sqlite_store)
    for number, home in enumerate((1, 1, 2, 2), 1):
        own = NUMBER if number != 3 else None
        suit = namesake(f"F-{number:03}", f"2026-{number:02}-01T09:00", home=home, number=own)
        screen(sqlite_store, suit, NOW + number)
    propose(sqlite_store, link_profiles, NOW + 10)
    with sqlite_store.read() as connection:
        proposals = open_proposals(connection)
    with open_client(sqlite_store) as client:
        assert len(client.get("/api/v1/link-proposals").json()["items"]) == len(proposals)
        questions = client.get("/api/v1/link-questions").json()["items"]
        assert len(questions) + len(proposals) > 0
        for one in questions:
            asked = {
                "left": one["mention"],
                "right": one["against"],
                "verdict": "same",
                "reason": "同一人",
                "by": "王",
            }
            assert client.get("/api/v1/corrections/preview", params=asked).json()["filings"] > 0
            assert client.post("/api/v1/corrections", json=asked).json()["done"]
        assert client.get("/api/v1/link-questions").json()["items"] == []
        for row in proposals:
            asked = {"proposal_id": row.proposal_id, "reason": "同一人", "by": "王"}
            assert client.post("/api/v1/corrections", json=asked).status_code in (201, 409)
        page = client.get("/corrections?lang=en")
        assert page.status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"left": "F-001/p1", "right": "F-001/p1"}, 422, "not-a-pair"),
        ({"left": "F-001/p1", "right": ""}, 422, "not-a-pair"),
        ({"left": "F-001/p1", "right": "F-009/p1"}, 404, "no-such-mention"),
        ({"left": "F-001/p1", "right": "F-002/p1", "verdict": "withdrawn"}, 409, "nothing-said"),
        ({"proposal_id": "M-none"}, 404, "no-such-proposal"),
        ({"left": "F-001/p1", "right": "F-002/p1", "reason": ""}, 422, "request-invalid"),
    ],
)
def test_what_cannot_be_corrected_is_told(
    sqlite_store: Store, asked: dict[str, str], status: int, code: str
) -> None:
    fill(sqlite_store, 2)
    with open_client(sqlite_store) as client:
        answer = client.post("/api/v1/corrections", json={"reason": "同名", "by": "王", **asked})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert client.get("/api/v1/corrections").json()["items"] == []


def test_much_is_done_after_the_answer(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """More steps than are done at once: the answer says so, and the rest follows by itself."""
    fill(sqlite_store, 4)
    monkeypatch.setattr("serving.corrections.ask.AT_ONCE", 1)
    assert AT_ONCE > 1
    with open_client(sqlite_store) as client:
        asked = {
            "left": "F-001/p1",
            "right": "F-003/p1",
            "verdict": "different",
            "reason": "同名",
            "by": "王",
        }
        made = client.post("/api/v1/corrections", json=asked).json()
        assert not made["done"]
        assert client.get(f"/api/v1/corrections/{made['correction_id']}").json()["done"]
        told = client.post("/corrections", data=asked | {"left": "F-002/p1"}, follow_redirects=True)
        assert told.status_code == 200
        page = client.get(f"/corrections/{made['correction_id']}").text
        called = re.findall(r'<th scope="row"><a href="/filings/F-(\d+)">(.*?)</a>', page)
        assert called
        assert all(name == f"(2026)甘0702民初{number}号" for number, name in called), "a case by its number"
        with sqlite_store.read() as connection:
            entity = links_of(connection, ["F-003"])[0].entity_id
        history = client.get(f"/entities/{entity}").text.split('class="timeline"')[1]
        assert "(2026)甘0702民初003号" in history
        assert "F-003/p1" not in history


def test_an_entity_is_told_with_numbers_masked(sqlite_store: Store) -> None:
    promote_counting(sqlite_store)
    screen(sqlite_store, namesake("F-001", "2026-01-01T09:00", number=NUMBER), NOW)
    (who,) = plaintiffs(sqlite_store, 1)
    with open_client(sqlite_store) as client:
        told = client.get(f"/api/v1/entities/{who}")
        assert told.json()["mentions"][0]["number"] == "**************001X"
        for text in (told.text, client.get(f"/entities/{who}?lang=zh").text, client.get("/corrections").text):
            assert NUMBER not in text
            assert "13812340001" not in text
        assert client.get("/api/v1/entities/P-nobody").json()["code"] == "no-entity"


def test_a_score_that_does_not_move_is_not_given_again(sqlite_store: Store) -> None:
    screener = fill(sqlite_store, 2)
    case = read_case(sqlite_store, "F-002")
    assert case.newest is not None
    seen = again.look_again(
        sqlite_store,
        screener,
        case.newest,
        case.newest.as_of,
        trigger="corrected_link",
        now=NOW + 50,
        cause="C-1",
    )
    assert seen.rests_on_the_same_as(case.newest)
    assert seen.made.screening_id != case.newest.screening_id


def test_who_saw_a_score_is_told_with_it(sqlite_store: Store) -> None:
    fill(sqlite_store, 2)
    case = read_case(sqlite_store, "F-002")
    assert case.newest is not None
    shown = case.newest.screening_id
    acts = [
        Act(NOW + n, by, what, shown, "0" * 64)
        for n, by, what in ((7, "li.wei", "saw"), (8, "wang", "score"))
    ]
    with sqlite_store.write() as connection:
        append_acts(connection, acts)
    with open_client(sqlite_store) as client:
        told = client.get("/api/v1/filings/F-002/seen?on=2026-11-23").json()
        assert [sight["by"] for sight in told["seen_by"]] == ["li.wei"]
        assert "li.wei" in client.get("/filings/F-002/seen?on=2026-11-23").text
