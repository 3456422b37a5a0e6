"""Who gets in, who may do what on every route, and what is on record of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import NOW, loan, promote_toy
from sqlalchemy import select
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.app import build_app
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from serving.server import require_accounts, take_port
from serving.web.login import own_path
from xiezhi.accounts.administer import add_user, disable_user, set_password
from xiezhi.accounts.sessions import FAILURE_WINDOW, IDLE, LONGEST, MOST_FAILURES, log_in
from xiezhi.clock import SECOND, Moment
from xiezhi.errors import InputError, NotAuthenticated
from xiezhi.review_policy import ReviewPolicy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.review_policies import add_policy
from xiezhi.store.tables import login_failures
from xiezhi.store.users import User

PASSWORD = "four plain words here"


class Desk:
    """A service with a flagged filing and an account for each role; time is set by the test."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        promote_toy(store, Settings())
        model = PromotedModel(store, Settings())
        filing = parse_filing(loan("F-001", "2026-11-20T09:00", 3_000_000), Settings())
        self.flag = model.keep(filing, source="test", scored_at=NOW)[0].screening_id
        self.app = build_app(store, Settings(), model, hosts=hosts_for("127.0.0.1"), clock=lambda: self.now)

    def add(self, role: str) -> User:
        first = self.admin if role != "administrator" else None
        return add_user(
            self.store, role, display_name=f"名{role}", roles=[role], password=PASSWORD, by=first, at=NOW
        )

    @property
    def admin(self) -> User:
        return User("administrator", "名administrator", frozenset({"administrator"}))

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)

    def enter(self, name: str, password: str = PASSWORD) -> TestClient:
        client = self.browser()
        answer = client.post("/login", data={"name": name, "password": password, "to": "/queue"})
        assert (answer.status_code, answer.headers.get("location")) == (303, "/queue")
        return client


@pytest.fixture
def desk(store: Store) -> Desk:
    opened = Desk(store)
    opened.add("administrator")
    return opened


@pytest.fixture
def one(sqlite_store: Store) -> Desk:
    opened = Desk(sqlite_store)
    opened.add("administrator")
    return opened


def test_a_home_without_accounts_is_open(sqlite_store: Store) -> None:
    client = Desk(sqlite_store).browser()
    assert client.get("/queue").status_code == 200
    assert "退出" not in client.get("/queue?lang=zh").text


def test_a_home_without_accounts_is_not_served_to_others(sqlite_store: Store) -> None:
    for here in ("127.0.0.1", "localhost", "::1"):
        require_accounts(sqlite_store, here)
    with pytest.raises(InputError, match="no accounts"):
        require_accounts(sqlite_store, "0.0.0.0")
    Desk(sqlite_store).add("administrator")
    require_accounts(sqlite_store, "0.0.0.0")


def test_an_address_something_else_answers_at_is_refused_before_it_is_told() -> None:
    with take_port("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(InputError, match="--port") as refused:
            take_port("127.0.0.1", port)
        assert refused.value.code == "port-taken"
    take_port("127.0.0.1", port).close()


def test_an_answer_is_sent_at_once() -> None:
    async def connect() -> int:
        asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            asked.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(answer, sock=take_port("127.0.0.1", 0)) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                return await asked
            finally:
                writer.close()
                await writer.wait_closed()

    assert asyncio.run(connect())


def test_nobody_is_led_to_the_form_and_a_program_is_told(one: Desk) -> None:
    client = one.browser()
    answer = client.get("/filings/F-001")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=%2Ffilings%2FF-001")
    told = client.get("/api/v1/flags")
    assert (told.status_code, told.json()["code"]) == (401, "login-required")
    assert client.get("/healthz").status_code == 200
    assert client.get("/login?to=/queue&lang=en").status_code == 200


def test_a_judge_logs_in_decides_under_his_name_and_leaves(desk: Desk) -> None:
    with desk.store.write() as connection:
        no_lot = ReviewPolicy(double_share=0.0)
        add_policy(connection, no_lot, reason="test", at=NOW - 1, actor="administrator")
    desk.add("reviewer")
    client = desk.enter("reviewer")
    page = client.get("/filings/F-001?lang=zh").text
    assert "将以“名reviewer（reviewer）”的名义作出决定。" in page
    assert 'name="decided_by"' not in page
    asked = {"decision": "cleared", "reason": "已核对", "decided_by": "别人"}
    assert client.post(f"/flags/{desk.flag}/decisions", data=asked).status_code == 303
    decided = client.get("/api/v1/filings/F-001").json()["decisions"]
    assert [d["decided_by"] for d in decided] == ["名reviewer（reviewer）"], "a typed name counts for nothing"
    assert client.post("/logout").headers["location"] == "/login"
    assert client.get("/queue").status_code == 303
    with desk.store.read() as connection:
        told = [(e.action, e.actor) for e in read_entries(connection) if e.actor == "reviewer"]
    assert told == [
        ("logged_in", "reviewer"),
        ("saw", "reviewer"),
        ("saw", "reviewer"),
        ("logged_out", "reviewer"),
    ]


def test_a_wrong_password_and_an_unknown_name_are_told_alike(one: Desk) -> None:
    one.add("supervisor")
    client = one.browser()
    told = {
        client.post("/login?lang=en", data={"name": name, "password": "wrong"}).text.replace(name, "NAME")
        for name in ("supervisor", "nobody-here")
    }
    assert len(told) == 1
    assert "session" not in client.cookies


def test_guessing_is_stopped_for_a_while(desk: Desk) -> None:
    client = desk.browser()

    def guess(password: str) -> int:
        return client.post("/login", data={"name": "administrator", "password": password}).status_code

    assert [guess("wrong") for _ in range(MOST_FAILURES)] == [401] * MOST_FAILURES
    assert guess(PASSWORD) == 401, "the right one no longer counts"
    desk.now += FAILURE_WINDOW + SECOND
    assert guess(PASSWORD) == 303


def test_what_was_typed_for_a_name_is_not_put_on_record(desk: Desk) -> None:
    client, slip = desk.browser(), "62070219880101123X"
    for _ in range(MOST_FAILURES):
        assert client.post("/login", data={"name": slip, "password": "wrong"}).status_code == 401
    with desk.store.read() as connection:
        told = [(e.actor, e.action, e.subject) for e in read_entries(connection)]
    assert slip not in str(told)
    assert told[-2:] == [("", "login_failed", ""), ("xiezhi", "login_locked", "")]


def test_what_was_typed_for_a_name_is_counted_by_its_hash(store: Store) -> None:
    slip = "a password in the wrong field"
    for _ in range(MOST_FAILURES):
        with pytest.raises(NotAuthenticated):
            log_in(store, slip, "wrong", NOW)
    with store.read() as connection:
        kept = [tuple(row) for row in connection.execute(select(login_failures))]
    assert len(kept) == MOST_FAILURES
    assert slip not in str(kept)
    assert store.vault.search_hash(slip) not in str(kept), "nor is it tied to a number in a filing"
    with pytest.raises(NotAuthenticated) as locked:
        log_in(store, slip, "wrong", NOW)
    assert locked.value.code == "login-locked"


def test_guesses_made_at_once_are_no_more_than_one_by_one(desk: Desk, quick_passwords: None) -> None:
    def guess(_: int) -> str:
        try:
            log_in(desk.store, "administrator", "wrong", NOW)
        except NotAuthenticated as error:
            return error.code
        raise AssertionError("a wrong password opened a session")

    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(guess, range(12)))
    assert told == ["login-locked"] * (12 - MOST_FAILURES) + ["not-authenticated"] * MOST_FAILURES
    with desk.store.read() as connection:
        acts = [e.action for e in read_entries(connection) if e.subject == "administrator"]
    assert (acts.count("login_failed"), acts.count("login_locked")) == (MOST_FAILURES, 1)


def new_password(desk: Desk) -> str:
    set_password(desk.store, "administrator", "another four words", by=desk.admin, at=NOW)
    return "another four words"


@pytest.mark.parametrize("way", ["the right password", "a new password"])
def test_who_has_proved_himself_starts_anew(desk: Desk, quick_passwords: None, way: str) -> None:
    def guess() -> None:
        with pytest.raises(NotAuthenticated, match="another password"):
            log_in(desk.store, "administrator", "wrong", NOW)

    set_password(desk.store, "administrator", PASSWORD, by=desk.admin, at=NOW)
    for _ in range(MOST_FAILURES - 1):
        guess()
    password = PASSWORD if way == "the right password" else new_password(desk)
    log_in(desk.store, "administrator", password, NOW)
    for _ in range(MOST_FAILURES):
        guess()
    with pytest.raises(NotAuthenticated, match="must wait"):
        log_in(desk.store, "administrator", password, NOW)


def leave_idle(desk: Desk) -> None:
    desk.now += IDLE + SECOND


def stay_on(desk: Desk) -> None:
    """Look now and then, until the day is over."""
    end: Moment = desk.now + LONGEST
    while desk.now < end:
        desk.now += IDLE // 2


def close(desk: Desk) -> None:
    disable_user(desk.store, "supervisor", by=desk.admin, at=desk.now)


def change_password(desk: Desk) -> None:
    set_password(desk.store, "supervisor", "another four words", by=desk.admin, at=desk.now)


@pytest.mark.parametrize("ends", [leave_idle, stay_on, close, change_password])
def test_a_session_ends(one: Desk, ends: Callable[[Desk], None]) -> None:
    one.add("supervisor")
    client = one.enter("supervisor")
    assert client.get("/queue").status_code == 200
    ends(one)
    assert client.get("/queue").status_code == 303


def test_who_keeps_working_stays(one: Desk) -> None:
    one.add("supervisor")
    client = one.enter("supervisor")
    for _ in range(6):
        one.now += IDLE - SECOND
        assert client.get("/queue").status_code == 200


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[/\\\t ]{1,3}[a-z.:/@\\]{0,8}", fullmatch=True)))
def test_a_login_leads_to_this_server_alone(to: str) -> None:
    here = "http://127.0.0.1/login"
    # What a browser does with a Location: backslashes are slashes, tabs and line ends are dropped.
    read = own_path(to).replace("\\", "/").translate(dict.fromkeys(map(ord, "\t\r\n")))
    assert urlsplit(urljoin(here, read)).netloc == "127.0.0.1"
