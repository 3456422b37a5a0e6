"""Another court's export comes in through a mapping file, and a bad mapping is told by place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from intake_samples import FILING, csv_text, json_lines

from features.intake import Accepted, Rejected, load_mapping, read_sources
from features.intake.mapping import parse_mapping
from xiezhi.clock import format_moment
from xiezhi.errors import MappingError
from xiezhi.records import Event, Filing, Finding
from xiezhi.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"

WIDE = """
zone = "Asia/Urumqi"
[tables."立案登记"]
holds = "filings"
skip = [{ column = "状态", one_of = ["作废"] }]
[tables."立案登记".columns]
filing_id = { join = ["年度", "编号"], with = "-" }
court = { constant = "新0102" }
filed_at = { from = "立案日期", date = "%Y年%m月%d日" }
cause = { from = ["案由", "案由大类"], default = "其他" }
proceeding = { from = "程序", values = { "一审" = "first_instance", "执行" = "enforcement" }, otherwise = "other" }
"elements.price" = "成交价"
"extra.年度" = "年度"

[[parties]]
from = "立案登记"
columns = { role = { constant = "plaintiff" }, kind = { constant = "person" }, name = "原告" }

[[parties]]
from = "立案登记"
when = { column = "被告", empty = false }
columns = { role = { constant = "defendant" }, kind = { constant = "person" }, name = "被告" }

[[events]]
from = "立案登记"
when = { column = "结案日期", empty = false }
columns = { at = { from = "结案日期", date = "%Y%m%d" }, kind = { constant = "closed" } }

[[findings]]
from = "立案登记"
when = { column = "虚假", equals = 1 }
[findings.columns]
at = { template = "{年度}-12-31" }
finding = { constant = "false" }
source = { constant = "review" }
"""

WIDE_ROWS: list[dict[str, Any]] = [
    {"年度": "2023", "编号": "7", "立案日期": "2023年3月1日", "案由": "", "案由大类": "合同纠纷", "程序": "执行",
     "原告": "甲", "被告": "乙", "结案日期": "20230901", "虚假": "1", "状态": "", "成交价": "50"},
    {"年度": "2023", "编号": "8", "立案日期": "2023年3月2日", "案由": "", "案由大类": "", "程序": "再审",
     "原告": "甲", "被告": "", "结案日期": "", "虚假": "0", "状态": "", "成交价": ""},
    {"年度": "2023", "编号": "9", "立案日期": "坏", "案由": "", "案由大类": "", "程序": "",
     "原告": "丙", "被告": "", "结案日期": "20230901", "虚假": "1", "状态": "作废", "成交价": ""},
]  # fmt: skip


def test_one_wide_table_becomes_a_docket(tmp_path: Path) -> None:
    (tmp_path / "立案登记.csv").write_bytes(csv_text(WIDE_ROWS).encode("gb18030"))
    mapping = parse_mapping(tomllib.loads(WIDE))
    outcomes = list(read_sources([tmp_path], mapping=mapping, settings=Settings()))
    first, second, closed, found = (o.record for o in outcomes if isinstance(o, Accepted))
    assert len(outcomes) == 4
    assert isinstance(first, Filing)
    assert isinstance(second, Filing)
    assert first.filing_id == "2023-7"
    assert format_moment(first.filed_at, "Asia/Urumqi") == "2023-03-01T00:00:00+06:00"
    assert (first.cause, first.proceeding) == ("合同纠纷", "enforcement")
    assert (second.cause, second.proceeding) == ("其他", "other")
    assert [(p.role, p.name) for p in first.parties] == [("plaintiff", "甲"), ("defendant", "乙")]
    assert [p.name for p in second.parties] == ["甲"]
    assert first.elements == {"price": "50"}
    assert first.extra["年度"] == "2023"
    assert isinstance(closed, Event)
    assert closed.filing_id == "2023-7"
    assert isinstance(found, Finding)
    assert (found.filing_id, found.finding) == ("2023-7", "false")


def test_nested_records_are_mapped_too(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    litigants = [{"side": "A", "kind": "person", "name": "甲"}]
    record = {k: v for k, v in FILING.items() if k not in ("parties", "agents", "cause")}
    path.write_text(json_lines([{**record, "reason": "借款", "litigants": litigants}]), "utf-8")
    mapping = parse_mapping(
        {
            "tables": {
                "export": {"holds": "filings", "columns": {"cause": "reason", "parties": "litigants"}},
                "parties": {
                    "holds": "parties",
                    "columns": {"role": {"from": "side", "values": {"A": "plaintiff"}}},
                },
            }
        }
    )
    (outcome,) = read_sources([path], mapping=mapping, settings=Settings())
    assert isinstance(outcome, Accepted), outcome
    assert isinstance(outcome.record, Filing)
    assert (outcome.record.cause, outcome.record.parties[0].role) == ("借款", "plaintiff")


def test_parts_of_a_skipped_filing_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "filings.csv").write_text("filing_id,court,filed_at,cause,void\nF1,a,2024-01-01,c,1\n")
    (tmp_path / "parties.csv").write_text("filing_id,role,kind,name\nF1,plaintiff,person,x\n")
    mapping = parse_mapping(
        {"tables": {"filings": {"holds": "filings", "skip": [{"column": "void", "equals": True}]}}}
    )
    outcomes = list(read_sources([tmp_path], mapping=mapping, settings=Settings()))
    assert len(outcomes) == 1  # true is not 1
    mapping = parse_mapping(
        {"tables": {"filings": {"holds": "filings", "skip": [{"column": "void", "equals": 1}]}}}
    )
    assert list(read_sources([tmp_path], mapping=mapping, settings=Settings())) == []


def test_a_date_that_does_not_fit_rejects_its_record_alone(tmp_path: Path) -> None:
    (tmp_path / "立案登记.csv").write_text(csv_text([WIDE_ROWS[0] | {"立案日期": "昨天"}, WIDE_ROWS[1]]))
    mapping = parse_mapping(tomllib.loads(WIDE))
    outcomes = list(read_sources([tmp_path], mapping=mapping, settings=Settings()))
    rejected = [o for o in outcomes if isinstance(o, Rejected)]
    assert [(r.place.row, r.field, r.code) for r in rejected] == [(2, "filed_at", "not-a-date")]


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        ({"tables": {"t": {"columns": {}}}}, "tables.t.holds"),
        ({"tables": {"t": {"holds": "cases"}}}, "tables.t.holds"),
        ({"tables": {"t": {"holds": "filings", "colums": {}}}}, "tables.t.colums"),
        ({"tables": {"t": {"holds": "filings", "columns": {"caus": "x"}}}}, "tables.t.columns.caus"),
        ({"tables": {"t": {"holds": "events", "columns": {"extra.x": "x"}}}}, "tables.t.columns.extra.x"),
        ({"tables": {"t": {"holds": "nothing", "columns": {"cause": "x"}}}}, "tables.t.columns"),
        (
            {"tables": {"t": {"holds": "filings", "columns": {"cause": {"from": "x", "constant": "y"}}}}},
            "tables.t.columns.cause",
        ),
        ({"tables": {"t": {"holds": "filings", "skip": [{"column": "x"}]}}}, "tables.t.skip[0]"),
        ({"findings": [{"columns": {}}]}, "findings[0].from"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"currency": "yuan"}, "currency"),
    ],
)
def test_a_bad_mapping_is_told_by_place(mapping: dict[str, Any], place: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(mapping)
    assert f"映射文件 {place}：" in caught.value.zh
    assert f"Mapping file, {place}:" in caught.value.en


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"columns": {"court": "cort"}}, "tables.filings.columns.court"),
        ({"columns": {"court": {"template": "{cort}"}}}, "tables.filings.columns.court"),
        ({"skip": [{"column": "cort", "empty": True}]}, "tables.filings"),
    ],
)
def test_a_column_the_table_lacks_is_told_before_anything_is_taken(
    rule: dict[str, Any], place: str, tmp_path: Path
) -> None:
    (tmp_path / "filings.csv").write_text("filing_id,court\nF1,a\n")
    mapping = parse_mapping({"tables": {"filings": {"holds": "filings", **rule}}})
    with pytest.raises(MappingError, match=f"{place}: the table has no column 'cort'"):
        list(read_sources([tmp_path], mapping=mapping, settings=Settings()))


@pytest.mark.parametrize("content", [b"zone = ", b"\xff\xfe\xff"])
def test_a_file_that_is_no_toml(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(content)
    with pytest.raises(MappingError, match=r"mapping\.toml"):
        load_mapping(path)
    with pytest.raises(MappingError, match=r"missing\.toml"):
        load_mapping(tmp_path / "missing.toml")


def test_the_example_of_federal_cases(tmp_path: Path) -> None:
    cases = [
        {"filing_id": "U1", "court": "ca8", "court_type": "Appellate", "case_type": "", "year_filed": "2003",
         "nature_of_suit": "", "cause": "", "case_number": "03-1"},
        {"filing_id": "U2", "court": "nysd", "court_type": "District", "case_type": "civil", "year_filed": "2007",
         "nature_of_suit": "Trademark", "cause": "15:1125", "case_number": "1:07-cv-2"},
    ]  # fmt: skip
    parties = [
        {"filing_id": "U1", "party_no": "1", "role": "Appellant", "name": "A. Doe", "first": "A."},
        {"filing_id": "U1", "party_no": "2", "role": "Mediator", "name": "B. Roe", "first": "B."},
        {"filing_id": "U1", "party_no": "3", "role": "", "name": "", "first": ""},
        {"filing_id": "U2", "party_no": "1", "role": "Defendant", "name": "Acme Inc.", "first": ""},
    ]
    orders = [
        {"filing_id": "U1", "first_order_issued": "2006-01-27", "frivolous_or_malicious": "0",
         "vexatious": "0", "sanctions": "1"},
        {"filing_id": "U2", "first_order_issued": "2008-02-01", "frivolous_or_malicious": "0",
         "vexatious": "0", "sanctions": "0"},
    ]  # fmt: skip
    for name, rows in (("cases", cases), ("parties", parties), ("orders_said", orders)):
        (tmp_path / f"{name}.csv").write_text(csv_text(rows))
    mapping = load_mapping(EXAMPLES / "us_federal_cases" / "mapping.toml")
    outcomes = list(read_sources([tmp_path], mapping=mapping, settings=Settings()))
    one, two, finding = (o.record for o in outcomes if isinstance(o, Accepted))
    assert isinstance(one, Filing)
    assert isinstance(two, Filing)
    assert (one.proceeding, one.cause, one.currency) == ("appeal", "Appellate", "USD")
    assert format_moment(one.filed_at, "America/New_York") == "2003-01-01T00:00:00-05:00"
    assert [(p.role, p.kind) for p in one.parties] == [("plaintiff", "person"), ("third_party", "person")]
    assert [(p.role, p.kind) for p in two.parties] == [("defendant", "organization")]
    assert (two.cause, two.extra["statute"]) == ("Trademark", "15:1125")
    assert isinstance(finding, Finding)
    assert (finding.filing_id, finding.finding, finding.source) == ("U1", "abusive", "sanction")
    assert format_moment(finding.recorded_at, "America/New_York") == "2006-01-27T00:00:00-05:00"
