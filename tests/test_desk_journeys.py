"""The clerk's day in a real browser, as sentences: without script, by keyboard, on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from desk_samples import keep_known, parts_of, ticking, unsure_filing
from playwright.sync_api import Browser, Page, expect
from serving_live import open_page, serve
from serving_samples import loan
from test_accessibility import SERIOUS, WCAG

from serving.desk import uploads
from serving.jobs.run import claim, run_job
from xiezhi.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    """A desk that has seen 周明礼 twice, once at an address and a phone that others will give, too."""
    keep_known(store, latest=2)
    with serve(store, ticking()) as served:
        yield served


def serious(page: Page) -> list[str]:
    page.wait_for_load_state()  # a click returns before the stylesheet is there
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found if rule["impact"] in SERIOUS]


def test_a_clerk_screens_a_labour_filing_answers_a_question_ticks_steps_and_prints(
    browser: Browser, address: str
) -> None:
    with open_page(browser, address, script=False, language="zh-CN") as (page, amiss):
        page.goto("/desk")
        page.get_by_role("link", name="劳动").click()
        page.get_by_label("法院代码").fill("甘0702")
        page.get_by_label("案由").fill("追索劳动报酬纠纷")
        page.get_by_label("标的额（元）").fill("36,000")
        plaintiff = page.get_by_role("group", name="当事人 1")
        plaintiff.get_by_label("姓名或名称").fill("周明")
        plaintiff.get_by_label("电话").fill("13800138000")
        plaintiff.get_by_label("住所地").fill("张掖市甘州区西大街1号")
        page.get_by_role("group", name="当事人 2").get_by_label("姓名或名称").fill("马小云")
        elements = page.get_by_role("group", name="要素：劳动")
        elements.get_by_label("主张工资").fill("36,000")
        elements.get_by_label("期间自").fill("2026-01-01")
        page.get_by_role("button", name="筛查", exact=True).click()

        expect(page.get_by_role("heading", level=1)).to_have_text("无提示")
        expect(page.get_by_text("立案期限至2026年11月30日")).to_be_visible()
        table = page.get_by_role("table", name="“周明”与在先案件中的记载对照")
        expect(table.get_by_role("row", name="证件号码")).to_contain_text("**************123X")
        page.get_by_role("radio", name="是，同一主体").check()
        page.get_by_label("依据（可空）").fill("身份证原件")
        page.get_by_label("经办人").first.fill("李窗口")
        page.get_by_role("button", name="记录回答").click()
        expect(page.get_by_text("判定为同一：")).to_be_visible()
        expect(page.get_by_text("身份证原件")).to_be_visible()

        page.get_by_role("checkbox", name="送达《虚假诉讼法律责任风险告知书》").check()
        page.get_by_role("checkbox", name="核对当事人身份").check()
        page.get_by_label("经办人").first.fill("李窗口")
        page.get_by_role("button", name="记录已办理的步骤").click()
        expect(page.get_by_text("李窗口，2026年11月23日 10:00")).to_have_count(2)
        expect(page.get_by_role("checkbox")).to_have_count(3)
        expect(page.get_by_text("立案期限至2026年11月30日")).to_be_visible()

        for paper in ("风险告知书", "诚信诉讼承诺书"):
            page.get_by_role("link", name=paper, exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_contain_text(paper)
            expect(page.get_by_text("马小云").first).to_be_visible()
            page.emulate_media(media="print")
            assert page.pdf().startswith(b"%PDF")
            page.emulate_media(media="screen")
            page.go_back()
        assert amiss == []


def workbook(path: Path) -> None:
    """Two filings, the second without a court."""
    filings = [loan("F-021", "2026-11-20T09:00", 3e6), loan("F-022", "2026-11-21T09:00", 500, court="")]
    parts: dict[str, list[dict[str, Any]]] = {"filings": [], "parties": []}
    for filing in filings:
        names = ("filing_id", "case_number", "court", "filed_at", "cause", "claim_amount")
        parts["filings"].append({name: filing[name] for name in names})
        parts["parties"] += [{"filing_id": filing["filing_id"], **party} for party in filing["parties"]]
    with xlsxwriter.Workbook(path) as book:
        for name, rows in parts.items():
            sheet = book.add_worksheet(name)
            columns = sorted({column for row in rows for column in row})
            for number, row in enumerate([dict(zip(columns, columns, strict=True)), *rows]):
                sheet.write_row(number, 0, [row.get(column, "") for column in columns])


def test_a_clerk_drops_a_spreadsheet_with_a_bad_row_downloads_the_results_and_drops_it_again(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    workbook(tmp_path / "新收案件.xlsx")
    with open_page(browser, address, script=False, language="zh-CN") as (page, amiss):
        shown = []
        for _ in range(2):
            page.goto("/desk")
            page.get_by_label("文件（可拖到此处）").set_input_files(tmp_path / "新收案件.xlsx")
            page.get_by_role("button", name="筛查文件").click()
            expect(page.get_by_text("已筛查 1 件，提示 1 件，未接收 1 条。")).to_be_visible()
            expect(page.get_by_role("row", name="缺少必填项")).to_contain_text("court")
            with page.expect_download() as saved:
                page.get_by_role("link", name="下载结果文件（CSV）").click()
            text = saved.value.path().read_text(encoding="utf-8-sig")
            shown.append(list(csv.DictReader(io.StringIO(text))))
        expect(page.get_by_text("此前已筛查，结果相同")).to_have_count(1)
        page.get_by_role("link", name="民初021号").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("请法官审查")
        assert amiss == []
    once, again = shown
    assert [row["code"] for row in once] == ["screened", "missing"]
    assert [row["code"] for row in again] == ["screened-before", "missing"]
    assert {row["screening_id"] for row in once} == {row["screening_id"] for row in again}


def test_a_long_upload_shows_how_far_it_is_until_the_results_come_by_themselves(
    browser: Browser, address: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "WHILE_WAITING", 1)
    workbook(tmp_path / "f.xlsx")
    monkeypatch.setattr(uploads, "SMALL", 1)
    with open_page(browser, address, script=False, language="en-GB") as (page, amiss):
        page.goto("/desk")
        page.get_by_label("Files (drop them here)").set_input_files(tmp_path / "f.xlsx")
        page.get_by_role("button", name="Screen the files").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Being screened")
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_role("link", name="Stop that").click()
        expect(page.get_by_role("link", name="Look again")).to_be_visible()
        page.get_by_role("link", name="Refresh by itself").click()
        parts = parts_of(store)
        job = claim(parts, "worker")
        assert job is not None
        run_job(parts, job, "worker")
        expect(page.get_by_role("heading", level=1)).to_have_text("Answers row by row")
        assert amiss == []


def test_the_keyboard_alone_answers_and_ticks(browser: Browser, sqlite_store: Store) -> None:
    kept = keep_known(sqlite_store, unsure_filing(), latest=1)
    with (
        serve(sqlite_store, ticking()) as address,
        open_page(browser, address, script=True, language="en-GB") as (page, amiss),
    ):
        page.goto(f"/desk/answers/{kept['F-007']}")

        def tab_to(name: str) -> None:
            page.wait_for_load_state()  # all there is to come to
            for _ in range(40):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement.id") == name:
                    return
            pytest.fail(f"{name} is out of reach")

        tab_to("q1-same")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        tab_to("q1-by")
        page.keyboard.type("Li")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Li could not tell on", exact=False)).to_be_visible()
        tab_to("step-related_search")
        page.keyboard.press("Space")
        tab_to("step-by")
        page.keyboard.type("Li")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Li, 23 Nov 2026 10:00")).to_be_visible()
        assert amiss == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious_and_nothing_runs_over(
    browser: Browser, sqlite_store: Store, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_known(sqlite_store, unsure_filing(), latest=2)
    found: dict[str, list[str]] = {}
    wide: dict[str, int] = {}
    with (
        serve(sqlite_store, ticking()) as address,
        open_page(browser, address, script=True, language=language) as (page, _),
    ):

        def check(place: str) -> None:
            found[place] = serious(page)
            page.set_viewport_size({"width": 320, "height": 800})  # 1280 at 400 %
            wide[place] = page.evaluate("document.documentElement.scrollWidth") - 320
            page.set_viewport_size({"width": 650, "height": 960})  # A4 less its margins at 96 dpi
            page.emulate_media(media="print")
            wide[f"{place} on paper"] = page.evaluate("document.documentElement.scrollWidth") - 650
            expect(page.get_by_role("button")).to_have_count(0)
            page.emulate_media(media="screen")
            page.set_viewport_size({"width": 1280, "height": 900})

        page.goto(f"/desk/answers/{kept['F-007']}?lang={language}")
        check("questions")
        page.locator("#step-risk_notice").check()
        page.locator("#step-by").fill("李窗口")
        page.locator("#record-steps button").click()
        expect(page.locator("#step-risk_notice")).to_have_count(0)
        check("steps")
        page.goto(f"/desk/answers/{kept['F-006']}")
        check("reminders")
        uploaded = (("results", uploads.SMALL), ("progress", 1))
        for name, small in uploaded if language == "zh" else ():  # in English they differ in words alone
            monkeypatch.setattr(uploads, "SMALL", small)
            page.goto("/desk?family=lease")
            page.locator("#pasted").fill('{"filing_id": "F-050"}')
            page.locator(".drop button").click()
            page.wait_for_url("**/desk/uploads/**")
            check(name)
        page.goto("/desk?family=lease")
        check("desk")
    assert {place: slips for place, slips in found.items() if slips} == {}
    assert {place: over for place, over in wide.items() if over > 0} == {}
