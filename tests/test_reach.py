"""Two courts in one home: whoever is bound to one sees and takes nothing of the other, wherever lists and bodies lead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from correction_samples import namesake, promote_counting
from serving_samples import NOW, loan, promote_toy
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from features.link.judge import open_questions
from features.normalise.courts import court_name
from serving.access import FILING_OF
from serving.app import build_app
from serving.casework.attachments import attach
from serving.corrections.carry import carry_through
from serving.corrections.contest import record_contest
from serving.corrections.make import correct_pair
from serving.jobs.ask import ask_for
from serving.jobs.run import claim, run_job
from serving.parts import Parts
from serving.review.assign import assign
from serving.review.bench import find_review
from serving.review.overview import read_overview
from serving.review.reviewer import Reviewer, sole_reviewer
from serving.review.second import agreement
from serving.screening.one import screen_and_keep
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from serving.security import hosts_for
from xiezhi.accounts.administer import add_user, set_courts
from xiezhi.accounts.keys import add_key
from xiezhi.accounts.reach import courts_of_account, filings_within, require_own
from xiezhi.clock import DAY, SECOND
from xiezhi.errors import NotFound, NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.audit_reach import foreign_entries
from xiezhi.store.contests import open_contests
from xiezhi.store.corrections import concerns, newest_corrections
from xiezhi.store.court_figures import counted_filings
from xiezhi.store.decisions import Opinion, add_opinion, decisions_of, opinions_of
from xiezhi.store.draws import newest_draws
from xiezhi.store.jobs import InputFile, results_of
from xiezhi.store.judgements import MentionRef
from xiezhi.store.links import links_of
from xiezhi.store.proposals import Effect, Evidence, Part, Proposal, replace_proposals
from xiezhi.store.questions import Question
from xiezhi.store.review_policies import current_policy
from xiezhi.store.tables import claim_relations, questions, screenings
from xiezhi.store.users import User
from xiezhi.store.work import open_flags

pytestmark = pytest.mark.usefixtures("quick_passwords")

PASSWORD = "four plain words here"
ROOT = User("root", "root", frozenset({"administrator"}))
API = "/api/v1"
OURS, THEIRS = "甘0702", "甘0602"

PEOPLE = {
    "li": ("reviewer", OURS), "wang": ("reviewer", THEIRS), "zhang": ("reviewer", ""),
    "zhao": ("presiding_judge", OURS), "sun": ("supervisor", OURS), "zhou": ("supervisor", THEIRS),
    "clerk": ("clerk", OURS), "all": ("supervisor", ""),
}  # fmt: skip
"""Name -> role, and the court the account is bound to; none: all."""


@dataclass
class Home:
    """A home of two courts; `flags`: filing id -> id of its score."""

    store: Store
    parts: Parts
    flags: dict[str, str]
    enter: Callable[[str], TestClient]


def open_home(store: Store, filings: list[dict[str, Any]]) -> Home:
    """Accounts of PEOPLE and these filings screened."""
    settings = Settings()
    add_user(store, "root", display_name="root", roles=["administrator"], password=PASSWORD, by=None, at=1)
    for name, (role, court) in PEOPLE.items():
        add_user(store, name, display_name=name, roles=[role], password=PASSWORD, by=ROOT, at=2)
        set_courts(store, name, [court] if court else [], by=ROOT, at=3)
    screener, ticks = load_screener(store, settings), count(NOW + DAY, SECOND)
    flags = {
        one["filing_id"]: screen_and_keep(
            store, screener, parse_filing(one, settings), source="test", scored_at=NOW + place * SECOND
        )[0].screening_id
        for place, one in enumerate(filings)
    }
    parts = Parts(store, settings, PromotedModel(store, settings), lambda: next(ticks))
    app = build_app(store, settings, parts.model, hosts=hosts_for("127.0.0.1"), clock=parts.now)

    def enter(name: str) -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
        return client

    return Home(store, parts, flags, enter)


@pytest.fixture
def two(sqlite_store: Store) -> Home:
    """See `two_courts`."""
    return two_courts(sqlite_store)


def two_courts(store: Store) -> Home:
    """A series of four flags, two of each court, theirs the older."""
    promote_toy(store, Settings())
    courts = {"T-001": THEIRS, "T-002": THEIRS, "O-001": OURS, "O-002": OURS}
    made = open_home(
        store,
        [
            loan(
                name,
                f"2026-11-0{day}T09:00",
                3_000_000,
                court=court,
                case_number=f"(2026){court}民初{name}号",
            )
            for day, (name, court) in enumerate(courts.items(), 1)
        ],
    )
    first, *others = courts
    with store.write() as connection:
        rows = [
            {"filing_id": name, "other_filing_id": first, "kind": "series", "score": 1.0, "evidence": "{}"}
            for name in others
        ]
        connection.execute(insert(claim_relations), rows)
    return made


@pytest.fixture
def namesakes(sqlite_store: Store) -> Home:
    """Three suits of one man, the first two with our court."""
    promote_counting(sqlite_store)
    courts = {"O-001": OURS, "O-002": OURS, "T-001": THEIRS}
    return open_home(
        sqlite_store,
        [
            namesake(name, f"2026-0{month}-01T09:00", court=court)
            for month, (name, court) in enumerate(courts.items(), 1)
        ],
    )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def ids(answer: Any) -> set[str]:
    return {row["filing_id"] for row in answer.json()["items"]}


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


def test_similar_filings_of_another_court_are_told_without_a_link(two: Home) -> None:
    page = two.enter("li").get("/filings/O-001?lang=en").text
    section = page[page.index('id="similar"') :].split("</section>")[0]
    assert "/filings/O-002" in section
    assert "(2026)甘0602民初T-001号" in section, "their number"
    assert court_name(THEIRS) in section
    assert "/T-001" not in section, "and no way there"
    free = two.enter("zhang").get("/filings/O-001?lang=en").text
    assert "/filings/T-001" in free[free.index('id="similar"') :].split("</section>")[0]


def test_compare_and_attachments_are_named_in_their_paths(two: Home) -> None:
    li, zhang = two.enter("li"), two.enter("zhang")
    file = attach(
        two.store, Settings(), "T-001", name="a.pdf", content=b"%PDF-1.7 x", by="wang", at=NOW + DAY
    )
    assert {"filing_id", "other_id", "attachment_id"} <= FILING_OF.keys()
    for path in ("/filings/O-001/compare/T-001", f"/attachments/{file.attachment_id}"):
        assert li.get(path).status_code == 404
        assert zhang.get(path).status_code == 200
    assert li.get("/filings/O-001/compare/O-002").status_code == 200
    sent = {"file": ("b.pdf", b"%PDF-1.7 y")}
    assert li.post("/filings/T-001/attachments", files=sent).status_code == 404


def mixed() -> tuple[InputFile, list[dict[str, Any]]]:
    """Ours, theirs, and one of theirs said to be ours."""
    rows = [
        loan("O-101", "2026-11-10T09:00", 9_000),
        loan("T-101", "2026-11-10T10:00", 9_000, court=THEIRS),
        loan("T-001", "2026-11-10T11:00", 9_000),
    ]
    return InputFile("f.jsonl", "\n".join(json.dumps(r) for r in rows).encode()), rows


def test_a_job_keeps_the_rows_of_its_court(two: Home) -> None:
    file, _ = mixed()
    token = add_key(two.store, "efiling", scopes=["screen"], courts=[OURS], expires_at=None, by=ROOT, at=NOW)
    assert token
    codes = {}
    for asker in ("clerk", "key:efiling", "zhang"):
        job = ask_for(two.store, "screen", [file], source="api", asked_by=asker, at=two.parts.now())
        held = claim(two.parts, "w", job.job_id)
        assert held is not None
        assert run_job(two.parts, held, "w").state == "done"
        with two.store.read() as connection:
            codes[asker] = [one.row.code for one in results_of(connection, job.job_id, 0, 10)]
    assert codes == {
        "clerk": ["screened", "court-foreign", "court-foreign"],
        "key:efiling": ["screened-before", "court-foreign", "court-foreign"],
        "zhang": ["screened-before", "screened", "screened"],
    }


def test_what_is_typed_at_the_desk_is_of_its_court(two: Home) -> None:
    clerk, (_, (own, foreign, taken)) = two.enter("clerk"), mixed()
    for filing in (foreign, taken):
        told = clerk.post("/desk?lang=en", data=typed(filing))
        assert told.status_code == 403
        assert "its own court hands it in" in told.text
        assert filing["filing_id"] in told.text, "what was typed is kept"
        assert code(clerk.post(f"{API}/screenings", json=filing)) == (403, "court-foreign")
    answer = clerk.post("/desk", data=typed(own))
    assert (answer.status_code, answer.headers["location"][:14]) == (303, "/desk/answers/")
    file = {"files": ("f.jsonl", mixed()[0].content)}
    page = clerk.post("/desk/uploads", files=file).headers["location"]
    rows = clerk.get(f"{page.split('?')[0]}/results.csv").text
    assert [rows.count(word) for word in ("court-foreign", "screened")] == [2, 1]


def typed(filing: dict[str, Any]) -> dict[str, str]:
    """As the form of the desk sends it."""
    return {
        **{name: str(filing[name]) for name in ("filing_id", "court", "filed_at", "cause", "claim_amount")},
        "family": "private_loan", "facts": "借款未还。", "claims": "还款。",
        "parties.0.role": "plaintiff", "parties.0.kind": "person", "parties.0.name": "赵一",
        "parties.1.role": "defendant", "parties.1.kind": "person", "parties.1.name": "钱二",
    }  # fmt: skip


def test_own_and_others_filings(two: Home) -> None:
    _, (own, foreign, taken) = mixed()
    for filing in (own, foreign, taken):
        require_own(two.store, (), parse_filing(filing, Settings()))
    require_own(two.store, {OURS}, parse_filing(own, Settings()))
    for filing in (foreign, taken):
        with pytest.raises(NotPermitted):
            require_own(two.store, {OURS}, parse_filing(filing, Settings()))
    assert courts_of_account(two.store, "clerk") == {OURS}
    assert courts_of_account(two.store, "zhang") == courts_of_account(two.store, "") == frozenset()


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


def mention(filing_id: str) -> MentionRef:
    return MentionRef(filing_id, "p1", "person")


def entity_of(store: Store, filing_id: str) -> str:
    with store.read() as connection:
        return next(k.entity_id for k in links_of(connection, [filing_id]) if k.record_id == "p1")


def test_mentions_out_of_reach_are_counted_not_shown(namesakes: Home) -> None:
    shared = entity_of(namesakes.store, "O-001")
    assert shared == entity_of(namesakes.store, "T-001"), "one man in both courts"
    li, zhang = namesakes.enter("li"), namesakes.enter("zhang")
    told = li.get(f"{API}/entities/{shared}").json()
    assert (told["count"], told["hidden"]) == (3, 1)
    assert {one["mention"].split("/")[0] for one in told["mentions"]} == {"O-001", "O-002"}
    assert "T-001" not in json.dumps(told), "nor in its history"
    page = li.get(f"/entities/{shared}?lang=en").text
    assert "1 more in filings of other courts" in page
    assert "T-001" not in page
    assert zhang.get(f"{API}/entities/{shared}").json()["hidden"] == 0
    assert "T-001" in zhang.get(f"/entities/{shared}").text
    with namesakes.store.read() as connection:
        links = links_of(connection, ["T-001"])
    theirs = next(link.entity_id for link in links if link.record_id == "p2")
    assert code(li.get(f"{API}/entities/{theirs}")) == (404, "no-entity")
    assert zhang.get(f"{API}/entities/{theirs}").status_code == 200


def test_corrections_within_reach(namesakes: Home) -> None:
    li, zhang = namesakes.enter("li"), namesakes.enter("zhang")
    zhao, zhou = namesakes.enter("zhao"), namesakes.enter("zhou")
    across = {"left": "O-001/p1", "right": "T-001/p1", "verdict": "different", "reason": "并非同一人"}
    assert code(li.post(f"{API}/corrections", json=across)) == (404, "no-filing")
    assert li.post("/corrections", data=across).status_code == 404
    query = "left=O-001/p1&right=T-001/p1"
    assert li.get(f"{API}/corrections/preview?{query}").status_code == 404
    assert li.get(f"/corrections/new?{query}").status_code == 404
    assert zhang.get(f"{API}/corrections/preview?{query}").json()["filings"] == 3
    assert li.get(f"{API}/corrections/preview?left=O-001/p1&right=O-002/p1").json()["filings"] == 3, "counted"
    made = correct_pair(
        namesakes.store, MentionRef("T-001", "p2", "person"), mention("T-001"), "different",
        by="wang", reason="两人", at=NOW + DAY,
    )  # fmt: skip
    carry_through(
        namesakes.store, load_screener(namesakes.store, Settings()), made.correction_id,
        now=namesakes.parts.now,
    )  # fmt: skip
    lists = {
        name: {row["correction_id"] for row in client.get(f"{API}/corrections").json()["items"]}
        for name, client in (("zhao", zhao), ("zhou", zhou), ("all", namesakes.enter("all")))
    }
    assert lists == {name: {made.correction_id} for name in lists}, "it concerns the man both courts know"
    own, every = (c.get(f"{API}/corrections/{made.correction_id}").json() for c in (zhao, zhou))
    assert "T-001" not in json.dumps(own["effects"])
    assert "O-001" not in json.dumps(every["effects"])
    free = namesakes.enter("all").get(f"{API}/corrections/{made.correction_id}").json()
    for bound in (own, every):
        assert len(bound["effects"]) + bound["effects_hidden"] == len(free["effects"])
    assert free["effects_hidden"] == 0


def test_a_correction_of_another_court_is_not_there(namesakes: Home) -> None:
    extra = namesake("T-002", "2026-06-01T09:00", home=2, court=THEIRS)
    extra["parties"] = [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "司徒远"},
        {"party_id": "p2", "role": "defendant", "kind": "person", "name": "诸葛近"},
    ]
    screener = load_screener(namesakes.store, Settings())
    filing = parse_filing(extra, Settings())
    screen_and_keep(namesakes.store, screener, filing, source="test", scored_at=NOW + DAY)
    made = correct_pair(
        namesakes.store, mention("T-002"), MentionRef("T-002", "p2", "person"), "different",
        by="wang", reason="两人", at=NOW + DAY,
    )  # fmt: skip
    bound, free = namesakes.enter("zhao"), namesakes.enter("zhou")
    assert bound.get(f"{API}/corrections").json()["items"] == []
    assert code(bound.get(f"{API}/corrections/{made.correction_id}")) == (404, "no-correction")
    assert bound.get(f"/corrections/{made.correction_id}").status_code == 404
    assert made.correction_id not in bound.get("/corrections").text
    assert [row["correction_id"] for row in free.get(f"{API}/corrections").json()["items"]] == [
        made.correction_id
    ]
    assert free.get(f"/corrections/{made.correction_id}").status_code == 200


def offer(store: Store, *others: str) -> Iterator[str]:
    """Proposals to part O-001 from each of these; their ids."""
    rows = []
    for other in others:
        parts = tuple(Part(entity_of(store, i), (mention(i),)) for i in ("O-001", other))
        evidence = Evidence(mention("O-001"), mention(other), 1.0)
        name = f"L-{other}"
        rows.append(Proposal(name, "split", "person", NOW, 0.9, parts, evidence, Effect(2, 2, ())))
        yield name
    with store.write() as connection:
        replace_proposals(connection, rows)


def test_proposals_are_offered_whole_within_reach(namesakes: Home) -> None:
    own, across = offer(namesakes.store, "O-002", "T-001")
    zhao, everybody, zhang = namesakes.enter("zhao"), namesakes.enter("all"), namesakes.enter("zhang")
    listed = [row["proposal_id"] for row in zhao.get(f"{API}/link-proposals").json()["items"]]
    assert listed == [own]
    assert {row["proposal_id"] for row in everybody.get(f"{API}/link-proposals").json()["items"]} == {
        own,
        across,
    }
    page = zhao.get("/corrections").text
    assert own in page
    assert across not in page
    taken = {"proposal_id": across, "reason": "采纳"}
    for answer in (
        zhao.post(f"{API}/corrections", json=taken),
        zhao.post(f"{API}/link-proposals/{across}/rejection", json={"reason": "不"}),
        zhao.get(f"{API}/corrections/preview?proposal_id={across}"),
    ):
        assert code(answer) == (404, "no-such-proposal")
    assert zhao.get(f"/corrections/new?proposal_id={across}").status_code == 404
    assert zhao.post("/corrections", data=taken).status_code == 404
    assert zhao.post(f"/link-proposals/{across}/rejection", data={"reason": "不"}).status_code == 404
    assert zhao.get(f"/corrections/new?proposal_id={own}").status_code == 200
    assert zhang.post(f"{API}/link-proposals/{across}/rejection", json={"reason": "不"}).status_code == 204


def test_questions_are_asked_within_reach(namesakes: Home) -> None:
    """Is he the man of the latest suit before? Of ours about ours, of ours about theirs, of theirs about theirs."""
    store, offered = namesakes.store, entity_of(namesakes.store, "O-001")
    screener = load_screener(store, Settings())
    for filing_id, court, moment in (
        ("O-008", OURS, "2026-02-15T09:00"),  # before T-001 was filed
        ("O-009", OURS, "2026-09-01T09:00"),
        ("T-009", THEIRS, "2026-09-01T09:00"),
    ):
        other = namesake(filing_id, moment, home=2, court=court)
        other["parties"][0]["name"] = "欧阳明"
        filing = parse_filing(other, Settings())
        kept, _ = screen_and_keep(store, screener, filing, source="test", scored_at=NOW + DAY)
        namesakes.flags[filing_id] = kept.screening_id
        asked = Question(filing_id, "p1", "person", filing.filed_at, offered, 0.6)
        with store.write() as connection:
            connection.execute(insert(questions), [{n: getattr(asked, n) for n in Question.__slots__}])
    with store.read() as connection:
        against = {q.question.filing_id: q.against.filing_id for q in open_questions(connection)}
    assert against == {"O-008": "O-002", "O-009": "T-001", "T-009": "T-001"}
    for name, seen in (("zhao", {"O-008"}), ("zhou", {"T-009"}), ("all", against.keys())):
        client = namesakes.enter(name)
        listed = client.get(f"{API}/link-questions").json()["items"]
        assert {row["mention"].split("/")[0] for row in listed} == seen
        page = client.get("/corrections").text
        assert {one for one in against if f'"/filings/{one}"' in page} == seen
    clerk = namesakes.enter("clerk")
    answer = {"question": "p1:person", "answer": "same", "reason": "同一人"}
    for filing_id, status in (("O-008", 303), ("O-009", 409)):
        url = f"/desk/answers/{namesakes.flags[filing_id]}"
        assert ('id="questions"' in clerk.get(url).text) is (status == 303)
        assert clerk.post(f"{url}/questions", data=answer).status_code == status


def test_the_trail_tells_of_what_is_within_reach(two: Home) -> None:
    add_user(two.store, "wu", display_name="wu", roles=["auditor"], password=PASSWORD, by=ROOT, at=2)
    set_courts(two.store, "wu", [OURS], by=ROOT, at=3)
    judge = two.enter("zhang")
    for name in ("O-001", "T-001"):
        path = f"/filings/{name}"
        assert judge.get(path).status_code == 200
        assert judge.post(f"{path}/notes", data={"text": "已核对"}).status_code == 303
        form = {"party_id": "p1", "about": "flag", "text": "出借属实"}
        assert judge.post(f"{path}/contests", data=form).status_code == 303
        assert judge.get(f"{path}/sheet").status_code == 200
    with two.store.read() as connection:
        contest = open_contests(connection, 9)[-1]
    assert contest.filing_id == "T-001"
    answer = {"outcome": "not_upheld", "reason": "凭证齐备"}
    assert judge.post(f"/contests/{contest.contest_id}/answers", data=answer).status_code == 303
    wu = two.enter("wu")
    with two.store.read() as connection:
        entries = list(read_entries(connection))
        foreign = foreign_entries(connection, entries, {OURS})
        assert foreign_entries(connection, entries, ()) == set()
    acts = {entry.action for entry in entries if entry.entry_no in foreign}
    assert {"score", "saw", "note", "contest", "contest_answer", "sheet", "exported_page"} <= acts
    assert {entry.subject for entry in entries if entry.entry_no in foreign} & {two.flags["O-001"]} == set()
    page = wu.get("/court/audit?lang=en").text
    assert two.flags["O-001"] in page
    assert two.flags["T-001"] not in page
    assert page.count("a filing of another court") == sum(entry.entry_no in foreign for entry in entries)
    assert "bound to courts" in page
    rows = wu.get("/court/audit", params={"subject": two.flags["T-001"]}).text
    assert '<th scope="row"' not in rows, "that it is there is not told either"
    assert '<th scope="row"' in wu.get("/court/audit", params={"subject": two.flags["O-001"]}).text
    assert "The trail is whole" in wu.post("/court/audit?lang=en", data={"head": ""}).text
    assert wu.get("/court/audit/trail.jsonl").status_code == 403
    with two.store.write() as connection:
        connection.execute(update(screenings).where(screenings.c.filing_id == "T-001").values(risk=0.0))
    broken = wu.post("/court/audit?lang=en", data={"head": ""}).text
    assert "a filing of another court" in broken
    assert two.flags["T-001"] not in broken
