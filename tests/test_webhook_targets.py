"""Webhooks go where the court allows and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from serving_samples import promote_toy
from webhook_receiver import Receiver, listening
from webhook_samples import Court

from serving.webhooks.deliver import (
    Round,
    deliver_due,
)
from serving.webhooks.sending import Sender
from serving.webhooks.targets import Target, check_url, find_address
from xiezhi.errors import InputError
from xiezhi.settings import Settings
from xiezhi.store import Store


@pytest.fixture
def here(sqlite_store: Store, port: int) -> Court:
    promote_toy(sqlite_store, Settings())
    return Court(sqlite_store, Receiver(port))


def test_a_redirect_is_not_followed(here: Court) -> None:
    here.subscribe("screened")
    here.screen(1)
    here.receiver.statuses = [302]
    with listening(here.receiver):
        assert here.deliver() == Round(failed=1)
    assert len(here.receiver.heard) == 1
    assert here.log() == [("waiting", [(302, "status-302")])]


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
