"""Webhooks: told in the transaction of what they tell, tried again, never lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_samples import decide
from serving_samples import NOW, promote_toy
from webhook_receiver import Receiver, listening
from webhook_samples import ADMIN, HOUR, Court

from serving.webhooks.background import delivering
from serving.webhooks.deliver import (
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    Round,
    deliver_due,
    pause_after,
)
from serving.webhooks.sending import Answer, Sender
from serving.webhooks.subscriptions import hold_back, read_log, send_again, unsubscribe
from xiezhi.clock import SECOND
from xiezhi.errors import NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.screenings import get_screening, put_screenings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def court(store: Store, port: int) -> Court:
    promote_toy(store, Settings())
    return Court(store, Receiver(port))


@pytest.fixture
def here(sqlite_store: Store, port: int) -> Court:
    promote_toy(sqlite_store, Settings())
    return Court(sqlite_store, Receiver(port))


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


def test_nothing_is_lost_when_the_sender_is_killed_midway(here: Court) -> None:
    here.subscribe("screened")
    flags = [here.screen(number) for number in range(2)]
    here.receiver.hold = Event()
    environment = {**os.environ, "XIEZHI_WEBHOOK_HOSTS": here.hosts}
    program = f"from serving.webhooks import command; command.now = lambda: {here.clock()}; from xiezhi.cli import main; main()"
    with listening(here.receiver):
        sender = subprocess.Popen([sys.executable, "-c", program, "webhook", "deliver"], env=environment)
        here.receiver.came.get(timeout=120)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        here.receiver.hold.set()
        assert here.deliver() == Round(), "the killed one may be at it still"
        here.clock.now += 121 * SECOND
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
    with listening(here.receiver), delivering(here.store, Sender(here.hosts, 60.0), here.clock, pause=0.01):
        here.screen(1)
        assert json.loads(here.receiver.came.get(timeout=120).body)["event"] == "screened"


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

    with listening(here.receiver), delivering(here.store, Faulty(here.hosts, 60.0), here.clock, pause=0.01):
        assert here.receiver.came.get(timeout=120)
