"""Starts a real PostgreSQL server for the tests, from Debian's package where it is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path

_numbers = count()


@dataclass(frozen=True)
class PostgresServer:
    """A running server of the tests' own, on a free loopback port."""

    bin_folder: Path
    data: Path
    port: int
    user: str | None

    def new_database(self) -> str:
        """An empty database; returns its URL."""
        # template1 cannot be copied while anything (the autovacuum) looks at it.
        name = f"xiezhi_{next(_numbers)}"
        self._run(
            "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "xiezhi", "-T", "template0", name
        )
        return f"postgresql://xiezhi@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Stop the server."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        run(self.user, str(self.bin_folder / program), *arguments)


def run(user: str | None, *command: str) -> None:
    """Run as `user` (PostgreSQL refuses to run as root)."""
    subprocess.run(command, check=True, capture_output=True, user=user, cwd="/", timeout=60)


def find_server() -> Path | None:
    """The folder of the newest installed server's programs."""
    folders = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return max(folders, default=None)


def start_postgres(folder: Path) -> PostgresServer | str:
    """A running server, or a sentence saying why there is none."""
    bin_folder = find_server()
    if bin_folder is None:
        return "no PostgreSQL server installed (on Debian: apt-get install postgresql)"
    user = "postgres" if os.getuid() == 0 else None
    data = folder / "data"
    data.mkdir()
    if user:
        shutil.chown(data, user)
        for parent in [folder, *folder.parents][:3]:  # pytest makes these for root alone
            parent.chmod(parent.stat().st_mode | 0o011)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        run(
            user,
            str(bin_folder / "initdb"),
            "-D",
            str(data),
            "-U",
            "xiezhi",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        options = f"-h 127.0.0.1 -p {port} -k '' -c fsync=off -c max_connections=50"
        run(
            user,
            str(bin_folder / "pg_ctl"),
            "-D",
            str(data),
            "-o",
            options,
            "-w",
            "-l",
            str(data / "server.log"),
            "start",
        )
    except (subprocess.SubprocessError, KeyError) as error:
        return f"PostgreSQL is installed but did not start: {type(error).__name__}"
    return PostgresServer(bin_folder, data, port, user)
