"""The deliverer beside a server: a thread that looks every second for what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from serving.webhooks.deliver import deliver_due
from serving.webhooks.sending import Sender
from xiezhi.clock import Moment, now
from xiezhi.store import Store

PAUSE = 1.0
"""Seconds between two looks: a receiver is told within about a second; a look costs one small query."""

_log = logging.getLogger("xiezhi.webhooks")


@contextmanager
def delivering(
    store: Store, sender: Sender, clock: Callable[[], Moment] = now, pause: float = PAUSE
) -> Iterator[None]:
    """Deliver in the background for as long as the block lasts; what is being sent then is finished."""
    ended = Event()
    thread = Thread(target=_run, args=(store, sender, clock, pause, ended), name="deliverer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        sender.close()


def _run(store: Store, sender: Sender, clock: Callable[[], Moment], pause: float, ended: Event) -> None:
    while not ended.wait(pause):
        try:
            deliver_due(store, sender, clock)
        except (
            Exception
        ) as error:  # whatever it is, the next round is tried: else nobody is told until a restart
            # Its text may quote the values of a statement. What was claimed comes due again.
            _log.error("webhooks: %s", type(error).__name__)
