"""Our kernel on the docket of `make_docket.py`: `ours.py FOLDER [--most N]`. Prints seconds as JSON.

Answered entity by entity, and written column by column: memory holds one entity's values at a time.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import perf_counter, process_time
from typing import Annotated, Any

import numpy as np
import pyarrow.parquet as pq
import typer
from asked import ASKED, ENTITIES, Line, answers

from features.history.aggregate import Aggregate, Kind, Scope, Slot
from features.history.docket import NEVER, Docket, happening_code
from features.history.kernel import History, Queries
from features.history.keys import DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, namespace_code
from features.history.slots import fill_columns
from features.normalise.causes import CAUSE_FAMILIES
from xiezhi.clock import DAY

UNBOUNDED = 1 << 40


def main(
    folder: Path,
    most: Annotated[
        int, typer.Option(help="Appearances of a key that are read; 0: all, as the others do.")
    ] = 0,
) -> None:
    """Answer all and keep the values for the others to compare with."""
    docket = read_docket(folder)
    start = clocks()
    history, queries, spent = History(docket, most or UNBOUNDED), ask_all(docket), np.zeros(2)
    with (Path(os.devnull) if most else answers(folder)).open("wb") as file:
        header = {"descr": "<f8", "fortran_order": True, "shape": (len(queries.as_of), len(ASKED))}
        np.lib.format.write_array_header_1_0(file, header)
        begin = file.tell()
        by_entity = [[place for place, line in enumerate(ASKED) if line.entity == e] for e in ENTITIES]
        room = np.empty((len(queries.as_of), max(map(len, by_entity))), order="F")
        for places in by_entity:
            values = room[:, : len(places)]
            history.answer_all({i: question_of(ASKED[p]) for i, p in enumerate(places)}, queries, values)
            spent += clocks() - start
            for column, place in zip(values.T, places, strict=True):
                file.seek(begin + place * column.nbytes)
                file.write(column.data)
            start = clocks()
    print(json.dumps({"seconds": spent[0], "processor": spent[1], "features": len(ASKED)}))


def clocks() -> Any:
    """Seconds on the wall, and of all the processors."""
    return np.array([perf_counter(), process_time()])


def question_of(line: Line) -> Aggregate:
    """The line in the product's language."""
    scope: Scope = "court" if line.here else "all"
    slot: Slot = "plaintiff_agent" if line.entity == "agent" else line.entity  # type: ignore[assignment]
    kinds: dict[str, Kind] = {"learned": "count", "since": "days_since", "count": "count", "sum": "sum"}
    kind = kinds.get(line.kind, "principals" if line.entity == "agent" else "opponents")
    role = (DEFENDANT,) if line.entity == "defendant" else (PLAINTIFF,)
    families = (CAUSE_FAMILIES[0],) if line.loans else ()
    happened = (line.of,) if line.kind == "learned" else ()
    return Aggregate(kind, slot, role, families, (), happened, line.days, scope)


def ask_all(docket: Docket) -> Queries:
    """Every filing asks, as of its own moment."""
    everyone = np.arange(len(docket.filed_at))
    own: dict[Scope, Any] = {"court": docket.court}
    return Queries(docket.filed_at, fill_columns(docket, everyone), own, everyone)


def read_docket(folder: Path) -> Docket:
    """The columns as a docket: parties numbered through both sides, roles as the linker keeps them."""
    table, later = pq.read_table(folder / "filings.parquet"), pq.read_table(folder / "happenings.parquet")
    column = {name: table.column(name).to_numpy() for name in table.column_names}
    n, kinds = column["n"], later.column("kind").to_numpy(zero_copy_only=False)
    several = 1 << 29
    seen = [
        ("party", column["plaintiff"], PLAINTIFF),
        ("party", column["defendant"] + several, DEFENDANT),
        ("agent", column["agent"], PLAINTIFF),
        ("pair", column["plaintiff"] * several + column["defendant"], PLAINTIFF),
    ]
    codes = {kind: happening_code(kind) for kind in np.unique(kinds).tolist()}
    return Docket(
        filing_ids=n,
        filed_at=column["day"] * DAY,
        cents=column["cents"],
        family=column["family"],
        proceeding=np.zeros_like(n),
        court=column["court"],
        courts=tuple(f"court {i}" for i in range(100)),
        key=np.concatenate([(namespace_code(name) << NAMESPACE_SHIFT) | value for name, value, _ in seen]),
        key_filing=np.concatenate([n] * len(seen)),
        key_role=np.repeat([role for _, _, role in seen], len(n)),
        happening_filing=later.column("n").to_numpy(),
        happening_kind=np.array([codes[kind] for kind in kinds.tolist()], dtype=np.int64),
        happening_known=later.column("known").to_numpy() * DAY,
        happening_until=np.full(len(later), NEVER),
    )


if __name__ == "__main__":
    typer.run(main)
