"""The report of a linking run: renders for runs of any size, well formed, alone, in both languages, and says what is."""

from __future__ import annotations

import itertools
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_samples import IDS, filing, organization, person, put

from features.link.docket import link_pending
from features.link.report import write_report
from features.link.report.drawing import (
    Axis,
    draw_histogram,
    draw_weight,
    merge_bins,
    round_step,
    weights_axis,
)
from features.link.report.of_store import run_of_store
from features.link.report.page import CUTS_SHOWN, KindPart, Source
from features.link.table.run import ClusterStat, Cut, KindRun, LevelWeight, LinkingRun, RuleStats
from features.link.words import Words
from xiezhi.store import Store

EMPTY = LinkingRun((), {})
LEVELS = tuple(
    LevelWeight(field, level, m, u, math.log2(m / u), pairs)
    for field, level, m, u, pairs in [
        ("name", "exact", 0.93, 1e-5, 9_000),
        ("name", "other", 0.01, 0.99, 40_000),
        ("phone", "same", 0.7, 1e-3, 300),
        ("phone", "other", 0.3, 1.0, 0),
        ("middle", "same", 0.6, 0.02, 0),
        ("weight", "same", 0.6, 0.02, 7),  # a table's own column
    ]
)


def kind_run(size: int = 1_000, **changes: object) -> KindRun:
    fields: dict[str, object] = {
        "kind": "person",
        "records": size,
        "pairs": 4 * size,
        "prior": -14.0,
        "cut": 3.17,
        "levels": LEVELS,
        "rules": (
            RuleStats("number", size, 3, 0, 0.9 * size, 0.01),
            RuleStats("number~repairs", 0, 0, 0, 0.0, 0.01),
            RuleStats("phone+family", 2 * size, 30, 7, 0.1 * size, 1.5),
        ),
        "histogram": tuple((float(edge), 1 + (edge * edge) % 97) for edge in range(-60, 66)),
        "recall_ceiling": 0.974,
        "unlinkable": 0.031,
        "sizes": ((1, size // 2), (2, 5), (7, 1), (250, 1)),
        "largest": (ClusterStat("<E&1>", 250, 0.87), ClusterStat("E-2", 7, 0.99999)),
        "cuts": tuple(Cut(f"R{i}", f"R{i + 1}", float(i), "weak-chain") for i in range(CUTS_SHOWN + 5)),
    }
    return KindRun(**{**fields, **changes})  # type: ignore[arg-type]


def one_record() -> KindRun:
    return kind_run(1, pairs=0, rules=(), histogram=(), sizes=((1, 1),), largest=(), cuts=(), levels=())


RUNS = {
    "empty": EMPTY,
    "no records": LinkingRun((kind_run(0, sizes=(), rules=(), histogram=(), largest=(), cuts=()),), {}),
    "one record": LinkingRun((one_record(),), {"features": 0.0}),
    "usual": LinkingRun((kind_run(), kind_run(kind="organization")), {"features": 1.25, "blocking": 0.5}),
    "large": LinkingRun((kind_run(10_000_000),), {"features": 300.0, "a stage of its own": 1.0}),
    "untold": LinkingRun((kind_run(recall_ceiling=math.nan, unlinkable=0.0),), {}),
}


class Outline(HTMLParser):
    """Checks that elements nest, and gathers texts, ids and addresses."""

    VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "line", "rect"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1:] != ["style"]:
            self.texts.append(data.strip())


def written(run: LinkingRun, tmp_path: Path, language: str = "en", source: Source = "table") -> str:
    out = tmp_path / "new folder" / "report.html"
    write_report(run, out, language, source=source)
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("source", ["table", "store"])
@pytest.mark.parametrize("name", list(RUNS))
def test_it_renders(tmp_path: Path, name: str, source: Source, language: str) -> None:
    html = written(RUNS[name], tmp_path, language, source)
    outline = Outline(html)
    assert outline.open == []
    assert html.startswith("<!doctype html>")
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in html
    assert not {"script", "img", "link", "iframe", "object"} & set(outline.tags)
    assert not re.search(r"(?:https?:)?//[a-z]|@import|url\(", html, re.I)
    assert "nan" not in " ".join(outline.texts)
    assert not [text for text in outline.texts if "{" in text]
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.tags.count("h1") == 1


def test_chinese_reports_speak_chinese(tmp_path: Path) -> None:
    texts = Outline(written(RUNS["usual"], tmp_path, "zh")).texts
    latin = {text for text in texts if re.search(r"[A-Za-z]{4,}", text)}
    assert latin == {"weight"}


def test_it_says_what_the_run_was(tmp_path: Path) -> None:
    html = written(RUNS["usual"], tmp_path)
    texts = Outline(html).texts
    for expected in ("1,000", "4,000", "97.4%", "3.1%", "+3.2 (90%)", "−14.0", "identity number", "phone + sound of surname", "900", "90%", "0.93", "1e-05", "+16.5", "<E&1>", "> 0.9999", "over 200", "6–10", "1.2 s"):  # fmt: skip
        assert expected in texts, expected
    assert "middle name" not in texts  # no pair knows it
    assert "identity number ~ misread number" not in texts  # it found nothing
    assert texts.count("weak chain") == 2 * CUTS_SHOWN
    assert any(f"listed are the first {CUTS_SHOWN}" in text for text in texts)


def test_every_drawing_has_its_table(tmp_path: Path) -> None:
    run = RUNS["usual"]
    html = written(run, tmp_path)
    part = KindPart(run.kinds[0], Words("en"))
    cells = re.findall(r'<td class="number">([\d,]+)</td>\n</tr>', html)
    for _, _, pairs in part.bins:
        assert f"{pairs:,}" in cells
    assert html.count('<svg class="chart"') == 2
    assert html.count('<svg class="weight"') == 2 * len(part.weights)


def test_a_store_never_tells_a_recall_ceiling(tmp_path: Path) -> None:
    html = written(RUNS["untold"], tmp_path, source="store")
    assert "a recall ceiling cannot be told" in html
    assert "Matches expected" not in html


histograms = st.dictionaries(st.integers(-300, 300).map(float), st.integers(0, 10**9), max_size=80).map(
    lambda found: sorted(found.items())
)


@given(histograms)
def test_bins_lose_no_pair(histogram: list[tuple[float, int]]) -> None:
    bins = merge_bins(histogram)
    assert len(bins) <= 30
    assert sum(pairs for _, _, pairs in bins) == sum(pairs for _, pairs in histogram)
    for (_, high, _), (low, _, _) in itertools.pairwise(bins):
        assert high == low
    for edge, pairs in histogram:
        assert not pairs or any(low <= edge < high for low, high, _ in bins)
    drawn = draw_histogram(bins, 3.17, "cut", "title")
    assert "nan" not in drawn
    assert all(0 <= float(h) <= 260 for h in re.findall(r'height="([\d.]+)"', drawn))


@given(st.lists(st.floats(-60, 60), max_size=20), st.floats(-60, 60))
def test_weights_stay_on_their_axis(bits: list[float], one: float) -> None:
    axis = weights_axis([*bits, one])
    x, width = (
        float(re.findall(rf'<rect[^>]* {name}="([\d.]+)"', draw_weight(one, axis))[0])
        for name in ("x", "width")
    )
    assert x >= -0.01
    assert x + width <= axis.width + 0.8
    assert axis.low <= min(axis.ticks) <= 0 <= max(axis.ticks) <= axis.high
    assert 2 <= len(axis.ticks) <= 9


@pytest.mark.parametrize(
    ("least", "step"), [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (4.8, 5.0), (51, 100.0), (0.02, 0.02)]
)
def test_round_steps(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


def test_an_axis_keeps_what_lies_outside_at_its_end() -> None:
    axis = Axis(-10.0, 10.0, 100.0)
    assert [axis.at(value) for value in (-99.0, -10.0, 0.0, 10.0, 99.0)] == [0.0, 0.0, 50.0, 100.0, 100.0]


def test_the_report_of_a_store(store: Store, tmp_path: Path) -> None:
    rows = [
        filing(f"f{i}", i, person("p1", "plaintiff", "刘强", id_number=IDS[2], phone="13812340001"), organization("p2", "defendant", f"张掖第{'一二三四五'[i]}商贸有限公司"))
        for i in range(5)
    ]  # fmt: skip
    rows.append(filing("f9", 9, person("p1", "plaintiff", "李某某")))
    put(store, rows)
    link_pending(store)
    with store.read() as connection:
        run = run_of_store(connection)
    kinds = {kind.kind: kind for kind in run.kinds}
    people = kinds["person"]
    assert people.records == 6
    assert people.sizes == ((1, 1), (5, 1))
    assert [(cluster.size, cluster.probability > 0.99) for cluster in people.largest] == [(5, True)]
    assert people.unlinkable == pytest.approx(1 / 6)
    assert people.histogram == ((50.0, 4),)
    assert math.isnan(people.recall_ceiling)
    found = {rule.name: rule for rule in people.rules}
    assert (found["number"].pairs, found["number"].alone) == (4, 0)
    level = {(x.field, x.level): x for x in people.levels}
    assert level["number", "same"].pairs == 4
    assert all(x.bits == pytest.approx(math.log2(x.m / x.u)) for x in people.levels)
    assert (
        kinds["organization"].records == sum(size * count for size, count in kinds["organization"].sizes) == 5
    )
    html = written(run, tmp_path, "zh", "store")
    assert not re.search("刘强|商贸|" + "|".join(IDS), html)
    assert Outline(html).open == []


def test_the_report_of_an_empty_store(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.read() as connection:
        run = run_of_store(connection)
    assert "nothing to report" in written(run, tmp_path, "en", "store")
