"""Journeys through the real server in a real browser, as sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from serving_live import open_page, serve
from serving_samples import NOW, loan, promote_toy

from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.settings import Settings
from xiezhi.store import Store

pytestmark = pytest.mark.browser

Open = Callable[..., AbstractContextManager[tuple[Page, list[str]]]]


@pytest.fixture
def desk(sqlite_store: Store, browser: Browser) -> Iterator[Open]:
    """Opens pages of a service that knows two filings of 周明礼, the second one flagged."""
    promote_toy(sqlite_store, Settings())
    screener, ticks = load_screener(sqlite_store, Settings()), count(NOW)
    for filing in (loan("F-001", "2026-10-01T09:00", 80_000), loan("F-002", "2026-11-02T09:00", 3e6)):
        known = parse_filing(filing, Settings())
        screen_and_keep(sqlite_store, screener, known, source="test", scored_at=next(ticks))
    with serve(sqlite_store, lambda: next(ticks)) as address:

        def open_here(
            *, script: bool = True, language: str = "zh-CN"
        ) -> AbstractContextManager[tuple[Page, list[str]]]:
            return open_page(browser, address, script=script, language=language)

        yield open_here


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_clerk_enters_a_filing_and_reads_the_answer(desk: Open, script: bool) -> None:
    with desk(script=script) as (page, amiss):
        page.goto("/desk")
        expect(page).to_have_title("立案筛查 · 獬豸")
        page.get_by_label("法院代码").fill("甘0702")
        page.get_by_label("案由").fill("民间借贷纠纷")
        page.get_by_label("标的额（元）").fill("2,600,000")
        plaintiff, defendant = (
            page.get_by_role("group", name="当事人 1"),
            page.get_by_role("group", name="当事人 2"),
        )
        plaintiff.get_by_label("姓名或名称").fill("周明礼")
        plaintiff.get_by_label("证件号码").fill("62070219880101123X")
        defendant.get_by_label("姓名或名称").fill("刘小川")
        page.get_by_role("button", name="筛查", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("请法官审查")
        expect(page.get_by_text("这只是提示，不是认定。").first).to_be_visible()
        expect(page.get_by_text("不得据此拒绝或延误立案。").first).to_be_visible()
        expect(page.get_by_role("heading", name="提示的理由")).to_be_visible()
        row = page.get_by_role("row", name="周明礼")
        row.get_by_role("link", name="2026-11-02").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("(2026)甘0702民初002号")
        assert amiss == []


def test_a_clerk_mends_a_slip(desk: Open) -> None:
    with desk(script=False, language="en-GB") as (page, amiss):
        page.goto("/desk")
        page.get_by_label("Court code").fill("甘0702")
        page.get_by_label("Cause of action").fill("民间借贷纠纷")
        page.get_by_label("Amount (CNY)").first.fill("much")
        for number, name in ((1, "周明礼"), (2, "刘小川")):
            page.get_by_role("group", name=f"Party {number}").get_by_label("Name").fill(name)
        page.get_by_role("button", name="Screen", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("One thing needs mending")
        wrong = page.locator("[aria-invalid=true]")
        expect(wrong).to_have_value("much")
        wrong.fill("50")
        page.get_by_role("button", name="Screen", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Nothing seen")
        assert [text for text in amiss if "422" not in text] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_judge_goes_from_the_queue_to_the_case_and_decides(desk: Open, script: bool) -> None:
    with desk(script=script, language="en-GB") as (page, amiss):
        page.goto("/")
        expect(page).to_have_title("Review queue · Xiezhi")
        page.get_by_role("link", name="(2026)甘0702民初002号").click()
        expect(page.get_by_role("heading", name="Reasons for the flag")).to_be_visible()
        expect(page.get_by_text("**************123X")).to_be_visible()
        page.get_by_role("radio", name="Cleared").check()
        page.get_by_role("region", name="Decisions").get_by_label("Your name").fill("李法官")
        page.get_by_label("Reason", exact=True).fill("Transfers in full, both sides heard.")
        page.get_by_role("button", name="Record the decision").click()
        expect(page.get_by_text("Transfers in full, both sides heard.").first).to_be_visible()
        expect(page.get_by_role("button", name="Record the decision")).to_have_count(0)
        page.wait_for_load_state()  # until then the page may still scroll to the decision, away from under a click
        page.get_by_role("link", name="Review queue").click()
        expect(page.get_by_text("No flag waits now.")).to_be_visible()
        page.get_by_label("State").select_option("decided")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("link", name="(2026)甘0702民初002号")).to_be_visible()
        assert amiss == []


def test_a_filter_of_the_queue_takes_effect_as_it_is_chosen(desk: Open) -> None:
    with desk() as (page, amiss):
        page.goto("/queue")
        expect(page.get_by_role("row")).to_have_count(2)
        page.get_by_label("状态").select_option("decided")
        expect(page.get_by_role("row")).to_have_count(0)
        page.get_by_label("状态").select_option("all")
        expect(page.get_by_role("row")).to_have_count(2)
        assert amiss == []


def test_a_judge_follows_a_relation_to_the_filing_it_rests_on(desk: Open) -> None:
    with desk(script=False, language="en-GB") as (page, amiss):
        page.goto("/filings/F-002")
        section = page.get_by_role("region", name="Relations: who is tied to whom")
        expect(section.get_by_role("group", name="the table below says the same")).to_be_visible()
        expect(section.get_by_text("Plaintiff 周明礼 and defendant 陈大海 faced each other")).to_be_visible()
        table = section.get_by_role("table", name="Relations in the drawing")
        table.get_by_role("link", name="(2026)甘0702民初001号").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("(2026)甘0702民初001号")
        assert amiss == []


def test_files_dropped_are_answered_row_by_row(desk: Open, tmp_path: Path) -> None:
    filings = [
        loan("F-011", "2026-11-20T09:00", 50),
        loan("F-012", "2026-11-21T09:00", 3e6),
        {"filing_id": "F-013"},
    ]
    file = tmp_path / "新收案件.jsonl"
    file.write_text("".join(json.dumps(f, ensure_ascii=False) + "\n" for f in filings), encoding="utf-8")
    with desk(script=False) as (page, amiss):
        page.goto("/desk")
        page.get_by_label("文件（可拖到此处）").set_input_files(file)
        page.get_by_role("button", name="筛查文件").click()
        expect(page.get_by_text("已筛查 2 件，提示 1 件，未接收 1 条。")).to_be_visible()
        expect(page.get_by_role("row", name="民初012号")).to_contain_text("请法官审查")
        expect(page.get_by_role("row", name="新收案件.jsonl 第 3 行")).to_be_visible()
        assert amiss == []


def test_a_reader_changes_the_language_and_keeps_it(desk: Open) -> None:
    with desk() as (page, amiss):
        page.goto("/filings/F-002")
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="As filed")).to_be_visible()
        page.get_by_role("link", name="Filing desk").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Filing desk")
        page.get_by_role("link", name="中文").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("立案筛查")
        assert amiss == []


def test_the_keyboard_alone_is_enough_to_open_a_case(desk: Open) -> None:
    with desk() as (page, amiss):
        page.goto("/queue")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
        page.keyboard.press("Enter")
        for _ in range(6):  # four filters, the button, the first case
            page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="(2026)甘0702民初002号")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("(2026)甘0702民初002号")
        assert amiss == []


@pytest.mark.parametrize("address", ["/queue", "/desk", "/filings/F-002"])
def test_nothing_runs_over_on_a_narrow_screen_or_on_paper(desk: Open, address: str) -> None:
    with desk() as (page, _):
        page.set_viewport_size({"width": 320, "height": 800})  # 1280 at 400 %
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 650, "height": 960})  # A4 less its margins at 96 dpi
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 650
        expect(page.get_by_role("button")).to_have_count(0)
