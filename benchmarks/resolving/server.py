"""A PostgreSQL server of the benchmark's own: the tests', whose settings are the package's but for `fsync`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from postgres import PostgresServer, find_server, launch, make_door, run, start_postgres


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """URL of a database whose server keeps its data in `folder`; started again where it does already."""
    server = _start_again(folder) if (folder / "data").exists() else start_postgres(folder)
    if isinstance(server, str):
        raise SystemExit(server)
    try:
        yield _database(server, folder / "created")
    finally:
        server.stop()


def _database(server: PostgresServer, mark: Path) -> str:
    address = ("-h", str(server.door), "-U", "xiezhi")
    if not mark.exists():
        run(server.user, str(server.bin_folder / "createdb"), *address, "-T", "template0", "resolve")
        mark.touch()
    return server.url_of("resolve")


def _start_again(folder: Path) -> PostgresServer | str:
    bin_folder = find_server()
    if bin_folder is None:
        return "no PostgreSQL server installed"
    user = "postgres" if os.getuid() == 0 else None
    door = make_door(user)
    server = PostgresServer(bin_folder, door, user, launch(bin_folder, folder / "data", door, user))
    while not server.is_ready():
        if server.process.poll() is not None:
            return f"PostgreSQL ended with status {server.process.returncode}"
        sleep(0.2)
    return server
