"""Rules alone beside the lender thresholds with exact names: average precision on a docket nobody looked at.

    python benchmarks/rules_alone.py DOCKET

DOCKET is a simulated one with its folder `truth`. The baseline is what a court without linking can do: count the
private-loan suits of each exact plaintiff name in the court and the prefecture and sum their amounts over one and
three years, and take how far the largest of these goes towards the Zhejiang thresholds (docs/rule-packs.md).
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from features.history.docket import Floats
from features.intake import read_sources
from features.intake.outcome import Accepted
from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.normalise.causes import cause_family
from features.pipeline import build_table
from features.signs import load_pack, values_of
from xiezhi.clock import DAY
from xiezhi.progress import silent
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import open_store

YEAR = 365 * DAY
BESIDE = 1e-3
"""Rules that do not stand order only the filings on which none does."""


def rank_by_rules(docket: Path, settings: Settings) -> dict[str, float]:
    """Filing id -> bits of the signs that fire at filing."""
    pack = load_pack("cn")
    with tempfile.TemporaryDirectory() as home:
        store = open_store(settings.model_copy(update={"home": Path(home), "database_url": ""}))
        take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
        link_pending(store)
        table = build_table(store)
        ranked = {}
        for row, filing_id in enumerate(table.filing_ids):
            judged = pack.judge(values_of(table, row), table.courts[row])
            beside = sum(rule.strength for rule in judged.fired if rule.direction == "for")
            ranked[filing_id] = judged.strength if judged.stands else BESIDE * beside
        store.close()
    return ranked


def rank_by_thresholds(docket: Path, settings: Settings) -> dict[str, float]:
    """Filing id -> the largest share of a Zhejiang threshold its plaintiff's exact name reaches, itself included."""
    filings = [
        o.record
        for o in read_sources([docket], mapping=None, settings=settings)
        if isinstance(o, Accepted) and isinstance(o.record, Filing)
    ]
    filings.sort(key=lambda f: (f.filed_at, f.filing_id))
    suits: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
    ranked = {}
    for filing in filings:
        ranked[filing.filing_id] = 0.0
        if (
            filing.proceeding != "first_instance"
            or cause_family(filing.cause, filing.proceeding) != "private_loan"
        ):
            continue
        for name in {p.name for p in filing.parties if p.role == "plaintiff"}:
            suits[name].append((filing.filed_at, filing.court, filing.claim_amount or 0.0))
            share = _share(suits[name], filing)
            ranked[filing.filing_id] = max(ranked[filing.filing_id], share)
    return ranked


def _share(suits: list[tuple[int, str, float]], filing: Filing) -> float:
    here = [s for s in suits if s[1][:3] == filing.court[:3] and s[0] > filing.filed_at - 3 * YEAR]
    last = [s for s in here if s[0] > filing.filed_at - YEAR]
    own = sum(s[1] == filing.court for s in here), sum(s[1] == filing.court for s in last)
    amount = sum(s[2] for s in last)
    by_sum = max(min(len(last) / 5, amount / 1e6), min(len(last) / 3, amount / 1e7))
    return max(own[0] / 20, len(here) / 30, own[1] / 10, len(last) / 15, min(by_sum, 1.0))


def main() -> None:
    """Print both figures and their ratio."""
    docket, settings = Path(sys.argv[1]), Settings(zone="Asia/Shanghai")
    with (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["filing_id"]: row["false"] == "1" for row in csv.DictReader(file)}
    ids = sorted(truth)
    false = np.array([truth[i] for i in ids])
    found = []
    for name, ranked in (
        ("lender thresholds, exact names", rank_by_thresholds(docket, settings)),
        ("rules alone", rank_by_rules(docket, settings)),
    ):
        scores: Floats = np.array([ranked[i] for i in ids])
        found.append(float(average_precision_score(false, scores)))
        print(f"{name:32} average precision {found[-1]:.4f}")
    print(f"{'filings':32} {len(ids)}, false {false.mean():.4f}")
    print(f"{'ratio':32} {found[1] / found[0]:.1f}")


if __name__ == "__main__":
    main()
