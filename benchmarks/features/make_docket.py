"""Makes a docket as columns: filings with one plaintiff, defendant and agent each, and what was learned of them.

`make_docket.py FOLDER --filings 1000000`. Ten years; of a million filings 200,000 plaintiffs (the busiest some twelve
thousand times: a bank), 600,000 defendants, 20,000 agents, a hundred courts of ten prefectures. Times are whole days,
as courts note them, so that there are ties. The same seed gives the same docket.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from numpy.typing import NDArray

_YEARS = 10
_START = 16_000  # days since 1970: October 2013


def main(folder: Path, filings: Annotated[int, typer.Option(min=1_000)] = 1_000_000, seed: int = 5) -> None:
    """Write filings.parquet and happenings.parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 365 * _YEARS, filings)) + _START
    plaintiff = draw(rng, filings, filings // 5, 1.08)
    agent = draw(rng, filings, max(filings // 50, 20), 1.05)
    court = rng.integers(0, 100, filings)
    columns = {
        "n": np.arange(filings),
        "day": day,
        "cents": np.exp(rng.normal(15, 1.2, filings)).astype(np.int64),
        "family": rng.integers(0, 30, filings),
        "court": np.where(rng.random(filings) < 0.8, plaintiff % 100, court),
        "plaintiff": plaintiff,
        # A defendant in three is sued by somebody who sued him before.
        "defendant": np.where(rng.random(filings) < 0.35, plaintiff * 3 % (filings * 3 // 5),
                              rng.integers(0, filings * 3 // 5, filings)),
        "agent": agent,
    }  # fmt: skip
    pq.write_table(pa.table(columns), folder / "filings.parquet")
    learned = [
        happen(rng, day, kind, share) for kind, share in (("mediated", 0.25), ("defendant_absent", 0.2))
    ]
    pq.write_table(pa.concat_tables(learned), folder / "happenings.parquet")


def draw(rng: np.random.Generator, size: int, values: int, steepness: float) -> NDArray[np.int64]:
    """Values some of which come up far more often than others."""
    rank = np.minimum(rng.zipf(steepness, size) - 1, np.iinfo(np.int32).max)
    busy = rng.random(size) < 0.12
    return np.where(busy & (rank < values), rank, rng.integers(0, values, size)).astype(np.int64)


def happen(rng: np.random.Generator, day: NDArray[np.int64], kind: str, share: float) -> pa.Table:
    """What happened in a share of the filings, 1 to 300 days later."""
    n = np.flatnonzero(rng.random(len(day)) < share)
    known = day[n] + rng.integers(1, 300, len(n))
    return pa.table({"n": n, "kind": pa.array([kind] * len(n)), "known": known})


if __name__ == "__main__":
    typer.run(main)
