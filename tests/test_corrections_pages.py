"""A reviewer puts a link right, in a real browser; the new pages through axe."""

from __future__ import annotations

from dataclasses import asdict
from itertools import count

import pytest
from correction_samples import NUMBER, fill_namesakes, namesake, promote_counting, screen
from playwright.sync_api import Browser, expect
from review_samples import decide
from serving_live import open_page, serve
from serving_samples import NOW
from sqlalchemy import insert
from test_accessibility import serious

from features.link.judge import open_questions
from serving.corrections.carry import carry_through
from serving.corrections.contest import record_contest
from serving.corrections.make import correct_pair
from serving.review.case import read_case
from serving.screening.screener import load_screener
from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.judgements import MentionRef
from xiezhi.store.links import links_of
from xiezhi.store.questions import Question
from xiezhi.store.tables import questions

pytestmark = pytest.mark.browser


def cleared(store: Store) -> None:
    """Two namesakes held to be one; the flag of the fifth suit is cleared."""
    fill_namesakes(store, 5)
    flag = read_case(store, "F-004").flag
    assert flag is not None
    decide(
        store, flag.screening_id, decided_by="李法官", decision="cleared", reason="核实", decided_at=NOW + 9
    )


def test_a_reviewer_splits_two_namesakes(store: Store, browser: Browser) -> None:
    """Without script, as the pages have none."""
    cleared(store)
    ticks = count(NOW + DAY)
    with (
        serve(store, lambda: next(ticks)) as address,
        open_page(browser, address, script=False, language="zh-CN") as (page, amiss),
    ):
        page.goto("/queue?state=open")
        expect(page.get_by_role("link", name="(2026)甘0702民初004号")).to_have_count(0)
        page.goto("/filings/F-004")
        expect(page.locator(".marks").first).to_contain_text("请法官审查")
        page.get_by_role("row", name="欧阳小明").get_by_role("link", name="P-").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("主体")
        expect(page.get_by_text(NUMBER)).to_have_count(0)
        page.get_by_label("这一处(2026)甘0702民初002号").check()
        page.get_by_label("那一处(2026)甘0702民初003号").check()
        page.get_by_label("不是同一主体").check()
        page.get_by_role("button", name="查看影响范围").click()
        expect(page.get_by_text("所涉主体见于 5 件案件，其中 5 件有评分，4 件有提示。")).to_be_visible()
        page.get_by_label("更正人").fill("王法官")
        page.get_by_label("理由").fill("身份证件不同，系同名")
        page.get_by_role("button", name="更正", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("已完成")
        row = page.get_by_role("row", name="(2026)甘0702民初004号")
        expect(row).to_contain_text("重新待办")
        expect(row.get_by_role("cell").nth(1)).to_contain_text("关注")
        page.goto("/queue?state=open")
        page.get_by_role("link", name="(2026)甘0702民初004号").click()
        expect(page.locator(".marks").first).to_contain_text("关注")
        expect(page.get_by_text("此评分是更正关联后重新作出的")).to_be_visible()
        page.get_by_role("link", name="查看此前某日所见").click()
        page.get_by_label("日期").fill("2026-11-23")
        page.get_by_role("button", name="查看").click()
        expect(page.locator(".marks").first).to_contain_text("请法官审查")
        expect(page.get_by_text("此后又作出评分 1 次。")).to_be_visible()
        assert amiss == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious(sqlite_store: Store, browser: Browser, language: str) -> None:
    promote_counting(sqlite_store)
    for month in range(1, 5):
        screen(sqlite_store, namesake(f"F-00{month}", f"2026-0{month}-01T09:00"), NOW + month)
    one, other = (MentionRef(f"F-00{n}", "p1", "person") for n in (1, 3))
    made = correct_pair(sqlite_store, one, other, "different", by="王", reason="同名", at=NOW + 9)
    carry_through(
        sqlite_store, load_screener(sqlite_store, Settings()), made.correction_id, now=lambda: NOW + 10
    )
    record_contest(
        sqlite_store, "F-004", party_id="p2", about="flag", subject="", text="不认可", by="甲", at=NOW + 21
    )
    with sqlite_store.write() as connection:
        who = links_of(connection, ["F-001"])[0].entity_id
        asked = Question("F-004", "p1", "person", NOW, who, 0.7)
        connection.execute(insert(questions).values(asdict(asked)))
        assert open_questions(connection) != []
    found: dict[str, list[str]] = {}
    ticks = count(NOW + DAY)
    with (
        serve(sqlite_store, lambda: next(ticks)) as address,
        open_page(browser, address, script=True, language=language) as (page, amiss),
    ):
        new = "/corrections/new?left=F-001/p1&right=F-002/p1&verdict=different"
        for path in (
            f"/entities/{who}",
            "/corrections",
            new,
            "/contests",
            "/filings/F-004",
            "/filings/F-004/seen",
        ):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            found[path] = serious(page)
        page.goto(new)
        page.locator("#by").fill("王")
        page.locator("#reason").fill("同名")
        page.locator("main form button[type=submit]").click()
        found["a correction"] = serious(page)
        assert amiss == []
    assert {path: slips for path, slips in found.items() if slips} == {}
