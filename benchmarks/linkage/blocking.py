"""What each blocking rule of the product finds, measured on records with truth: `blocking.py FOLDER`.

FOLDER holds records.parquet and truth.parquet as `generate.py` writes them. The recall ceiling is the share of the
true pairs that are compared at all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from judge import Labels, true_pairs
from rich.console import Console
from rich.table import Table

from features.link.table.block import Blocked, block
from features.link.table.engine import NOT_JUDGED
from features.link.table.read import read_columns
from features.link.workers import Workers


def main(
    folder: Path,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ceiling alone, as JSON.")] = False,
) -> None:
    """Block the records of `folder` and hold the pairs against the truth."""
    records, truth = pq.read_table(folder / "records.parquet"), pq.read_table(folder / "truth.parquet")
    rows = pc.index_in(records.column("record_id"), value_set=truth.column("record_id"))
    entity = truth.column("entity").take(rows).to_numpy()
    wanted = true_pairs(entity)
    shown = Table(
        "kind", "rule", "pairs", "of one entity", "recall", "recall alone", "capped keys", "seconds"
    )
    hits = pairs = 0
    with Workers() as workers:
        masks = {kind: pc.equal(records.column("kind"), kind) for kind in ("person", "organization")}
        tables = {kind: records.filter(mask) for kind, mask in masks.items()}
        for columns in read_columns(tables, (), workers):
            blocked = block(columns, (), NOT_JUDGED.same)
            true = entity[masks[columns.kind].to_numpy()]
            hits += tell_rules(shown, columns.kind, blocked, true)
            pairs += len(blocked.left)
    if as_json:
        print(json.dumps({"pairs": pairs, "recall_ceiling": hits / wanted}))
        return
    console = Console()
    console.print(shown)
    console.print(f"{pairs:,} pairs, {wanted:,} true ones, recall ceiling {hits / wanted:.4f}")


def tell_rules(shown: Table, kind: str, blocked: Blocked, entity: Labels) -> int:
    """One line a rule; returns how many true pairs all of them find. entity: (records of this kind,)."""
    same = entity[blocked.left] == entity[blocked.right]
    wanted = max(true_pairs(entity), 1)
    for i, rule in enumerate(blocked.rules):
        bit = blocked.found_by.dtype.type(1 << i)
        found = blocked.found_by & bit > 0
        alone = np.count_nonzero(same & (blocked.found_by == bit))
        true = np.count_nonzero(same & found)
        shown.add_row(
            kind, rule, f"{np.count_nonzero(found):,}", f"{true:,}", f"{true / wanted:.4f}", f"{alone / wanted:.4f}",
            f"{blocked.capped[i]:,}", f"{blocked.seconds[i]:.2f}",
        )  # fmt: skip
    hits = int(np.count_nonzero(same))
    shown.add_row(
        kind,
        "all",
        f"{len(same):,}",
        f"{hits:,}",
        f"{hits / wanted:.4f}",
        "",
        "",
        f"{sum(blocked.seconds):.2f}",
    )
    shown.add_section()
    return hits


if __name__ == "__main__":
    typer.run(main)
