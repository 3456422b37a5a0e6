"""Who joins whom: evidence that is enough, evidence that is not, and what forbids."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from link_samples import IDS, dockets, entity_of, filing, organization, person, put

from features.link.compare import birth_level, compare, levels_of
from features.link.docket import link_pending
from features.link.profile import KINDS, Profile, mentions_of
from features.link.table.judges import FIELDS
from features.link.weights import load_weights
from xiezhi.records import Agent, Filing
from xiezhi.store import Store
from xiezhi.store.vault import Vault

HOME = {"phone": "13812340001", "address": "甘州区东大街12号"}


def entities(store: Store, *rows: Filing) -> dict[tuple[str, str, str], str]:
    put(store, rows)
    link_pending(store)
    return entity_of(store)


def same(store: Store, *parties: object) -> bool:
    """Whether the two parties, filed on two days, become one entity."""
    rows = [filing(f"f{i}", i, party) for i, party in enumerate(parties)]  # type: ignore[arg-type]
    return len({e for (_, record, _), e in entities(store, *rows).items() if record == "p1"}) == 1


def test_one_valid_number_joins_whatever_the_name(sqlite_store: Store) -> None:
    a = person("p1", "plaintiff", "张伟", id_number=IDS[0])
    assert same(sqlite_store, a, person("p1", "defendant", "張 玮", id_number="110105491231002"))


def test_a_number_goes_before_likeness_in_one_filing(sqlite_store: Store) -> None:
    """Who carries the number is the one; the other party, however alike, is then somebody else."""
    first = filing("f0", 0, person("p1", "plaintiff", "欧阳小明", id_number=IDS[0], **HOME))
    carries = person("p1", "plaintiff", "赵六", id_number=IDS[0], phone="13900000077")
    alike = person("p2", "defendant", "欧阳小明", **HOME)
    found = entities(sqlite_store, first, filing("f1", 1, carries, alike))
    assert found["f1", "p1", "person"] == found["f0", "p1", "person"] != found["f1", "p2", "person"]


def test_two_valid_numbers_never_join(sqlite_store: Store) -> None:
    a = person("p1", "plaintiff", "欧阳小明", id_number=IDS[0], **HOME)
    assert not same(sqlite_store, a, person("p1", "plaintiff", "欧阳小明", id_number=IDS[1], **HOME))


def test_a_wrong_check_digit_says_nothing(sqlite_store: Store) -> None:
    a = person("p1", "plaintiff", "欧阳小明", id_number=IDS[0][:-1] + "5", **HOME)
    assert same(sqlite_store, a, person("p1", "plaintiff", "欧阳小明", id_number=IDS[1], **HOME))


def test_an_entity_keeps_the_number_it_once_showed(sqlite_store: Store) -> None:
    """The veto holds against an entity whose latest mentions came without the number."""
    rows = [filing("f0", 0, person("p1", "plaintiff", "欧阳小明", id_number=IDS[0], **HOME))]
    rows += [filing(f"f{i}", i, person("p1", "plaintiff", "欧阳小明", **HOME)) for i in range(1, 12)]
    rows.append(filing("g", 20, person("p1", "plaintiff", "欧阳小明", id_number=IDS[1], **HOME)))
    found = entities(sqlite_store, *rows)
    assert len({e for (f, _, _), e in found.items() if f != "g"}) == 1
    assert found["g", "p1", "person"] not in {e for (f, _, _), e in found.items() if f != "g"}


def test_a_name_alone_joins_nobody(sqlite_store: Store) -> None:
    assert not same(sqlite_store, person("p1", "plaintiff", "张伟"), person("p1", "plaintiff", "张伟"))


def test_name_and_home_join(sqlite_store: Store) -> None:
    a, b = person("p1", "plaintiff", "欧阳小明", **HOME), person("p1", "defendant", "歐陽小明", **HOME)
    assert same(sqlite_store, a, b)


def test_brothers_of_one_home_stay_two(sqlite_store: Store) -> None:
    a, b = person("p1", "plaintiff", "王建国", **HOME), person("p1", "plaintiff", "王建军", **HOME)
    assert not same(sqlite_store, a, b)


@pytest.mark.parametrize("name", ["王某某", "李某1", "李1"])
def test_masked_names_join_nobody(sqlite_store: Store, name: str) -> None:
    assert not same(sqlite_store, person("p1", "plaintiff", name, **HOME), person("p1", "plaintiff", name))


def test_person_and_organization_are_two(sqlite_store: Store) -> None:
    a, b = person("p1", "plaintiff", "宇祥商贸", **HOME), organization("p1", "plaintiff", "宇祥商贸", **HOME)
    assert not same(sqlite_store, a, b)


def test_head_office_and_branch_are_two(sqlite_store: Store) -> None:
    a = organization("p1", "plaintiff", "瑞丰通信有限公司", **HOME)
    assert not same(sqlite_store, a, organization("p1", "plaintiff", "瑞丰通信有限公司甘州分公司", **HOME))


def test_parties_of_one_filing_are_two(sqlite_store: Store) -> None:
    """Even under one name, phone and home: unless they carry one number."""
    rows = [
        filing("f0", 0, person("p1", "plaintiff", "欧阳小明", **HOME)),
        filing(
            "f1",
            1,
            person("p1", "plaintiff", "欧阳小明", **HOME),
            person("p2", "defendant", "欧阳小明", **HOME),
        ),
        filing(
            "f2",
            2,
            person("p1", "plaintiff", "刘强", id_number=IDS[2]),
            person("p2", "defendant", "刘强", id_number=IDS[2]),
        ),
    ]
    found = entities(sqlite_store, *rows)
    assert found["f1", "p1", "person"] != found["f1", "p2", "person"]
    assert found["f0", "p1", "person"] in (found["f1", "p1", "person"], found["f1", "p2", "person"])
    assert found["f2", "p1", "person"] == found["f2", "p2", "person"]


def test_an_agent_of_both_sides_is_one(sqlite_store: Store) -> None:
    parties = person("p1", "plaintiff", "张伟"), person("p2", "defendant", "李娜")
    agents = (
        Agent("a1", "lawyer", "赵明", "16207201510000001", "甘肃正则律师事务所", represents=("p1",)),
        Agent("a2", "lawyer", "赵明", None, "甘肃正则律师事务所", represents=("p2",)),
    )
    found = entities(sqlite_store, filing("f0", 0, *parties, agents=agents))
    assert found["f0", "a1", "agent"] == found["f0", "a2", "agent"]
    assert found["f0", "a1", "firm"] == found["f0", "a2", "firm"]


def test_a_lender_of_many_suits_stays_one(sqlite_store: Store) -> None:
    """Holding a key more than 200 times makes nobody a stranger to himself."""
    lender = organization("p1", "plaintiff", "甘州弘毅小额贷款有限责任公司", phone="13812340001")
    rows = [filing(f"f{i:03d}", i, lender) for i in range(230)]
    assert len(set(entities(sqlite_store, *rows).values())) == 1


@settings(max_examples=50, deadline=None)
@given(rows=dockets())
def test_comparing_is_symmetric(rows: list[Filing]) -> None:
    vault = Vault(b"test")
    profiles = [mention.profile for row in rows for mention in mentions_of(row, vault)]
    for a, b in pairwise(profiles):
        if a.kind == b.kind:
            assert compare(a, b) == compare(b, a)


@settings(max_examples=50, deadline=None)
@given(rows=dockets())
def test_profiles_survive_the_store_without_numbers(rows: list[Filing]) -> None:
    for row in rows:
        for mention in mentions_of(row, Vault(b"test")):
            text = mention.profile.dumps()
            assert Profile.loads(text) == mention.profile
            assert not any(number in text for number in IDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_level_compared_has_a_weight(kind: str) -> None:
    """Of every field of every kind: a level without one could not be weighed."""
    weights = load_weights().kinds[kind]
    assert weights.levels.keys() == FIELDS[kind].keys()
    for field, levels in weights.levels.items():
        assert tuple(levels) == levels_of(kind, field), field
        for level in levels.values():
            assert 0 < level.m <= 1
            assert level.u is None or 0 < level.u <= 1
    if kind in ("person", "organization"):  # a column of the user's, in a table
        assert weights.of("email").keys() == set(levels_of(kind, "email"))


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("1976-05-03", "1976-05-03", "same"),
        ("1976-05-03", "1976-03-05", "near"),
        ("1976-05-03", "1976-05-08", "near"),
        ("1976-05-03", "1976", "part"),
        ("1976-05-03", "1977", "other"),
        ("1976-05-03", "1981-11-20", "other"),
        ("1976-05-03", "1976-05-30", "near"),
        ("1976-05-03", "1976-11-03", "two"),
        ("1976-05-03", "1976-11-24", "year"),
        ("1976-05", "1976-05", "part"),
    ],
)
def test_dates_of_birth(a: str, b: str, level: str) -> None:
    assert birth_level(a, b) == birth_level(b, a) == level
