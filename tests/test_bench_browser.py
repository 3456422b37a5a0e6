"""Journeys of the bench through the real server in a real browser, as sentences; axe on its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

import pytest
from bench_samples import PASSWORD, flag, open_bench, relate
from playwright.sync_api import Browser, Page, expect
from serving_live import open_page, serve
from serving_samples import NOW
from test_accessibility import serious

from serving.review.absence import declare_recusal, take_time_off
from serving.review.assign import assign_waiting
from serving.review.decide import Judgement, judge
from xiezhi.clock import DAY, SECOND
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.review_policies import add_policy

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quick_passwords")]

Open = Callable[..., AbstractContextManager[tuple[Page, list[str]]]]
PATHS = ("/bench", "/bench/list", "/bench/assignments", "/bench/absences", "/bench/agreement")


@pytest.fixture
def court(store: Store, browser: Browser) -> Iterator[Open]:
    """Opens pages of a running service, logged in as somebody where a name is given."""
    ticks = count(NOW + DAY, SECOND)
    with serve(store, lambda: next(ticks)) as address:

        @contextmanager
        def enter(name: str = "", *, language: str = "en-GB") -> Iterator[tuple[Page, list[str]]]:
            with open_page(browser, address, script=False, language=language) as (page, amiss):
                if name:
                    page.goto("/login?to=/bench")
                    page.locator("#name").fill(name)
                    page.locator("#password").fill(PASSWORD)
                    page.locator("button.main").click()
                    page.wait_for_url("**/bench")
                yield page, amiss

        yield enter


def record(page: Page, outcome: str, reason: str, *terms: str) -> None:
    page.get_by_role("radio", name=outcome).check()
    if terms:
        page.get_by_text("Grounds and measures", exact=True).click()
    for term in terms:
        page.get_by_role("checkbox", name=term).check()
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_role("button", name="Record the decision").click()


def test_a_judge_claims_and_decides_a_second_confirms_and_a_third_reopens(store: Store, court: Open) -> None:
    open_bench(store)
    flag(store, "F-001")
    with court("li") as (page, amiss):
        page.goto("/bench")
        page.get_by_role("button", name="Claim the next flag").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("(2026)甘0702民初001号")
        expect(page.locator("#hold")).to_contain_text("Held by li")
        record(
            page, "False litigation", "No money moved.", "collusion between the parties", "claim dismissed"
        )
        expect(page.get_by_text("Proposed: False litigation")).to_be_visible()
        expect(page.get_by_text("Waiting for a presiding judge")).to_be_visible()
        assert amiss == []
    with court("zhao") as (page, amiss):
        page.goto("/bench")
        page.get_by_role("region", name="Waiting for a second person").get_by_role("link").click()
        page.get_by_role("radio", name="Confirm").check()
        page.get_by_label("Reason of the second person").fill("The bank papers agree.")
        page.get_by_role("button", name="Record the answer").click()
        expect(page.locator(".state")).to_have_text("Decided")
        expect(page.get_by_text("confirmed")).to_be_visible()
        assert amiss == []
    with court("qian") as (page, amiss):
        page.goto("/filings/F-001")
        page.get_by_text("Reopen", exact=True).click()
        page.get_by_label("Reason for reopening").fill("A transfer came to light.")
        page.get_by_role("button", name="Open it again").click()
        expect(page.locator(".state")).to_have_text("Open")
        expect(page.locator(".decided > li")).to_have_count(3)
        assert amiss == []


def test_an_audit_filing_is_judged_without_its_score(store: Store, court: Open) -> None:
    open_bench(store)
    flag(store, "F-001", band="none", audit=0.05)
    with court("li") as (page, amiss):
        page.goto("/bench")
        page.get_by_role("button", name="Claim the next blind review").click()
        expect(page.get_by_text("Score hidden: blind review")).to_be_visible()
        expect(page.get_by_text("Calibrated probability")).to_have_count(0)
        expect(page.get_by_text("Nothing seen")).to_have_count(0)
        page.goto("/desk/answers/s-F-001")
        expect(page.get_by_role("heading", level=1)).to_have_text("Score hidden: blind review")
        expect(page.get_by_text("Nothing seen")).to_have_count(0)
        page.get_by_role("link", name="To the case, to judge it").click()
        record(page, "Cleared", "Both sides heard.", "the flow of money is proved")
        expect(page.get_by_text("Judged blind; drawn for audit with a probability of 5 %.")).to_be_visible()
        expect(page.get_by_text("Nothing seen").first).to_be_visible()
        assert amiss == []


def test_a_series_is_decided_at_once(store: Store, court: Open) -> None:
    flag(store, "F-001", "F-002", "F-003")
    relate(store, "F-001", "F-002", "F-003")
    with court() as (page, amiss):
        page.goto("/bench")
        expect(page.get_by_text("A series of 3")).to_be_visible()
        page.get_by_role("button", name="Claim the next flag").click()
        for other in ("民初002号", "民初003号"):
            page.get_by_role("checkbox", name=other).check()
        page.get_by_role("region", name="Decisions").get_by_label("Your name").fill("李法官")
        record(page, "Cleared", "A bank's ordinary series.", "a lawful series of an institution")
        for filing in ("F-001", "F-003"):
            page.goto(f"/filings/{filing}")
            expect(page.get_by_text("A bank's ordinary series.").first).to_be_visible()
        page.get_by_text("Reopen", exact=True).click()
        page.get_by_role("region", name="Decisions").get_by_label("Your name").fill("李法官")
        page.get_by_role("checkbox", name="All decided at once with it").check()
        page.get_by_label("Reason for reopening").fill("One of them is not ordinary.")
        page.get_by_role("button", name="Open it again").click()
        page.goto("/bench")
        expect(page.get_by_text("A series of 3")).to_be_visible()
        assert amiss == []


def test_the_keyboard_alone_is_enough_to_review(store: Store, court: Open) -> None:
    flag(store, "F-001")

    def tab_to(page: Page, selector: str) -> None:
        wanted = page.locator(selector)
        page.wait_for_load_state()  # all there is to come to
        for _ in range(80):
            page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{selector} cannot be reached by Tab")

    with court() as (page, amiss):
        page.goto("/bench")
        tab_to(page, ".next button.main")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("(2026)甘0702民初001号")
        tab_to(page, "input[name=decision][value=cleared]")
        page.keyboard.press("Space")
        tab_to(page, ".decide summary")
        page.keyboard.press("Enter")
        tab_to(page, "input[name=grounds][value=heard]")
        page.keyboard.press("Space")
        tab_to(page, "#decided_by")
        page.keyboard.type("Judge Li")
        tab_to(page, "#reason")
        page.keyboard.type("Heard in person.")
        tab_to(page, "button[accesskey=s]")
        page.keyboard.press("Enter")
        expect(page.locator(".state")).to_have_text("Decided")
        expect(page.get_by_text("the party was heard in person").first).to_be_visible()
        assert amiss == []


def fill(store: Store) -> None:
    """A bench with everything on it."""
    people = open_bench(store)
    with store.write() as connection:
        add_policy(connection, ReviewPolicy(double_share=1.0, load_cap=3), reason="试行", at=NOW, actor="sun")
    ids = flag(store, *(f"F-{n:03}" for n in range(1, 8)))
    flag(store, "F-020", band="none", audit=0.05)
    relate(store, "F-003", "F-004")
    said = Judgement("false", "虚构借款", ("dismissed",), ("collusion",))
    judge(store, [ids[0]], said, people["li"], NOW + DAY)
    take_time_off(
        store, reviewer="wang", first_day="2026-11-20", last_day="2026-12-30", by=people["sun"], at=NOW
    )
    declare_recusal(
        store, filing_id="F-002", record_id="", reviewer="zhao", reason="亲属", by=people["zhao"], at=NOW
    )
    assign_waiting(store, Settings(), people["sun"], NOW + DAY, 5)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious_on_the_bench(sqlite_store: Store, browser: Browser, language: str) -> None:
    fill(sqlite_store)
    found = {}
    with (
        serve(sqlite_store, lambda: NOW + 9 * DAY) as address,
        open_page(browser, address, script=True, language=language) as (page, amiss),
    ):
        page.goto("/login?to=/bench")
        page.locator("#name").fill("zhao")
        page.locator("#password").fill(PASSWORD)
        page.locator("button.main").click()
        page.wait_for_url("**/bench")
        cases = [f"/filings/F-{number}" for number in ("001", "002", "003", "020")]
        for path in (*PATHS, *cases, "/desk/answers/s-F-001", "/desk/answers/s-F-020"):
            page.goto(f"{path}?lang={language}")
            for details in page.locator("details").all():
                details.evaluate("element => { element.open = true }")
            found[path] = serious(page)
            page.set_viewport_size({"width": 320, "height": 800})  # 1280 at 400 %
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            page.set_viewport_size({"width": 1280, "height": 900})
        assert amiss == []
    assert {path: slips for path, slips in found.items() if slips} == {}
