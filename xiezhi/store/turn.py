"""Whose turn it is to keep a filing: two of one new party handed in together must not become two persons. Whoever links,
judges links or erases waits for it too: a filing is read against what is there and kept in two transactions.

One turn to a store, across threads and processes: a server and its workers write to the same one.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, text

from xiezhi.store.advisory import TURN
from xiezhi.store.engine import Store

_here = Lock()


@contextmanager
def take_turn(store: Store) -> Iterator[None]:
    """Wait until nobody else keeps a filing."""
    with _here:  # a file lock is held by the process, so its threads wait among themselves
        url = store.engine.url
        if url.get_backend_name() == "postgresql":
            with store.engine.connect() as connection:
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TURN})
                try:
                    yield
                finally:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": TURN})
        elif url.database:
            with Path(f"{url.database}-turn").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed
                yield
        else:
            yield


@contextmanager
def write_in_turn(store: Store) -> Iterator[Connection]:
    """As `Store.write`, while nobody else keeps a filing."""
    with take_turn(store), store.write() as connection:
        yield connection
