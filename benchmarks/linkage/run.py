"""Ours beside Splink on Chinese party records with truth, in turn, each in processes of its own.

`run.py FOLDER --peers PYTHON --rounds 3`: FOLDER as `generate.py` writes it, PYTHON that of an environment with
`peers.txt`. Reports, asserts nothing. Ours is the product's own command on the raw table. Splink gets the product's
normal forms and blocking keys ready made (`derive.py`), so its end to end is that time and its linking added up,
without what reading and writing in between costs; ours is the whole command, from start to files written.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from judge import Agreement, judge
from rich.console import Console
from rich.table import Table
from watched import watch

_HERE: Final = Path(__file__).parent
_OURS, _TUNED, _DOCUMENTED = "ours", "splink tuned", "splink documented"


@dataclass
class Runs:
    """What one engine did in all rounds; times in seconds, memory in MB."""

    linking: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    agreement: Agreement | None = None


def main(
    folder: Annotated[Path, typer.Argument(help="With records.parquet and truth.parquet.")],
    peers: Annotated[
        Path | None, typer.Option(envvar="XIEZHI_PEERS", help="Python of the peers; without it ours alone.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    documented: Annotated[
        int, typer.Option(min=0, help="Rounds of Splink in its documentation's settings.")
    ] = 1,
    ceiling: Annotated[bool, typer.Option(help="Also measure the recall ceiling of our blocking.")] = True,
) -> None:
    """Run both in turn and print the table."""
    runs: dict[str, Runs] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for i in range(rounds):
            link_ours(folder, Path(scratch), runs.setdefault(_OURS, Runs()))
            if peers is None:
                continue
            derived = derive(folder, Path(scratch))
            # The grid is looked up once: the last round's clusters are those of any other.
            link_peer(
                peers,
                folder,
                Path(scratch),
                _TUNED,
                runs.setdefault(_TUNED, Runs()),
                derived,
                grid=i == rounds - 1,
            )
            if i < documented:
                one = runs.setdefault(_DOCUMENTED, Runs())
                link_peer(peers, folder, Path(scratch), _DOCUMENTED, one, derived, grid=i == documented - 1)
    if ceiling:
        runs[_OURS].told |= _json(watch([sys.executable, _HERE / "blocking.py", folder, "--json"]).printed)
    report(folder, runs)


def link_ours(folder: Path, scratch: Path, runs: Runs) -> None:
    """The product's command on the raw records."""
    out = scratch / "ours.parquet"
    command = Path(sys.executable).with_name("xiezhi")
    home = {"XIEZHI_HOME": str(scratch / "home")}
    seen = watch([command, "link", folder / "records.parquet", "--out", out, "--json"], home)
    seconds: dict[str, float] = _json(seen.printed)["seconds"]
    runs.linking.append(seconds.pop("linking"))  # the stages are those of both kinds, which run at once
    runs.whole.append(seen.seconds)
    runs.peak.append(seen.peak_mb)
    runs.stages.append(seconds)
    runs.agreement = against_truth(out, "record_id", "entity_id", folder)


def derive(folder: Path, scratch: Path) -> float:
    """Make the peer's columns; returns the seconds without reading and writing files."""
    out = scratch / "features.parquet"
    seconds: float = _json(
        watch([sys.executable, _HERE / "derive.py", folder / "records.parquet", out]).printed
    )["features"]
    return seconds


def link_peer(
    peers: Path, folder: Path, scratch: Path, which: str, runs: Runs, derived: float, *, grid: bool
) -> None:
    """Splink on the derived columns, in one of its settings."""
    out = scratch / "peer"
    command: list[str | Path] = [
        peers,
        _HERE / "splink_peer.py",
        scratch / "features.parquet",
        folder / "truth.parquet",
    ]
    command += ["--settings", which.removeprefix("splink "), "--out", out, *(["--grid"] if grid else [])]
    told = _json(watch(command).printed)
    runs.linking.append(told["link"])
    runs.whole.append(derived + told["link"])
    # Its own figure, taken before the grid and the recall ceiling are measured in the same process.
    runs.peak.append(told["peak_mb"])
    runs.stages.append({"features": derived, **told["seconds"]})
    runs.told = told
    runs.agreement = against_truth(out / "entities.parquet", "unique_id", "cluster_id", folder)


def against_truth(clusters: Path, record: str, cluster: str, folder: Path) -> Agreement:
    """How well the clusters in a file agree with the truth in the folder."""
    found, truth = pq.read_table(clusters), pq.read_table(folder / "truth.parquet")
    rows = pc.index_in(truth.column("record_id"), value_set=found.column(record))
    labels = found.column(cluster).combine_chunks().dictionary_encode().indices.take(rows)
    return judge(labels.to_numpy(), truth.column("entity").to_numpy())


def report(folder: Path, runs: dict[str, Runs]) -> None:
    """One column an engine; beside each peer how many times ours it takes."""
    records = pq.read_metadata(folder / "records.parquet").num_rows
    title = f"{records:,} records · {os.cpu_count()} cores · Python {platform.python_version()}"
    table = Table("", *(f"{name}, {len(one.whole)}×" for name, one in runs.items()), title=title)
    mine = runs[_OURS]
    for label, name, digits in (
        ("linking, s", "linking", 1),
        ("end to end, s", "whole", 1),
        ("peak, MB", "peak", 0),
    ):
        base = median(getattr(mine, name))
        cells = []
        for one in runs.values():
            value = median(getattr(one, name))
            ratio = "" if one is mine else f"  ({value / base:.1f}×)"
            cells.append(f"{value:,.{digits}f}{ratio}")
        table.add_row(label, *cells)
    stages = [
        {stage: median(seen[stage] for seen in one.stages) for stage in one.stages[0]}
        for one in runs.values()
    ]
    table.add_row("stages, s", *("\n".join(f"{k} {v:.1f}" for k, v in one.items()) for one in stages))
    agreements = [one.agreement for one in runs.values() if one.agreement]
    for name in ("precision", "recall", "f1", "b3_f1"):
        table.add_row(f"{name}, threshold fixed", *(f"{getattr(one, name):.4f}" for one in agreements))
    table.add_row("largest cluster", *(f"{one.largest:,}" for one in agreements))
    table.add_row("f1, best threshold", *(_best(one.told) for one in runs.values()))
    for key, form in (("pairs", "{:,}"), ("recall_ceiling", "{:.4f}")):
        table.add_row(
            key.replace("_", " "),
            *(form.format(one.told[key]) if key in one.told else "" for one in runs.values()),
        )
    Console(width=max(120, Console().width)).print(table)
    if _TUNED in runs:
        ratios = [theirs / ours for theirs, ours in zip(runs[_TUNED].linking, mine.linking, strict=True)]
        print("linking, splink tuned to ours, round by round:", *(f"{ratio:.1f}×" for ratio in ratios))


def _best(told: dict[str, Any]) -> str:
    best = told.get("best")
    return f"{best['f1']:.4f} at {best['threshold']}" if best else ""


def _json(printed: str) -> dict[str, Any]:
    """The JSON on the last line of what a command printed."""
    found: dict[str, Any] = json.loads(_last(printed.strip().splitlines()))
    return found


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else "{}"


if __name__ == "__main__":
    typer.run(main)
