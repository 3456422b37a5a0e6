"""Ours beside DuckDB, polars, pandas and Spark, in turn, each in a process of its own.

`engines.py FOLDER --peers PYTHON --rounds 3`: FOLDER as `make_docket.py` writes it, PYTHON that of an environment with `peers.in`.
Reports, asserts nothing. Times are of the answers alone: reading the columns is counted to nobody. Processor
seconds, which other work on the machine disturbs less, are not told by Spark. Every peer says how
many of its values differ from ours.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from math import nan
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

sys.path.append(str(Path(__file__).parents[1] / "linkage"))
from watched import watch

_HERE = Path(__file__).parent


def main(
    folder: Path,
    peers: Annotated[Path, typer.Option(envvar="XIEZHI_PEERS", help="Python of the peers.")],
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    leave_out: Annotated[list[str] | None, typer.Option(help="Engines not to run.")] = None,
) -> None:
    """Run all in turn and print the table."""
    here, there = [sys.executable], [str(peers)]
    engines: dict[str, list[str]] = {
        "ours": [*here, "ours.py"],
        "ours, bounded": [*here, "ours.py", "--most", "1000"],
        "duckdb": [*there, "duckdb_peer.py"],
        "polars": [*there, "polars_peer.py"],
        "pandas": [*there, "pandas_peer.py"],
        "spark frames": [*here, "spark_peer.py", "frames"],
        "spark kernel": [*here, "spark_peer.py", "kernel"],
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for name, command in engines.items():
            if name not in (leave_out or ()):
                found.setdefault(name, []).append(run_one(command, folder))
    Console(width=140).print(tell(found, folder))


def run_one(command: Sequence[str], folder: Path) -> dict[str, Any]:
    """One engine's run: what it printed last, and the most memory it held."""
    python, script, *rest = command
    watched = watch([python, _HERE / script, folder, *rest], {"PYTHONPATH": str(_HERE.parents[1])})
    said: dict[str, Any] = json.loads(watched.printed.strip().splitlines()[-1])
    return {**said, "peak": watched.peak_mb}


def tell(found: dict[str, list[dict[str, Any]]], folder: Path) -> Table:
    """Medians of all rounds; ratios of the seconds of each round to ours in it."""
    where = f"{os.cpu_count()} cores · Python {platform.python_version()} · {len(found['ours'])} rounds"
    table = Table("engine", "features", "seconds", "to ours", "a feature, to ours", "processor seconds",
                  "to ours", "peak MB", "differ",
                  title=f"{folder.name} · {where}")  # fmt: skip
    ours = found["ours"]
    for name, runs in found.items():
        both = list(zip(runs, ours, strict=True))
        ratio = median(run["seconds"] / base["seconds"] for run, base in both)
        features = runs[0]["features"]
        table.add_row(
            name,
            str(features),
            " ".join(f"{run['seconds']:.1f}" for run in runs),
            f"{ratio:.1f}",
            f"{ratio * ours[0]['features'] / features:.1f}",
            " ".join(f"{run.get('processor', nan):.1f}" for run in runs),
            f"{median(run.get('processor', nan) / base['processor'] for run, base in both):.1f}",
            f"{max(run['peak'] for run in runs):,.0f}",
            str(max(run.get("differ", 0) for run in runs)),
        )
    return table


if __name__ == "__main__":
    typer.run(main)
