"""Performance foreseen without labels beside what the simulator's truth says: on a home that has screened a docket.

    XIEZHI_HOME=… python benchmarks/foreseen.py DOCKET/truth/filings.csv

Reads the scores the promoted model gave when filings came in. Truth: `found` is what an authority will ever find
(what risks are probabilities of), `false` what is false whether found or not.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from training.evaluation.measures import average_precision
from training.monitoring.foresight import foresee
from xiezhi.bundle import load_current
from xiezhi.clock import now
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.screenings import first_scores


def main() -> None:
    """Print the figures foreseen with their intervals, and those by the truth."""
    settings = Settings()
    store = open_store(settings)
    bundle = load_current(store, settings)
    with store.read() as connection:
        scores = list(first_scores(connection, bundle.version, now()))
    store.close()
    with Path(sys.argv[1]).open(encoding="utf-8") as file:
        truth = {row["filing_id"]: row for row in csv.DictReader(file)}
    risk, raw = np.array([s.risk for s in scores]), np.array([s.rank_score for s in scores])
    flagged = np.array([s.band != "none" for s in scores])
    seen = foresee(risk, raw, flagged, draws=1000)
    print(f"{len(scores)} filings, {flagged.sum()} flagged, sum of risks {risk.sum():.1f}")
    for name, told in (
        ("precision", seen.precision), ("recall", seen.recall), ("average precision", seen.average_precision),
    ):  # fmt: skip
        print(f"foreseen {name}: {told.value:.3f} ({told.low:.3f}–{told.high:.3f})")
    for name, positive in (
        ("found", np.array([truth[s.filing_id]["caught_at"] != "" for s in scores])),
        ("false", np.array([truth[s.filing_id]["false"] == "1" for s in scores])),
    ):
        print(
            f"by truth ({name}, {positive.sum()}): precision {positive[flagged].mean():.3f}, "
            f"recall {positive[flagged].sum() / positive.sum():.3f}, average precision {average_precision(positive, raw):.3f}"
        )


if __name__ == "__main__":
    main()
