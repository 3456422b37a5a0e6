"""Average precision on later filings: our features beside the filing's own fields alone. Reports, asserts nothing."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from path import must

from xiezhi.clock import to_datetime
from xiezhi.demo.command import at_home
from xiezhi.demo.split import find_cut, split_docket
from xiezhi.settings import Settings


def main(
    filings: Annotated[int, typer.Option(min=2_000, help="Size of the docket.")] = 20_000,
    seed: int = 7,
    days: Annotated[int, typer.Option(min=30, help="The last days are screened, the rest trains.")] = 365,
) -> None:
    """Train on what was known before the last `days` days, then measure both models on the filings of these days."""
    with tempfile.TemporaryDirectory() as folder, at_home(Path(folder)):
        compare(Path(folder), filings, seed, days)


def compare(home: Path, filings: int, seed: int, days: int) -> None:
    """Run the path at `home` with commands alone; `xiezhi evaluate` fits the baseline and prints both.

    Measured twice: by the findings made within the docket, which are few, late and partial, and by the truth.
    """
    settings = Settings()
    docket, history, new = home / "docket", home / "history", home / "new"
    must(["simulate", "--filings", str(filings), "--seed", str(seed), "--out", str(docket)])
    cut = find_cut(docket, settings.zone, days)
    split_docket(docket, cut, history, new, settings.zone)
    must(["ingest", str(history)])
    must(["train", "--synthetic", "--as-of", to_datetime(cut, settings.zone).date().isoformat()])
    must(["promote"])
    must(["ingest", str(new)])
    must(["link"])
    must(["evaluate"])
    write_truth(docket, home / "truth" / "findings.jsonl")
    must(["ingest", str(home / "truth")])
    must(["evaluate"])


def write_truth(docket: Path, findings: Path) -> None:
    """As if every false filing were found out on the day after the docket's last: no feature can see it."""
    with (docket / "filings.jsonl").open(encoding="utf-8") as file:
        last = max(json.loads(line)["filed_at"] for line in file)
    day = datetime.fromisoformat(last) + timedelta(days=1)
    findings.parent.mkdir()
    with (
        (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file,
        findings.open("w", encoding="utf-8") as out,
    ):
        for line in csv.DictReader(file):
            known = {"filing_id": line["filing_id"], "at": day.isoformat(), "source": "review"}
            if line["false"] == "1":
                out.write(json.dumps({**known, "finding": "false"}) + "\n")


if __name__ == "__main__":
    typer.run(main)
