"""The rules of claims: `model.toml`, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Same:
    """Probabilities by which filings are held to carry one claim."""

    threshold: float
    number: float
    number_near: float
    sequel: float
    instrument: float
    instrument_near: float
    assigned: float
    payment: float
    payment_near: float
    amount: float
    text: float
    text_near: float
    years: float
    text_ratio: float


@dataclass(frozen=True)
class Search:
    """How other filings are looked up, and how many of them."""

    bands: int
    rows: int
    filer_bands: int
    filer_rows: int
    band_latest: int
    filer_latest: int
    text_most: int
    filers_most: int
    pair_latest: int
    shortest: int
    shortest_form: int


@dataclass(frozen=True)
class Series:
    """One form over many suits."""

    ratio: float
    most: int
    agent_alone: float
    agent_shortest: int


@dataclass(frozen=True)
class Split:
    """One debt cut into parts."""

    days_filed: float
    days_dated: int
    just_under: float
    sum_tolerance: float
    base: float
    under_bonus: float
    adds_bonus: float
    text_bonus: float
    most: int


@dataclass(frozen=True)
class Refiled:
    """Sued again with something changed."""

    ratio: float
    same: float
    like: float
    story_ratio: float
    recurring: frozenset[str]


@dataclass(frozen=True)
class ClaimModel:
    """The whole of `model.toml`; see there what each value means and where it comes from."""

    same: Same
    search: Search
    series: Series
    split: Split
    refiled: Refiled
    chain_most: int


@cache
def load_model() -> ClaimModel:
    """The model shipped with the program."""
    with Path(__file__).with_name("model.toml").open("rb") as handle:
        said = tomllib.load(handle)
    refiled = {**said["refiled"], "recurring": frozenset(said["refiled"]["recurring"])}
    return ClaimModel(
        Same(**said["same"]),
        Search(**said["search"]),
        Series(**said["series"]),
        Split(**said["split"]),
        Refiled(**refiled),
        said["appeal"]["most"],
    )
