"""Two courts in one home: whoever is bound to one judges, counts and hands on nothing of the other at the bench."""

from __future__ import annotations

import pytest
from reach_samples import API, OURS, THEIRS, Home, code, ids, two_courts
from serving_samples import NOW

from features.normalise.courts import court_name
from serving.corrections.contest import record_contest
from serving.corrections.make import correct_pair
from serving.review.assign import assign
from serving.review.bench import find_review
from serving.review.overview import read_overview
from serving.review.reviewer import Reviewer, sole_reviewer
from serving.review.second import agreement
from xiezhi.accounts.reach import filings_within
from xiezhi.clock import DAY
from xiezhi.errors import NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.contests import open_contests
from xiezhi.store.corrections import concerns, newest_corrections
from xiezhi.store.court_figures import counted_filings
from xiezhi.store.decisions import Opinion, add_opinion, decisions_of, opinions_of
from xiezhi.store.draws import newest_draws
from xiezhi.store.judgements import MentionRef
from xiezhi.store.review_policies import current_policy
from xiezhi.store.work import open_flags

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def two(sqlite_store: Store) -> Home:
    """See `two_courts`."""
    return two_courts(sqlite_store)


def test_the_bench_shows_and_gives_what_is_within_reach(two: Home) -> None:
    li, wang, zhang = two.enter("li"), two.enter("wang"), two.enter("zhang")
    assert ids(li.get(f"{API}/reviews")) == {"O-001", "O-002"}
    assert ids(wang.get(f"{API}/reviews")) == {"T-001", "T-002"}
    assert ids(zhang.get(f"{API}/reviews")) == {"O-001", "O-002", "T-001", "T-002"}
    for page in ("/bench", "/bench/list"):
        told = li.get(page).text
        assert "O-001" in told
        assert "T-001" not in told
        assert THEIRS not in told
        assert court_name(THEIRS) not in told
    assert li.post(f"{API}/reviews/next", json={"court": THEIRS}).json()["items"] == []
    taken = li.post(f"{API}/reviews/next", json={})
    assert ids(taken) == {"O-001", "O-002"}, "of the series what is within reach, though theirs are due first"
    back = li.post("/bench/next", data={"blind": "", "court": ""})
    assert back.headers["location"].startswith("/bench?"), "nothing is left for him"
    assert ids(wang.post(f"{API}/reviews/next", json={})) == {"T-001", "T-002"}


def test_a_draw_is_among_those_of_the_court(two: Home) -> None:
    sun, everybody = two.enter("sun"), two.enter("all")
    foreign = two.flags["T-001"]
    assert code(sun.post(f"{API}/flags/{foreign}/draws")) == (404, "no-filing")
    assert sun.post("/bench/draws", data={"screening_id": foreign}).status_code == 404, "nor by a body"
    assert sun.post("/bench/draws", data={"screening_id": ""}).status_code == 303
    drawn = everybody.get(f"{API}/draws").json()["items"]
    assert {row["filing_id"] for row in drawn} == {"O-001", "O-002"}, "she gives out her own court's"
    assert all(row["barred"]["wang"] == "other_court" and row["replays"] for row in drawn)
    assert all("wang" not in row["eligible"] for row in drawn)
    made = everybody.post(f"{API}/flags/{foreign}/draws").json()
    assert set(made["eligible"]) == {"wang", "zhang"}
    assert {row["filing_id"] for row in sun.get(f"{API}/draws").json()["items"]} == {"O-001", "O-002"}
    assert sun.get(f"{API}/draws?filing_id=T-001").json()["items"] == []
    page = sun.get("/bench/assignments").text
    assert "O-001" in page
    assert "T-001" not in page
    assert "T-001" in everybody.get("/bench/assignments").text


def test_nobody_hands_a_review_to_who_is_out_of_reach(two: Home) -> None:
    li, sun, own = two.enter("li"), two.enter("sun"), two.flags["O-001"]
    li.post(f"{API}/flags/{own}/holds", json={"act": "claim"})
    given = {"act": "hand_over", "to": "wang", "reason": "请代为审查"}
    assert code(li.post(f"{API}/flags/{own}/holds", json=given)) == (403, "other-court")
    again = {"to": "wang", "reason": "另行分派"}
    assert code(sun.post(f"{API}/flags/{own}/reassignments", json=again)) == (403, "other-court")
    assert '<option value="wang">' not in sun.get("/bench/assignments").text
    assert sun.post(f"{API}/flags/{own}/reassignments", json=again | {"to": "zhang"}).status_code == 204


def test_a_series_is_decided_and_reopened_within_reach(two: Home) -> None:
    li, zhang, flags = two.enter("li"), two.enter("zhang"), two.flags
    said = {"decision": "cleared", "reason": "已核对"}
    body = said | {"also": [flags["T-001"]]}
    assert code(li.post(f"{API}/flags/{flags['O-001']}/decisions", json=body)) == (404, "no-flag")
    assert li.post(f"/flags/{flags['O-001']}/decisions", data=body).status_code == 404
    with two.store.read() as connection:
        assert decisions_of(connection, list(flags)) == [], "all or nothing"
    others = [flags[name] for name in ("O-002", "T-001", "T-002")]
    made = zhang.post(f"{API}/flags/{flags['O-001']}/decisions", json=said | {"also": others})
    assert len(made.json()["together"]) == 3
    again = {"reason": "新证据", "series": True}
    opened = li.post(f"{API}/flags/{flags['O-001']}/reopenings", json=again).json()["items"]
    assert {row["screening_id"] for row in opened} == {flags["O-001"], flags["O-002"]}


def test_recusals_of_what_is_within_reach(two: Home) -> None:
    li, zhao, everybody = two.enter("li"), two.enter("zhao"), two.enter("all")
    foreign = {"filing_id": "T-001", "reason": "近亲属"}
    assert code(li.post(f"{API}/recusals", json=foreign)) == (404, "no-filing")
    made = two.enter("wang").post(f"{API}/recusals", json=foreign).json()
    assert li.post(f"{API}/recusals", json=foreign | {"filing_id": "O-001"}).status_code == 201
    entity = foreign | {"filing_id": "O-002", "record_id": "p1"}
    assert two.enter("zhang").post(f"{API}/recusals", json=entity).status_code == 201
    told = [row["reviewer"] for row in zhao.get(f"{API}/recusals").json()["items"]]
    assert told == ["li", "zhang"]
    assert "T-001" not in zhao.get("/bench/absences").text
    assert len(everybody.get(f"{API}/recusals").json()["items"]) == 3
    ended = f"{API}/recusals/{made['recusal_no']}/ends"
    assert code(zhao.post(ended, json={"reason": "误填"})) == (404, "no-recusal")


def test_agreement_counts_what_is_within_reach(two: Home) -> None:
    judge, said = two.enter("zhang"), {"decision": "cleared", "reason": "已核对"}
    for name in ("O-001", "T-001"):
        made = judge.post(f"{API}/flags/{two.flags[name]}/decisions", json=said).json()
        second = Opinion(
            name, two.flags[name], made["decision_id"], 0.1, NOW, "li", "needs_proof", (), (), "看法不同"
        )
        with two.store.write() as connection:
            add_opinion(connection, second)
    assert [agreement(two.store, courts).kappa.n for courts in ((), {OURS}, {OURS, THEIRS})] == [2, 1, 2]
    told = two.enter("sun").get(f"{API}/agreement").json()
    assert (told["pairs"], two.enter("all").get(f"{API}/agreement").json()["pairs"]) == (1, 2)
    page = two.enter("zhao").get("/bench").text
    assert "/filings/O-001" in page, "to be adjudicated"
    assert "/filings/T-001" not in page
    seen = read_overview(two.store, Settings(), NOW + DAY)
    assert list(seen.disputed) == ["O-001", "T-001"]


def test_contests_of_what_is_within_reach(two: Home) -> None:
    for name in ("O-001", "T-001"):
        record_contest(
            two.store,
            name,
            party_id="p2",
            about="fact",
            subject="",
            text=f"已还清 {name}",
            by="立案员",
            at=NOW,
        )
    for name, seen in (("li", {"O-001"}), ("wang", {"T-001"}), ("zhang", {"O-001", "T-001"})):
        client = two.enter(name)
        assert {row["filing_id"] for row in client.get(f"{API}/contests").json()["items"]} == seen
        page = client.get("/contests").text
        assert {one for one in ("O-001", "T-001") if f"已还清 {one}" in page} == seen


def test_the_report_counts_what_is_within_reach(two: Home) -> None:
    for name in ("O-001", "T-001"):
        two.enter("zhang").post(
            f"{API}/flags/{two.flags[name]}/decisions", json={"decision": "cleared", "reason": "已核对"}
        )
    own, every = (two.enter(name).get("/court/report?days=90&lang=en").text for name in ("sun", "all"))
    assert court_name(THEIRS) not in own
    assert court_name(THEIRS) in every
    assert "<dd>2</dd>" in own, "filings"
    assert "<dd>4</dd>" in every


def test_the_rows_on_either_database(store: Store) -> None:
    """Each query that asks for courts, on SQLite and PostgreSQL."""
    two = two_courts(store)
    everybody = sole_reviewer("王")
    for name in ("O-001", "T-001"):
        assign(store, Settings(), two.flags[name], everybody, NOW + DAY)
        record_contest(
            store, name, party_id="p2", about="fact", subject="", text="已还清", by="立案员", at=NOW
        )
        opinion = Opinion(name, two.flags[name], name, 0.1, NOW, "li", "cleared", (), (), "已核对")
        one, other = (MentionRef(name, record, "person") for record in ("p1", "p2"))
        correct_pair(store, one, other, "different", by="王", reason="两人", at=NOW + DAY)
        with store.write() as connection:
            add_opinion(connection, opinion)
    every = {"O-001", "O-002", "T-001", "T-002"}
    with store.read() as connection:
        for courts, seen in (
            ((), every),
            ({OURS}, {"O-001", "O-002"}),
            ({"甘0000"}, set()),
            ({OURS, THEIRS}, every),
        ):
            asked = seen & {"O-001", "T-001"}
            assert {work.filing_id for work in open_flags(connection, courts=courts)} == seen
            assert {one.filing_id for one in newest_draws(connection, 9, courts=courts)} == asked
            assert {one.filing_id for one in open_contests(connection, 9, courts=courts)} == asked
            assert {one.filing_id for one in opinions_of(connection, None, courts)} == asked
            assert {one.filing_id for one in counted_filings(connection, 0, NOW, courts)} == seen
            assert filings_within(connection, courts, every) == seen
            made = newest_corrections(connection, 9, courts=courts)
            assert len(made) == (2 if seen else 0), "the people of the series are in both courts"
            assert all(concerns(connection, one.correction_id, courts) for one in made)


def test_a_use_case_finds_no_review_out_of_reach(two: Home) -> None:
    bound = Reviewer("zhao", "zhao", frozenset({"presiding_judge"}), alone=False, courts=frozenset({OURS}))
    settings, now = Settings(), NOW + DAY
    with two.store.read() as connection:
        policy = current_policy(connection)
        for name, seen in (("O-001", True), ("T-001", False)):
            found = find_review(connection, settings, policy, two.flags[name], bound, now)
            assert (found is not None) is seen
            free = find_review(connection, settings, policy, two.flags[name], sole_reviewer("王"), now)
            assert free is not None
    with pytest.raises(NotFound):
        assign(two.store, settings, two.flags["T-001"], bound, now)
