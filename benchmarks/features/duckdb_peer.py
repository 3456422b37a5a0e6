"""DuckDB with window frames: `duckdb_peer.py FOLDER`. Prints seconds and how many values differ from ours, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import numpy as np
from asked import ASKED, LEARNED, answers
from frames import whole_query


def main(folder: Path) -> None:
    """Answer all and compare."""
    db = duckdb.connect()
    db.execute("SET threads = 2")
    for name in ("filings", "happenings"):
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder / name}.parquet'")
    start, worked = perf_counter(), process_time()
    over_filings = [line for line in ASKED if line not in LEARNED]
    db.execute(f"CREATE TABLE answers AS {whole_query(over_filings)}")
    seconds, worked = perf_counter() - start, process_time() - worked
    ours, differ = np.load(answers(folder), mmap_mode="r"), 0
    for place, line in enumerate(ASKED):
        column = db.execute(f"SELECT {line.name}::DOUBLE AS v FROM answers ORDER BY n").fetchnumpy()["v"]
        values = np.ma.filled(column, 0.0 if line.kind == "learned" else np.nan)
        differ += int((~np.isclose(values, ours[:, place], rtol=1e-12, atol=0, equal_nan=True)).sum())
    told = {"seconds": seconds, "processor": worked, "features": len(ASKED), "differ": differ}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
