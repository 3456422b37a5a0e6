"""Pages of those who oversee: who may read which, what their figures say, axe, paper and narrow screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from accounts_samples import open_accounts, password_of
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from policy_samples import LARGE, MIDDLE, MORE, SMALL, promote_with_tail, screen_amount
from review_samples import decide
from serving_live import open_page, serve
from serving_samples import NOW
from test_accessibility import serious

from serving.app import build_app
from serving.court import policies
from serving.court.report import FEW, Share, read_report
from serving.screening.promoted import PromotedModel
from serving.web.card import write_card
from xiezhi.accounts.administer import add_user
from xiezhi.accounts.roles import ROLES
from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.model_reports import ModelReport, add_report
from xiezhi.store.promotions import current

pytestmark = pytest.mark.usefixtures("quick_passwords")

AT = NOW + 1_000_000
MAY_READ = {
    "/court": {"supervisor", "scientist", "auditor", "administrator"},
    "/court/policies": {"supervisor", "scientist", "auditor"},
    "/court/policies/1": {"supervisor", "scientist", "auditor"},
    "/court/models": {"supervisor", "scientist", "auditor", "administrator"},
    "/court/audit": {"auditor"},
    "/court/audit/trail.jsonl": {"auditor"},
    "/court/report": {"supervisor", "auditor"},
    "/court/keeping": {"administrator", "auditor"},
    "/court/accounts": {"administrator"},
    "/court/keys": {"administrator"},
    "/court/webhooks": {"administrator"},
}


def a_court(store: Store) -> None:
    """A court with three filings, a decision, a draft in shadow and reports that training wrote."""
    people = open_accounts(store, "zhao")
    for role in ROLES:
        add_user(
            store, f"a-{role}".replace("_", "-"), display_name=role, roles=[role], password=password_of(role),
            by=people["root"], at=3,
        )  # fmt: skip
    everything = list(ROLES)
    add_user(
        store,
        "boss",
        display_name="院长",
        roles=everything,
        password=password_of("boss"),
        by=people["root"],
        at=3,
    )
    model = promote_with_tail(store, Settings())
    flag = screen_amount(store, 1, LARGE)
    for number, amount in ((2, MIDDLE), (3, SMALL)):
        screen_amount(store, number, amount)
    decide(
        store, flag.screening_id, decided_by="boss", decision="cleared", reason="有转账凭证",
        decided_at=flag.scored_at + 2 * DAY,
    )  # fmt: skip
    number = policies.draft(store, Settings(), MORE, "年底", by=people["zhao"], at=AT).number
    policies.backtest(store, Settings(), number, by=people["zhao"], at=AT)
    policies.start_shadow(store, number, by=people["zhao"], at=AT)
    with store.write() as connection:
        add_report(connection, ModelReport("monitoring", model.version, NOW, MONITORING))


MONITORING = {
    "as_of": "2026-11-01T00:00:00+08:00",
    "alerts": [{"zh": "标的额偏高（2026-10）", "en": "amounts are higher (2026-10)"}],
    "months": [
        {
            "month": "2026-10", "filings": 412, "bands": {"none": 400, "notice": 9, "review": 3},
            "drift": {"raw_score": {"index": {"value": 0.07}}}, "ripeness": {"expected": 2.5, "found": 2},
        }
    ],
}  # fmt: skip


@contextmanager
def client_of(store: Store, name: str, password: str) -> Iterator[TestClient]:
    settings = Settings()
    app = build_app(store, settings, PromotedModel(store, settings), hosts=None, clock=lambda: AT)
    with TestClient(app, follow_redirects=False) as client:
        if name:
            client.post("/login", data={"name": name, "password": password_of(password)})
        yield client


def test_each_role_reads_its_own_pages_and_no_other(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    for role in ROLES:
        with client_of(sqlite_store, f"a-{role}".replace("_", "-"), role) as client:
            told = {path: client.get(path).status_code for path in MAY_READ}
            assert told == {path: 200 if role in roles else 403 for path, roles in MAY_READ.items()}
            first = client.get("/").headers["location"]
            assert client.get(first).status_code == 200


def test_nobody_acts_without_an_account(sqlite_store: Store) -> None:
    with client_of(sqlite_store, "", "") as client:
        assert client.get("/court/policies").status_code == 200
        draft = client.post("/court/policies", data={"note": "x"})
        assert (draft.status_code, "accounts-needed" in draft.text) == (403, True)
        assert client.post("/court/models", data={"version": "x"}).status_code == 403


def test_a_slip_is_told_beside_the_form(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    with client_of(sqlite_store, "boss", "boss") as client:
        answer = client.post(
            "/court/policies?lang=en", data={"note": "why", "signs": "nonsense", "floor": "2.5"}
        )
        assert answer.status_code == 422
        assert "this is no TOML" in answer.text
        assert 'value="2.5"' in answer.text
        assert client.get("/court/audit", params={"since": "soon"}).status_code == 422
        assert client.post("/court/audit", data={"head": "12"}).status_code == 422
        assert client.post("/court/models", data={"version": "../../etc"}).status_code == 404


def test_a_draft_begins_with_how_the_bench_works_and_says_so(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    with client_of(sqlite_store, "boss", "boss") as client:
        form = client.get("/court/policies?lang=en").text
        assert 'name="due_days" type="number" min="1" max="60" value="5"' in form
        typed = {
            "note": "年底",
            "due_days": "4",
            "lease_hours": "12",
            "load_cap": "15",
            "second_person": "always",
        }
        made = client.post("/court/policies", data=typed).headers["location"]
        page = client.get(f"{made}?lang=en").text
        assert all(f"<dd>{value}</dd>" in page for value in (4, 12, 15))
        assert client.post("/court/policies", data=typed | {"due_days": "99"}).status_code == 422
        set_by_one = {
            "due_days": "6",
            "lease_hours": "24",
            "load_cap": "20",
            "double_percent": "5",
            "reason": "x",
        }
        assert client.post("/bench/policy", data=set_by_one).status_code == 303
        for act in ("backtest", "shadow", "approve"):
            assert client.post(f"{made}/{act}").status_code == 303
        with client_of(sqlite_store, "a-supervisor", "supervisor") as other:
            assert other.post(f"{made}/approve").status_code == 303
            told = other.get("/bench/agreement?lang=en").text
            assert "two persons approved" in told
            assert 'action="/bench/policy"' not in told
            assert other.post("/bench/policy", data=set_by_one).status_code == 409


def test_the_head_leads_everybody_to_what_he_may_open(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    for role in ROLES:
        with client_of(sqlite_store, f"a-{role}".replace("_", "-"), role) as client:
            first = client.get("/", follow_redirects=True).text
            head = first[first.index("<header") : first.index("</header>")]
            links = re.findall(r'href="(/[a-z/]*)"', head)
            assert len(links) > 1
            assert {
                path: client.get(path, follow_redirects=True).status_code for path in links
            } == dict.fromkeys(links, 200)
            for path in links:
                page = client.get(path, follow_redirects=True).text
                rooms = re.findall(r'<nav class="rooms".*?</nav>', page, re.DOTALL)
                inside = re.findall(r'href="(/[a-z/]*)"', "".join(rooms))
                assert {client.get(room).status_code for room in inside} <= {200}
            assert ("/bench/list" in links) == (role in ("supervisor", "auditor"))


def test_filters_of_the_trail(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    with client_of(sqlite_store, "boss", "boss") as client:

        def rows(**wanted: str) -> int:
            return client.get("/court/audit", params=wanted).text.count('<th scope="row"')

        assert rows(action="score") == 3
        assert rows(actor="zhao", action="policy") == 1
        assert rows(actor="nobody") == 0
        assert rows(since="2026-11-23", until="2026-11-23", action="score") == 3
        assert rows(until="2026-11-22", action="score") == 0
        assert rows(below="1") == 0


def test_people_and_cases_are_called_as_people_call_them(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    with client_of(sqlite_store, "boss", "boss") as client:
        pages = {
            page: client.get(page).text for page in ("/court/policies", "/court/policies/1", "/court/audit")
        }
        assert all("Zhao（zhao）" in text for text in pages.values())
        assert "院长（boss）" in pages["/court/audit"]
        changed = re.findall(
            r'<th scope="row"><a href="/filings/F-(\d+)">(.*?)</a>', pages["/court/policies/1"]
        )
        assert changed
        assert all(name == f"(2026)甘0702民初{number}号" for number, name in changed)


def test_what_training_wrote_is_shown_in_both_languages(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    with client_of(sqlite_store, "boss", "boss") as client:
        zh, en = (client.get(f"/court/models?lang={language}").text for language in ("zh", "en"))
    assert "标的额偏高" in zh
    assert "amounts are higher" in en
    assert "412" in zh
    with sqlite_store.read() as connection:
        held = current(connection)
    assert held is not None
    assert held.model_version in en


def test_the_figures_are_those_counted_by_hand(store: Store) -> None:
    a_court(store)
    told = read_report(store, Settings(), 3.0, 90, AT + 5 * DAY)
    assert told.filings == 3
    assert dict(told.bands) == {"review": 1, "notice": 1, "none": 1}
    assert dict(told.outcomes) == {"cleared": 1}
    assert (told.overturned.hits, told.overturned.of) == (1, 1)
    assert told.days_to_decide == (2.0, 2.0)
    assert told.waiting == 1
    assert (told.clock.past, told.clock.to_come, told.clock.unknown) == (1, 0, 0)
    assert [(one.name, one.hits, one.of) for one in told.rates["represented"]] == [("yes", 2, 3)]
    assert [(one.name, one.hits, one.of) for one in told.rates["fee_waiver"]] == [("unknown", 2, 3)]
    assert sum(day.review for day in told.days) == 1
    assert read_report(store, Settings(), None, 30, NOW - 60 * DAY).filings == 0


def test_a_share_says_how_little_it_knows() -> None:
    assert Share("x", 0, 0).interval == (0.0, 1.0)
    low, high = Share("x", 1, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.018, 0.404)  # Wilson (1927), as published tables have it
    assert Share("x", 1, FEW - 1).is_few
    assert not Share("x", 1, FEW).is_few


def test_a_card_is_written_as_a_page_and_nothing_in_it_is_run() -> None:
    page = str(
        write_card("# Card\n\n- **one** <script>\n- two\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n> mind\n")
    )
    assert "<h2>Card</h2>" in page
    assert "<li><strong>one</strong> &lt;script&gt;</li>" in page
    assert '<tr><th scope="row">1</th><td><code>2</code></td></tr>' in page
    assert "---" not in page


def test_an_item_of_a_card_goes_on_where_its_line_is_indented() -> None:
    page = str(write_card("- one that is\n  long\n- two\n\nand text\n"))
    assert page == "<ul><li>one that is long</li><li>two</li></ul>\n<p>and text</p>"


def test_an_answered_request_is_not_answered_again(sqlite_store: Store) -> None:
    a_court(sqlite_store)
    with client_of(sqlite_store, "boss", "boss") as client:
        again = client.post("/court/policies/1/shadow")
        assert again.status_code == 409
        assert client.post("/court/policies/1/approve").status_code == 303
        assert client.post("/court/policies/1/approve").status_code == 409


PAGES = [path for path in MAY_READ if not path.endswith("jsonl")]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious_and_nothing_runs_over(
    sqlite_store: Store, browser: Browser, language: str
) -> None:
    a_court(sqlite_store)
    found: dict[str, list[str]] = {}
    wide: dict[str, int] = {}
    with (
        serve(sqlite_store, lambda: AT) as address,
        open_page(browser, address, script=True, language=language) as (page, amiss),
    ):
        page.goto("/court")
        page.locator("#name").fill("boss")
        page.locator("#password").fill(password_of("boss"))
        page.locator("button.main").click()
        page.wait_for_url("**/court")
        for path in PAGES:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found[path] = serious(page)
            page.set_viewport_size({"width": 320, "height": 800})  # 1280 at 400 %
            wide[path] = page.evaluate("document.documentElement.scrollWidth")
        assert amiss == []
    assert {path: slips for path, slips in found.items() if slips} == {}
    assert {path: width for path, width in wide.items() if width > 320} == {}
