"""Times `resolve`, who is who in one new filing, against stores of growing size, beside the look-ups alone.

Reports, asserts nothing. Each store is filled with a synthetic docket straight into its tables, and removed.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from resolving.docket import Docket
from resolving.load import load
from resolving.measure import Figures, measure
from resolving.server import postgres
from rich.console import Console
from rich.table import Table

from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store


def main(
    sizes: Annotated[str, typer.Option(help="Mentions a store, comma between.")] = "10000,100000",
    database: Annotated[str, typer.Option(help="sqlite or postgresql.")] = "sqlite",
    filings: Annotated[int, typer.Option(min=100, help="New filings resolved, one at a time.")] = 1_000,
    seed: int = 7,
    folder: Annotated[
        Path | None, typer.Option(help="Where the stores lie; a store there is used again.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON.")] = None,
) -> None:
    """Time resolve against each size of store."""
    table = _table(database)
    told = []
    with ExitStack() as stack:
        root = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        root.mkdir(parents=True, exist_ok=True)
        for size in map(int, sizes.split(",")):
            figures, seconds = _run(root, database, size, filings, seed)
            told.append({"database": database, **figures.told(), "loading": seconds})
            _add(table, figures)
            print(json.dumps(told[-1]), file=sys.stderr, flush=True)
    Console().print(table)
    if out is not None:
        out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _run(root: Path, database: str, size: int, filings: int, seed: int) -> tuple[Figures, dict[str, float]]:
    folder = root / f"{database}-{size}"
    folder.mkdir(exist_ok=True)
    news = folder / "new.pickle"  # written last: the store is whole where it is there
    seconds: dict[str, float] = {}
    with _store(folder, database) as store:
        if not news.exists():
            docket = Docket(size, seed)
            with stage(f"{size:,} mentions, {database}") as advance:
                seconds = load(store, docket, advance)
            news.write_bytes(pickle.dumps(list(docket.write(3 * filings))))
            del docket
        suits = pickle.loads(news.read_bytes())
        with stage(f"{filings:,} filings resolved") as advance:
            figures = measure(store, suits, size, advance)
    return figures, {name: round(value, 1) for name, value in seconds.items()}


@contextmanager
def _store(folder: Path, database: str) -> Iterator[Store]:
    with ExitStack() as stack:
        url = stack.enter_context(postgres(folder)) if database == "postgresql" else ""
        store = open_store(Settings(home=folder, database_url=url, secret_key=SecretStr("resolve " * 4)))
        yield store
        store.close()


def _table(database: str) -> Table:
    table = Table(
        title=f"resolve · {database} · {os.cpu_count()} cores · Python {platform.python_version()} · ms a filing"
    )
    for name in (
        "mentions",
        "p50",
        "p99",
        "a mention p50",
        "floor: one by one",
        "one statement",
        "p50 / floor",
        "processor",
        "p99 / p50",
        "right",
        "wrong",
    ):
        table.add_column(name, justify="right")
    return table


def _add(table: Table, figures: Figures) -> None:
    ours = figures.resolve
    table.add_row(
        f"{figures.mentions:,}",
        f"{ours.p50:.2f}",
        f"{ours.p99:.1f}",
        f"{ours.p50 / ours.mentions:.2f}",
        f"{figures.one_by_one.p50:.2f}",
        f"{figures.together.p50:.2f}",
        f"{ours.p50 / figures.floor.p50:.1f}",
        f"{ours.processor / min(figures.one_by_one.processor, figures.together.processor):.1f}",
        f"{ours.p99 / ours.p50:.1f}",
        f"{figures.right:.3f}",
        f"{figures.wrong:.4f}",
    )


if __name__ == "__main__":
    typer.run(main)
