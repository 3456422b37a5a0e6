"""An app served over HTTP for the length of a block, and ports that are kept for a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from serving.server import take_port


@contextmanager
def serve_app(app: Any) -> Iterator[str]:
    """`app` by uvicorn on a free port; yields its address, at which whoever comes early waits."""
    with take_port("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(120)
    assert not thread.is_alive(), "the server did not end"


@contextmanager
def keep_port() -> Iterator[int]:
    """A port at which nobody listens, and which nobody else is given: only who asks for it by number has it beside us."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield int(kept.getsockname()[1])
