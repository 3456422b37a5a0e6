"""Whole tables linked: what must change nothing, what must never join, what must."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_samples import IDS

from features.link.profile import Profile, party_profile
from features.link.records import link_table
from features.link.table.profiles import link_profiles
from xiezhi.records import Party

FIELDS = ("record_id", "kind", "name", "id_number", "birth_date", "phone", "address")
HOME = {"phone": "13812340001", "address": "甘州区东大街12号"}
Row = tuple[str, ...]


def person(name: str, **more: Any) -> Profile:
    return party_profile(Party("p1", "plaintiff", "person", name, **more), "甘0702", str)


def firm(name: str, **more: Any) -> Profile:
    return party_profile(Party("p1", "plaintiff", "organization", name, **more), "甘0702", str)


def entities(rows: Sequence[Row]) -> dict[str, str]:
    """record_id -> entity_id."""
    table = pa.table({field: [row[i] for row in rows] for i, field in enumerate(FIELDS)})
    found = link_table(table).entities
    return dict(zip(found["record_id"].to_pylist(), found["entity_id"].to_pylist(), strict=True))


def groups(entity_of: dict[str, str], among: Iterable[str]) -> set[frozenset[str]]:
    """The clusters, as far as they hold some of these records."""
    found = defaultdict(set)
    for record in among:
        found[entity_of[record]].add(record)
    return {frozenset(records) for records in found.values()}


PEOPLE = (
    ("张伟", "110105194912310021", "1949-12-31", "13812340001", "甘州区东大街12号"),
    ("王建国", "", "1976-05-03", "13812340002", "甘州区牛王村4组23号"),
    ("欧阳小明", "440524188001010014", "", "13712345566", "兰州市城关区庆阳路88号"),
    ("Robert Smith", "", "1981-02-14", "2125550147", "12 Main Street, Springfield, IL 62701"),
    ("阿依古丽·买买提", "", "1990-01-09", "13512340099", "临泽县沙河镇1号"),
    ("刘强", "62070219800101001X", "1980-01-01", "13612341234", "高台县城关镇人民东路5号"),
)
"""People whose mentions agree on a name and more, and who share nothing that would make one doubtful."""


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Up to 14 records of few people, each with its name and two more fields at the least."""
    rows = []
    for i in range(draw(st.integers(1, 14))):
        name, number, *more = draw(st.sampled_from(PEOPLE))
        left_out = draw(st.sampled_from((None, 0, 1, 2) if all(more) else (None,)))
        told = ["" if at == left_out else value for at, value in enumerate(more)]
        rows.append((f"r{i:02d}", "person", name, number if draw(st.booleans()) else "", *told))
    return rows


few = settings(max_examples=8, deadline=None)


@few
@given(rows=tables(), data=st.data())
def test_the_order_of_rows_changes_nothing(rows: list[Row], data: st.DataObject) -> None:
    assert entities(data.draw(st.permutations(rows))) == entities(rows)


@few
@given(rows=tables(), at=st.integers(0, 13))
def test_a_row_repeated_joins_its_twin_and_changes_nobody(rows: list[Row], at: int) -> None:
    twin = ("z", *rows[at % len(rows)][1:])
    before, after = entities(rows), entities([*rows, twin])
    assert groups(after, before) == groups(before, before)
    assert after["z"] == after[rows[at % len(rows)][0]]


@few
@given(rows=tables())
def test_a_table_filed_twice_is_the_same_people(rows: list[Row]) -> None:
    before = entities(rows)
    after = entities([*rows, *(("z" + row[0], *row[1:]) for row in rows)])
    assert groups(after, before) == groups(before, before)
    assert all(after["z" + record] == after[record] for record in before)


STRANGERS = (
    ("z", "person", "诸葛孔明", "", "1955-08-17", "15100002222", "敦煌市沙州镇9号"),
    ("z", "person", "Zelda Quixote", "", "", "3105550100", ""),
    ("z", "organization", "酒泉鸿泰商贸有限公司", "", "", "15100002222", ""),
    ("z", "person", "李某某", "", "", "", ""),
)


@few
@given(rows=tables(), stranger=st.sampled_from(STRANGERS))
def test_a_stranger_changes_nobody(rows: list[Row], stranger: Row) -> None:
    before, after = entities(rows), entities([*rows, stranger])
    assert groups(after, before) == groups(before, before)
    assert list(after.values()).count(after["z"]) == 1


_DOOR = HOME["address"]
KIN = (
    (("王建国", "", "", "", _DOOR), ("王建军", "", "", "", _DOOR)),
    (("王建国", "", "", HOME["phone"], ""), ("王建军", "", "", HOME["phone"], "")),
    (("王建国", "", "", HOME["phone"], _DOOR), ("李娜", "", "", HOME["phone"], _DOOR)),
    (("王建国", "", "1976-05-03", "", _DOOR), ("王建军", "", "1980-01-02", "", _DOOR)),
    (("王建国", "", "1976-05-03", *HOME.values()), ("王建军", "", "1980-01-02", *HOME.values())),
)
"""Brothers, and husband and wife."""


@settings(max_examples=20, deadline=None)
@given(kin=st.sampled_from(KIN), large=st.integers(0, 30), again=st.integers(0, 2))
def test_however_large_one_entity_kin_stay_apart(kin: tuple[Row, Row], large: int, again: int) -> None:
    """Nor does a brother's row repeated make him the other."""
    one = ("欧阳小明", "", "", "13712345566", "兰州市城关区庆阳路88号")
    people = [*kin, *[kin[0]] * again, *[one] * large]
    rows = [(f"r{i:02d}", "person", *told) for i, told in enumerate(people)]
    found = list(entities(rows).values())
    assert found[0] != found[1]
    assert set(found[2 : 2 + again]) <= {found[0]}
    assert len(set(found)) == 2 + (large > 0)


@few
@given(rows=tables())
def test_mentions_in_another_order_are_the_same_people(rows: list[Row]) -> None:
    mentions = [
        person(name, id_number=number or None, birth_date=birth or None, phone=phone, address=address)
        for _, _, name, number, birth, phone, address in rows
    ]
    forth, back = link_profiles(mentions).cluster, link_profiles(mentions[::-1]).cluster[::-1]
    for i, j in combinations(range(len(mentions)), 2):
        assert (forth[i] == forth[j]) == (back[i] == back[j])


def clusters(*mentions: Profile, **judged: Any) -> list[int]:
    return [int(leader) for leader in link_profiles(mentions, **judged).cluster]


def test_what_people_judged_is_kept() -> None:
    zhang, li, other = person("张伟", **HOME), person("李娜"), person("王芳")
    assert clusters(zhang, zhang) == [0, 0]
    assert clusters(zhang, zhang, apart=[(0, 1)]) == [0, 1]
    assert clusters(zhang, zhang, apart=[(1, 0)], together=[(0, 1)]) == [0, 1]
    assert clusters(li, zhang, other, together=[(2, 0)]) == [0, 1, 0]
    assert clusters(li, other, together=[(0, 0)]) == [0, 1]
    same = person("张伟", id_number=IDS[0])
    assert clusters(same, same, same, apart=[(0, 1)]) in ([0, 1, 0], [0, 1, 1])


def cuts(*mentions: Profile, **judged: Any) -> set[str]:
    """Why links were not followed."""
    return {cut.why for kind in link_profiles(mentions, **judged).run.kinds for cut in kind.cuts}


def test_why_a_link_was_not_followed() -> None:
    zhang = person("张伟", **HOME)
    assert cuts(zhang, zhang, zhang) == set()
    assert cuts(zhang, zhang, zhang, apart=[(2, 0)]) == {"judged-different"}
    assert cuts(zhang, zhang, zhang, beside=[(0, 2)]) == {"same-filing"}
    assert cuts(zhang, zhang, zhang, beside=[(0, 2)], apart=[(0, 2)]) == {"judged-different"}
    numbered = [person("张伟", id_number=number, **HOME) for number in IDS[:2]]
    assert cuts(*numbered, zhang, beside=[(0, 1)]) == {"different-numbers"}
    misread, head = firm("兰州恒通机电有限公司", **HOME), firm("兰州恒桶机电有限公司", **HOME)
    branch = firm("兰州恒桶机电有限公司张掖分公司", **HOME)
    assert cuts(misread, misread, head, branch) == {"branch"}


def test_people_judged_one_are_one_whatever_speaks_against_it() -> None:
    a = person("张伟", birth_date="1949-12-31", **HOME)
    b = person("李建国", phone="13912349999", birth_date="1990-01-01", address="兰州市城关区庆阳路88号")
    assert clusters(*[a] * 6, *[b] * 6) == [0] * 6 + [6] * 6
    found = clusters(*[a] * 6, *[b] * 6, together=[(3, 8)])
    assert found[3] == found[8]


def test_two_valid_numbers_stay_two_even_if_judged_one() -> None:
    a, b = (person("张伟", id_number=number, **HOME) for number in IDS[:2])
    assert clusters(a, b) == [0, 1]
    assert clusters(a, b, together=[(0, 1)]) == [0, 1]
    assert clusters(a, person("张伟", **HOME), b)[0] != clusters(a, person("张伟", **HOME), b)[2]


def test_tables_of_next_to_nothing() -> None:
    assert clusters() == []
    assert clusters(person("张伟")) == [0]
    assert clusters(person("×××"), firm("某某公司")) == [0, 1]
    assert entities([]) == {}  # columns without a type
    assert entities([("a", "organization", "", "", "", "", "")]) == {"a": "a"}
    found = link_profiles([])
    assert [(kind.records, kind.pairs, kind.unlinkable) for kind in found.run.kinds] == [(0, 0, 0.0)] * 4


def test_kinds_never_mix() -> None:
    assert clusters(person("宇祥商贸", **HOME), firm("宇祥商贸", **HOME)) == [0, 1]


@pytest.mark.parametrize("name", ["王某某", "李某1", "李1", "John Doe", "J. S."])
@pytest.mark.parametrize(
    "more", [{}, {"address": "甘肃省张掖市临泽县"}, {"birth_date": "1976"}, {"phone": HOME["phone"]}]
)
def test_masked_names_never_link_by_name(name: str, more: dict[str, str]) -> None:
    """However sure the rest of the table is of its own people."""
    sure = [
        person(f"王建{x}", phone=f"1381234{i:04d}") for i, x in enumerate("国军民明华强") for _ in range(2)
    ]
    found = clusters(*[person(name, **more)] * 3, *sure)
    assert found[:3] == [0, 1, 2]
    assert found[3:] == [i - i % 2 + 3 for i in range(12)]


@pytest.mark.parametrize("name", ["张伟", "王建国", "欧阳小明"])
def test_a_chinese_name_alone_joins_nobody(name: str) -> None:
    """However sure the rest of a small table is of its own people."""
    sure = [
        person(f"李建{x}", phone=f"1381234{i:04d}") for i, x in enumerate("国军民明华强") for _ in range(2)
    ]
    found = clusters(person(name), person(name), person(name, phone="13712345566"), *sure)
    assert found == [0, 1, 2, *(i - i % 2 + 3 for i in range(12))]


def test_masked_organisations_never_link_by_name() -> None:
    assert clusters(*[firm("×公司")] * 3, *[firm("某某有限公司", address="甘肃省张掖市临泽县")] * 3) == list(
        range(6)
    )


def test_a_masked_name_links_by_its_number_alone() -> None:
    masked, plain = person("王某某", id_number=IDS[0]), person("王建国", id_number=IDS[0])
    assert clusters(masked, plain, person("王某某")) == [0, 0, 2]


def test_shared_names_alone_join_nobody() -> None:
    """124 lawyers under 60 names, nothing else known of them."""
    surnames, given = "王李张刘陈杨黄赵周吴", "伟芳娜敏静丽"
    names = [a + b for a in surnames for b in given]
    assert clusters(*(person(names[i % 60]) for i in range(124))) == list(range(124))


@pytest.mark.parametrize(
    "more",
    [
        {"phone": "13812340001"},
        {"birth_date": "1976-05-03"},
        {"address": "甘州区东大街12号"},
        {"id_number": IDS[0]},
    ],
)
def test_a_shared_name_and_one_thing_more_join(more: dict[str, str]) -> None:
    assert clusters(person("王建国", **more), person("李娜"), person("王建国", **more)) == [0, 1, 0]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    """5,000 invented records and which entity each is of, as the linking benchmark makes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parents[1] / "benchmarks" / "linkage")
        folder = tmp_path_factory.mktemp("records")
        importlib.import_module("generate").write(folder, 5_000, 11)
    truth = pq.read_table(folder / "truth.parquet").column("entity").to_numpy()
    return pq.read_table(folder / "records.parquet"), truth


def test_known_people_are_found(known: tuple[pa.Table, np.ndarray[Any, Any]]) -> None:
    table, truth = known
    found = link_table(table)
    entity = found.entities.column("entity_id").to_numpy(zero_copy_only=False)
    joined, right, both = defaultdict[Any, int](int), defaultdict[Any, int](int), defaultdict[Any, int](int)
    for a, b in zip(entity, truth, strict=True):
        joined[a] += 1
        right[b] += 1
        both[a, b] += 1
    pairs, true, hits = (sum(n * (n - 1) // 2 for n in of.values()) for of in (joined, right, both))
    assert hits / pairs >= 0.99
    assert hits / true > 0.85
    for kind in found.run().kinds:
        assert kind.records == sum(size * count for size, count in kind.sizes)
        assert kind.recall_ceiling > 0.9


def test_rows_in_another_order_give_the_same(known: tuple[pa.Table, np.ndarray[Any, Any]]) -> None:
    table = known[0].slice(0, 1_600)
    mixed = table.take(pa.array(np.random.default_rng(1).permutation(1_600)))
    forth, back = (link_table(one).entities.sort_by("record_id") for one in (table, mixed))
    assert forth.equals(back)
