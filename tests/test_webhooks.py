"""Webhooks: told in the transaction of what they tell, signed, tried again, never lost, to nobody else."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_samples import decide
from serving_samples import NOW, loan, promote_toy
from test_access import client_of, serve_app
from webhook_receiver import Receiver, free_port, listening

from features.intake.schema import parse_filing
from serving.screening.promoted import PromotedModel
from serving.webhooks.background import delivering
from serving.webhooks.deliver import (
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    Round,
    deliver_due,
    pause_after,
)
from serving.webhooks.sending import Answer, Sender
from serving.webhooks.signing import headers_for, new_secret
from serving.webhooks.subscriptions import hold_back, read_log, send_again, subscribe, unsubscribe
from serving.webhooks.targets import Target, check_url, find_address
from xiezhi import cli
from xiezhi.accounts.roles import sole_user
from xiezhi.clock import SECOND, Moment
from xiezhi.errors import InputError, NotFound, NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.screenings import get_screening, put_screenings
from xiezhi.store.tables import webhooks
from xiezhi.store.users import User
from xiezhi.store.webhooks import State

ROOT = Path(__file__).resolve().parent.parent
ADMIN = sole_user("root")
HOUR = 3600 * SECOND


@dataclass
class Clock:
    """Time as the test sets it."""

    now: Moment = NOW

    def __call__(self) -> Moment:
        return self.now


@dataclass
class Court:
    """A court that screens, and a receiver it may tell."""

    store: Store
    receiver: Receiver
    clock: Clock = field(default_factory=Clock)
    secret: str = ""
    webhook_id: str = ""

    @property
    def hosts(self) -> str:
        return f"127.0.0.1:{self.receiver.port}"

    def subscribe(self, *events: str, courts: tuple[str, ...] = ()) -> str:
        hook, self.secret = subscribe(
            self.store, self.receiver.url, events=events, courts=courts, hosts=self.hosts, by=ADMIN, at=NOW
        )
        self.webhook_id = hook.webhook_id
        return hook.webhook_id

    def screen(self, number: int, **more: Any) -> str:
        """The flag of a filing that comes in now."""
        filing = parse_filing(loan(f"F-{number:03}", "2026-11-20T09:00", 3_000_000, **more), Settings())
        model = PromotedModel(self.store, Settings())
        return model.keep(filing, source="test", scored_at=self.clock())[0].screening_id

    def deliver(self, patience: float = 5.0) -> Round:
        sender = Sender(self.hosts, patience)
        try:
            return deliver_due(self.store, sender, self.clock, lambda: 1.0)
        finally:
            sender.close()

    def log(self) -> list[tuple[State, list[tuple[int | None, str]]]]:
        """State and attempts of every message, oldest first."""
        rows = read_log(self.store, self.webhook_id, None, by=ADMIN)
        return [(m.state, [(a.status, a.fault) for a in attempts]) for m, attempts in rows][::-1]

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(heard.body) for heard in self.receiver.heard]


@pytest.fixture
def court(store: Store) -> Court:
    promote_toy(store, Settings())
    return Court(store, Receiver(free_port()))


@pytest.fixture
def here(sqlite_store: Store) -> Court:
    promote_toy(sqlite_store, Settings())
    return Court(sqlite_store, Receiver(free_port()))


def test_scores_and_decisions_are_told_and_nothing_of_a_person(court: Court) -> None:
    court.subscribe("screened", "decided")
    flag = court.screen(1)
    made = decide(
        court.store, flag, decided_by="李法官", decision="cleared", reason="周明礼到庭", decided_at=NOW
    )
    with listening(court.receiver):
        assert court.deliver() == Round(delivered=2)
    screened, decided = court.told()
    common = {
        "at": "2026-11-23T02:00:00+00:00",
        "court": "甘0702",
        "screening_id": flag,
        "filing_id": "F-001",
    }
    assert screened == common | {
        "id": screened["id"], "event": "screened", "band": "review", "trigger": "filed",
    }  # fmt: skip
    assert decided == common | {
        "id": decided["id"], "event": "decided", "decision": "cleared", "decision_id": made.decision_id,
    }  # fmt: skip
    assert [heard.headers["webhook-id"] for heard in court.receiver.heard] == [screened["id"], decided["id"]]
    assert court.deliver() == Round(), "once is enough"


def test_what_was_rolled_back_is_told_to_nobody(court: Court) -> None:
    flag = court.screen(1)
    court.subscribe("screened")

    def keep_and_fail() -> None:
        with court.store.write() as connection:
            kept = get_screening(connection, flag)
            assert kept is not None
            assert put_screenings(connection, [replace(kept, screening_id="another")], NOW) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        keep_and_fail()
    assert court.log() == []


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


def test_a_receiver_that_fails_twice_gets_it_the_third_time(court: Court) -> None:
    court.subscribe("screened")
    court.screen(1)
    court.receiver.statuses = [500, 503]
    with listening(court.receiver):
        assert court.deliver() == Round(failed=1)
        assert court.deliver() == Round(), "not before its pause is over"
        for expected in (Round(failed=1), Round(delivered=1)):
            court.clock.now += 15 * SECOND
            assert court.deliver() == expected
    assert court.log() == [("delivered", [(500, "status-500"), (503, "status-503"), (204, "")])]
    assert len({heard.headers["webhook-id"] for heard in court.receiver.heard}) == 1, "known again by its id"


def test_one_bad_message_holds_no_other_up(here: Court) -> None:
    here.subscribe("screened")
    for number in range(3):
        here.screen(number)
    here.receiver.statuses = [400]
    with listening(here.receiver):
        assert here.deliver() == Round(delivered=2, failed=1)


def test_a_receiver_that_is_down_gets_everything_when_it_is_back(court: Court) -> None:
    court.subscribe("screened")
    for number in range(3):
        court.screen(number)
    assert court.deliver() == Round(failed=1), "one finds nobody, the others do not try"
    assert court.deliver() == Round()
    court.clock.now += 15 * SECOND
    with listening(court.receiver):
        assert court.deliver() == Round(delivered=3)
    assert [told["filing_id"] for told in court.told()] == ["F-000", "F-001", "F-002"]
    assert court.log()[0] == ("delivered", [(None, "no-connection"), (204, "")])


def test_a_receiver_that_answers_slowly_is_tried_again(here: Court) -> None:
    here.subscribe("screened")
    here.screen(1)
    here.receiver.hold = Event()
    with listening(here.receiver):
        assert here.deliver(patience=0.2) == Round(failed=1)
        here.receiver.hold.set()
        here.clock.now += 15 * SECOND
        assert here.deliver() == Round(delivered=1)
    assert here.log() == [("delivered", [(None, "timeout"), (204, "")])]


def test_a_redirect_is_not_followed(here: Court) -> None:
    here.subscribe("screened")
    here.screen(1)
    here.receiver.statuses = [302]
    with listening(here.receiver):
        assert here.deliver() == Round(failed=1)
    assert len(here.receiver.heard) == 1
    assert here.log() == [("waiting", [(302, "status-302")])]


def test_nothing_is_lost_when_the_sender_is_killed_midway(here: Court) -> None:
    here.subscribe("screened")
    flags = [here.screen(number) for number in range(2)]
    here.receiver.hold = Event()
    environment = {**os.environ, "XIEZHI_WEBHOOK_HOSTS": here.hosts}
    with listening(here.receiver):
        sender = subprocess.Popen(
            [sys.executable, "-c", "from xiezhi.cli import main; main()", "webhook", "deliver"],
            env=environment,
        )
        here.receiver.came.get(timeout=60)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        here.receiver.hold.set()
        here.clock.now = here.clock() + 400 * 24 * HOUR  # the killed one read the real time
        assert here.deliver() == Round(delivered=2)
    assert [told["screening_id"] for told in here.told()] == [flags[0], *flags], "told twice, by one id"
    assert len({told["id"] for told in here.told()}) == 2


class Wall:
    """Takes nothing, and counts what came."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.ids = answer, list[str]()

    def send(self, _url: str, headers: dict[str, str], _body: bytes) -> Answer:
        self.ids.append(headers["webhook-id"])
        return self.answer


def test_what_is_never_taken_is_dead_after_a_weekend_and_can_be_sent_again(court: Court) -> None:
    court.subscribe("screened")
    court.screen(1)
    wall = Wall(Answer(500, "status-500"))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        done = deliver_due(court.store, wall, court.clock, lambda: 0.0)
        assert done == (Round(dead=1) if attempt == MOST_ATTEMPTS else Round(failed=1))
        if attempt < MOST_ATTEMPTS:
            court.clock.now += pause_after(attempt, 0.0)
    assert court.clock() - NOW >= 63 * HOUR, "Friday 17:00 to Monday 08:00"
    (message, attempts), *_ = read_log(court.store, court.webhook_id, "dead", by=ADMIN)
    assert len(attempts) == MOST_ATTEMPTS
    assert deliver_due(court.store, wall, court.clock) == Round()
    at = court.clock()
    assert send_again(court.store, court.webhook_id, message_ids=["unknown"], by=ADMIN, at=at) == 0
    assert send_again(court.store, court.webhook_id, message_ids=[message.message_id], by=ADMIN, at=at) == 1
    with listening(court.receiver):
        assert court.deliver() == Round(delivered=1)
        assert send_again(court.store, court.webhook_id, happened=(NOW + 1, at), by=ADMIN, at=at) == 0
        assert send_again(court.store, court.webhook_id, happened=(NOW, NOW + 1), by=ADMIN, at=at) == 1
        assert court.deliver() == Round(delivered=1)
    assert [told["id"] for told in court.told()] == [message.message_id] * 2


@given(st.integers(1, 60), st.floats(0, 1))
def test_pauses_grow_and_are_bounded(attempts: int, lot: float) -> None:
    assert pause_after(attempts, lot) <= LONGEST_PAUSE * 5 // 4
    assert pause_after(attempts, 0) <= pause_after(attempts, lot) <= pause_after(attempts + 1, 1)


def test_two_deliverers_at_once_send_each_message_once(court: Court) -> None:
    court.subscribe("screened")
    for number in range(6):
        court.screen(number)
    wall = Wall(Answer(200, ""))
    with ThreadPoolExecutor(3) as pool:
        rounds = list(pool.map(lambda _: deliver_due(court.store, wall, court.clock), range(3)))
    assert sum(rounds, Round()) == Round(delivered=6)
    assert len(wall.ids) == len(set(wall.ids)) == 6


def test_a_paused_one_waits_and_a_removed_one_is_told_no_more(here: Court) -> None:
    hook = here.subscribe("screened")
    hold_back(here.store, hook, True, by=ADMIN, at=NOW)
    here.screen(1)
    wall = Wall(Answer(200, ""))
    assert deliver_due(here.store, wall, here.clock) == Round()
    hold_back(here.store, hook, False, by=ADMIN, at=NOW)
    assert deliver_due(here.store, wall, here.clock) == Round(delivered=1)
    here.screen(2)
    unsubscribe(here.store, hook, by=ADMIN, at=NOW)
    here.screen(3)
    assert deliver_due(here.store, wall, here.clock) == Round()
    assert [state for state, _ in here.log()] == ["delivered", "dead"]
    with pytest.raises(NotFound):
        send_again(here.store, hook, happened=(0, NOW + 1), by=ADMIN, at=NOW)
    with here.store.read() as connection:
        acts = [e.action for e in read_entries(connection) if e.subject == hook]
    assert acts == ["webhook_added", "webhook_paused", "webhook_resumed", "webhook_removed"]


def test_the_server_delivers_by_itself(here: Court) -> None:
    here.subscribe("screened")
    with listening(here.receiver), delivering(here.store, Sender(here.hosts), here.clock, pause=0.01):
        here.screen(1)
        assert json.loads(here.receiver.came.get(timeout=30).body)["event"] == "screened"


def test_a_fault_of_ours_does_not_end_the_deliverer(here: Court) -> None:
    here.subscribe("screened")
    here.screen(1)

    class Faulty(Sender):
        """Fails once in a way nobody foresaw."""

        failed = False

        def send(self, url: str, headers: Any, body: bytes) -> Answer:
            if not self.failed:
                self.failed = True
                here.clock.now += 121 * SECOND  # what was claimed comes due again
                raise UnicodeError("label too long")
            return super().send(url, headers, body)

    with listening(here.receiver), delivering(here.store, Faulty(here.hosts), here.clock, pause=0.01):
        assert here.receiver.came.get(timeout=30)


def test_the_secret_is_sealed(here: Court) -> None:
    here.subscribe("screened")
    with here.store.read() as connection:
        kept = str(connection.execute(webhooks.select()).one())
    assert here.secret.removeprefix("whsec_") not in kept
    assert "sealed:" in kept


HOSTS = "efiling.court.example, 10.1.2.3:8443, [fd00::1]:80,name.example:8080"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://efiling.court.example/x?y=1", Target("efiling.court.example", 443)),
        ("http://EFILING.court.example:80/", Target("efiling.court.example", 80)),
        ("https://10.1.2.3:8443/", Target("10.1.2.3", 8443)),
        ("http://[fd00::1]/", Target("fd00::1", 80)),
    ],
)
def test_where_messages_may_go(url: str, target: Target) -> None:
    assert check_url(url, HOSTS) == target


@pytest.mark.parametrize(
    "url",
    [
        "https://efiling.court.example:8080/",
        "https://10.1.2.3/",
        "https://other.example/",
        "https://efiling.court.example.evil.example/",
        "https://efiling.court.example@evil.example/",
        "https://user:word@efiling.court.example/",
        "https://efiling.court.example/#part",
        "https://efiling.court.example\\@evil.example/",
        "ftp://efiling.court.example/",
        "file:///etc/passwd",
        "https:///x",
        "https://[::1",
        "https://efiling.court.example:99999/",
        "https://efiling.court.example/\n",
        "",
    ],
)
def test_where_messages_may_not_go(url: str) -> None:
    with pytest.raises(InputError):
        check_url(url, HOSTS)
    with pytest.raises(InputError):
        check_url(url, "")


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("10.0.0.7", True),
        ("192.168.3.4", True),
        ("fd00::7", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fe80::1", False),
    ],
)
def test_a_name_must_lead_to_another_machine(
    monkeypatch: pytest.MonkeyPatch, address: str, passes: bool
) -> None:
    def look_up(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(2, 1, 6, "", ("10.0.0.7", 80)), (2, 1, 6, "", (address, 80))]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    if passes:
        assert find_address(Target("name.example", 80)) == "10.0.0.7"
    else:
        with pytest.raises(InputError) as told:
            find_address(Target("name.example", 80))
        assert told.value.code == "webhook-address"


def test_a_host_taken_off_the_list_is_told_no_more(here: Court) -> None:
    here.subscribe("screened")
    here.screen(1)
    with listening(here.receiver):
        sender = Sender("elsewhere.example")
        assert deliver_due(here.store, sender, here.clock) == Round(failed=1)
        sender.close()
    assert here.receiver.heard == []
    assert here.log() == [("waiting", [(None, "webhook-host")])]


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
