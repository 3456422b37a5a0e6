"""The simulator's truth of a docket, by filing."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

SEEN_AS = {
    "A": ("kin", "kin_note", "quick"), "B": ("wages", "award"), "C": ("lease", "objection"), "D": ("asset",),
    "E": ("kin_note",), "F": ("lender", "licensed"), "I": ("confirmation", "fund"), "J": ("famous_mark",),
    "K": ("rights",), "L": ("information",), "M": ("wound_up",), "N": ("again",), "O": ("again",),
}  # fmt: skip
"""Scheme -> the kinds of honest filing it looks like: what a court's own labels say of these includes it."""

SHOWN = {"debtor": ("defendant_enforcement_open", 1.0), "part_paid": ("principal_shortfall", 0.01)}
"""Kinds that a filing shows itself, whatever its scheme: feature, and the least of it."""


class Shown(Protocol):
    """What is read of a table of features."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""

    @property
    def filing_ids(self) -> Sequence[str]:
        """Of each row."""

    @property
    def values(self) -> NDArray[np.float64]:
        """(n, f)."""


@dataclass(frozen=True)
class Truth:
    """What is so of every filing: its scheme (empty if honest), its ring, whether it is ever found out.

    look_alike: kinds of an honest filing easily taken for a false one; for a false one those it is taken for.
    """

    scheme: Mapping[str, str]
    ring: Mapping[str, str]
    caught: Mapping[str, bool]
    look_alike: Mapping[str, tuple[str, ...]]
    entity: Mapping[tuple[str, str], str]
    claim: Mapping[str, str]

    def is_false(self, filing_ids: Sequence[str]) -> Flags:
        """Which filings are false."""
        return np.array([bool(self.scheme[i]) for i in filing_ids], dtype=bool)

    def kinds_of(self, table: Shown) -> dict[str, tuple[str, ...]]:
        """`look_alike` of the table's filings, false ones with the kinds they show themselves."""
        kinds = {i: list(self.look_alike[i]) for i in table.filing_ids}
        for kind, (name, least) in SHOWN.items():
            for row in np.flatnonzero(table.values[:, table.names.index(name)] >= least).tolist():
                if self.scheme[filing_id := table.filing_ids[row]]:
                    kinds[filing_id].append(kind)
        return {i: tuple(found) for i, found in kinds.items()}

    def is_ever_found(self, filing_ids: Sequence[str]) -> Flags:
        """Which filings an authority finds false some day, even after the docket's last: what a risk is a risk of."""
        return np.array([self.caught[i] for i in filing_ids], dtype=bool)


def read_truth(docket: Path) -> Truth:
    """The folder `truth` of a simulated docket."""
    filings = _rows(docket / "truth" / "filings.csv")
    entities = _rows(docket / "truth" / "entities.csv")
    claims = _rows(docket / "truth" / "claims.csv")
    return Truth(
        scheme={r["filing_id"]: r["scheme"] for r in filings},
        ring={r["filing_id"]: r["ring_id"] for r in filings},
        caught={r["filing_id"]: bool(r["caught_at"]) and r["false"] == "1" for r in filings},
        look_alike={
            r["filing_id"]: SEEN_AS.get(r["scheme"], ()) or tuple((r.get("look_alike") or "").split())
            for r in filings
        },
        entity={(r["filing_id"], r["record_id"]): r["entity_id"] for r in entities},
        claim={r["filing_id"]: r["claim_id"] for r in claims},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
