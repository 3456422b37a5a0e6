"""Files that are small as they come in and large once unpacked are refused before anything reads them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from desk_samples import open_desk

from serving.jobs import unpacked
from serving.jobs.unpacked import check_unpacked
from xiezhi.errors import InputError
from xiezhi.store import Store


def workbook(*cells: tuple[int, int]) -> bytes:
    """A workbook with something in these cells (row, column, from 0)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("filings")
    for row, column in cells:
        sheet.write(row, column, "x")
    book.close()
    return out.getvalue()


def packed(sheet: str) -> bytes:
    """A package with one part."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as box:
        box.writestr("xl/worksheets/any.bin", sheet)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        workbook((0, 0), (1_048_575, 16_383)),
        packed("<c r='XFD1048576'><v>1</v></c>"),
        packed('<x:c a=">" r = "xfd1048576" t="s">'),
        packed('<row r="1048576"><c r="XFD1"/><c><v>1</v></c>'),
        packed('<row r="1048575"/><row>' + '<c s="1"/>' * 20 + "<c><v>1</v></c>"),
        packed('<c r="XFD1"><c r="A1048576">'),
        packed(" " * (1 << 20) + "<c " + "x" * (1 << 17)),
    ],
)
def test_a_cell_in_the_last_corner_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        check_unpacked(content)
    assert refused.value.code == "unpacks-too-large"


def test_a_tag_cut_by_the_end_of_a_piece_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed("<row>" * 9 + '<c r="XFD1048576">')
    for size in range(1, 40):
        monkeypatch.setattr(unpacked, "_PIECE", size)
        with pytest.raises(InputError):
            check_unpacked(content)


def test_what_unpacks_to_more_than_can_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "LARGEST", 10_000)
    for content in (gzip.compress(b" " * 10_001), packed("x" * 10_001)):
        with pytest.raises(InputError):
            check_unpacked(content)
    check_unpacked(gzip.compress(b" " * 10_000))


def test_a_size_that_is_not_the_true_one_is_refused() -> None:
    content = bytearray(packed("x" * 5_000))
    end = content.index(b"PK\x01\x02")
    content[end + 24 : end + 28] = (10).to_bytes(4, "little")
    with pytest.raises(InputError):
        check_unpacked(bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"PK",
        b"PAR1nothingPAR1",
        b"\x1f\x8bnothing",
        gzip.compress(b"{}", mtime=0),  # a name of a test tells no time
        workbook((0, 0), (5_000, 40)),
        packed('<c r="XFD1048576" s="3"/><row r="1048576" ht="9"/>'),
    ],
)
def test_ordinary_and_damaged_files_are_left_to_whoever_reads_them(content: bytes) -> None:
    check_unpacked(content)


def shared_book(texts: Sequence[str], cells: str) -> bytes:
    """A workbook whose cells point at shared texts."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as box:
        box.writestr("xl/worksheets/sheet1.xml", f"<sheetData><row>{cells}</row></sheetData>")
        box.writestr(
            "xl/sharedStrings.xml", "<sst>" + "".join(f"<si><t>{t}</t></si>" for t in texts) + "</sst>"
        )
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        shared_book(["a", "x" * 30_000], '<c t="s"><v>1</v></c>' * 10_000),
        shared_book(["x" * 30_000], '<c r="A1" t="s" s="2"><f/><v>0</v></c>' * 10_000),
        shared_book(["<!-- <si> -->", "x" * 30_000], '<c t="s"><v>0</v></c>' * 10_000),
    ],
)
def test_cells_that_point_at_one_long_text_again_and_again_are_refused(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (1 << 20, 1_000, 37):
        monkeypatch.setattr(unpacked, "_PIECE", size)
        with pytest.raises(InputError):
            check_unpacked(content)


def test_a_book_of_ordinary_shared_texts_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = '<c t="s"><v>0</v></c>' * 10_000 + '<c t="s"><v>1</v></c><c><v>1</v></c>' * 8_000
    content = shared_book(["借款", "x" * 30_000], cells)
    for size in (1 << 20, 997):
        monkeypatch.setattr(unpacked, "_PIECE", size)
        check_unpacked(content)
    monkeypatch.setattr(unpacked, "LARGEST", 200_000_000)
    with pytest.raises(InputError):
        check_unpacked(content)


def test_the_desk_says_so_and_goes_on(sqlite_store: Store) -> None:
    client = open_desk(sqlite_store)
    bomb = ("filings.xlsx", workbook((0, 0), (1_048_575, 16_383)))
    page = client.post("/desk/uploads", files={"files": bomb}, headers={"accept-language": "en"})
    assert "too large once unpacked" in page.text
    assert client.get("/healthz").status_code == 200
