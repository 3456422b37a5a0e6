"""The review sheet and the desk's papers: as page, PDF and DOCX, in both languages; the code that is known again."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from casework_samples import RARE, client_of, fill, opened
from docx import Document
from pypdf import PdfReader
from serving_samples import NOW, ZONE
from starlette.testclient import TestClient
from weasyprint.urls import FatalURLFetchingError  # type: ignore[import-untyped]

from features.signs import load_pack
from serving.casework.attachments import attach
from serving.casework.notes import withdraw_note, write_note
from serving.review.case import read_case
from serving.sheets.content import Section, Sheet, tell_sheet
from serving.sheets.docx import SHIPPED, write_docx
from serving.sheets.html import write_papers, write_sheet
from serving.sheets.issue import issue, verify
from serving.sheets.paper import PAPER_KINDS, Paper, load_papers, tell_paper
from serving.sheets.pdf import VendoredFetcher, write_pdf
from serving.sheets.template import build_template
from serving.sheets.wording import numeral, printable
from serving.web.render import Words
from xiezhi import cli
from xiezhi.accounts.administer import add_user
from xiezhi.audit.check import check_store
from xiezhi.clock import DAY
from xiezhi.errors import InputError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import newest_entries
from xiezhi.store.users import User

ID_NUMBER = "62070219880101123X"
LANGUAGES = ["zh", "en"]


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    """A PDF in Chinese needs a Chinese font on the machine that makes it."""
    lister = shutil.which("fc-list")
    if lister is None or not subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=True).stdout:
        pytest.skip("no Chinese font installed (on Debian: apt-get install fonts-noto-cjk)")


def sheet_of(store: Store, language: str, at: int = NOW) -> Sheet:
    case, work = opened(store)
    return tell_sheet(case, work, Section("paths", "关联", ("路径一",)), Words(language, ZONE), at)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_what_the_page_says(sqlite_store: Store, language: str) -> None:
    screening = fill(sqlite_store)
    words = Words(language, ZONE)
    sheet = issue(sqlite_store, sheet_of(sqlite_store, language), screening, form="pdf", by="", at=NOW)
    pdf = write_pdf(write_sheet(sheet, words))
    pages, text = PdfReader(BytesIO(pdf)).pages, squeezed(text_of(pdf))
    assert 3 <= len(pages) <= 6
    width, height = float(pages[0].mediabox.width), float(pages[0].mediabox.height)
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    assert RARE in text
    assert ID_NUMBER not in text
    assert "**************123X" in text
    assert "张掖甘州农村商业银行股份有限公司" in text
    for said in (sheet.title, sheet.caution, *(section.heading for section in sheet.sections)):
        assert squeezed(said) in text
    for number, page in enumerate(pages, 1):
        own = squeezed(page.extract_text())
        assert f"—{number}—" in own
        assert sheet.code in own, "the code stands on every page"
        assert screening.model_version in own
        assert screening.rules_version in own
    assert {"zh": "提示不是认定", "en": "Aflag,notafinding"}[language] in text


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    case_words = Words("zh", ZONE)
    paper = Paper("zh", "院", "题", "号", "某：", "国" * 28 * 22 * 3, (), "完", (), "日")
    pages = PdfReader(BytesIO(write_pdf(write_papers([paper], case_words)))).pages
    lines = [line.strip() for line in pages[1].extract_text().splitlines() if "国" in line]
    assert [len(line) for line in lines] == [28] * 22


@pytest.mark.parametrize(
    "url",
    [
        "http://example.test/x.css", "file:///etc/passwd", "file:///static/../app.py", "file:///static/..",
        "data:text/css,*{}", "file:///static/sub/x.css",
    ],
)  # fmt: skip
def test_a_pdf_is_made_of_vendored_files_alone(url: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        VendoredFetcher().fetch(url)
    with pytest.raises(FatalURLFetchingError):
        write_pdf(f'<link rel="stylesheet" href="{url}"><p>x')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_docx_says_the_same(sqlite_store: Store, language: str) -> None:
    screening = fill(sqlite_store)
    write_note(sqlite_store, "F-003", text="一 < 二 & {{ 三 }}", by="李伟", at=NOW)
    sheet = issue(sqlite_store, sheet_of(sqlite_store, language), screening, form="docx", by="", at=NOW)
    made = Document(BytesIO(write_docx(sheet, None)))
    lines = [paragraph.text for paragraph in made.paragraphs]
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    for section in sheet.sections:
        assert section.heading in lines
        assert set(section.lines) <= set(lines)
        if section.table:
            assert {cell for row in section.table.rows for cell in row} <= set(cells)
    assert RARE in cells
    assert any("一 < 二 & {{ 三 }}" in line for line in lines)
    assert not any(mark in text for text in lines + cells for mark in ("{%", "%}"))
    footer = " ".join(paragraph.text for paragraph in made.sections[0].footer.paragraphs)
    assert sheet.code in footer
    assert sheet.watermark in footer
    page = made.sections[0]
    assert [round(x.mm) for x in (page.page_width, page.page_height, page.top_margin, page.left_margin) if x] == [
        210, 297, 37, 28,
    ]  # fmt: skip


def test_the_template_in_the_repository_is_the_one_that_is_built() -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with ZipFile(BytesIO(content)) as box:
            return {name: box.read(name) for name in box.namelist()}

    assert parts(SHIPPED.read_bytes()) == parts(build_template())


def test_a_court_has_a_template_of_its_own(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(sqlite_store)
    own = tmp_path / "own.docx"
    assert cli.run(["sheet", "template", str(own)]) == cli.DONE
    assert cli.run(["sheet", "template", str(own)]) == cli.NOTHING_DONE
    edited = Document(str(own))
    edited.paragraphs[0].text = "张掖市甘州区人民法院"
    edited.save(str(own))
    monkeypatch.setenv("XIEZHI_SHEET_TEMPLATE", str(own))
    got = client_of(sqlite_store).get("/filings/F-003/sheet.docx")
    assert Document(BytesIO(got.content)).paragraphs[0].text == "张掖市甘州区人民法院"
    edited.paragraphs[1].text = "{{ sheet.nothing }}"
    edited.save(str(own))
    for template in (own, tmp_path / "none.docx"):
        with pytest.raises(InputError, match="cannot be filled in"):
            write_docx(sheet_of(sqlite_store, "zh"), template)
    assert capsys.readouterr().out.count("own.docx") == 1


def test_a_sheet_holds_what_lies_beside_the_case(sqlite_store: Store) -> None:
    fill(sqlite_store)
    write_note(sqlite_store, "F-003", text=f"下周到庭，{ID_NUMBER}", by="李伟", at=NOW)
    gone = write_note(sqlite_store, "F-003", text="误记一条", by="李伟", at=NOW)
    withdraw_note(sqlite_store, "F-003", gone.note_id, reason="x", by="李伟", at=NOW)
    file = attach(
        sqlite_store, Settings(), "F-003", name=f"身份证{ID_NUMBER}.pdf", content=b"%PDF", by="李伟", at=NOW
    )
    lines = [line for section in sheet_of(sqlite_store, "zh").sections for line in section.lines]
    assert any("下周到庭，**************123X" in line for line in lines)
    assert any(file.digest in line and "身份证**************123X.pdf" in line for line in lines)
    assert not any("误记一条" in line for line in lines)
    case, work = opened(sqlite_store)
    with pytest.raises(NotFound, match="not been screened"):
        tell_sheet(replace(case, screenings=()), work, Section("paths", ""), Words("zh", ZONE), NOW)


def test_a_code_is_known_again(store: Store) -> None:
    screening = fill(store)
    sheet = sheet_of(store, "zh")
    first = issue(store, sheet, screening, form="page", by="li", at=NOW)
    again = issue(store, sheet, screening, form="pdf", by="wang", at=NOW + 1)
    assert re.fullmatch(r"[0-9A-F]{5}(-[0-9A-F]{5}){3}", first.code)
    assert first.code == again.code
    for typed in (first.code, first.code.lower().replace("-", " "), f" {first.code}。"):
        known = verify(store, typed)
        assert known is not None
        assert (known.screening_id, known.language, known.issued_at) == (screening.screening_id, "zh", NOW)
    for other in (sheet_of(store, "en"), sheet_of(store, "zh", NOW + DAY), replace(sheet, reference="x")):
        assert issue(store, other, screening, form="page", by="", at=NOW).code != first.code
    with store.read() as connection:
        told = [entry.action for entry in newest_entries(connection, 6)]
        assert check_store(connection).whole
    assert told == ["sheet", "exported_page", "exported_pdf", "sheet", "sheet", "sheet"]


def test_the_relations_are_drawn_and_told(sqlite_store: Store) -> None:
    fill(sqlite_store)
    client = client_of(sqlite_store)
    page = client.get("/filings/F-003/sheet?lang=zh").text
    drawn = re.findall(r'text-anchor="middle" font-size="12"[^>]*>(\d+)<', page)
    assert drawn == [str(number) for number in range(1, len(drawn) + 1)]
    table = page.split('class="part-paths"')[1].split("</table>")[0]
    for number, name in re.findall(r"<td>(\d+) ([^<]+)</td>", table):
        assert number in drawn
        assert name
    text = squeezed(text_of(client.get("/filings/F-003/sheet.pdf?lang=zh").content))
    assert "强度" in text
    assert "互为对立当事人" in text


def test_what_the_court_did_not_issue_is_not_known(sqlite_store: Store) -> None:
    screening = fill(sqlite_store)
    code = issue(sqlite_store, sheet_of(sqlite_store, "zh"), screening, form="page", by="", at=NOW).code
    for typed in ("", "x" * 90, "00000-00000-00000-00000", code[:-1], code + "0"):
        assert verify(sqlite_store, typed) is None
    with sqlite_store.write() as connection:
        connection.exec_driver_sql("UPDATE issued_sheets SET screening_id = 'another'")
    assert verify(sqlite_store, code) is None, "a row slipped in or changed does not answer to its code"


def test_a_code_is_verified_by_page_and_command(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    screening = fill(sqlite_store)
    client = client_of(sqlite_store)
    page = client.get("/filings/F-003/sheet?lang=en").text
    code = re.findall(r'<b class="code">([^<]+)</b>', page)[0]
    answer = client.get("/verify", params={"code": code, "lang": "en"}).text
    assert "This court issued" in answer
    assert screening.screening_id in answer
    assert not any(name in answer for name in ("周明礼", "陈大海", "F-003", RARE))
    assert "issued no review sheet" in client.get("/verify?code=00000&lang=en").text
    assert cli.run(["sheet", "verify", code]) == cli.DONE
    assert screening.screening_id in capsys.readouterr().out
    assert cli.run(["sheet", "verify", "00000"]) == cli.NOTHING_DONE


@pytest.mark.parametrize("kind", PAPER_KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_is_filled_in_and_accuses_nobody(sqlite_store: Store, kind: str, language: str) -> None:
    screening = fill(sqlite_store)
    path = f"/desk/answers/{screening.screening_id}/{kind}"
    client = client_of(sqlite_store)
    page = client.get(f"{path}?lang={language}").text
    for name in ("周明礼", "陈大海", "民间借贷纠纷", "甘州区人民法院"):
        assert name in page
    text = squeezed(text_of(client.get(f"{path}.pdf?lang={language}").content))
    assert "周明礼" in text
    assert ("登记立案" if language == "zh" else "docketing") in text
    told = text.replace("虚假诉讼法律责任风险告知书", "").lower()
    for word in (
        "筛查",
        "评分",
        "风险等级",
        "征象",
        "screening",
        "score",
        "flag",
        "疑点",
        screening.screening_id,
    ):
        assert word not in told
    assert ID_NUMBER not in text


def test_both_languages_are_on_one_paper(sqlite_store: Store) -> None:
    screening = fill(sqlite_store)
    client = client_of(sqlite_store)
    page = client.get(f"/desk/answers/{screening.screening_id}/notice?both=true&lang=zh").text
    assert re.findall(r'<article class="leaf" lang="([^"]+)"', page) == ["zh-Hans", "en"]


def test_papers_rest_on_articles_that_were_read() -> None:
    known = {sign.legal_basis.instrument for sign in load_pack("cn").signs.values()}
    known |= {step.legal_basis.instrument for step in load_pack("cn").steps}
    # 刑法 art 307-1 grounds no sign: it is a consequence.
    known.add("中华人民共和国刑法")
    grounds = [
        law for texts in load_papers()["cn"].values() for point in texts["points"] for law in point["grounds"]
    ]
    assert {law["instrument"] for law in grounds} <= known
    assert all(law["article"] and law["en"] for law in grounds)
    assert all(
        point["grounds"] and point["zh"] and point["en"]
        for t in load_papers()["cn"].values()
        for point in t["points"]
    )


def test_another_jurisdiction_has_no_such_paper(sqlite_store: Store) -> None:
    fill(sqlite_store)
    filing = read_case(sqlite_store, "F-003").stored.filing
    with pytest.raises(NotFound):
        tell_paper("notice", filing, Words("zh", ZONE), NOW, "ew")


def test_an_export_is_on_record_by_name(sqlite_store: Store, quick_passwords: None) -> None:
    screening = fill(sqlite_store)
    first = User("root", "管理员", frozenset({"administrator"}))
    add_user(
        sqlite_store,
        "root",
        display_name="r",
        roles=["administrator"],
        password="four plain words here",
        by=None,
        at=1,
    )
    for name, role in (("li", "reviewer"), ("chen", "scientist")):
        add_user(
            sqlite_store,
            name,
            display_name=name,
            roles=[role],
            password="four plain words here",
            by=first,
            at=2,
        )

    def enter(name: str) -> TestClient:
        client = client_of(sqlite_store)
        client.post("/login", data={"name": name, "password": "four plain words here", "to": "/"})
        return client

    li, own = enter("li"), f"/desk/answers/{screening.screening_id}"
    assert li.get("/filings/F-003/sheet").status_code == 200
    assert li.get("/filings/F-003/sheet.docx").status_code == 200
    assert li.get(f"{own}/notice.pdf").status_code == 200
    with sqlite_store.read() as connection:
        told = [(entry.action, entry.actor) for entry in newest_entries(connection, 6)]
    assert told == [
        ("saw", "li"), ("sheet", "li"), ("exported_page", "li"), ("saw", "li"), ("exported_docx", "li"),
        ("exported_notice", "li"),
    ]  # fmt: skip
    chen = enter("chen")
    for path in (
        "/filings/F-003/sheet",
        "/filings/F-003/sheet.pdf",
        f"{own}/notice",
        "/filings/F-003/compare/F-001",
    ):
        assert chen.get(path).status_code == 403
    assert client_of(sqlite_store).get("/verify").status_code == 200


def test_words_of_documents() -> None:
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 21, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    assert printable("a\x0bb\x00\ud800\n𠮷\ue000") == "ab\n𠮷\ue000"
