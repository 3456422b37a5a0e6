"""One server process under load, beside the floor and the usual parts. Reports, asserts nothing."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter, sleep
from typing import Annotated, Any

import httpx2
import numpy as np
import typer
from loading.bodies import make_bodies
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from xiezhi.clock import DAY
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.tables import filings as filings_table

HERE = Path(__file__).parent
PATH = "/api/v1/screenings"


@dataclass(frozen=True)
class Load:
    """What one app did: milliseconds a request, requests a second."""

    p50: float
    p99: float
    a_second: float


def main(
    home: Path,
    filings: Annotated[int, typer.Option(min=20, help="Handed in at each number of connections.")] = 300,
    connections: Annotated[str, typer.Option(help="Comma between.")] = "1,16",
    wait: Annotated[float, typer.Option(help="Seconds a server has to read its history into memory.")] = 60,
) -> None:
    """Copy HOME, serve it, hand filings in, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "home"
        shutil.copytree(home, own)
        os.environ |= {"XIEZHI_HOME": str(own), "XIEZHI_DATABASE_URL": "", "OMP_NUM_THREADS": "1"}
        store = open_store(Settings())
        with store.read() as connection:
            c = filings_table.c
            history, last = connection.execute(
                select(func.count(), func.max(c.filed_at)).where(c.version == 1)
            ).one()
        store.close()
        at = [int(text) for text in connections.split(",")]
        bodies = {
            n: make_bodies(filings + 20, last + (1 + place) * DAY, 7 + place) for place, n in enumerate(at)
        }
        found = {
            name: measure(command, bodies, wait if name == "xiezhi" else 0)
            for name, command in apps().items()
        }
        Console(width=120).print(tell(found, history, at))


def apps() -> dict[str, list[str]]:
    """How each app is begun; the port comes last."""
    uvicorn = [sys.executable, "-m", "uvicorn", "--log-level", "error", "--app-dir", str(HERE)]
    return {
        "floor": [*uvicorn, "loading.floor:app", "--port"],
        "usual parts": [*uvicorn, "loading.usual:app", "--port"],
        "xiezhi": [str(Path(sys.executable).with_name("xiezhi")), "serve", "--no-worker", "--port"],
    }


def measure(command: Sequence[str], bodies: dict[int, list[dict[str, Any]]], wait: float) -> dict[int, Load]:
    """The load of an app at each number of connections; the first twenty bodies warm it."""
    found = {}
    with serving(command) as address:
        sleep(wait)
        for connections, these in bodies.items():
            hand_in(address, these[:20], 1)
            found[connections] = hand_in(address, these[20:], connections)
    return found


def hand_in(address: str, bodies: Sequence[dict[str, Any]], connections: int) -> Load:
    """Hand all in over so many connections at once."""
    waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()
    for body in bodies:
        waiting.put(body)

    def work(_: int) -> list[float]:
        took = []
        with httpx2.Client(base_url=address, timeout=120) as client:
            while not waiting.empty():
                start = perf_counter()
                client.post(PATH, json=waiting.get()).raise_for_status()
                took.append(perf_counter() - start)
        return took

    start = perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        took = [one for some in pool.map(work, range(connections)) for one in some]
    seconds = perf_counter() - start
    p50, p99 = np.percentile(took, (50, 99)) * 1000
    return Load(float(p50), float(p99), len(took) / seconds)


@contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """The address of an app begun by `command`, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = str(HERE.parent)
    process = subprocess.Popen([*command, str(port)], env=os.environ | {"PYTHONPATH": root})
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx2.get(f"{address}/healthz")
                break
            except httpx2.TransportError:
                sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def tell(found: dict[str, dict[int, Load]], history: int, connections: Sequence[int]) -> Table:
    """Milliseconds, requests a second, and the ratio of the p50 to the floor's."""
    where = f"{os.cpu_count()} cores · Python {platform.python_version()} · {history:,} filings of history"
    table = Table("app", "connections", "p50 ms", "p99 ms", "a second", "p50, to the floor", title=where)
    for name, loads in found.items():
        for n in connections:
            load = loads[n]
            ratio = load.p50 / found["floor"][n].p50
            table.add_row(
                name, str(n), f"{load.p50:.1f}", f"{load.p99:.1f}", f"{load.a_second:.0f}", f"{ratio:.1f}"
            )
    return table


if __name__ == "__main__":
    typer.run(main)
