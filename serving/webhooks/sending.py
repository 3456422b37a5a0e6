"""One message over HTTP: sent to the address that was checked, no redirect followed, no answer's body read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import httpx2

from serving.outward import open_client
from serving.webhooks.targets import check_url, find_address
from xiezhi.errors import InputError

PATIENCE = 10.0
"""Seconds for each step of a sending: a receiver should put the message away and answer at once. Standard Webhooks
1.0.0 advises 15 to 30; shorter, since a slow one holds up the next message."""


class Answer(NamedTuple):
    """The receiver's status (None: none came) and what was wrong, in one word (empty: it took the message)."""

    status: int | None
    fault: str

    @property
    def is_down(self) -> bool:
        """Whether nobody answered: the next message would find nobody, either."""
        return self.status is None


class Sender:
    """Sends messages to the hosts of the settings."""

    def __init__(self, hosts: str, patience: float = PATIENCE) -> None:
        """`hosts`: as in `XIEZHI_WEBHOOK_HOSTS`."""
        self._hosts = hosts
        self._client = open_client(patience)

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send `body`; whatever goes wrong is in the answer."""
        try:
            # The list may have been shortened and the name moved since the subscription was made.
            target = check_url(url, self._hosts)
            address = find_address(target)
        except InputError as error:
            return Answer(None, error.code)
        there = httpx2.URL(url)
        try:
            with self._client.stream(
                "POST",
                there.copy_with(host=address),
                headers={**headers, "host": there.netloc.decode("ascii")},
                content=body,
                extensions={"sni_hostname": target.host},
            ) as answer:
                status = answer.status_code
        except httpx2.TimeoutException:
            return Answer(None, "timeout")
        except httpx2.HTTPError:
            return Answer(None, "no-connection")
        return Answer(status, "" if 200 <= status < 300 else f"status-{status}")

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()
