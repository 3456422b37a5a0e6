"""Kinds of relation one by one, what is cut, the paths between the sides, and what is said of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any

import pytest
from link_samples import START, filing, organization, person
from relation_samples import Known, keep_known, known
from sqlalchemy import event

from features.link.docket import link_pending
from features.relations.edges import Edge
from features.relations.kinds import MOST_HOLDERS, load_kinds
from features.relations.neighbourhood import Neighbourhood, neighbourhood
from features.relations.paths import paths_between
from features.relations.reading import MOST_FILINGS
from features.relations.tell import call, tell_cut, tell_edge, tell_path
from features.relations.wire import MOST_EDGES, relations_to_json
from xiezhi.cli import run
from xiezhi.clock import DAY
from xiezhi.records import Agent, DeclaredRelation, Party
from xiezhi.store import Store

ZONE = "Asia/Shanghai"
PHONE, DOOR, ELSEWHERE = "13812340001", "甘州区东大街12号", "甘州区西大街1号"

Earlier = Sequence[tuple[Party | Agent, ...]]


def p(name: str, role: Any = "plaintiff", **more: Any) -> Party:
    return person(f"p-{name}", role, name, **more)


def d(name: str, **more: Any) -> Party:
    return p(name, "defendant", **more)


def o(name: str, role: Any = "defendant", **more: Any) -> Party:
    return organization(f"p-{name}", role, name, **more)


def lawyer(name: str, *of: str, kind: Any = "lawyer", **more: Any) -> Agent:
    return Agent(f"a-{name}", kind, name, represents=tuple(f"p-{who}" for who in of), **more)


def declare(to: str, word: Any) -> dict[str, Any]:
    return {"declared_relations": (DeclaredRelation(f"p-{to}", word),)}


def look(store: Store, own: Known, earlier: Sequence[Known] = (), **more: Any) -> Neighbourhood:
    keep_known(store, earlier)
    with store.read() as connection:
        return neighbourhood(connection, own.filing, own.links, own.filing.filed_at, **more)


def told(found: Neighbourhood) -> set[tuple[str, str, str, int, bool]]:
    """(kind, left name, right name, count, here) of every edge."""
    name = {i: node.name for i, node in found.nodes.items()}
    return {
        (e.kind, min(ends), max(ends), e.count, e.here) for e in found.edges for ends in [_names(e, name)]
    }


def _names(edge: Edge, name: Mapping[str, str]) -> tuple[str, str]:
    return name[edge.left], name[edge.right]


def only(found: Neighbourhood, kind: str) -> Edge:
    (edge,) = [edge for edge in found.edges if edge.kind == kind]
    return edge


CASES: dict[str, tuple[Earlier, tuple[Party | Agent, ...], tuple[str, str, str, int, bool]]] = {
    "a phone": ([(p("丙", phone=PHONE),)], (p("甲", phone="138-1234-0001"), d("乙")), ("shared_phone", "丙", "甲", 1, True)),
    "a phone of before": (
        [(p("甲", phone=PHONE),), (d("丙", phone=PHONE),)], (p("甲"), d("乙")), ("shared_phone", "丙", "甲", 2, False),
    ),
    "a phone within the filing": ([], (p("甲", phone=PHONE), d("乙", phone=PHONE)), ("shared_phone", "乙", "甲", 0, True)),
    "the phone of an agent": (
        [(p("丙"), lawyer("王律", "丙", phone=PHONE))], (p("甲"), d("乙", phone=PHONE)), ("shared_phone", "乙", "王律", 1, True),
    ),
    "an address": ([(d("丙", address=DOOR),)], (p("甲", address=DOOR), d("乙")), ("shared_address", "丙", "甲", 1, True)),
    "an address for service": (
        [(d("丙", address=ELSEWHERE, service_address=DOOR),)], (p("甲", address=DOOR), d("乙")),
        ("shared_service_address", "丙", "甲", 1, True),
    ),
    "a legal representative beside": (
        [(d("王五"), o("丁公司", legal_representative="王五"))], (p("甲"), d("王五")), ("legal_representative", "丁公司", "王五", 1, False),
    ),
    "one representative of two": (
        [(o("丁公司", legal_representative="赵六"),)], (p("甲"), o("戊公司", legal_representative="赵 六")),
        ("same_representative", "丁公司", "戊公司", 1, True),
    ),
    "a namesake of a representative": (
        [(o("丁公司", legal_representative="赵六"),)], (p("赵六"), d("乙")), ("namesake", "丁公司", "赵六", 1, True),
    ),
    "kin, as declared before": ([(p("甲", **declare("丙", "spouse")), d("丙"))], (p("甲"), d("乙")), ("kinship", "丙", "甲", 1, False)),
    "kin, as declared here": ([], (p("甲", **declare("乙", "sibling")), d("乙")), ("kinship", "乙", "甲", 0, True)),
    "a shareholder": ([], (p("甲", **declare("丁公司", "shareholder")), o("丁公司")), ("shareholder", "丁公司", "甲", 0, True)),
    "one side": ([(p("甲"), p("丙"), d("丁"))], (p("甲"), d("乙")), ("co_party", "丙", "甲", 1, False)),
    "both sides": ([(p("乙"), d("甲"))], (p("甲"), d("乙")), ("opposed", "乙", "甲", 1, False)),
    "an agent": ([(p("甲"), lawyer("王律", "甲"))], (p("甲"), d("乙")), ("represented_by", "王律", "甲", 1, False)),
    "an employee as agent": (
        [(o("丁公司"), lawyer("王员", "丁公司", kind="employee"))], (p("甲"), o("丁公司")), ("employee_agent", "丁公司", "王员", 1, False),
    ),
    "a person's employee is an agent": (
        [(p("甲"), lawyer("王员", "甲", kind="employee"))], (p("甲"), d("乙")), ("represented_by", "王员", "甲", 1, False),
    ),
    "kin as agent": (
        [(p("甲"), lawyer("甲妻", "甲", kind="relative"))], (p("甲"), d("乙")), ("kinship_agent", "甲", "甲妻", 1, False),
    ),
    "an agent's firm": ([], (p("甲"), lawyer("王律", "甲", firm="正则所")), ("agent_firm", "正则所", "王律", 0, True)),
    "one agent of the two sides over time": (
        [(p("乙"), lawyer("王律", "乙"))], (p("甲"), d("乙"), lawyer("王律", "甲")), ("shared_agent", "乙", "甲", 1, True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind(sqlite_store: Store, case: str) -> None:
    earlier, own, expected = CASES[case]
    rows = [known(f"f{i}", i, *people) for i, people in enumerate(earlier)]
    assert expected in told(look(sqlite_store, known("own", 10, *own), rows))


def test_that_people_meet_in_the_filing_itself_is_no_relation(sqlite_store: Store) -> None:
    found = look(sqlite_store, known("own", 1, p("甲"), p("丙"), d("乙")))
    assert (found.edges, found.cuts, paths_between(found)) == ((), (), ())
    assert {node.name: (node.side, node.step) for node in found.nodes.values()} == {
        "甲": ("plaintiff", 0), "丙": ("plaintiff", 0), "乙": ("defendant", 0),
    }  # fmt: skip


def test_masked_names_and_short_addresses_tie_nobody(sqlite_store: Store) -> None:
    earlier = [known("f1", 1, o("丁公司", legal_representative="王某某", address="东大街"))]
    own = known(
        "own", 2, o("戊公司", legal_representative="王某某", address="东大街"), p("甲", phone="00000000")
    )
    assert look(sqlite_store, own, earlier).edges == ()


def test_what_many_share_weighs_little_and_a_hub_ties_nobody(sqlite_store: Store) -> None:
    own = known("own", 900, p("甲", phone=PHONE), d("乙"))
    few = [known(f"f{i}", i, p(f"丙{i}", phone=PHONE)) for i in range(7)]
    edges = look(sqlite_store, own, few).edges
    assert {edge.holders for edge in edges} == {8}
    assert [edge.weight for edge in edges] == pytest.approx([load_kinds()["shared_phone"].strength / 3] * 28)
    many = [known(f"g{i}", 100 + i, p(f"丁{i}", phone=PHONE)) for i in range(MOST_HOLDERS - 7)]
    found = look(sqlite_store, own, many)
    assert found.edges == ()
    (cut,) = found.cuts
    assert cut._replace(of="") == ("hub", "", "phone", MOST_HOLDERS + 1)
    assert (
        tell_cut(cut, found).zh
        == f"原告甲的电话有 {MOST_HOLDERS + 1} 人使用，多于 {MOST_HOLDERS} 人，不作为关联。"
    )


def test_a_mass_filer_is_read_in_part_and_hides_nobody(sqlite_store: Store) -> None:
    bank = {"phone": PHONE}
    earlier = [known("f0", 0, p("丙", phone=PHONE))]
    earlier += [
        known(f"f{i}", i, o("银行", "plaintiff", **bank), d(f"丁{i}")) for i in range(1, MOST_FILINGS + 9)
    ]
    found = look(sqlite_store, known("own", 900, o("银行", "plaintiff", **bank), d("乙")), earlier)
    assert "f0" in only(found, "shared_phone").filings, "older than everything read of the bank"
    assert len([edge for edge in found.edges if edge.kind == "opposed"]) == MOST_FILINGS
    assert ("filings", "O-银行", "", MOST_FILINGS) in found.cuts
    assert len(relations_to_json(found, ZONE)["edges"]) <= MOST_EDGES


def test_a_busy_agent_and_a_busy_co_party_tie_less(sqlite_store: Store) -> None:
    rare = [known("f0", 0, p("丙"), p("甲"), lawyer("王律", "甲"))]
    own = known("own", 900, p("甲"), d("乙"))
    before = look(sqlite_store, own, rare)
    busy = [known(f"g{i}", 1 + i, p("丙"), lawyer("王律", "丙")) for i in range(31)]
    after = look(sqlite_store, own, busy)
    agent = next(e for e in after.edges if e.kind == "represented_by" and e.left == "P-甲")
    assert only(before, "represented_by").weight == pytest.approx(0.5)
    assert agent.weight == pytest.approx(0.5 / log2(1 + 32) ** 0.5)
    assert only(after, "co_party").weight < only(before, "co_party").weight / 4


def test_two_steps_and_one(sqlite_store: Store) -> None:
    earlier = [
        known("f1", 1, p("丙", phone=PHONE), d("戊")),
        known("f2", 2, d("丙"), o("丁公司", legal_representative="丙")),
        known("f3", 3, o("丁公司", "plaintiff"), d("己")),
    ]
    own = known("own", 10, p("甲", phone=PHONE), d("乙"))
    steps = {n.name: n.step for n in look(sqlite_store, own, earlier).nodes.values()}
    assert steps == {"甲": 0, "乙": 0, "丙": 1, "丁公司": 2, "戊": 2}
    assert {n.name for n in look(sqlite_store, own, steps=1).nodes.values()} == {"甲", "乙", "丙"}


def test_a_path_through_a_phone_and_an_office(sqlite_store: Store) -> None:
    earlier = [
        known("f1", 1, d("王五", phone=PHONE)),
        known("f2", 2, d("王五"), o("丁公司", legal_representative="王五")),
    ]
    found = look(sqlite_store, known("own", 10, p("甲", phone=PHONE), o("丁公司")), earlier)
    (path,) = paths_between(found)
    assert path.nodes == ("P-甲", "P-王五", "O-丁公司")
    assert path.strength == pytest.approx(0.8 * (1 - (1 - 0.9) * (1 - 0.4 / log2(3))))
    text = tell_path(path, found, ZONE)
    assert text.zh == (
        "原告甲与王五留有同一电话（本件、2020-09-14 (f1)）；"
        "王五是被告丁公司的法定代表人（2020-09-15 (f2)），另有同侧当事人。"
    )
    assert text.en == (
        "Plaintiff 甲 and 王五 gave the same phone (this filing, 2020-09-14 (f1)); "
        "王五 is legal representative of defendant 丁公司 (2020-09-15 (f2)), also on one side."
    )


def test_paths_begin_with_agents_too_and_never_pass_through_a_side(sqlite_store: Store) -> None:
    earlier = [known("f1", 1, p("乙"), lawyer("王律", "乙"))]
    own = known("own", 9, p("甲"), p("丙", **declare("甲", "spouse")), d("乙"), lawyer("王律", "甲", "丙"))
    assert [path.nodes for path in paths_between(look(sqlite_store, own, earlier))] == [("A-王律", "P-乙")]


def test_an_agent_of_both_sides_is_a_path(sqlite_store: Store) -> None:
    found = look(sqlite_store, known("own", 9, p("甲"), d("乙"), lawyer("王律", "甲", "乙")))
    (path,) = paths_between(found)
    assert path.nodes == ("P-甲", "A-王律", "P-乙")
    assert call("A-王律", found, "en") == "both sides' agent 王律"
    assert only(found, "shared_agent").via == "A-王律"


def test_of_many_through_the_same_people_one_is_told(sqlite_store: Store) -> None:
    earlier = [
        known("f1", 1, p("丁", phone=PHONE), d("己", address=DOOR)),
        known("f2", 2, p("丁", address=DOOR)),
    ]
    plaintiffs = [p(name, phone=PHONE) for name in "甲丙戊"]
    found = look(sqlite_store, known("own", 9, *plaintiffs, d("乙", address=DOOR)), earlier)
    ways = [path.nodes[1:-1] for path in paths_between(found)]
    assert len(ways) == len(set(ways))
    assert ("P-丁",) in ways


def test_a_filing_not_stored_needs_no_more_than_its_links(sqlite_store: Store) -> None:
    own = known("own", 10, p("甲", phone=PHONE), d("乙"))
    before = look(sqlite_store, own, [known("f1", 1, d("丙", phone=PHONE))])
    assert look(sqlite_store, own, [own]) == before, "stored, it says the same of itself"
    with sqlite_store.read() as connection:
        later = neighbourhood(connection, own.filing, own.links, START + 100 * DAY)
    assert told(later) == told(before), "and is no earlier filing of its own"


def test_every_edge_and_cut_can_be_told(sqlite_store: Store) -> None:
    for number, (earlier, own, _) in enumerate(CASES.values()):
        rows = [known(f"c{number}-{i}", number * 20 + i, *people) for i, people in enumerate(earlier)]
        found = look(sqlite_store, known(f"own{number}", number * 20 + 19, *own), rows)
        for edge in found.edges:
            text = tell_edge(edge, found, ZONE)
            assert "{" not in text.zh + text.en
            assert edge.count == 0 or "(c" in text.en, "it names a filing"
    assert {kind.spread for kind in load_kinds().values()} <= {
        "none",
        "holders",
        "parties",
        "company",
        "agency",
    }
    assert all(0 < kind.strength <= 1 and kind.why for kind in load_kinds().values())


def test_filings_not_named_are_counted_with_this_one(sqlite_store: Store) -> None:
    def declared(filing_id: str, day: float) -> Known:
        return known(filing_id, day, p("甲", **declare("乙", "sibling")), d("乙"))

    found = look(sqlite_store, declared("own", 9), [declared(f"f{i}", i) for i in range(3)])
    text = tell_edge(only(found, "kinship"), found, ZONE)
    assert text.zh.endswith("（本件、2020-09-15 (f2)、2020-09-14 (f1)、等4件）")
    assert text.en.endswith("(this filing, 2020-09-15 (f2), 2020-09-14 (f1), 4 in all)")


def test_the_page_of_the_documents_lists_every_kind() -> None:
    page = (Path(__file__).parent.parent / "docs" / "relations.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| .* \| ([\d.]+) \| (\w*) *\|$", page, re.MULTILINE)
    kinds = [k for k in load_kinds().values() if k.code != "shared_agent"]
    assert sorted(listed) == sorted((k.code, f"{k.strength:g}", k.spread.replace("none", "")) for k in kinds)


def test_few_statements_however_many_people(store: Store) -> None:
    own = known("own", 900, p("甲", phone=PHONE, address=DOOR), d("乙"), lawyer("王律", "甲", firm="正则所"))
    crowd = [
        known(f"f{i}", i, p(f"丙{i}", phone=PHONE), d("甲", address=DOOR), lawyer("王律", f"丙{i}"))
        for i in range(25)
    ]
    keep_known(store, crowd)
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    found = look(store, own)
    assert len(found.nodes) > 25
    assert len(statements) <= 16


def test_the_command(sqlite_store: Store, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    keep_known(
        sqlite_store,
        [known("f1", 1, d("丙丁", phone=PHONE)), known("f2", 5, p("甲乙", phone=PHONE), d("戊己"))],
    )
    assert run(["link", "relations", "f2"]) == 0
    assert (
        "plaintiff 甲乙 and 丙丁 gave the same phone (this filing, 2020-09-14 (f1))"
        in capsys.readouterr().out
    )
    assert run(["link", "relations", "f2", "--as-of", "2020-09-14", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["edges"] == []
    assert run(["link", "relations", "none"]) == 4
    assert "no-filing" in capsys.readouterr().err


def test_the_command_screens_a_file(
    sqlite_store: Store, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from link_samples import put

    put(sqlite_store, [filing("f1", 1, d("陈大海", phone=PHONE))])
    link_pending(sqlite_store)
    asked = tmp_path / "filing.json"
    body = {
        "filing_id": "new", "court": "甘0702", "filed_at": "2021-01-01T09:00", "cause": "民间借贷纠纷",
        "parties": [{"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "周明礼", "phone": PHONE}],
    }  # fmt: skip
    asked.write_text(json.dumps(body), encoding="utf-8")
    assert run(["link", "relations", str(asked), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [edge["kind"] for edge in answer["edges"]] == ["shared_phone"]
    assert {node["name"] for node in answer["nodes"]} == {"周明礼", "陈大海"}
    asked.write_text("{", encoding="utf-8")
    assert run(["link", "relations", str(asked)]) == 4
