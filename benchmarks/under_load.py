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
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter, sleep
from typing import Annotated, Any
from uuid import uuid4

import httpx2
import numpy as np
import typer
from loading.bodies import make_bodies, read_on_record
from resolving.server import postgres
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from xiezhi.bundle import bundle_folder, load
from xiezhi.clock import DAY, now
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.promotions import Promotion, promote
from xiezhi.store.tables import filings as filings_table
from xiezhi.store.tables import promotions

HERE = Path(__file__).parent
PATH = "/api/v1/screenings"
WARM = 20
"""Filings handed in before any is timed."""
Bodies = dict[int, list[dict[str, Any]]]
"""Number of connections -> what is handed in over them."""


@dataclass(frozen=True)
class Load:
    """What one app did: milliseconds a request, of them of its own processor time, and requests a second."""

    p50: float
    p99: float
    busy: float
    a_second: float


def main(
    home: Path,
    filings: Annotated[int, typer.Option(min=20, help="Handed in at each number of connections.")] = 300,
    connections: Annotated[str, typer.Option(help="Comma between.")] = "1,16",
    wait: Annotated[float, typer.Option(help="Seconds a server has to read its history into memory.")] = 60,
    model: Annotated[
        Path | None, typer.Option(help="Folder of a bundle that screens; none: rules alone.")
    ] = None,
) -> None:
    """Serve a copy of HOME, or the PostgreSQL server below it as it is; hand filings in, and print the table."""
    data = home / "postgres"
    with tempfile.TemporaryDirectory() as folder, postgres(data) if data.exists() else nullcontext("") as url:
        own = Path(folder) / "home"
        shutil.copytree(home, own, ignore=shutil.ignore_patterns("postgres"))
        os.environ |= {"XIEZHI_HOME": str(own), "XIEZHI_DATABASE_URL": url, "OMP_NUM_THREADS": "1"}
        at = [int(text) for text in connections.split(",")]
        store = open_store(Settings())
        let_screen(store, model)
        history, bodies = make_all(store, filings + WARM, at)
        store.close()
        found = {
            name: measure(command, bodies[who], wait if "serve" in command else 0)
            for name, (command, who) in apps().items()
        }
        where = f"{'PostgreSQL' if url else 'SQLite'}, {'rules alone' if model is None else 'trained model'}"
        Console(width=140).print(tell(found, f"{history:,} filings of history, {where}", at))


def let_screen(store: Store, model: Path | None) -> None:
    """Let the bundle of a folder screen, or the rules alone."""
    with store.write() as connection:
        connection.execute(promotions.delete())  # a server's own data are no copy
        if model is not None:
            bundle = load(model)
            shutil.copytree(model, bundle_folder(Settings(), bundle.version), dirs_exist_ok=True)
            promote(connection, Promotion(now(), "benchmark", bundle.version, bundle.digest))


def make_all(store: Store, count: int, connections: Sequence[int]) -> tuple[int, dict[str, Bodies]]:
    """Filings of history; by who the parties are, bodies to be handed in at each number of connections."""
    with store.read() as connection:
        c = filings_table.c
        query = select(func.count(), func.max(c.filed_at)).where(c.version == 1)
        history, last = connection.execute(query).one()
    known, run = read_on_record(store, last), uuid4().hex[:8]
    return history, {
        who: {
            n: make_bodies(count, last + (1 + place) * DAY, seed + place, run, on_record)
            for place, n in enumerate(connections)
        }
        for seed, who, on_record in ((7, "first seen", None), (107, "on record", known))
    }


def apps() -> dict[str, tuple[list[str], str]]:
    """How each app is begun, the port coming last; and who the parties are that it gets."""
    uvicorn = [sys.executable, "-m", "uvicorn", "--log-level", "error", "--app-dir", str(HERE)]
    serve = [str(Path(sys.executable).with_name("xiezhi")), "serve", "--no-worker", "--port"]
    return {
        "floor": ([*uvicorn, "loading.floor:app", "--port"], "first seen"),
        "usual parts": ([*uvicorn, "loading.usual:app", "--port"], "first seen"),
        "xiezhi, parties first seen": (serve, "first seen"),
        "xiezhi, parties on record": (serve, "on record"),
    }


def measure(command: Sequence[str], bodies: Bodies, wait: float) -> dict[int, Load]:
    """The load of an app at each number of connections; the first bodies warm it."""
    found = {}
    with serving(command) as (address, process):
        sleep(wait)
        for connections, these in bodies.items():
            hand_in(address, process, these[:WARM], 1)
            found[connections] = hand_in(address, process, these[WARM:], connections)
    return found


def hand_in(address: str, process: int, bodies: Sequence[dict[str, Any]], connections: int) -> Load:
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

    start, before = perf_counter(), processor_seconds(process)
    with ThreadPoolExecutor(connections) as pool:
        took = [one for some in pool.map(work, range(connections)) for one in some]
    seconds = perf_counter() - start
    p50, p99 = np.percentile(took, (50, 99)) * 1000
    busy = (processor_seconds(process) - before) * 1000 / len(took)
    return Load(float(p50), float(p99), busy, len(took) / seconds)


def processor_seconds(process: int) -> float:
    """Seconds of processor time a process had (Linux, proc(5): fields 14 and 15 of `stat`, in ticks)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The address and the process of an app begun by `command`, once it answers."""
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
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(60)


def tell(found: dict[str, dict[int, Load]], what: str, connections: Sequence[int]) -> Table:
    """Milliseconds, requests a second, and the ratio of the p50 to the floor's."""
    where = f"{os.cpu_count()} cores · Python {platform.python_version()} · {what}"
    heads = ("app", "connections", "p50 ms", "p99 ms", "processor ms", "a second", "p50, to the floor")
    table = Table(*heads, title=where)
    for name, loads in found.items():
        for n in connections:
            load = loads[n]
            numbers = (load.p50, load.p99, load.busy, load.a_second, load.p50 / found["floor"][n].p50)
            table.add_row(name, str(n), *(f"{number:.1f}" for number in numbers))
    return table


if __name__ == "__main__":
    typer.run(main)
