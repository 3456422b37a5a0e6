"""axe over every page in both languages: nothing serious, on a screen and when a slip is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page
from serving_live import open_page, serve
from serving_samples import NOW, loan, promote_toy

from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.settings import Settings
from xiezhi.store import Store

pytestmark = pytest.mark.browser

WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
SERIOUS = {"serious", "critical"}

Visit = Callable[[str], AbstractContextManager[tuple[Page, list[str]]]]


@pytest.fixture
def answers(sqlite_store: Store) -> list[str]:
    """Three filings screened, of every band; returns the ids of their scores."""
    promote_toy(sqlite_store, Settings())
    screener = load_screener(sqlite_store, Settings())
    amounts = {"F-001": 80_000, "F-002": 300_000, "F-003": 3_000_000}
    return [
        screen_and_keep(
            sqlite_store,
            screener,
            parse_filing(loan(name, f"2026-11-0{place}T09:00", amount), Settings()),
            source="test",
            scored_at=NOW + place,
        )[0].screening_id
        for place, (name, amount) in enumerate(amounts.items(), 1)
    ]


def serious(page: Page) -> list[str]:
    """What axe finds serious on the page open now: the rule and the place."""
    page.wait_for_load_state()  # a click returns before the stylesheet is there
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {[part['message'] for part in node['any'][:2]]}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious(
    sqlite_store: Store, browser: Browser, answers: list[str], language: str
) -> None:
    paths = [
        "/",
        "/desk",
        "/jobs",
        *(f"/desk/answers/{i}" for i in answers),
        *(f"/filings/F-00{n}" for n in (1, 2, 3)),
    ]
    found: dict[str, list[str]] = {}
    with (
        serve(sqlite_store, lambda: NOW + 10) as address,
        open_page(browser, address, script=True, language=language) as (page, amiss),
    ):
        for path in paths:
            page.goto(f"{path}?lang={language}")
            found[path] = serious(page)
        page.goto("/desk")
        page.get_by_role("textbox").first.fill("x")
        page.locator("form[action='/desk'] button[type=submit]").first.click(no_wait_after=True)
        found["a form sent empty"] = serious(page)
        assert amiss == []
        page.goto("/nowhere")
        found["/nowhere"] = serious(page)
    assert {path: slips for path, slips in found.items() if slips} == {}


def test_axe_is_awake(sqlite_store: Store, browser: Browser) -> None:
    with (
        serve(sqlite_store, lambda: NOW) as address,
        open_page(browser, address, script=True, language="zh") as (page, _),
    ):
        page.goto("/desk")
        page.evaluate("document.querySelector('h1').innerHTML = '<img src=\"/static/none.png\">'")
        assert any(slip.startswith("image-alt") for slip in serious(page))
