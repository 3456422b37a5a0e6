"""Links corrected: what rests on them is found, given again, and reopened; what was shown stays."""

from __future__ import annotations

from itertools import count

from correction_samples import namesake, promote_counting, screen
from serving_samples import NOW

from serving.corrections.carry import carry_through
from serving.corrections.make import correct_pair, preview_pair
from serving.review.case import read_case
from serving.review.decide import decide
from serving.screening.screener import Screener, load_screener
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.corrections import effects_of
from xiezhi.store.judgements import MentionRef
from xiezhi.store.links import links_of


def ref(filing_id: str, record_id: str = "p1", kind: str = "person") -> MentionRef:
    return MentionRef(filing_id, record_id, kind)


def entity(store: Store, filing_id: str) -> str:
    with store.read() as connection:
        return next(link.entity_id for link in links_of(connection, [filing_id]) if link.record_id == "p1")


def fill(store: Store) -> Screener:
    """Four suits of 欧阳小明, a month apart, all held to be one man's."""
    promote_counting(store)
    for number in range(1, 5):
        screen(store, namesake(f"F-{number:03}", f"2026-0{number}-01T09:00"), NOW + number)
    return load_screener(store, Settings())


def test_a_split_scores_again_what_rested_on_the_link(store: Store) -> None:
    screener = fill(store)
    before = read_case(store, "F-004")
    assert before.flag is not None
    assert before.flag.band == "review"
    assert len({entity(store, f"F-00{n}") for n in range(1, 5)}) == 1
    decide(
        store,
        before.flag.screening_id,
        decided_by="李法官",
        decision="cleared",
        reason="核实",
        decided_at=NOW + 9,
    )
    touched = preview_pair(store, ref("F-001"), ref("F-004"))
    assert (touched.filings, touched.scores) == (4, 4)
    made = correct_pair(
        store, ref("F-001"), ref("F-004"), "different", by="王法官", reason="同名", at=NOW + 20
    )
    clock = count(NOW + 21)
    assert carry_through(store, screener, made.correction_id, now=lambda: next(clock))
    assert entity(store, "F-004") != entity(store, "F-001")
    with store.read() as connection:
        (effect,) = effects_of(connection, made.correction_id)
    assert (effect.filing_id, effect.band_before, effect.state_before) == ("F-004", "review", "decided")
    after = read_case(store, "F-004")
    assert after.newest is not None
    assert after.newest.trigger == "corrected_link"
    assert after.newest.band == effect.band_after != "review"
    assert after.screenings[1].scores == before.flag.scores
    print(effect)


def test_pages(sqlite_store: Store) -> None:
    from test_serving_api import open_client

    fill(sqlite_store)
    with open_client(sqlite_store) as client:
        who = entity(sqlite_store, "F-001")
        for path in (
            f"/entities/{who}",
            "/corrections",
            "/contests",
            "/filings/F-001",
            "/filings/F-001/seen?on=2026-11-23",
            "/filings/F-001/seen?on=2026-03-03",
            "/corrections/new?left=F-001/p1&right=F-004/p1&verdict=different",
        ):
            for lang in ("zh", "en"):
                answer = client.get(path, params=None if "?" in path else {"lang": lang})
                assert answer.status_code == 200, (path, answer.text[:3000])
        made = client.post(
            "/corrections",
            data={"left": "F-001/p1", "right": "F-004/p1", "verdict": "different", "reason": "x", "by": "y"},
            follow_redirects=False,
        )
        assert made.status_code == 303, made.text
        page = client.get(made.headers["location"])
        assert page.status_code == 200
        print(page.text)
        print(
            client.get("/corrections").status_code,
            client.get("/api/v1/corrections").json(),
            client.get("/api/v1/openapi.json").status_code,
        )
