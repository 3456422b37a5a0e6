"""Tables of party records linked alone, and the command's three forms."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_samples import IDS, filing, person, put

from features.link import workers
from features.link.records import link_records, link_table
from xiezhi.cli import run
from xiezhi.errors import InputError
from xiezhi.store import Store

ROWS = [
    ("a", "person", "张伟", "", "1976", "13812340001", "甘州区东大街12号"),
    ("b", "person", "張 偉", "", "1976-05", "138-1234-0001", "东大街12号"),
    ("c", "person", "张伟", "", "", "", ""),
    ("d", "person", "李某某", "", "", "13812340002", ""),
    ("e", "person", "李某某", "", "", "", ""),
    ("f", "person", "刘强", IDS[2], "", "", ""),
    ("g", "person", "刘 强", IDS[2], "", "13812340003", ""),
    ("h", "person", "刘强", IDS[0], "", "13812340003", ""),
    ("i", "organization", "张掖宇祥商贸有限公司", "", "", "", "甘州区东大街12号"),
    ("j", "organization", "张掖市宇祥商贸有限责任公司", "", "", "", "甘州区东大街12号"),
]
COLUMNS = ["record_id", "kind", "name", "id_number", "birth_date", "phone", "address"]


def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=COLUMNS)


def test_a_small_table() -> None:
    entities, pairs = link_records(frame())
    found = dict(zip(entities["record_id"], entities["entity_id"], strict=True))
    assert list(entities["record_id"]) == list("abcdefghij")
    assert found["a"] == found["b"] == "a"
    assert found["f"] == found["g"] != found["h"]
    assert found["i"] == found["j"]
    assert len({found[x] for x in "acdefhi"}) == 7
    assert list(pairs.columns) == ["record_id_l", "record_id_r", "match_probability"]
    assert pairs["match_probability"].between(0, 1).all()


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(len(ROWS))))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    entities, _ = link_records(frame())
    shuffled, _ = link_records(frame().iloc[order].reset_index(drop=True))
    assert dict(entities.values.tolist()) == dict(shuffled.values.tolist())


def test_processes_beside_this_one_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, _ = link_records(frame())
    monkeypatch.setattr(workers, "_WORTH", 0)
    beside, _ = link_records(frame())
    assert alone.equals(beside)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (frame().drop(columns="name"), "missing-column"),
        (pd.concat([frame(), frame()]), "duplicate-record-id"),
        (frame().assign(kind="alien"), "kind"),
    ],
)
def test_tables_that_cannot_be_used(table: pd.DataFrame, code: str) -> None:
    with pytest.raises(InputError) as raised:
        link_records(table)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "table",
    [
        pa.table([["a"], ["张伟"], ["李四"]], ["record_id", "name", "name"]),
        pa.table({"record_id": ["a"], "name": ["张伟"], "phone": [["13812340001", "13812340002"]]}),
    ],
)
def test_columns_that_cannot_be_read_are_named(table: pa.Table) -> None:
    with pytest.raises(InputError) as raised:
        link_table(table)
    assert raised.value.code == "column"


def test_no_rows_at_all() -> None:
    entities, pairs = link_records(frame().iloc[:0])
    assert (len(entities), len(pairs)) == (0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_command_on_a_table(home: Path, tmp_path: Path, encoding: str) -> None:
    records, out, pairs = tmp_path / "records.csv", tmp_path / "entities.csv", tmp_path / "pairs.csv"
    frame().to_csv(records, index=False, encoding=encoding)
    assert run(["link", str(records), "--out", str(out), "--pairs", str(pairs)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["record_id"] for row in csv.DictReader(file)] == list("abcdefghij")
    assert list(pd.read_csv(pairs)) == ["record_id_l", "record_id_r", "match_probability"]
    assert not home.exists()  # linking a table needs no store


def test_the_command_and_all_it_writes(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records, out, weights, page = (tmp_path / name for name in ("r.csv", "e.csv", "new/w.toml", "page.html"))
    frame().to_csv(records, index=False)
    told = ["--save-weights", str(weights), "--report", str(page), "--json"]
    assert run(["link", str(records), "--out", str(out), *told]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["records"], found["entities"], found["pairs"]) == (10, 7, 28 + 1)
    assert {"features", "blocking", "clustering"} <= found["seconds"].keys()
    assert "<html" in page.read_text(encoding="utf-8")
    assert "prior = " in weights.read_text(encoding="utf-8")
    first = out.read_text()
    assert run(["link", str(records), "--out", str(out), "--weights", str(weights)]) == 0
    assert out.read_text() == first
    assert "10 records, 7 entities; 29 pairs compared" in capsys.readouterr().out


def test_a_further_column_counts(home: Path, tmp_path: Path) -> None:
    rows = pd.DataFrame({"record_id": list("abcd"), "name": ["张伟", "张伟", "李娜", "王芳"]})
    rows["email"] = ["zw1976@example.com", "zw1976@example.com", "lina@example.org", ""]
    rows.to_csv(tmp_path / "r.csv", index=False)
    for more, wanted in (([], "bbcd"), (["--compare", "email"], "aacd")):
        assert run(["link", str(tmp_path / "r.csv"), "--out", str(tmp_path / "e.csv"), *more]) == 0
        with (tmp_path / "e.csv").open(encoding="utf-8", newline="") as file:
            found = [row["entity_id"] for row in csv.DictReader(file)]
        assert (found[0] == found[1]) == (wanted[0] == "a")
        assert found[1:] == [found[1], "c", "d"]


def test_line_breaks_inside_quotes(home: Path, tmp_path: Path) -> None:
    text = 'record_id,name,address\na,王建国,"甘州区\n东大街12号"\nb,王建国,甘州区东大街12号\nc,"王\r\n芳",\n'
    (tmp_path / "r.csv").write_text(text, encoding="utf-8", newline="")
    assert run(["link", str(tmp_path / "r.csv"), "--out", str(tmp_path / "e.csv")]) == 0
    found = pd.read_csv(tmp_path / "e.csv")
    assert found.to_dict("list") == {"record_id": ["a", "b", "c"], "entity_id": ["a", "a", "c"]}


def test_a_header_alone_is_an_empty_table(home: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("record_id,kind,name\n")
    out, pairs = tmp_path / "e.csv", tmp_path / "p.csv"
    assert run(["link", str(tmp_path / "r.csv"), "--out", str(out), "--pairs", str(pairs)]) == 0
    assert (list(pd.read_csv(out)), len(pd.read_csv(out))) == (["record_id", "entity_id"], 0)
    assert list(pd.read_csv(pairs)) == ["record_id_l", "record_id_r", "match_probability"]


def test_the_command_on_parquet(home: Path, tmp_path: Path) -> None:
    frame().to_parquet(tmp_path / "records.parquet")
    out = tmp_path / "entities.parquet"
    assert run(["link", str(tmp_path / "records.parquet"), "--out", str(out)]) == 0
    assert len(pd.read_parquet(out)) == len(ROWS)


def test_the_command_on_the_store(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    party = person("p1", "plaintiff", "刘强", id_number=IDS[2])
    put(sqlite_store, [filing("f0", 0, party), filing("f1", 1, party)])
    assert run(["link", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "filings": 2,
        "mentions": 2,
        "joined": 1,
        "claims_joined": 0,
    }
    links, groups = tmp_path / "links.csv", tmp_path / "groups.csv"
    assert run(["link", "export", "--entities", str(links), "--claims", str(groups)]) == 0
    with links.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["filing_id", "record_id", "entity_id", "probability"]
    assert rows[0]["entity_id"] == rows[1]["entity_id"]
    with groups.open(encoding="utf-8", newline="") as file:
        assert [row["filing_id"] for row in csv.DictReader(file)] == ["f0", "f1"]


def test_what_the_command_cannot_do(home: Path, tmp_path: Path) -> None:
    assert run(["link", str(tmp_path / "none.csv"), "--out", str(tmp_path / "x.csv")]) == 4
    assert run(["link", str(tmp_path / "none.csv")]) == 2
    assert run(["link", "export"]) == 4


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"record_id,name\na,b,c,d\n",
        b"name\nx\n",
        b"record_id,name\na,x\na,y\n",
        b"record_id,kind,name\na,alien,x\n",
        b"record_id,name,name\na,x,y\n",
        b"PAR1",
        b"\x00\xff\xfe\x00\x01",
    ],
)
@pytest.mark.parametrize("name", ["records.csv", "records.parquet"])
def test_files_that_cannot_be_used(home: Path, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert run(["link", str(tmp_path / name), "--out", str(tmp_path / "x.csv")]) == 4
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    "more", [["--weights", "none.toml"], ["--weights", "records.csv"], ["--compare", "email"]]
)
def test_weights_and_columns_that_are_not_there(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    frame().to_csv("records.csv", index=False)
    assert run(["link", "records.csv", "--out", "x.csv", *more]) == 4
