"""Who subscribes, by which way, to what; messages are signed and the secret is sealed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from review_samples import decide
from serving_samples import NOW, promote_toy
from test_access import client_of, serve_app
from webhook_receiver import Receiver, listening
from webhook_samples import ADMIN, Court

from serving.webhooks.deliver import (
    Round,
)
from serving.webhooks.signing import headers_for, new_secret
from serving.webhooks.subscriptions import subscribe
from xiezhi import cli
from xiezhi.clock import SECOND
from xiezhi.errors import InputError, NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.tables import webhooks
from xiezhi.store.users import User

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def here(sqlite_store: Store, port: int) -> Court:
    promote_toy(sqlite_store, Settings())
    return Court(sqlite_store, Receiver(port))


def test_only_what_was_asked_for_is_told(here: Court) -> None:
    here.subscribe("decided", courts=("甘0602",))
    for number, place in ((1, "甘0702"), (2, "甘0602")):
        flag = here.screen(number, court=place)
        decide(here.store, flag, decided_by="李", decision="cleared", reason="无", decided_at=NOW)
    with listening(here.receiver):
        here.deliver()
    assert [(told["event"], told["filing_id"]) for told in here.told()] == [("decided", "F-002")]


def read_example() -> Callable[..., bool]:
    """The function `verify` as the page gives it to whoever writes a receiver."""
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.S)
    space: dict[str, Any] = {}
    exec(code[0], space)
    found: Callable[..., bool] = space["verify"]
    return found


def test_the_example_of_the_page_verifies_what_comes(here: Court) -> None:
    verify = read_example()
    here.subscribe("screened")
    here.screen(1)
    with listening(here.receiver):
        here.deliver()
    headers, body = here.receiver.heard[0]
    second = NOW // SECOND
    assert verify(here.secret, headers, body, second + 299)
    assert not verify(here.secret, headers, body.replace(b"review", b"none"), second)
    assert not verify(new_secret(), headers, body, second)
    assert not verify(here.secret, headers, body, second + 301), "a copy sent again later"
    assert not verify(here.secret, {**headers, "webhook-timestamp": str(second + 9)}, body, second)
    assert not verify(here.secret, {**headers, "webhook-id": "other"}, body, second)


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification's own libraries.
    headers = headers_for(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330 * SECOND,
        b'{"test": 2432232314}',
    )  # fmt: skip
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_secret_is_sealed(here: Court) -> None:
    here.subscribe("screened")
    with here.store.read() as connection:
        kept = str(connection.execute(webhooks.select()).one())
    assert here.secret.removeprefix("whsec_") not in kept
    assert "sealed:" in kept


def test_only_an_administrator_subscribes(here: Court) -> None:
    clerk = User("sun", "sun", frozenset({"clerk"}))
    url, hosts = here.receiver.url, here.hosts
    with pytest.raises(NotPermitted):
        subscribe(here.store, url, events=["screened"], courts=(), hosts=hosts, by=clerk, at=NOW)
    with pytest.raises(InputError, match="event"):
        subscribe(here.store, url, events=["all"], courts=(), hosts=hosts, by=ADMIN, at=NOW)


def test_the_api(here: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_WEBHOOK_HOSTS", here.hosts)
    client = client_of(serve_app(here.store))
    place = "/api/v1/webhooks"
    refused = client.post(place, json={"url": "http://evil.example/", "events": ["screened"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "webhook-host")
    made = client.post(place, json={"url": here.receiver.url, "events": ["screened"], "courts": ["甘0702"]})
    assert made.status_code == 201
    hook, secret = made.json()["webhook_id"], made.json()["secret"]
    assert secret.startswith("whsec_")
    listed = client.get(place)
    assert [item["webhook_id"] for item in listed.json()["items"]] == [hook]
    assert secret not in listed.text
    here.webhook_id = hook
    here.screen(1)
    assert client.post(f"{place}/{hook}/pause").status_code == 204
    assert here.deliver() == Round()
    assert client.post(f"{place}/{hook}/resume").status_code == 204
    with listening(here.receiver):
        assert here.deliver() == Round(delivered=1)
    (message,) = client.get(f"{place}/{hook}/messages?state=delivered").json()["items"]
    assert [attempt["status"] for attempt in message["attempts"]] == [204]
    replay = f"{place}/{hook}/replay"
    assert client.post(replay, json={"message_ids": [message["message_id"]]}).json() == {"messages": 1}
    for wrong in ({}, {"since": "2026-11-23"}, {"since": "yesterday", "until": "today"}):
        assert client.post(replay, json=wrong).status_code == 422
    whole = {"since": "2026-11-01", "until": "2026-12-01"}
    assert client.post(replay, json=whole).json() == {"messages": 0}, "it waits already"
    assert client.delete(f"{place}/{hook}").status_code == 204
    assert client.delete(f"{place}/{hook}").status_code == 404


def test_the_commands(
    here: Court, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIEZHI_WEBHOOK_HOSTS", here.hosts)

    def run(*words: str) -> str:
        assert cli.run(["webhook", *words]) == cli.DONE
        return capsys.readouterr().out

    assert run("add", here.receiver.url, "--event", "screened").startswith("whsec_")
    hook = run("list").split()[0]
    here.screen(1)
    run("pause", hook)
    assert "0 delivered" in run("deliver")
    run("resume", hook)
    with listening(here.receiver):
        assert "1 delivered" in run("deliver")
        told = json.loads(run("log", hook))
        assert told["attempts"][0]["status"] == 204
        assert "1 messages" in run("replay", hook, "--message", told["message_id"])
        assert "1 delivered" in run("deliver")
    assert run("log", hook, "--dead") == ""
    assert "0 messages" in run("replay", hook, "--since", "2030-01-01", "--until", "2030-01-02")
    assert cli.run(["webhook", "replay", hook]) == cli.USAGE
    capsys.readouterr()
    run("remove", hook)
    assert " removed " in run("list")
