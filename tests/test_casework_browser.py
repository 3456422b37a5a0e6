"""Work on a case in a real browser: axe over its pages, what is recorded by hand, what prints."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from casework_samples import RARE, fill
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from serving_live import find_browser, open_browser, open_page, serve
from serving_samples import NOW
from test_accessibility import serious

from xiezhi.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium installed (on Debian: apt-get install chromium)")
    with open_browser(path) as opened:
        yield opened


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious(sqlite_store: Store, chromium: Browser, language: str) -> None:
    answer = f"/desk/answers/{fill(sqlite_store).screening_id}"
    paths = [
        "/filings/F-003", "/filings/F-003/compare/F-001", "/filings/F-003/sheet", "/verify?code=0",
        f"{answer}/undertaking?both=true", answer,
    ]  # fmt: skip
    found: dict[str, list[str]] = {}
    with (
        serve(sqlite_store, lambda: NOW + 10) as address,
        open_page(chromium, address, script=True, language=language) as (page, amiss),
    ):
        for path in paths:
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            found[path] = serious(page)
        assert amiss == []
    assert {path: slips for path, slips in found.items() if slips} == {}


def test_a_reviewer_works_through_a_case_without_script(
    sqlite_store: Store, chromium: Browser, tmp_path: Path
) -> None:
    fill(sqlite_store)
    (tmp_path / "借条𠮷.pdf").write_bytes(b"%PDF-1.7 note")
    with (
        serve(sqlite_store, lambda: NOW + 10) as address,
        open_page(chromium, address, script=False, language="en") as (page, amiss),
    ):
        page.goto("/filings/F-003")
        item = page.locator(".verifications > li").first
        item.locator("summary").click()
        item.get_by_label("Result of").select_option("clear")
        item.get_by_label("Note on").fill("saw the original")
        item.get_by_label("Your name").fill("李伟")
        item.get_by_role("button").click()
        expect(page.locator(".verifications > li").first).to_contain_text("checked, nothing amiss")
        papers = page.locator("section[aria-labelledby=attachments]")
        papers.locator("input[type=file]").set_input_files(tmp_path / "借条𠮷.pdf")
        papers.get_by_label("Your name").fill("李伟")
        papers.get_by_role("button", name="Attach").click()
        with page.expect_download() as saved:
            page.get_by_role("link", name="借条𠮷.pdf").click()
        assert saved.value.suggested_filename == "借条𠮷.pdf"
        assert Path(saved.value.path()).read_bytes() == b"%PDF-1.7 note"
        page.get_by_role("link", name="Review sheet (print)").click()
        expect(page.locator("main")).to_contain_text("saw the original")
        expect(page.locator(f".rare[title='U+{ord(RARE[1]):X}']").first).to_be_visible()
        assert amiss == []


def test_a_comparison_prints_on_paper(sqlite_store: Store, chromium: Browser) -> None:
    fill(sqlite_store)
    with (
        serve(sqlite_store, lambda: NOW + 10) as address,
        open_page(chromium, address, script=True, language="zh") as (page, _),
    ):
        page.goto("/filings/F-003/compare/F-001")
        printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    # Chromium names some characters by the radicals that look the same.
    text = normalize("NFKC", "".join(part.extract_text() for part in printed.pages))
    assert len(printed.pages) <= 2
    for said in ("两案比对", "≠", "3,000,000", "80,000", "−", "+"):
        assert said in text
