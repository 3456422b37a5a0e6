"""Every format and encoding brings in the same docket, and a bad record is rejected alone."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_samples import (
    EVENT,
    FILING,
    FINDING,
    TABLES,
    csv_text,
    json_lines,
    numbered,
    write_docket,
    write_tables,
)
from python_calamine import CalamineWorkbook

from features.intake import Accepted, Rejected, read_sources
from xiezhi.records import Event, Filing, Finding, Record
from xiezhi.settings import Settings

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")
DAY_START = 1_717_171_200_000_000
"""2024-06-01T00:00+08:00."""


def read(*paths: Path | str) -> tuple[list[Record], list[Rejected]]:
    outcomes = list(read_sources(paths, mapping=None, settings=Settings()))
    records = [o.record for o in outcomes if isinstance(o, Accepted)]
    return records, [o for o in outcomes if isinstance(o, Rejected)]


def check_docket(records: list[Record]) -> None:
    filing, event, finding = records
    assert isinstance(filing, Filing)
    assert filing.filing_id == "F1"
    assert filing.claim_amount == 1200.5
    assert filing.mediation_requested is True
    assert filing.currency == "CNY"
    assert filing.related_case_numbers == ("(2023)甘0702民初9号", "(2023)甘0702民初10号")
    assert [p.name for p in filing.parties] == ["张秀英", "甘州区大地商贸有限公司"]
    assert filing.parties[0].id_number == "11010519491231002X"
    assert filing.parties[1].id_type is None
    assert filing.parties[1].declared_relations[0].to == "p1"
    assert filing.agents[0].represents == ("p1",)
    assert filing.evidence[0].amount == 1000.0
    assert filing.elements == FILING["elements"]
    assert event == Event("F1", DAY_START, "served", DAY_START)
    assert isinstance(finding, Finding)
    assert finding.finding == "false"


def folder_of_json_lines(folder: Path) -> Path:
    return write_docket(folder, [FILING])


def folder_of_gzip(folder: Path) -> Path:
    folder.mkdir()
    for name, record in (("filings", FILING), ("events", EVENT), ("findings", FINDING)):
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(json_lines([record]).encode()))
    return folder


def folder_of_parquet(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    other = {"filing_id": "F0", "elements": {"price": 1.5}}  # widens the columns, and is rejected
    for name, records in (("filings", [FILING, other]), ("events", [EVENT]), ("findings", [FINDING])):
        pq.write_table(pa.Table.from_pylist(records), folder / f"{name}.parquet")
    return folder


def folder_of_tables(folder: Path) -> Path:
    return write_tables(folder)


def one_mixed_file(folder: Path) -> Path:
    path = folder.with_suffix(".jsonl")
    path.write_text(json_lines([FILING, EVENT, FINDING]), "utf-8")
    return path


def workbook(folder: Path) -> Path:
    import xlsxwriter  # type: ignore[import-untyped]

    path = folder.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as book:
        for name, rows in TABLES.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(rows[0]))
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row.values()):
                    is_number = value in ("1200.5", "1000")
                    sheet.write(number, column, float(value) if is_number else value)
        book.add_worksheet("说明").write(0, 0, "不是表")
    return path


@pytest.mark.parametrize(
    "make",
    [folder_of_json_lines, folder_of_gzip, folder_of_parquet, folder_of_tables, one_mixed_file, workbook],
)
def test_every_format_gives_the_same_records(make: Callable[[Path], Path], tmp_path: Path) -> None:
    records, rejected = read(make(tmp_path / "docket"))
    check_docket(records)
    assert [r.place.row for r in rejected] == ([2] if make is folder_of_parquet else [])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_tables(encoding: str, tmp_path: Path) -> None:
    records, rejected = read(write_tables(tmp_path / "docket", encoding))
    check_docket(records)
    assert rejected == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_json_lines(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_bytes(json_lines([FILING, EVENT, FINDING]).encode(encoding))
    records, rejected = read(path)
    check_docket(records)
    assert rejected == []


def test_tables_named_one_by_one_belong_together(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "docket")
    records, rejected = read(*(folder / f"{name}.csv" for name in TABLES))
    check_docket(records)
    assert rejected == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str, tmp_path: Path) -> None:
    tables = {name: rows for name, rows in TABLES.items() if name != "filings"}
    folder = write_tables(tmp_path / "docket", tables=tables)
    (folder / "filings.csv").write_text(csv_text(TABLES["filings"], separator), "utf-8")
    records, rejected = read(folder)
    check_docket(records)
    assert rejected == []


def test_standard_input_gzipped_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = json_lines([FILING, EVENT, FINDING]).encode("gb18030")
    for data in (plain, gzip.compress(plain)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        records, rejected = read("-")
        check_docket(records)
        assert rejected == []


def test_one_damaged_line_costs_itself_alone(tmp_path: Path) -> None:
    lines = [json_lines([numbered(n)]).encode() for n in range(5)]
    lines[2] = lines[2].replace("张秀英".encode(), b"\xd5\xc5\xff")
    lines[3] = b"{not json}\n"
    path = tmp_path / "day.jsonl"
    path.write_bytes(b"\n".join(lines))
    records, rejected = read(path)
    assert len(records) == 3
    assert [(r.place.row, r.code) for r in rejected] == [(5, "not-decodable"), (7, "not-json")]


def test_a_damaged_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    path.write_bytes(gzip.compress(json_lines(numbered(n) for n in range(2_000)).encode())[:-900])
    records, rejected = read(path)
    assert len(records) > 100
    assert [r.code for r in rejected][-1] == "not-readable"


def test_faults_of_flat_tables_name_their_own_row(tmp_path: Path) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    tables["parties"][1]["role"] = "victim"
    tables["agents"].append({**tables["agents"][0], "filing_id": "F404"})
    folder = write_tables(tmp_path / "docket", tables=tables)
    records, rejected = read(folder)
    assert [type(r) for r in records] == [Event, Finding]
    assert [(Path(r.place.file).name, r.place.row, r.field, r.code) for r in rejected] == [
        ("parties.csv", 3, "role", "not-allowed"),
        ("agents.csv", 3, "filing_id", "unknown-filing"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("filings.csv", b"", ["no-header"]),
        ("filings.csv", b"filing_id,filing_id\n1,2\n", ["duplicate-column"]),
        ("events.csv", b"filing_id,at,kind\nF1,2024-01-01,served,too,many\n", ["wrong-columns"]),
        ("parties.csv", b"filing_id,name\nF1,x\n", ["no-filings-table"]),
        ("filings.csv", b"filing_id,court\nF1,a\nF1,b\n", ["missing", "duplicate-filing"]),
        ("other.csv", b"a,b\n1,2\n", ["unknown-table"]),
        ("filings.docx", b"PK", ["unknown-format"]),
        ("book.xlsx", b"PK\x03\x04", ["not-readable"]),
        ("filings.parquet", b"PAR1 no", ["not-readable"]),
        ("day.jsonl", b'{"a": 1}\n[]\n', ["unknown-record", "not-an-object"]),
    ],
)
def test_bad_files(name: str, content: bytes, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    records, rejected = read(path)
    assert records == []
    assert [r.code for r in rejected] == codes


def test_missing_path_and_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, rejected = read(tmp_path / "nowhere", tmp_path / "empty")
    assert [r.code for r in rejected] == ["not-found", "nothing-here"]


def test_dates_and_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    import datetime

    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("events")
        sheet.write_row(0, 0, ["filing_id", "at", "kind", "amount"])
        sheet.write_row(1, 0, [20240001, "", "closed", 3])
        sheet.write_datetime(1, 1, datetime.datetime(2024, 6, 1))  # noqa: DTZ001 - a local date
    assert CalamineWorkbook.from_path(path).sheet_names == ["events"]
    records, _ = read(path)
    assert records == [Event("20240001", DAY_START, "closed", DAY_START, amount=3.0)]


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999"])
def test_a_number_that_is_none_stays_text(tmp_path: Path, cell: str) -> None:
    elements = [{"filing_id": "F1", "key": "principal_agreed", "value": cell}]
    write_tables(tmp_path, tables={**TABLES, "elements": elements})
    records, _ = read(tmp_path)
    assert isinstance(records[0], Filing)
    assert records[0].elements == {"principal_agreed": cell}, "JSON has no such number"
