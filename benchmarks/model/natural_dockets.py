"""A simulated docket with its truth as one table of features, built once and kept as a file."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table
from features.signs import bits_of, load_pack
from features.simulate import load, simulate
from training.data.dataset import Dataset, assemble
from xiezhi.clock import DAY, Moment
from xiezhi.progress import silent
from xiezhi.records import Finding
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.happenings import findings_of

YEARS = 6.0
"""Five to learn from, one to judge by: findings take a mean of 2.5 years."""


@dataclass(frozen=True)
class Docket:
    """n filings in order of time. false: the truth; found: an authority finds it false at some time, ever.

    bits: strength of the signs that stand at filing. findings: those made while the docket runs.
    """

    names: tuple[str, ...]
    filing_ids: list[str]
    as_of: NDArray[np.int64]
    values: NDArray[np.float64]
    false: NDArray[np.bool_]
    found: NDArray[np.bool_]
    bits: NDArray[np.float64]
    findings: tuple[Finding, ...]

    @property
    def cut(self) -> Moment:
        """The training date: a year before the docket ends."""
        return int(self.as_of.max()) - 365 * DAY

    def seen(self, as_of: Moment) -> Dataset:
        """What a training on `as_of` knows."""
        return assemble(self, self.findings, as_of, len(self.filing_ids))

    def later(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Rows of `values` filed from the training date on."""
        return values[self.as_of >= self.cut]


def open_docket(kept: Path, *, filings: int, share: float, seed: int) -> Docket:
    """The docket of these figures, from `kept` or simulated and built now. share: of filings that are false."""
    path = kept / f"{filings}-{share:g}-{seed}.npz"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        np.savez(path, **_build(filings, share, seed))
    with np.load(path) as read:
        parts = {name: read[name] for name in read.files}
    rows = zip(*(parts.pop(f"finding_{name}").tolist() for name in _FINDING), strict=True)
    findings = tuple(Finding(**dict(zip(_FINDING, row, strict=True))) for row in rows)
    names, ids = tuple(parts.pop("names").tolist()), parts.pop("filing_ids").tolist()
    return Docket(names, ids, findings=findings, **parts)


_FINDING = ("filing_id", "at", "recorded_at", "finding", "source")


def _build(filings: int, share: float, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        docket = Path(folder) / "docket"
        simulate(docket, filings=filings, years=YEARS, seed=seed, parameters=load().with_false_share(share))
        with (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
            truth = {
                row["filing_id"]: (row["false"] == "1", bool(row["caught_at"]))
                for row in csv.DictReader(file)
            }
        settings = Settings(home=Path(folder) / "home", database_url="", zone="Asia/Shanghai")
        store = open_store(settings)
        take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
        link_pending(store)
        table = build_table(store)
        with store.read() as connection:
            findings = findings_of(connection, None, None)
        store.close()
    return {
        "names": np.array(table.names),
        "filing_ids": np.array(table.filing_ids),
        "as_of": table.as_of,
        "values": table.values,
        "false": np.array([truth[i][0] for i in table.filing_ids]),
        "found": np.array([truth[i][1] for i in table.filing_ids]),
        "bits": bits_of(table, load_pack("cn"), {}),
        **{f"finding_{name}": np.array([getattr(f, name) for f in findings]) for name in _FINDING},
    }
