"""The simulator's truth of a docket, by filing."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

HARD_COLUMN = "look_alike"
"""Column of truth/filings.csv that names what an honest filing is easily taken for; older dockets have none."""


@dataclass(frozen=True)
class Truth:
    """What is so of every filing: its scheme (empty if honest), its ring, whether it is ever found out, its kind."""

    scheme: Mapping[str, str]
    ring: Mapping[str, str]
    caught: Mapping[str, bool]
    look_alike: Mapping[str, str] | None
    entity: Mapping[tuple[str, str], str]
    claim: Mapping[str, str]

    def is_false(self, filing_ids: Sequence[str]) -> Flags:
        """Which filings are false."""
        return np.array([bool(self.scheme[i]) for i in filing_ids], dtype=bool)

    def is_ever_found(self, filing_ids: Sequence[str]) -> Flags:
        """Which filings an authority finds false some day, even after the docket's last: what a risk is a risk of."""
        return np.array([self.caught[i] for i in filing_ids], dtype=bool)


def read_truth(docket: Path) -> Truth:
    """The folder `truth` of a simulated docket."""
    filings = _rows(docket / "truth" / "filings.csv")
    entities = _rows(docket / "truth" / "entities.csv")
    claims = _rows(docket / "truth" / "claims.csv")
    has_kind = HARD_COLUMN in filings[0]
    return Truth(
        scheme={r["filing_id"]: r["scheme"] for r in filings},
        ring={r["filing_id"]: r["ring_id"] for r in filings},
        caught={r["filing_id"]: bool(r["caught_at"]) and r["false"] == "1" for r in filings},
        look_alike={r["filing_id"]: r[HARD_COLUMN] for r in filings} if has_kind else None,
        entity={(r["filing_id"], r["record_id"]): r["entity_id"] for r in entities},
        claim={r["filing_id"]: r["claim_id"] for r in claims},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
