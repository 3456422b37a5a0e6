"""Public fraud tables nobody here made, read from a path: columns, labels, and what orders them in time.

Where the files are from, and under which terms: README.md beside this file. They are not kept here.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}


@dataclass(frozen=True)
class Public:
    """n rows in order of time: values (n, f), codes for words, NaN where unknown; `at` (n,) grows with time."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    positive: NDArray[np.bool_]
    at: NDArray[np.int64]


def read_vehicle_claims(path: Path) -> Public:
    """`fraud_oracle.csv`: 15,420 vehicle insurance claims of 1994 to 1996, by month and week of the accident."""
    table = pd.read_csv(path, encoding="utf-8-sig")
    at = (table.Year * 12 + table.Month.map(_MONTHS)) * 6 + table.WeekOfMonth
    return _public(table.drop(columns=["Year", "PolicyNumber", "FraudFound_P", "Training"], errors="ignore"),
                   table.FraudFound_P, at)  # fmt: skip


READERS = {"vehicle_claims": read_vehicle_claims}


def _public(columns: pd.DataFrame, positive: pd.Series, at: pd.Series) -> Public:
    coded = {
        name: column.astype("category").cat.codes
        if column.dtype == object or column.dtype.name == "str"
        else column
        for name, column in columns.items()
    }
    order = np.argsort(at.to_numpy(), kind="stable")
    values = pd.DataFrame(coded).to_numpy(np.float64)[order]
    return Public(
        tuple(map(str, coded)), values, positive.to_numpy()[order].astype(bool),
        at.to_numpy()[order].astype(np.int64),
    )  # fmt: skip
