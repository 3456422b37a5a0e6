"""The log-in page in a real browser: nothing serious in it, and the way over the court's identity provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accounts_samples import open_accounts
from oidc_provider import CLIENT, SECRET, IdentityProvider, running
from playwright.sync_api import Browser, expect
from serving_live import open_page, serve
from serving_samples import NOW
from test_accessibility import serious

from xiezhi.clock import SECOND
from xiezhi.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quick_passwords")]


@pytest.fixture
def court(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A home with accounts, whose identity provider knows the clerk `sun`."""
    with running(IdentityProvider(lambda: NOW // SECOND)) as provider:
        monkeypatch.setenv("XIEZHI_OIDC_ISSUER", provider.issuer)
        monkeypatch.setenv("XIEZHI_OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("XIEZHI_OIDC_CLIENT_SECRET", SECRET)
        open_accounts(sqlite_store, "sun")
        yield sqlite_store


def test_a_clerk_comes_in_by_the_courts_identity_and_leaves(court: Store, browser: Browser) -> None:
    with serve(court, lambda: NOW) as address:
        context = browser.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
        page = context.new_page()
        page.goto("/desk")
        page.get_by_role("link", name="以本院统一身份登录").click()
        page.wait_for_url(f"{address}/desk")  # over the provider and back to where he wanted to go
        cookies = {cookie["name"]: cookie for cookie in context.cookies()}
        assert (cookies["session"]["httpOnly"], cookies["session"]["sameSite"]) == (True, "Lax")
        assert "login_state" not in cookies
        page.get_by_role("button", name="退出").click()
        page.goto("/desk")
        expect(page.get_by_label("口令")).to_be_visible()
        context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious(
    court: Store, browser: Browser, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("XIEZHI_RATE_ADDRESS", "3")
    with (
        serve(court, lambda: NOW) as address,
        open_page(browser, address, script=True, language=language) as (page, _),
    ):
        page.goto(f"/login?lang={language}")
        assert serious(page) == []
        page.locator("#name").fill("sun")
        page.locator("#password").fill("wrong")
        page.locator("form.login button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert serious(page) == []
        for _ in range(3):
            page.goto("/login")
        expect(page.get_by_text("too-many-requests")).to_be_visible()
        assert serious(page) == []
