"""Scripts of others: what is sent is what was chosen, and no page carries script or style of its own."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import expect
from serving_live import find_browser, open_browser, open_page, serve
from serving_samples import NOW, loan, promote_toy

import serving.web
from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.settings import Settings
from xiezhi.store import Store

WEB = Path(serving.web.__file__).parent
VENDOR = WEB / "static" / "vendor"
LISTED = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LISTED)
def test_a_script_of_others_is_the_one_that_was_listed(name: str) -> None:
    entry = LISTED[name]
    assert entry["file"].startswith(f"{entry['package']}-{entry['version']}/")
    assert sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (VENDOR / entry["file"]).with_name("LICENSE").exists()


def test_every_script_of_others_is_listed() -> None:
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*.js")}
    assert found == {entry["file"] for entry in LISTED.values()}


def test_pages_carry_no_script_or_style_of_their_own() -> None:
    templates = list(WEB.glob("templates/**/*.html"))
    assert templates
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path.name
        assert not re.search(r"<script(?! src=\"/static/[^\"]+\" defer></script>)", text), path.name


@pytest.mark.browser
def test_relations_can_be_moved_about_beside_the_table(sqlite_store: Store) -> None:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium installed (on Debian: apt-get install chromium)")
    promote_toy(sqlite_store, Settings())
    screener = load_screener(sqlite_store, Settings())
    for place, day in enumerate(("2026-11-01", "2026-11-02"), 1):
        filing = parse_filing(loan(f"F-00{place}", f"{day}T09:00", 3e6), Settings())
        screen_and_keep(sqlite_store, screener, filing, source="test", scored_at=NOW + place)
    with (
        open_browser(path) as browser,
        serve(sqlite_store, lambda: NOW + 10) as address,
        open_page(browser, address, script=True, language="zh") as (page, amiss),
    ):
        page.goto("/filings/F-002")
        expect(page.locator(".moved canvas")).to_have_count(0)
        page.get_by_text("移动查看").click()
        expect(page.locator(".moved canvas").first).to_be_visible()
        expect(page.locator(".moved .failed")).to_be_hidden()
        assert amiss == []
