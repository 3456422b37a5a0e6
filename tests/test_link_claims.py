"""Filings of one claim, and the rows of the history index."""

from __future__ import annotations

from typing import Any

from link_samples import IDS, filing, person, put

from features.history.keys import NAMESPACE_SHIFT, key, namespace_code
from features.link.docket import link_pending
from features.link.resolve import resolve
from xiezhi.records import Agent, Evidence, Filing
from xiezhi.store import Store
from xiezhi.store.links import appearances_of_filings, claims_of, latest_appearances

LENDER = person("p1", "plaintiff", "刘强", id_number=IDS[2], phone="13812340001", address="甘州区东大街12号")
DEBTOR = person("p2", "defendant", "欧阳小明", id_number=IDS[3], address="甘州区牛王村4组23号")
STRANGER = person("p2", "defendant", "张伟", id_number=IDS[0])
NOTE = Evidence("iou", "借条", "2020-01-01", 30_000.0)


def claims(store: Store, *rows: Filing) -> dict[str, str]:
    put(store, rows)
    link_pending(store)
    with store.read() as connection:
        return {f: claim for f, (claim, _) in claims_of(connection, [r.filing_id for r in rows]).items()}


def suit(filing_id: str, day: float, *parties: Any, **more: Any) -> Filing:
    more.setdefault("claim_amount", 30_000.0)
    return filing(filing_id, day, *(parties or (LENDER, DEBTOR)), **more)


def test_one_note_in_two_courts(sqlite_store: Store) -> None:
    found = claims(
        sqlite_store,
        suit("a", 0, evidence=(NOTE,)),
        suit("b", 9, evidence=(NOTE,), court="甘0602", claim_amount=36_000.0),
        suit("c", 10, LENDER, STRANGER, evidence=(NOTE,)),
    )
    assert found["a"] == found["b"] != found["c"]


def test_two_notes_of_one_amount_are_two_claims(sqlite_store: Store) -> None:
    other = Evidence("iou", "借条", "2020-02-02", 30_000.0)
    found = claims(sqlite_store, suit("a", 0, evidence=(NOTE,)), suit("b", 9, evidence=(other,)))
    assert found["a"] != found["b"]


def test_enforcement_of_a_judgment_is_its_claim(sqlite_store: Store) -> None:
    found = claims(
        sqlite_store,
        suit("a", 0, case_number="(2020)甘0702民初7号"),
        suit(
            "b",
            100,
            proceeding="enforcement",
            claim_amount=31_000.0,
            related_case_numbers=("（2020）甘0702民初7号",),
        ),
        suit("c", 101, proceeding="enforcement", claim_amount=31_000.0, facts="见(2020)甘0702民初7号判决。"),
        suit("d", 102, LENDER, STRANGER, related_case_numbers=("(2020)甘0702民初7号",)),
    )
    assert found["a"] == found["b"] == found["c"] != found["d"]


def test_one_amount_of_one_pair_within_years(sqlite_store: Store) -> None:
    turned = (
        person("p1", "plaintiff", "欧阳小明", id_number=IDS[3]),
        person("p2", "defendant", "刘强", id_number=IDS[2]),
    )
    found = claims(
        sqlite_store,
        suit("a", 0),
        suit("b", 200, *turned, proceeding="appeal"),
        suit("c", 300, claim_amount=30_000.5),
        suit("d", 2_000),
    )
    assert found["a"] == found["b"]
    assert len({found["a"], found["c"], found["d"]}) == 3


def test_an_unlinked_debtor_of_one_name(sqlite_store: Store) -> None:
    """Defendants come without numbers: the amount and both names find the claim again."""
    nameless = person("p2", "defendant", "欧阳小明")
    found = claims(sqlite_store, suit("a", 0, LENDER, nameless), suit("b", 50, LENDER, nameless))
    assert found["a"] == found["b"]


def test_claims_without_an_amount_by_text(sqlite_store: Store) -> None:
    text = "原告与被告经人介绍相识，婚后感情不和，长期分居，请求判令离婚。"
    found = claims(
        sqlite_store,
        suit("a", 0, claim_amount=None, cause="离婚纠纷", facts=text),
        suit("b", 200, claim_amount=None, cause="离婚纠纷", facts=text + "再次起诉。"),
        suit(
            "c", 300, claim_amount=None, cause="离婚纠纷", facts="被告沉迷赌博，屡教不改，双方已无和好可能。"
        ),
    )
    assert found["a"] == found["b"] != found["c"]


def test_rows_of_the_history_index(sqlite_store: Store) -> None:
    facts = "原告经营建材，被告多次赊购水泥钢筋等货物，经双方对账确认欠款数额，被告出具欠条后一直推诿拒不支付，故诉至法院。"
    agent = Agent(
        "a1",
        "lawyer",
        "赵明",
        "16207201510000001",
        "甘肃正则律师事务所",
        phone="13900000009",
        represents=("p1", "p2"),
    )
    row = suit("a", 0, evidence=(NOTE, Evidence("witness")), agents=(agent,), facts=facts)
    put(sqlite_store, [row])
    link_pending(sqlite_store)
    with sqlite_store.read() as connection:
        linked = resolve(connection, sqlite_store.vault, row)
        kept = appearances_of_filings(connection, ["a"])
        keys = [k for k, _ in linked.appearances]
        again = latest_appearances(connection, keys, row.filed_at + 1, 10)
        nothing = latest_appearances(connection, keys, row.filed_at, 10)
    who = {(link.record_id, link.kind): link.entity_id for link in linked.links}
    p1, p2 = who["p1", "person"], who["p2", "person"]
    expected = {
        (key("party", p1), 0),
        (key("party", p2), 1),
        (key("agent", who["a1", "agent"]), 0),
        (key("agent", who["a1", "agent"]), 1),
        (key("firm", who["a1", "firm"]), 0),
        (key("firm", who["a1", "firm"]), 1),
        (key("phone", "13812340001"), 0),
        (key("address", "甘州|东大街|12-12"), 0),
        (key("address", "甘州|牛王村|4-23"), 1),
        (key("pair", f"{p1} > {p2}"), 0),
        (key("claim", linked.claim_id), 0),
        (key("evidence", "iou|2020-01-01|3000000"), 0),
    }
    found = {(k, role) for k, _, role in kept}
    assert expected < found
    assert [role for k, role in found if k >> NAMESPACE_SHIFT == namespace_code("template")] == [0]
    assert sorted(kept) == again
    assert nothing == []
