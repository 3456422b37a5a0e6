"""One filing asked at the desk against a store of many: `online.py FOLDER`. Reports milliseconds, asserts nothing.

Writes the docket of `make_docket.py` into a store (SQLite) in a folder of its own, with phones, firms and claims beside the
parties and agents. Times what `features.pipeline.observe` does once a filing is linked: the bounded read, and every
history feature of the registry; for filings drawn at random, and for those of the busiest plaintiff and agent.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table

from features.history.aggregate import Aggregate, Neighbourhood
from features.history.fetch import fetch_docket
from features.history.kernel import MOST_READ, History, Queries
from features.history.keys import DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, namespace_code
from features.history.neighbourhood import Neighbours
from features.history.slots import fill_slots
from features.normalise.causes import CAUSE_FAMILIES
from features.registry import FEATURES
from features.rows import own_values
from xiezhi.clock import DAY
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

_PAGE = 50_000
_ASKED: list[Any] = [f.compute for f in FEATURES if isinstance(f.compute, Aggregate)]
_NEAR: list[Any] = [f.compute for f in FEATURES if isinstance(f.compute, Neighbourhood)]


def main(
    folder: Path,
    asks: Annotated[int, typer.Option(min=10)] = 300,
    most: Annotated[int, typer.Option(help="Appearances of a key that are read.")] = MOST_READ,
) -> None:
    """Fill the store, ask, and print the table."""
    columns = {n: c.to_numpy() for n, c in zip(*_read(folder), strict=True)}
    size, rng = len(columns["n"]), np.random.default_rng(1)
    late = np.arange(size * 9 // 10, size)
    drawn = {
        "drawn at random": rng.choice(late, asks),
        "of the busiest plaintiff": _of_busiest(columns["plaintiff"], late)[-asks:],
        "of the busiest agent": _of_busiest(columns["agent"], late)[-asks:],
    }
    with tempfile.TemporaryDirectory() as home:
        os.environ["XIEZHI_HOME"] = home
        store = open_store(Settings())
        start = perf_counter()
        fill_store(store, folder, columns)
        title = f"{size:,} filings, {len(_ASKED)} + {len(_NEAR)} features, {most:,} read a key; stored in "
        table = Table("filings", "read p50", "p99", "read and answer p50", "p99", "filings read p50", "p99",
                      title=f"{title}{perf_counter() - start:.0f} s")  # fmt: skip
        for name, rows in drawn.items():
            took = np.array([ask_one(store, columns, int(row), most) for row in rows])
            numbers = [np.percentile(took[:, i], p) for i in range(3) for p in (50, 99)]
            table.add_row(name, *(f"{x:.1f} ms" for x in numbers[:4]), *(f"{x:,.0f}" for x in numbers[4:]))
        store.close()
    Console().print(table)


def ask_one(store: Store, columns: dict[str, Any], row: int, most: int) -> tuple[float, float, int]:
    """Milliseconds of reading, of reading and answering; filings read."""
    filing = Filing(f"{row:09}", "甘0702", int(columns["day"][row]) * DAY, "民间借贷纠纷", ())
    slots = fill_slots((int(key), role) for key, role in keys_of(columns, row))
    as_of = np.array([filing.filed_at])
    asked = {slot: (np.zeros(len(k), np.int64), k) for slot, k in slots.items()}
    start = perf_counter()
    with store.read() as connection:
        docket = fetch_docket(connection, filing, Queries(as_of, asked), most)
    read = perf_counter()
    queries, history = Queries(as_of, asked, own_values(docket, [filing])), History(docket, most)
    history.answer_all(dict(enumerate(_ASKED)), queries, np.empty((1, len(_ASKED)), order="F"))
    neighbours = Neighbours(history)
    for question in _NEAR:
        neighbours.answer(question, queries)
    return (read - start) * 1000, (perf_counter() - start) * 1000, len(docket.filing_ids)


def keys_of(columns: dict[str, Any], rows: Any) -> Iterator[tuple[Any, int]]:
    """Keys and roles of filings."""
    several = 1 << 29
    party, agent, n = columns["plaintiff"][rows], columns["agent"][rows], columns["n"][rows]
    other = columns["defendant"][rows]
    for name, value, role in (
        ("party", party, PLAINTIFF),
        ("party", other + several, DEFENDANT),
        ("agent", agent, PLAINTIFF),
        ("firm", agent // 5, PLAINTIFF),
        ("phone", party, PLAINTIFF),
        ("phone", other + several, DEFENDANT),
        ("pair", party * several + other, PLAINTIFF),
        ("claim", n, PLAINTIFF),
    ):
        yield (namespace_code(name) << NAMESPACE_SHIFT) | value, role


def fill_store(store: Store, folder: Path, columns: dict[str, Any]) -> None:
    """Write filings, appearances in order of key, and events, straight to the driver."""
    when = columns["day"] * DAY
    ids = np.array([f"{n:09}" for n in columns["n"]], dtype=object)
    amounts, families = columns["cents"] / 100, [CAUSE_FAMILIES[f] for f in columns["family"].tolist()]
    courts = [f"甘07{c:02}" for c in columns["court"].tolist()]
    seen = [(key, when, ids, np.full(len(ids), role)) for key, role in keys_of(columns, slice(None))]
    joined = [np.concatenate(part) for part in zip(*seen, strict=True)]
    order = np.lexsort((joined[1], joined[0]))
    later = pq.read_table(folder / "happenings.parquet")
    known, of = (later.column("known").to_numpy() * DAY).tolist(), ids[later.column("n").to_numpy()].tolist()
    rows = {
        "filings (filing_id, version, digest, recorded_at, received_at, source, filed_at, court, proceeding, "
        "cause, cause_family, claim_amount, body)": (
            (i, 1, i, t, t, "b", t, court, "first_instance", "", family, amount, "{}")
            for i, t, court, family, amount in zip(
                ids.tolist(), when.tolist(), courts, families, amounts.tolist(), strict=True
            )
        ),
        "appearances (key, filed_at, filing_id, role)": zip(
            *(part[order].tolist() for part in joined), strict=True
        ),
        "events (filing_id, kind, at, recorded_at, received_at, origin, digest)": (
            (i, kind, t, t, t, "b", f"{number}")
            for number, (i, kind, t) in enumerate(
                zip(of, later.column("kind").to_pylist(), known, strict=True)
            )
        ),
    }
    with store.write() as connection:
        for into, given in rows.items():
            marks = ", ".join("?" * (into.count(",") + 1))
            connection.connection.driver_connection.executemany(  # type: ignore[union-attr]
                f"INSERT INTO {into} VALUES ({marks})", given
            )


def _of_busiest(values: Any, late: Any) -> Any:
    return late[values[late] == np.bincount(values).argmax()]


def _read(folder: Path) -> tuple[list[str], list[Any]]:
    table = pq.read_table(folder / "filings.parquet")
    return table.column_names, table.columns


if __name__ == "__main__":
    typer.run(main)
