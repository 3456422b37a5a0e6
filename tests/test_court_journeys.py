"""Journeys of those who oversee, through the real server in a real browser, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest
from accounts_samples import open_accounts, password_of
from playwright.sync_api import Browser, Page, expect
from policy_samples import LARGE, MIDDLE, SMALL, promote_with_tail, screen_amount
from postgres import PostgresServer
from serving_live import open_page, serve
from serving_samples import NOW, keep_toy
from sqlalchemy import update

from xiezhi import cli
from xiezhi.accounts.administer import add_user
from xiezhi.audit.check import check_store
from xiezhi.bundle import load_current
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.audit import Wanted, find_entries
from xiezhi.store.challenges import STARTED, Challenge, add_challenge
from xiezhi.store.tables import audit_entries, screenings
from xiezhi.store.users import changes_of

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quick_passwords")]

Enter = Callable[[str], AbstractContextManager[Page]]


@pytest.fixture
def enter(store: Store, browser: Browser) -> Iterator[Enter]:
    """Logs a person in to a court that has screened three filings beside a challenger, and opens /court."""
    root = open_accounts(store, "chen", "zhao", "qian")["root"]
    add_user(store, "wu", display_name="吴审计", roles=["auditor"], password=password_of("wu"), by=root, at=3)
    promote_with_tail(store, Settings())
    rival = keep_toy(Settings(), as_of="2026-05-01")
    with store.write() as connection:
        add_challenge(connection, Challenge(STARTED, NOW, "chen", rival.version, rival.digest))
    for number, amount in enumerate((LARGE, MIDDLE, SMALL)):
        screen_amount(store, number, amount)
    ticks = count(NOW + 1_000)
    with serve(store, lambda: next(ticks)) as address:

        @contextmanager
        def open_here(name: str) -> Iterator[Page]:
            with open_page(browser, address, script=False, language="en-GB") as (page, amiss):
                page.goto("/court")
                page.get_by_label("Account name").fill(name)
                page.get_by_label("Password").fill(password_of(name))
                page.get_by_role("button", name="Log in").click()
                expect(page.get_by_role("heading", level=1)).to_have_text("Oversight")
                yield page
                assert [text for text in amiss if "422" not in text] == []  # a slip that is told

        yield open_here


def test_a_scientist_asks_for_a_promotion_and_a_supervisor_approves(enter: Enter, store: Store) -> None:
    champion = load_current(store, Settings()).version
    with enter("chen") as page:
        page.get_by_role("link", name="Models").first.click()
        expect(page.get_by_text("3 live filings scored by both: the same band in 100.0%")).to_be_visible()
        page.get_by_role("combobox", name="Model").select_option(index=0)
        rival = page.get_by_role("combobox", name="Model").input_value()
        page.get_by_role("button", name="Ask for its promotion").click()
        expect(page.get_by_text(f"Chen（chen） asks that {rival} may screen")).to_be_visible()
        expect(page.get_by_text("Who asked may not approve")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert load_current(store, Settings()).version == champion
    with enter("zhao") as page:
        page.get_by_role("link", name="Models").first.click()
        asked = page.get_by_role("article").filter(has_text=rival)
        expect(asked.get_by_text("3 live filings scored by both")).to_be_visible()
        asked.get_by_role("button", name="Approve: it screens from now on").click()
        expect(page.get_by_text("No request waits for an answer.")).to_be_visible()
        expect(page.get_by_role("contentinfo")).to_contain_text(f"Model in use: {rival}")
        expect(page.get_by_text("No model challenges")).to_be_visible()
    assert load_current(store, Settings()).version == rival
    with enter("zhao") as page:
        page.goto("/court/models")
        page.get_by_text("Roll back to the model before").first.click()
        page.get_by_label("Reason").fill("harm")
        page.get_by_role("button", name="Roll back to the model before").click()
        expect(page.get_by_role("contentinfo")).to_contain_text(f"Model in use: {champion}")


def test_two_supervisors_let_a_policy_hold_and_one_takes_it_back(enter: Enter, store: Store) -> None:
    with enter("zhao") as page:
        page.get_by_role("link", name="Policies").first.click()
        page.get_by_label("Reviews a court day").fill("4.5")
        page.get_by_label("Floor, times the base rate").fill("0")
        page.get_by_label("Why").fill("two more judges")
        page.get_by_role("button", name="Keep the draft").click()
        page.get_by_role("button", name="Back-test").click()
        expect(page.get_by_text("1 filings would have got another band: 1 a higher one")).to_be_visible()
        page.get_by_role("button", name="Begin shadow").click()
        screen_amount(store, 11, MIDDLE)
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name="Approvals: 1 of 2")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        address = page.url
        shadow = page.get_by_role("region", name="In shadow: live filings since")
        expect(shadow.get_by_role("row", name="Have a look Ask a judge 1")).to_be_visible()
    with enter("qian") as page:
        page.goto(address)
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("Holds now")).to_be_visible()
        assert screen_amount(store, 12, MIDDLE).band == "review"
        page.goto("/court/policies")
        page.get_by_text("Roll back").first.click()
        page.get_by_label("Reason").fill("a backlog")
        page.get_by_role("button", name="Roll back").click()
        expect(page.get_by_text("the model screens by the cuts it came with")).to_be_visible()
    assert screen_amount(store, 13, MIDDLE).band == "notice"


@pytest.mark.parametrize("harm", ["entry", "row"])
def test_an_auditor_verifies_and_finds_one_altered_byte(enter: Enter, store: Store, harm: str) -> None:
    with enter("wu") as page:
        page.get_by_role("link", name="Audit trail").first.click()
        page.get_by_role("button", name="Verify the whole trail").click()
        expect(page.get_by_role("status")).to_contain_text("The trail is whole")
        head = page.locator(".digest").inner_text()
        page.get_by_label("What").select_option("score")
        page.get_by_role("button", name="Show").click()
        rows = page.get_by_role("row").filter(has_text="Score")
        expect(rows).to_have_count(3)
        number, subject = (rows.last.locator("th, td").nth(place).inner_text() for place in (0, 4))
        with store.write() as connection:
            if harm == "entry":
                of = audit_entries.c.entry_no == int(number)
                connection.execute(update(audit_entries).where(of).values(actor="xiezhj"))
            else:
                of = screenings.c.screening_id == subject
                connection.execute(update(screenings).where(of).values(band="nonf"))
        page.get_by_label("Head lodged elsewhere").fill(head)
        page.get_by_role("button", name="Verify the whole trail").click()
        told = page.get_by_role("status")
        expect(told).to_contain_text("The trail is not whole.")
        if harm == "entry":
            expect(told).to_contain_text(f"Entry {number} is not what its digest says.")
        else:
            expect(told).to_contain_text(f"What entry {number} tells of (Score {subject}) was changed.")


READ_AGAIN = (
    "/queue",
    "/filings/F-001",
    "/court/report",
    "/court/policies",
    "/court/models",
    "/court/accounts",
)


@pytest.fixture
def other_url(store: Store, request: pytest.FixtureRequest) -> str:
    """The address of an empty database of the other kind than the store's."""
    if store.engine.dialect.name == "postgresql":
        return ""
    server: PostgresServer | str = request.getfixturevalue("postgres")
    if isinstance(server, str):
        pytest.skip(server)
    return server.new_database()


def test_an_administrator_restores_a_backup_and_reads_the_same_pages(
    store: Store, browser: Browser, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = open_accounts(store, "zhao")["root"]
    roles = ["administrator", "supervisor", "auditor"]
    add_user(store, "boss", display_name="院长", roles=roles, password=password_of("boss"), by=root, at=3)
    promote_with_tail(store, Settings())
    for number, amount in enumerate((LARGE, MIDDLE, SMALL)):
        screen_amount(store, number, amount)

    def read(of: Store) -> dict[str, str]:
        with (
            serve(of, lambda: NOW + 1_000) as address,
            open_page(browser, address, script=False, language="zh-CN") as (page, amiss),
        ):
            page.goto("/court")
            page.get_by_label("账户名").fill("boss")
            page.get_by_label("口令").fill(password_of("boss"))
            page.get_by_role("button", name="登录").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("监督管理")
            told = {}
            for path in READ_AGAIN:
                page.goto(path)
                told[path] = page.locator("main").inner_text()
            page.goto("/court/keeping")
            told["backup"] = str(page.get_by_role("row").filter(has_text="court.backup").count())
            assert amiss == []
        return told

    before = read(store)
    file = tmp_path / "court.backup"
    assert cli.run(["backup", str(file), "--by", "boss"]) == cli.DONE
    with store.read() as connection:
        assert find_entries(connection, Wanted(action="backed_up"), None, 5)[0].subject == file.name
    monkeypatch.setenv("XIEZHI_SECRET_KEY", Settings().secret().decode())
    monkeypatch.setenv("XIEZHI_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("XIEZHI_DATABASE_URL", other_url)
    assert cli.run(["restore", str(file)]) == cli.DONE
    back = open_store(Settings())
    try:
        assert read(back) == before
        with back.read() as connection:
            assert check_store(connection).whole
    finally:
        back.close()


def test_an_administrator_makes_resets_and_closes_an_account(enter: Enter, store: Store) -> None:
    with enter("root") as page:
        page.get_by_role("link", name="Accounts").first.click()
        page.get_by_label("Account name").fill("lin")
        page.locator("#password-new").fill("four plain words here")
        make = page.get_by_role("region", name="Make an account")
        make.get_by_role("checkbox", name="clerk at the filing desk").check()
        page.get_by_role("button", name="Make it").click()
        row = page.get_by_role("row", name="lin").filter(has_text="clerk")
        row.get_by_text("Change").first.click()
        row.get_by_role("checkbox", name="auditor").check()
        row.get_by_role("button", name="Set these roles").click()
        expect(row).to_contain_text("clerk at the filing desk, auditor")
        row.get_by_text("Change").first.click()
        row.get_by_role("button", name="Close the account").click()
        expect(page.get_by_role("row", name="lin")).to_contain_text("closed")
        page.get_by_role("row", name="root").get_by_text("Change").first.click()
        page.get_by_role("row", name="root").get_by_role("button", name="Close the account").click()
        expect(page.get_by_role("alert")).to_contain_text("at least one administrator")
    with store.read() as connection:
        assert [change.what for change in changes_of(connection, "lin")] == ["added", "roles", "disabled"]


def test_an_auditor_carries_the_trail_elsewhere(enter: Enter) -> None:
    with enter("wu") as page:
        page.get_by_role("link", name="Audit trail").first.click()
        with page.expect_download() as caught:
            page.get_by_role("link", name="Export the trail").click()
        lines = caught.value.path().read_text(encoding="utf-8").splitlines()
        assert '"action": "exported"' in lines[-1]
        assert "周明礼" not in "".join(lines)
