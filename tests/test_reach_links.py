"""Two courts in one home: who is who across them is counted, and shown and changed by nobody bound to one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from correction_samples import namesake, promote_counting
from reach_samples import API, OURS, THEIRS, Home, code, open_home
from serving_samples import NOW
from sqlalchemy import insert

from features.intake.schema import parse_filing
from features.link.judge import open_questions
from serving.corrections.carry import carry_through
from serving.corrections.make import correct_pair
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.judgements import MentionRef
from xiezhi.store.links import links_of
from xiezhi.store.proposals import Effect, Evidence, Part, Proposal, replace_proposals
from xiezhi.store.questions import Question
from xiezhi.store.tables import questions

pytestmark = pytest.mark.usefixtures("quick_passwords")


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
