"""Splink on DuckDB, told all it can use: run by the peers' own Python, prints its times as JSON.

`splink_peer.py features.parquet truth.parquet --settings tuned|documented --out FOLDER`. "documented": as its
documentation builds comparisons (names by Jaro-Winkler, dates, phones and numbers by Damerau-Levenshtein) and u from
ten million random pairs. "tuned": Levenshtein, which DuckDB computes several times faster, u from a million pairs, EM
without term frequencies.
The clusters at the threshold fixed beforehand are written; those at the best of a grid are looked up in the truth.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from judge import judge, recall_ceiling
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FIXED: Final = 0.99
GRID: Final = (0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 0.97, 0.99, 0.995, 0.999, 0.9999)
_U_PAIRS: Final = {"documented": 1e7, "tuned": 1e6}


def main() -> None:
    """Link the table of features and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("features", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--settings", choices=sorted(_U_PAIRS), default="tuned")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--grid", action="store_true", help="Also cluster at every threshold of a grid.")
    given = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.WARNING)
    api = DuckDBAPI(duckdb.connect())
    watch: dict[str, float] = {}
    linker, predicted = link(api, given.features, given.settings, watch)
    with timed(watch, "clustering"):
        clusters = _clusters(linker, predicted, FIXED)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
    given.out.mkdir(parents=True, exist_ok=True)
    pq.write_table(clusters, given.out / "entities.parquet")
    told: dict[str, Any] = {"seconds": watch, "link": sum(watch.values()), "peak_mb": peak}
    told |= measure(linker, predicted, given.truth, given.grid)
    print(json.dumps(told))


def link(api: Any, features: Path, settings: str, watch: dict[str, float]) -> tuple[Any, Any]:
    """Load, train and score; returns the linker and its scored pairs. `watch` takes the seconds of each stage."""
    table = pq.read_table(features)
    keys = [name for name in table.column_names if name.startswith("key_")]
    with timed(watch, "loading"):
        linker = Linker(api.register(table), _settings(settings, keys), log_level=logging.WARNING)
    training = linker.training
    sure = [block_on("number"), block_on("name", "birth"), block_on("name", "phone")]
    with timed(watch, "prior"):
        training.estimate_probability_two_random_records_match(sure, recall=0.5)
    with timed(watch, "u"):
        training.estimate_u_using_random_sampling(max_pairs=_U_PAIRS[settings], seed=1)
    with timed(watch, "em"):
        for rule in (block_on("number"), block_on("name", "phone"), block_on("name", "address")):
            training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=settings == "tuned"
            )
    with timed(watch, "blocking and scoring"):
        predicted = linker.inference.predict(threshold_match_probability=0.01)
    return linker, predicted


@contextmanager
def timed(watch: dict[str, float], stage: str) -> Iterator[None]:
    """Note how long what is inside takes."""
    start = perf_counter()
    yield
    watch[stage] = perf_counter() - start


def measure(linker: Any, predicted: Any, truth: Path, grid: bool) -> dict[str, Any]:
    """F1 at the best threshold of the grid, and the recall ceiling of blocking."""
    told: dict[str, Any] = {}
    entity = pq.read_table(truth)
    if grid:
        found = {}
        for threshold in GRID:
            clusters = _clusters(linker, predicted, threshold)
            agreement = judge(clusters.column("cluster_id").to_numpy(), _truth_of(clusters, entity))
            found[threshold] = agreement.f1, agreement.b3_f1
        best = max(found, key=lambda threshold: found[threshold])
        told["best"] = {"threshold": best, "f1": found[best][0], "b3_f1": found[best][1]}
    blocked = linker.inference.compute_blocked_pairs_for_predict().as_duckdbpyrelation().to_arrow_table()
    left, right = blocked.column("join_key_l"), blocked.column("join_key_r")
    sides = [
        entity.column("entity").take(pc.index_in(s, entity.column("record_id"))).to_numpy()
        for s in (left, right)
    ]
    told["pairs"] = len(sides[0])
    told["recall_ceiling"] = recall_ceiling(sides[0], sides[1], entity.column("entity").to_numpy())
    return told


def _clusters(linker: Any, predicted: Any, threshold: float) -> Any:
    """record id and cluster as an Arrow table."""
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=threshold
    )
    return found.as_duckdbpyrelation().select("cluster_id, unique_id").to_arrow_table()


def _truth_of(clusters: Any, entity: Any) -> Any:
    rows = pc.index_in(clusters.column("unique_id"), entity.column("record_id"))
    return entity.column("entity").take(rows).to_numpy()


def _settings(which: str, keys: list[str]) -> Any:
    documented = which == "documented"
    edits = cll.DamerauLevenshteinLevel if documented else cll.LevenshteinLevel
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(edits, cll.JaroWinklerLevel("name", 0.92), 1)
        if documented
        else _comparisons(edits, cll.LevenshteinLevel("name", 1), 2),
        blocking_rules_to_generate_predictions=[block_on(key) for key in keys],
        retain_matching_columns=False,
    )


def _comparisons(edits: Callable[[str, int], Any], near_name: Any, swap: int) -> list[Any]:
    """Comparisons of both kinds: what a person lacks is null for persons, and the other way about.

    swap: the edits that two exchanged digits count for.
    """
    exact, other = cll.ExactMatchLevel, cll.ElseLevel()
    name = [
        cll.NullLevel("name"), exact("name", term_frequency_adjustments=True), exact("core", term_frequency_adjustments=True),
        exact("sound", term_frequency_adjustments=True), exact("bag", term_frequency_adjustments=True), near_name,
        cll.JaroWinklerLevel("name", 0.88), cll.JaroWinklerLevel("name", 0.7), other,
    ]  # fmt: skip
    # Random pairs hardly ever share a number; left alone, Splink finds none and takes its default for u.
    same_number = exact("number").configure(u_probability=1e-7, fix_u_probability=True)
    number = [cll.NullLevel("id_text"), same_number, exact("partial"), edits("id_text", swap), other]
    birth = [
        cll.NullLevel("birth"), exact("birth", term_frequency_adjustments=True), edits("birth", swap),
        cll.CustomLevel("substr(birth_l, 1, 4) = substr(birth_r, 1, 4)", "year"), other,
    ]  # fmt: skip
    phone = [
        cll.NullLevel("phone"),
        exact("phone", term_frequency_adjustments=True),
        edits("phone", 1),
        other,
    ]
    address = [
        cll.NullLevel("address"), exact("address", term_frequency_adjustments=True),
        exact("street", term_frequency_adjustments=True), cll.JaroWinklerLevel("address", 0.88), other,
    ]  # fmt: skip
    head = [
        cll.NullLevel("head"),
        exact("head", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("head", 0.7),
        other,
    ]
    branch = [
        cll.CustomLevel("branch_l IS NULL AND branch_r IS NULL").configure(is_null_level=True),
        exact("branch"),
        other,
    ]
    place = [cll.NullLevel("place"), exact("place", term_frequency_adjustments=True), other]
    levels = {"name": name, "number": number, "birth": birth, "phone": phone, "address": address, "head": head,
              "branch": branch, "place": place}  # fmt: skip
    return [
        cl.CustomComparison(output_column_name=key, comparison_levels=value) for key, value in levels.items()
    ]


if __name__ == "__main__":
    main()
