"""An afternoon of pandas: what a data scientist has by evening, counting exact names over windows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xiezhi.clock import DAY, parse_moment
from xiezhi.settings import Settings

WINDOWS = (90, 365, 1095)
_KEYS = {
    "plaintiff_sued": ("plaintiff", "plaintiff"),
    "plaintiff_was_sued": ("plaintiff", "defendant"),
    "defendant_sued": ("defendant", "plaintiff"),
    "defendant_was_sued": ("defendant", "defendant"),
    "agent_acted": ("agent", "agent"),
    "pair_met": ("pair", "pair"),
}
"""Count: (names of this filing that ask, among which names of earlier filings)."""

Made = tuple[tuple[str, ...], list[str], NDArray[np.int64], NDArray[np.float64]]


def exact_name_table(docket: Path) -> Made:
    """Names, filing ids, moments and values (n, f) of the docket, each row as of its own filing, in order of time."""
    filings, mentions = _read(docket)
    columns: dict[str, Any] = _own(filings)
    for name, (asking, among) in _KEYS.items():
        asked = mentions[mentions.slot == asking]
        seen = mentions[mentions.slot == among]
        columns |= _count(name, asked, seen, filings)
    made = pd.DataFrame(columns, index=filings.index)
    return (
        tuple(map(str, made.columns)),
        filings.filing_id.tolist(),
        filings.filed_at.to_numpy(np.int64),
        made.to_numpy(np.float64),
    )


def _read(docket: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    zone = Settings().zone
    filings, mentions = [], []
    with (docket / "filings.jsonl").open(encoding="utf-8") as file:
        for line in file:
            raw = json.loads(line)
            at, amount = parse_moment(raw["filed_at"], zone), raw.get("claim_amount")
            sides = {r: [p for p in raw["parties"] if p["role"] == r] for r in ("plaintiff", "defendant")}
            names = {role: sorted({p["name"] for p in side}) for role, side in sides.items()}
            agents = raw.get("agents", [])
            filings.append(
                {
                    "filing_id": raw["filing_id"], "filed_at": at, "amount": amount, "cause": raw["cause"],
                    "court": raw["court"], "proceeding": raw.get("proceeding", "first_instance"),
                    "plaintiffs": len(sides["plaintiff"]), "defendants": len(sides["defendant"]),
                    "agents": len(agents), "evidence": len(raw.get("evidence", [])),
                    "person": float(any(p["kind"] == "person" for p in sides["plaintiff"])),
                    "against_person": float(any(p["kind"] == "person" for p in sides["defendant"])),
                }
            )  # fmt: skip
            said = {**names, "agent": sorted({a["name"] for a in agents})}
            said["pair"] = [f"{a}|{b}" for a in names["plaintiff"] for b in names["defendant"]]
            mentions += [
                (raw["filing_id"], at, amount or 0.0, slot, n) for slot, ns in said.items() for n in ns
            ]
    table = pd.DataFrame(filings).sort_values(["filed_at", "filing_id"]).reset_index(drop=True)
    return table, pd.DataFrame(mentions, columns=["filing_id", "filed_at", "amount", "slot", "name"])


def _own(filings: pd.DataFrame) -> dict[str, Any]:
    """The filing's own fields; words as numbers in the order of their first letters, as a category's codes are."""
    own: dict[str, Any] = {"log_amount": np.log10(filings.amount.clip(lower=1.0))}
    own["amount_is_round"] = (filings.amount % 10_000 == 0).astype(float)
    for name in ("cause", "court", "proceeding"):
        own[name] = filings[name].astype("category").cat.codes
    for name in ("plaintiffs", "defendants", "agents", "evidence", "person", "against_person"):
        own[name] = filings[name]
    return own


def _count(name: str, asked: pd.DataFrame, seen: pd.DataFrame, filings: pd.DataFrame) -> dict[str, Any]:
    """How many earlier filings, and what they claimed, under each name that asks; the largest answer holds."""
    groups = {
        key: (part.filed_at.to_numpy(), np.append(0.0, np.cumsum(part.amount.to_numpy())))
        for key, part in seen.sort_values("filed_at").groupby("name")
    }
    answers: dict[str, dict[str, float]] = {f"{name}_{w}d": {} for w in WINDOWS}
    sums: dict[str, float] = {}
    for filing_id, at, key in zip(asked.filing_id, asked.filed_at, asked.name, strict=True):
        if key not in groups:
            continue
        times, total = groups[key]
        end = np.searchsorted(times, at)
        for window in WINDOWS:
            count = float(end - np.searchsorted(times, at - window * DAY))
            told = answers[f"{name}_{window}d"]
            told[filing_id] = max(told.get(filing_id, 0.0), count)
        year = float(total[end] - total[np.searchsorted(times, at - 365 * DAY)])
        sums[filing_id] = max(sums.get(filing_id, 0.0), year)
    columns = {column: filings.filing_id.map(told).fillna(0.0) for column, told in answers.items()}
    return {**columns, f"{name}_sum_365d": filings.filing_id.map(sums).fillna(0.0)}
