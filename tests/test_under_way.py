"""What takes longer than a second is begun beside the request, and its page tells how far it is."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from accounts_samples import open_accounts, password_of
from policy_samples import MORE, promote_with_tail
from serving_samples import NOW
from starlette.testclient import TestClient

from serving import under_way
from serving.app import build_app
from serving.court import policies
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from serving.under_way import UnderWay
from xiezhi.errors import InputError
from xiezhi.progress import Advance
from xiezhi.settings import Settings
from xiezhi.store import Store

LONG = 20.0
"""Seconds after which a test gives up on a thread."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_way, "PATIENCE", 0.0)


class Gate:
    """Work that tells how far it is, then waits to be let go on."""

    def __init__(self, ends: Exception | None = None) -> None:
        self.begun, self.go_on, self.times, self._ends = Event(), Event(), 0, ends

    def __call__(self, advance: Advance) -> None:
        self.times += 1
        advance(3, 7)
        self.begun.set()
        assert self.go_on.wait(LONG)
        if self._ends is not None:
            raise self._ends


def _fail(advance: Advance) -> None:
    raise InputError("错", "wrong", code="wrong")


def test_what_ends_at_once_is_answered_at_once() -> None:
    told: list[int] = []
    going = UnderWay()
    assert going.begin("a", lambda _: told.append(1))
    assert told == [1]
    assert going.look("a") is None
    with pytest.raises(InputError):
        going.begin("a", _fail)
    assert going.look("a") is None, "what was raised is told already"


def test_what_takes_longer_is_begun_once_and_told_once_when_it_ended(impatient: None) -> None:
    going, work = UnderWay(), Gate(InputError("错", "wrong", code="wrong"))
    assert not going.begin("a", work)
    assert work.begun.wait(LONG)
    assert not going.begin("a", work)
    run = going.look("a")
    assert run is not None
    assert (run.done, run.total, run.ended.is_set()) == (3, 7, False)
    assert going.look("b") is None
    work.go_on.set()
    assert run.ended.wait(LONG)
    assert isinstance(run.error, InputError)
    assert going.look("a") is run
    assert going.look("a") is None
    assert work.times == 1


def test_a_back_test_that_takes_long_shows_how_far_it_is(
    sqlite_store: Store, quick_passwords: None, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = open_accounts(sqlite_store, "zhao")
    promote_with_tail(sqlite_store, Settings())
    policies.draft(sqlite_store, Settings(), MORE, "年底", by=people["zhao"], at=NOW)
    app = build_app(
        sqlite_store, Settings(), PromotedModel(sqlite_store, Settings()),
        hosts=hosts_for("127.0.0.1"), clock=lambda: NOW,
    )  # fmt: skip
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    client.post("/login", data={"name": "zhao", "password": password_of("zhao"), "to": "/court"})
    work, asked = Gate(), policies.backtest

    def slowly(*args: Any, advance: Advance, **by: Any) -> None:
        work(advance)
        asked(*args, **by, advance=advance)

    monkeypatch.setattr(policies, "backtest", slowly)
    here = client.post("/court/policies/1/backtest").headers["location"]
    assert here == "/court/policies/1?follow=1"
    assert work.begun.wait(LONG)
    page = client.get(f"{here}&lang=en")
    assert "3 of 7 filings" in page.text
    assert page.headers["refresh"] == "2"
    assert "refresh" not in client.get("/court/policies/1").headers, "who stopped the looks is left alone"
    run = app.state.parts.under_way.look(("backtest", 1))
    assert run is not None
    work.go_on.set()
    assert run.ended.wait(LONG)
    done = client.get(f"{here}&lang=en")
    assert "refresh" not in done.headers
    assert "under way" not in done.text
    assert policies.read_policy(sqlite_store, 1).backtest is not None
