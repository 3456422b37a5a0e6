"""A person's word on who is who: kept, honoured in bulk, online and anew, taken back; and what it may not do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_samples import IDS, START, believed, dockets, empty, entity_of, filing, person, put

from features.link import docket as docket_module
from features.link import resolve as resolve_module
from features.link.decide import new_entity
from features.link.docket import keep_links, link_pending
from features.link.judge import Judged, OpenQuestion, find_mention, judge, open_questions
from features.link.profile import mentions_of
from features.link.relink import link_again
from features.link.resolve import resolve
from features.link.weights import load_weights
from xiezhi.clock import DAY
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.entities import entity_events
from xiezhi.store.judgements import MentionRef, Verdict, every_judgement, resolve_referent
from xiezhi.store.questions import every_question
from xiezhi.store.tables import judgements, linking_runs, referents
from xiezhi.store.vault import Vault

HOME = {"phone": "13812340001", "address": "甘州区东大街12号"}
NOW = START + 100 * DAY

many = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def ref(filing_id: str, record_id: str = "p1", kind: str = "person") -> MentionRef:
    return MentionRef(filing_id, record_id, kind)


def say(store: Store, verdict: Verdict, a: str, b: str, at: int = NOW) -> Judged:
    with store.write() as connection:
        return judge(connection, ref(a), ref(b), verdict, by="法官甲", reason="核对身份证件", at=at)


def linked(store: Store, *rows: Filing) -> dict[str, str]:
    """Filing id -> entity of its first party, after linking what is new."""
    put(store, rows)
    link_pending(store)
    return who(store)


def who(store: Store) -> dict[str, str]:
    return {f: e for (f, record, _), e in entity_of(store).items() if record == "p1"}


def suit(filing_id: str, day: float, name: str = "欧阳小明", **more: Any) -> Filing:
    return filing(filing_id, day, person("p1", "plaintiff", name, **more))


def online(store: Store, row: Filing) -> str:
    """Resolved and kept as the service does."""
    put(store, [row])
    with store.write() as connection:
        found = resolve(connection, store.vault, row)
        keep_links(connection, found)
    return found.links[0].entity_id


def test_different_parts_an_entity_when_linked_anew(store: Store) -> None:
    before = linked(store, suit("f0", 0, **HOME), suit("f1", 1, **HOME))
    assert before["f0"] == before["f1"]
    say(store, "different", "f0", "f1")
    link_again(store, NOW + 1)
    after = who(store)
    assert after["f0"] == before["f0"] != after["f1"]
    with store.read() as connection:
        assert resolve(connection, store.vault, suit("f1", 1, **HOME)).links[0].entity_id == after["f1"]
    say(store, "withdrawn", "f0", "f1", NOW + 2)
    link_again(store, NOW + 3)
    assert who(store) == before
    with store.read() as connection:
        assert resolve_referent(connection, after["f1"]) == before["f0"]
        assert resolve_referent(connection, after["f1"], NOW + 3) == after["f1"]


def test_same_brings_two_together(store: Store) -> None:
    before = linked(store, suit("f0", 0, **HOME), suit("f1", 1), suit("f2", 2, "刘强", **HOME))
    assert len(set(before.values())) == 3
    judged = say(store, "same", "f0", "f1")
    assert judged.left_entity == judged.right_entity == before["f0"]
    assert who(store) == before  # links already made wait for linking anew
    link_again(store, NOW + 1)
    after = who(store)
    assert after == before | {"f1": before["f0"]}
    with store.read() as connection:
        assert resolve_referent(connection, before["f1"]) == before["f0"]
        choice = resolve(connection, store.vault, suit("f1", 1)).choices[0]
    assert choice.judged
    assert choice.answer == "same"


def test_judgements_survive_linking_from_nothing(store: Store) -> None:
    rows = [suit("f0", 0, **HOME), suit("f1", 1), suit("f2", 2, **HOME)]
    linked(store, *rows)
    say(store, "same", "f0", "f1")
    say(store, "different", "f0", "f2")
    link_again(store, NOW + 1)
    anew = believed(store)
    empty(store)
    put(store, rows)
    link_pending(store)
    assert believed(store) == anew
    empty(store)
    for row in rows:
        online(store, row)
    assert believed(store) == anew
    assert len(set(who(store).values())) == 2


def test_later_filings_join_the_one_that_stands_for_both(store: Store) -> None:
    """From the judgement on, in bulk and online, without linking anew; before it, nothing changes."""
    before = linked(
        store, suit("f0", 0, **HOME), suit("f1", 1, "欧阳晓明", phone="13800000009", address="牛王村4组23号")
    )
    assert before["f0"] != before["f1"]
    say(store, "same", "f0", "f1", START + 10 * DAY)
    like_f1 = {"name": "欧阳晓明", "phone": "13800000009", "address": "牛王村4组23号"}
    rows = [suit("early", 9, **like_f1), suit("late", 11, **like_f1), suit("later", 12, **like_f1)]
    assert [online(store, row) for row in rows] == [before["f1"], before["f0"], before["f0"]]
    with store.read() as connection:
        offers = resolve(connection, store.vault, rows[2]).choices[0].offers
    assert [offer.entity_id for offer in offers] == [before["f0"]]
    one_by_one = believed(store)
    empty(store)
    linked(store, suit("f0", 0, **HOME), suit("f1", 1, **like_f1), *rows)
    assert believed(store) == one_by_one


def test_taking_back_undoes_the_referent(store: Store) -> None:
    before = linked(store, suit("f0", 0, **HOME), suit("f1", 1))
    say(store, "same", "f0", "f1")
    say(store, "withdrawn", "f1", "f0", NOW + 5)
    with store.read() as connection:
        assert resolve_referent(connection, before["f1"], NOW + 3) == before["f0"]
        assert resolve_referent(connection, before["f1"]) == before["f1"]
        said = [row.verdict for row in every_judgement(connection)]
        story = [event.what for event in entity_events(connection, before["f0"])]
    assert said == ["same", "withdrawn"]
    assert story == ["created", "merged", "judged", "unmerged", "judged"]


def test_two_valid_numbers_are_never_one(store: Store) -> None:
    linked(
        store,
        suit("f0", 0, id_number=IDS[0], **HOME),
        suit("f1", 1, **HOME),
        suit("f2", 2, id_number=IDS[1], phone="13800000009"),
        suit("f3", 3, "欧阳小明", phone="13800000009", address="牛王村4组23号"),
    )
    found = who(store)
    assert found["f0"] == found["f1"] != found["f2"]
    with pytest.raises(Conflict) as refused:
        say(store, "same", "f1", "f2")
    assert refused.value.code == "two-numbers"
    # Once it is said that f1 is not the one with the number, nothing speaks against it.
    say(store, "different", "f1", "f0")
    say(store, "same", "f1", "f2")
    link_again(store, NOW + 1)
    found = who(store)
    assert found["f0"] != found["f1"] == found["f2"]


def test_contradictions_are_refused(store: Store) -> None:
    linked(store, suit("f0", 0), suit("f1", 1), suit("f2", 2))
    say(store, "same", "f0", "f1")
    say(store, "same", "f1", "f2")
    with pytest.raises(Conflict) as refused:
        say(store, "different", "f0", "f2")
    assert refused.value.code == "contradiction"
    say(store, "withdrawn", "f1", "f2")
    say(store, "different", "f0", "f2")
    with pytest.raises(Conflict):
        say(store, "same", "f2", "f1")
    say(store, "different", "f0", "f1")  # a person may change their mind on a pair
    say(store, "same", "f2", "f1")


def test_what_cannot_be_judged(store: Store) -> None:
    linked(store, suit("f0", 0), suit("f1", 1))
    with pytest.raises(Conflict):
        say(store, "withdrawn", "f0", "f1")
    with pytest.raises(NotFound):
        say(store, "same", "f0", "f9")
    with store.write() as connection:
        for a, b, by in (
            (ref("f0"), ref("f0"), "x"),
            (ref("f0"), ref("f1", kind="agent"), "x"),
            (ref("f0"), ref("f1"), " "),
        ):
            with pytest.raises(InputError):
                judge(connection, a, b, "same", by=by, reason="r", at=NOW)
        assert find_mention(connection, "f0/p1") == ref("f0")
        assert find_mention(connection, "f0/p1:person") == ref("f0")
        with pytest.raises(InputError):
            find_mention(connection, "f0")
        with pytest.raises(NotFound):
            find_mention(connection, "f0/p1:firm")


def test_parties_of_one_filing_judged_the_same(store: Store) -> None:
    twice = filing(
        "f0", 0, person("p1", "plaintiff", "欧阳小明"), person("p2", "third_party", "欧阳小明", **HOME)
    )
    put(store, [twice, suit("f1", 1, **HOME)])
    link_pending(store)
    with store.write() as connection:
        judge(connection, ref("f0"), ref("f0", "p2"), "same", by="x", reason="r", at=NOW)
    link_again(store, NOW + 1)
    assert len(set(entity_of(store).values())) == 1


def test_a_number_is_no_bar_to_being_told_apart(store: Store) -> None:
    """A misread number that is another's valid one: the id made of it is not used twice."""
    linked(
        store,
        suit("f0", 0, id_number=IDS[0]),
        suit("f1", 1, "刘强", id_number=IDS[0]),
        suit("f2", 2, "刘强", id_number=IDS[0]),
    )
    assert len(set(who(store).values())) == 1
    say(store, "different", "f0", "f1")
    say(store, "same", "f1", "f2")
    link_again(store, NOW + 1)
    found = who(store)
    assert found["f0"] != found["f1"] == found["f2"]


@pytest.fixture
def curious(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks about nearly everything it does not join."""
    for module in (docket_module, resolve_module):
        monkeypatch.setattr(module, "load_weights", lambda: replace(load_weights(), ask=0.01))


def test_questions_are_asked_and_answered(store: Store, curious: None) -> None:
    put(store, [suit("f0", 0, **HOME)])
    link_pending(store)
    with store.read() as connection:
        likely = {
            name: resolve(connection, store.vault, suit("f1", 1, name, **HOME)).choices[0]
            for name in ("欧阳小军", "王小明", "王晓明", "刘小明", "欧阳某")
        }
    name = next(name for name, choice in likely.items() if choice.answer == "ask")
    bulk = linked(store, suit("f1", 1, name, **HOME), suit("f2", 2, "张伟"))

    def asked() -> list[OpenQuestion]:
        with store.read() as connection:
            return open_questions(connection)

    (question,) = asked()
    assert question.question.mention == ref("f1")
    assert (question.question.entity_id, question.against) == (bulk["f0"], ref("f0"))
    assert question.question.probability == pytest.approx(likely[name].offers[0].probability)
    say(store, "different", "f0", "f1")
    assert asked() == []
    say(store, "withdrawn", "f0", "f1")
    assert asked() == [question]
    say(store, "same", "f0", "f1")
    assert asked() == []
    link_again(store, NOW + 1)
    assert asked() == []
    assert who(store)["f1"] == bulk["f0"]


def test_stopped_midway_nothing_is_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    linked(store, *(suit(f"f{i}", i, **HOME) for i in range(8)))
    before = believed(store)
    say(store, "different", "f0", "f1")
    monkeypatch.setattr(docket_module, "_TOGETHER", 3)

    def stop(done: int, total: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link_again(store, NOW + 1, stop)
    assert believed(store) == before
    with store.read() as connection:
        assert connection.execute(linking_runs.select()).all() == []
    link_again(store, NOW + 2)
    assert believed(store) != before


@many
@given(rows=dockets(), data=st.data())
def test_bulk_equals_one_by_one_whatever_was_judged(
    sqlite_store: Store, curious: None, rows: list[Filing], data: st.DataObject
) -> None:
    store = sqlite_store
    empty(store)
    with store.write() as connection:
        for table in (judgements, referents, linking_runs):
            connection.execute(table.delete())
    put(store, rows)
    link_pending(store)
    mentions = [MentionRef(*key) for key in sorted(entity_of(store))]
    for _ in range(data.draw(st.integers(1, 5))):
        pair = data.draw(st.tuples(st.sampled_from(mentions), st.sampled_from(mentions)))
        verdict: Verdict = data.draw(st.sampled_from(["same", "different"]))
        at = START + data.draw(st.integers(0, 8)) * DAY
        try:
            with store.write() as connection:
                judge(connection, *pair, verdict, by="x", reason="r", at=at)
        except (InputError, Conflict):
            continue
    if data.draw(st.booleans()):
        link_again(store, START + 9 * DAY)
    empty(store)
    put(store, rows)
    link_pending(store)
    bulk, asked = believed(store), _questions(store)
    together = {(r.left, r.right): r.verdict for r in _judgements(store)}
    found = entity_of(store)
    for (left, right), verdict in together.items():
        if verdict == "different" and _anew(store):
            assert found[tuple(left)] != found[tuple(right)]
    empty(store)
    for row in sorted(rows, key=lambda f: (f.filed_at, f.filing_id)):
        online(store, row)
    assert believed(store) == bulk
    assert _questions(store) == asked


def _questions(store: Store) -> list[Any]:
    with store.read() as connection:
        return every_question(connection)


def _judgements(store: Store) -> list[Any]:
    with store.read() as connection:
        return every_judgement(connection)


def _anew(store: Store) -> bool:
    with store.read() as connection:
        return bool(connection.execute(linking_runs.select()).all())


def test_late_filings_are_linked_as_of_their_moment_in_any_number(store: Store) -> None:
    linked(store, suit("g", 50, **HOME))
    rows = [suit(f"f{i}", i, **HOME) for i in range(5)]
    found = linked(store, *rows)
    assert len({found[row.filing_id] for row in rows}) == 1
    assert found["g"] != found["f0"]
    link_again(store, NOW)
    assert len(set(who(store).values())) == 1


def test_ids_by_number_are_not_used_for_another() -> None:
    (mention,) = mentions_of(suit("f0", 0, id_number=IDS[0]), Vault(b"test"))
    by_number = new_entity("f0", mention)
    assert new_entity("f9", mention) == by_number
    assert new_entity("f0", mention, frozenset({by_number})) != by_number
