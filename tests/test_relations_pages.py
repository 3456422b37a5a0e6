"""Relations on the case page and in the API: the drawing says what the table says, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from link_samples import person
from relation_samples import keep_known, known
from serving_samples import NOW, ZONE, loan, promote_toy
from starlette.testclient import TestClient

from features.relations.neighbourhood import neighbourhood
from features.relations.paths import paths_between
from serving.app import build_app
from serving.review.relations import Relations
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from serving.web.graph import MOST_NODES, WIDTH, draw_relations
from serving.web.render import Words
from serving.web.ties import tell_ties
from xiezhi.records import DeclaredRelation, Party
from xiezhi.settings import Settings
from xiezhi.store import Store

PHONE = "13812340001"


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    """A reader of a service that knows a creditor <b>李四</b> with the defendant's phone, whom 周明礼 sued before."""
    settings, ticks = Settings(), count(NOW)
    promote_toy(sqlite_store, settings)
    model = PromotedModel(sqlite_store, settings)
    app = build_app(sqlite_store, settings, model, hosts=hosts_for("127.0.0.1"), clock=lambda: next(ticks))
    with TestClient(app, base_url="http://127.0.0.1", headers={"accept-language": ""}) as opened:
        defendant = {"party_id": "p2", "role": "defendant", "kind": "person"}
        for number, name in ((1, "<b>李四</b>"), (2, "陈大海"), (3, "<b>李四</b>")):
            filing = loan(f"F-00{number}", f"2026-10-0{number}T09:00", 3e6)
            filing["parties"][1] = {**defendant, "name": name, "phone": PHONE}
            opened.post("/api/v1/screenings", json=filing)
        yield opened


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh", "原告周明礼与&lt;b&gt;李四&lt;/b&gt;曾互为对立当事人（2026-10-01 (2026)甘0702民初001号）"),
        (
            "en",
            "Plaintiff 周明礼 and &lt;b&gt;李四&lt;/b&gt; faced each other (2026-10-01 (2026)甘0702民初001号)",
        ),
    ],
)
def test_the_page_tells_a_path_and_draws_it(client: TestClient, language: str, sentence: str) -> None:
    page = client.get(f"/filings/F-002?lang={language}").text
    section = page[page.index('aria-labelledby="relations"') : page.index('aria-labelledby="history"')]
    assert sentence in section
    assert '<a href="/filings/F-001">' in section
    assert "F-003" not in section, "filed later"
    assert re.search(r'<svg class="graph"[^>]* role="group" aria-labelledby="graph-title">', section)
    assert "<b>李四" not in section
    assert section.count("<caption>") >= 1


def test_a_filing_that_stands_alone_says_so(client: TestClient) -> None:
    filing = loan("F-009", "2026-09-01T09:00", 50)
    client.post("/api/v1/screenings", json=filing)
    page = client.get("/filings/F-009?lang=en").text
    assert "No path between plaintiffs and defendants is known." in page


def test_the_api_answers_as_of_now(client: TestClient) -> None:
    answer = client.get("/api/v1/filings/F-002/relations")
    assert answer.status_code == 200
    told = answer.json()
    assert told["as_of"].startswith("2026-11-23T10:00")
    assert {i for edge in told["edges"] for i in edge["filings"]} == {"F-001", "F-003"}
    names = {node["entity_id"]: node["name"] for node in told["nodes"]}
    assert {"周明礼", "陈大海", "<b>李四</b>"} <= set(names.values())
    assert all(edge["left"] in names and edge["right"] in names for edge in told["edges"])
    assert all(set(path["text"]) == {"zh", "en"} for path in told["paths"])
    assert "62070219880101123X" not in answer.text
    assert PHONE not in answer.text
    assert client.get("/api/v1/filings/none/relations").status_code == 404


def draw(store: Store, rows: list[Any], own: Any, language: str = "zh") -> tuple[Relations, Any]:
    keep_known(store, rows)
    with store.read() as connection:
        found = neighbourhood(connection, own.filing, own.links, own.filing.filed_at)
    relations = Relations(found, paths_between(found))
    return relations, draw_relations(relations, language)


def p(name: str, role: Any = "plaintiff", **more: Any) -> Party:
    return person(f"p-{name}", role, name, **more)


def test_the_drawing_says_what_the_table_says(sqlite_store: Store) -> None:
    kin = {"declared_relations": (DeclaredRelation("p-甲", "spouse"),)}
    rows = [
        known("f1", 1, p("丙", phone=PHONE), p("丁", "defendant")),
        known("f2", 2, p("甲"), p("丁", **kin), p("乙", "defendant")),
    ]
    own = known("own", 9, p("甲", phone=PHONE), p("乙", "defendant"))
    relations, drawing = draw(sqlite_store, rows, own)
    number = {dot.node.entity_id: dot.number for dot in drawing.dots}
    assert sorted(number.values()) == list(range(1, len(number) + 1))
    pairs = {frozenset(row.numbers) for row in drawing.drawn}
    assert len(drawing.lines) == len(pairs), "a line for each pair in the table"
    for row in drawing.drawn:
        assert (number[row.ends[0]], number[row.ends[1]]) == row.numbers
    assert len(drawing.drawn) + len(drawing.others) == len(relations.found.edges)
    left, right = (next(d.x for d in drawing.dots if d.node.name == name) for name in "甲乙")
    assert left < min(d.x for d in drawing.dots if d.node.name not in "甲乙") < right
    assert all(0 < dot.x < WIDTH and 0 < dot.y - drawing.top < drawing.height for dot in drawing.dots)
    assert len({(dot.x, dot.y) for dot in drawing.dots}) == len(drawing.dots)
    ties = tell_ties(relations, Words("zh", ZONE), ZONE)
    assert all(ties.labelled(row.edge) for row in drawing.drawn)


def test_a_crowd_is_drawn_in_part(sqlite_store: Store) -> None:
    kin = {"declared_relations": (DeclaredRelation("p-甲", "relative"),)}
    rows = [known(f"f{i}", i, p("甲"), p(f"丙{i}" + "丙" * 30, **kin)) for i in range(20)]
    own = known("own", 99, p("甲", phone=PHONE), p("乙", "defendant"))
    _, drawing = draw(sqlite_store, rows, own, "en")
    assert len(drawing.dots) <= MOST_NODES
    assert drawing.others
    assert max(len(dot.name) for dot in drawing.dots) == 2
    assert any(dot.name[-1].endswith("…") for dot in drawing.dots)
