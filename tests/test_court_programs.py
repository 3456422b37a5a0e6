"""The administrator's pages of keys and webhooks: made, told once, revoked, held back, sent again, in both languages."""

from __future__ import annotations

import re

import pytest
from accounts_samples import open_accounts, password_of
from playwright.sync_api import Browser, expect
from policy_samples import LARGE, promote_with_tail, screen_amount
from serving_live import open_page, serve
from test_accessibility import serious
from test_court_pages import AT, client_of

from serving.language import load_catalogue
from xiezhi.accounts.keys import which_key
from xiezhi.errors import NotAuthenticated
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.api_keys import list_keys
from xiezhi.store.audit import TOLD, read_entries
from xiezhi.store.audit_reach import ABOUT, FILINGS, NO_FILING
from xiezhi.store.users import list_users
from xiezhi.store.webhooks import (
    Attempt,
    Message,
    Webhook,
    count_messages,
    list_messages,
    list_webhooks,
    settle,
)

pytestmark = pytest.mark.usefixtures("quick_passwords")

URL = "https://efiling.court.example/results"


@pytest.fixture(autouse=True)
def hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_WEBHOOK_HOSTS", "efiling.court.example")


def subscribed(store: Store) -> tuple[Webhook, list[Message]]:
    """A subscription with one message delivered, one given up and one that waits."""
    open_accounts(store, "sun")
    promote_with_tail(store, Settings())
    with client_of(store, "root", "root") as client:
        assert client.post("/court/webhooks", data={"url": URL, "events": ["screened"]}).status_code == 200
    for number in (1, 2, 3):
        screen_amount(store, number, LARGE)
    with store.write() as connection:
        (hook,) = list_webhooks(connection)
        messages = list_messages(connection, hook.webhook_id, None, 10)
        waits, dead, delivered = messages
        settle(connection, Attempt(dead.message_no, AT, 503, "status-503"), "dead", 24, AT)
        settle(connection, Attempt(delivered.message_no, AT, 204, ""), "delivered", 0, AT)
    return hook, [waits, dead, delivered]


def test_a_key_is_told_once_works_and_is_revoked(store: Store) -> None:
    open_accounts(store)
    with client_of(store, "root", "root") as client:
        form = {
            "name": "efiling",
            "scopes": ["screen"],
            "courts": "甘0702，甘0602 甘0725",
            "until": "2026-12-31",
        }
        made = client.post("/court/keys", data=form)
        (token,) = re.findall(r"xz_[\w-]+", made.text)
        assert made.headers["cache-control"] == "no-store"
        key = which_key(store, token, AT)
        assert key.name == "efiling"
        assert key.courts == {"甘0702", "甘0602", "甘0725"}
        page = client.get("/court/keys?lang=zh").text
        assert token not in page
        assert "2026年12月31日 23:59" in page, "to the end of the day named"
        assert client.post("/court/keys/efiling").status_code == 303
        assert "撤销" in client.get("/court/keys").text
        assert client.post("/court/keys/efiling").status_code == 404
    with pytest.raises(NotAuthenticated):
        which_key(store, token, AT)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"name": "efiling"}, 422, "权限范围"),
        ({"name": "E!", "scopes": ["screen"]}, 422, "E!"),
        ({"name": "new", "scopes": ["screen"], "until": "soon"}, 422, 'value="soon"'),
        ({"name": "new", "scopes": ["screen"], "until": "2020-01-01"}, 422, "到期"),
        ({"name": "taken", "scopes": ["screen"], "courts": "甘0702"}, 409, 'value="甘0702"'),
    ],
)
def test_a_slip_of_a_key_is_told_with_what_was_typed(
    sqlite_store: Store, typed: dict[str, str], status: int, said: str
) -> None:
    open_accounts(sqlite_store)
    with client_of(sqlite_store, "root", "root") as client:
        assert client.post("/court/keys", data={"name": "taken", "scopes": ["screen"]}).status_code == 200
        answer = client.post("/court/keys?lang=zh", data=typed)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
        assert f'value="{typed["name"]}"' in answer.text
        assert said in answer.text
    with sqlite_store.read() as connection:
        assert [key.name for key in list_keys(connection)] == ["taken"]


def test_a_secret_is_told_once_and_a_foreign_host_is_refused(sqlite_store: Store) -> None:
    open_accounts(sqlite_store)
    with client_of(sqlite_store, "root", "root") as client:
        made = client.post("/court/webhooks", data={"url": URL, "events": ["decided"], "courts": "甘0702"})
        (secret,) = re.findall(r"whsec_[\w+/=]+", made.text)
        page = client.get("/court/webhooks").text
        assert URL in page
        assert secret not in page
        slip = client.post("/court/webhooks", data={"url": "https://else.example/", "events": ["decided"]})
        assert slip.status_code == 422
        assert 'value="https://else.example/"' in slip.text
        assert client.post("/court/webhooks", data={"url": URL}).status_code == 422, "no event"


def test_deliveries_are_told_and_sent_again(store: Store) -> None:
    hook, (waits, dead, delivered) = subscribed(store)
    own = f"/court/webhooks/{hook.webhook_id}"
    with client_of(store, "root", "root") as client:
        page = client.get(f"{own}?lang=en").text
        assert all(message.message_id in page for message in (waits, dead, delivered))
        assert "answered 503" in page
        assert "taken (204)" in page
        told = client.get(f"{own}?state=dead").text
        assert dead.message_id in told
        assert delivered.message_id not in told
        again = client.post(f"{own}/replay", data={"message": [dead.message_id]})
        assert again.headers["location"] == f"{own}?sent=1"
        with store.read() as connection:
            assert count_messages(connection) == {hook.webhook_id: {"waiting": 2, "delivered": 1}}
        day = {"since": "2026-11-01", "until": "2026-11-30"}
        assert client.post(f"{own}/replay", data=day).headers["location"] == f"{own}?sent=1"
        slip = client.post(f"{own}/replay", data={"since": "2026-11-01"})
        assert (slip.status_code, 'value="2026-11-01"' in slip.text) == (422, True)
        for act, state in (("pause", "paused"), ("resume", "active"), ("remove", "removed")):
            assert client.post(f"{own}/{act}").status_code == 303
            words = load_catalogue("en")[f"webhooks.{state}"].split("{")[0].strip()
            assert words in client.get(f"{own}?lang=en").text
        assert client.post(f"{own}/pause").status_code == 404, "it has ended"
        assert client.get(f"/court/webhooks/{'0' * 32}").status_code == 404
    with store.read() as connection:
        acts = [entry.action for entry in read_entries(connection)]
    assert [acts.count(f"webhook_{act}") for act in ("added", "replayed", "paused", "removed")] == [
        1,
        2,
        1,
        1,
    ]


def test_without_accounts_they_are_read_and_not_made(sqlite_store: Store) -> None:
    with client_of(sqlite_store, "", "") as client:
        assert client.get("/court/keys").status_code == 200
        assert client.get("/court/webhooks").status_code == 200
        assert client.post("/court/keys", data={"name": "x", "scopes": ["screen"]}).status_code == 403
        assert client.post("/court/webhooks", data={"url": URL, "events": ["screened"]}).status_code == 403


def test_an_account_is_bound_to_courts_on_its_page(sqlite_store: Store) -> None:
    open_accounts(sqlite_store, "sun")
    with client_of(sqlite_store, "root", "root") as client:
        form = {"act": "courts", "courts": "甘0702、甘0602"}
        assert client.post("/court/accounts/sun", data=form).status_code == 303
        assert 'value="甘0602, 甘0702"' in client.get("/court/accounts").text
        with sqlite_store.read() as connection:
            bound = {user.name: user.courts for user in list_users(connection)}
        assert bound == {"root": frozenset(), "sun": {"甘0702", "甘0602"}}
        assert client.post("/court/accounts/sun", data=form | {"courts": " "}).status_code == 303
        assert "甘0602" not in client.get("/court/accounts").text


def test_every_act_of_the_trail_has_its_words_and_its_filing() -> None:
    for language in ("zh", "en"):
        known = {key.removeprefix("audit_action.") for key in load_catalogue(language)}
        assert TOLD.keys() | ABOUT.keys() | FILINGS <= known
    assert TOLD.keys() <= ABOUT.keys() | NO_FILING
    assert not ABOUT.keys() & NO_FILING


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_and_a_journey_without_script(sqlite_store: Store, browser: Browser, language: str) -> None:
    hook, _ = subscribed(sqlite_store)
    paths = ["/court/keys", "/court/webhooks", f"/court/webhooks/{hook.webhook_id}"]
    found, wide = {}, {}
    with serve(sqlite_store, lambda: AT) as address:
        with open_page(browser, address, script=True, language=language) as (page, amiss):
            page.goto("/court")
            page.locator("#name").fill("root")
            page.locator("#password").fill(password_of("root"))
            page.locator("button.main").click()
            page.wait_for_url("**/court")
            for path in paths:
                page.goto(path)
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                found[path] = serious(page)
                page.set_viewport_size({"width": 320, "height": 800})  # 1280 at 400 %
                wide[path] = page.evaluate("document.documentElement.scrollWidth")
                page.set_viewport_size({"width": 1280, "height": 900})
            assert amiss == []
        with open_page(browser, address, script=False, language=language) as (page, _):
            page.goto("/login?to=/court/keys")
            page.locator("#name").fill("root")
            page.locator("#password").fill(password_of("root"))
            page.locator("button.main").click()
            page.wait_for_url("**/court/keys")
            page.locator("#name").fill("efiling")
            page.locator("input[value='screen']").check()
            page.locator("button.main").click()
            expect(page.locator(".secret")).to_contain_text("xz_")
            page.locator("summary").first.click()
            page.locator("details button").first.click()
            expect(page.locator(".secret")).to_have_count(0)
            expect(page.get_by_role("row").nth(1)).to_contain_text("2026-11-23")
    assert {path: slips for path, slips in found.items() if slips} == {}
    assert {path: width for path, width in wide.items() if width > 320} == {}
