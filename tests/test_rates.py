"""Requests by one caller are counted; people at work never notice."""

from __future__ import annotations

import pytest
from accounts_samples import open_accounts, password_of
from fastapi import FastAPI
from serving_samples import NOW
from test_access import client_of, make_key, serve_app

from serving.rates import RateLimits
from xiezhi.accounts.sessions import log_in
from xiezhi.settings import Settings
from xiezhi.store import Store

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def app(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    for name in ("PERSON", "KEY", "ADDRESS", "LOGIN"):
        monkeypatch.setenv(f"XIEZHI_RATE_{name}", "3")
    open_accounts(sqlite_store, "sun", "zhao")
    return serve_app(sqlite_store)


def test_each_caller_has_a_count_of_his_own(app: FastAPI, sqlite_store: Store) -> None:
    sun = client_of(app, log_in(sqlite_store, "sun", password_of("sun"), NOW)[1])
    again = client_of(app, log_in(sqlite_store, "sun", password_of("sun"), NOW)[1])
    zhao = client_of(app, log_in(sqlite_store, "zhao", password_of("zhao"), NOW)[1])
    key = client_of(app, key=make_key(sqlite_store, "efiling", "read-flags"))
    assert [sun.get("/desk").status_code for _ in range(3)] == [200] * 3
    assert again.get("/desk").status_code == 429, "another session of one account counts on"
    assert [zhao.get("/queue").status_code for _ in range(3)] == [200] * 3
    assert [key.get("/api/v1/flags").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_it_is_told_in_both_languages_and_when_to_come_again(app: FastAPI, sqlite_store: Store) -> None:
    client = client_of(app)
    for _ in range(3):
        assert client.get("/api/v1/flags").status_code == 401
    told = client.get("/api/v1/flags")
    assert (told.status_code, told.json()["code"]) == (429, "too-many-requests")
    assert 1 <= int(told.headers["retry-after"]) <= 60
    assert told.json()["zh"].startswith("请求过于频繁")
    assert told.json()["en"].startswith("Too many requests")
    page = client.get("/login?lang=zh")
    assert page.status_code == 429
    assert "请求过于频繁" in page.text
    assert 1 <= int(page.headers["retry-after"]) <= 60


def test_guessing_keys_and_passwords_is_counted_by_address(app: FastAPI) -> None:
    guesses = [client_of(app, key=f"xz_{n}").get("/api/v1/flags").status_code for n in range(4)]
    assert guesses == [401, 401, 401, 429]
    names = ["sun", "zhao", "nobody", "root"]
    form = [client_of(app).post("/login", data={"name": n, "password": "wrong"}).status_code for n in names]
    assert form == [401, 401, 401, 429], "another name each time is one address"


def test_a_home_without_accounts_counts_nobody(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_RATE_ADDRESS", "1")
    monkeypatch.setenv("XIEZHI_RATE_PERSON", "1")
    client = client_of(serve_app(sqlite_store))
    assert [client.get("/api/v1/flags").status_code for _ in range(3)] == [200] * 3


def test_the_figures_leave_a_busy_desk_alone(home: object) -> None:
    settings = Settings()
    # One filing every two seconds, its form, its post, its answer and five filings opened: 240 a minute.
    assert settings.rate_person >= 5 * 240
    # A hundred people at one address, all logging in within the same two minutes.
    assert settings.rate_login * 2 >= 100
    assert RateLimits(settings)
