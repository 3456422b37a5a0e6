"""Starts a real PostgreSQL server for the tests, from Debian's package where it is installed.

It listens in a folder of its own: a port that was free when it was chosen may be another's when the server starts.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import sleep

from sqlalchemy import make_url

_numbers = count()


@dataclass(frozen=True)
class PostgresServer:
    """A running server of the tests' own, and the folder of its socket."""

    bin_folder: Path
    door: Path
    user: str | None
    process: subprocess.Popen[bytes]

    def new_database(self, like: str = "") -> str:
        """A database, empty or like the one of the URL `like`, which nobody may have open; returns its URL."""
        name = f"xiezhi_{next(_numbers)}"
        address = ("-h", str(self.door), "-U", "xiezhi")
        # template1 cannot be copied while anything (the autovacuum) looks at it.
        of = make_url(like).database if like else "template0"
        run(self.user, str(self.bin_folder / "createdb"), *address, "-T", str(of), name)
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        """The URL of its database `name`."""
        return f"postgresql://xiezhi@/{name}?host={self.door}"

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        asked = [str(self.bin_folder / "pg_isready"), "-q", "-h", str(self.door)]
        return subprocess.run(asked, check=False, cwd="/").returncode == 0

    def stop(self) -> None:
        """Stop the server, by force where it does not stop by itself."""
        self.process.send_signal(signal.SIGINT)  # what PostgreSQL calls a fast shutdown
        try:
            self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.door)


def run(user: str | None, *command: str) -> None:
    """Run as `user` (PostgreSQL refuses to run as root)."""
    subprocess.run(command, check=True, capture_output=True, user=user, cwd="/", timeout=300)


def find_server() -> Path | None:
    """The folder of the newest installed server's programs."""
    folders = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return max(folders, default=None)


def start_postgres(folder: Path) -> PostgresServer | str:
    """A running server, or a sentence saying that none is installed. Raises RuntimeError where one does not start."""
    bin_folder = find_server()
    if bin_folder is None:
        return "no PostgreSQL server installed (on Debian: apt-get install postgresql)"
    user = "postgres" if os.getuid() == 0 else None
    data = folder / "data"
    data.mkdir()
    if user:
        shutil.chown(data, user)
        for parent in [folder, *folder.parents][:4]:  # pytest and its workers make these for root alone
            parent.chmod(parent.stat().st_mode | 0o011)
    door = make_door(user)
    try:
        init = (str(bin_folder / "initdb"), "-D", str(data), "-U", "xiezhi", "-A", "trust")
        run(user, *init, "-E", "UTF8", "--locale=C", "--no-sync")
        server = PostgresServer(bin_folder, door, user, launch(bin_folder, data, door, user))
    except (subprocess.SubprocessError, OSError, KeyError) as error:
        raise RuntimeError(f"PostgreSQL is installed but did not start: {type(error).__name__}") from error
    for _ in range(1500):
        if server.is_ready():
            return server
        if server.process.poll() is not None:
            raise RuntimeError(f"PostgreSQL is installed but ended with status {server.process.returncode}")
        sleep(0.2)
    server.stop()
    raise RuntimeError("PostgreSQL is installed but took no connection within five minutes")


def make_door(user: str | None) -> Path:
    """A folder for the socket. Not in the test's own, since a socket's path has 107 bytes at most."""
    door = Path(tempfile.mkdtemp(prefix="xiezhi-postgres-"))
    if user:
        shutil.chown(door, user)
    return door


def launch(bin_folder: Path, data: Path, door: Path, user: str | None) -> subprocess.Popen[bytes]:
    """The server as a child of the tests, so that it cannot outlive them unseen."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": door,
        "fsync": "off",
        "autovacuum": "off",
        "max_connections": 50,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(bin_folder / "postgres"), "-D", str(data), *options]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, user=user, cwd="/", stdin=quiet, stdout=quiet, stderr=quiet)
