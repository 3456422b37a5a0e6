"""A real receiver of webhooks, which answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread
from typing import NamedTuple


class Heard(NamedTuple):
    """A request as it came."""

    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Answers with `statuses` in turn, then 204; with `hold` set not before it is let go."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/results"
        self.statuses: list[int] = []
        self.heard: list[Heard] = []
        self.came: Queue[Heard] = Queue()
        self.hold: Event | None = None


@contextmanager
def listening(receiver: Receiver) -> Iterator[Receiver]:
    """Let the receiver listen for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard = Heard({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.heard.append(heard)
            receiver.came.put(heard)
            if receiver.hold is not None:
                receiver.hold.wait(120)
            status = receiver.statuses.pop(0) if receiver.statuses else 204
            try:
                self.send_response(status)
                if status == 302:
                    self.send_header("location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:
                pass  # the sender did not wait

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
