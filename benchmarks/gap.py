"""How much of the distance between exact names and perfect knowledge the model closes. Reports, asserts nothing.

    python benchmarks/gap.py DOCKET --work FOLDER

DOCKET is a simulated one with its folder `truth`. What is slow (store, feature tables) is kept in FOLDER.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from model.judge import Floats, calibration_error, flag_rates
from model.rivals import known_dataset, score_by_defaults, score_by_ours, true_findings
from model.tables import Table, exact_table, oracle_table, own_table, store_of
from model.truth import Flags, Truth, read_truth
from rich.console import Console

from features.signs import load_pack
from training.data.dataset import Dataset
from training.evaluation.measures import average_precision, average_precision_interval
from training.evaluation.period import look_back
from training.evaluation.regime import Regime, judge
from training.train import train
from xiezhi.clock import Moment, to_datetime
from xiezhi.demo.split import find_cut
from xiezhi.labels import labels_as_of
from xiezhi.policy import Policy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.happenings import findings_of

END_OF_TIME = 2**62
Way = Callable[[Dataset, Table, int], Floats]
console = Console(highlight=False, soft_wrap=True)


def main(
    docket: Path,
    work: Annotated[Path, typer.Option(help="Store and tables are kept here.")],
    days: Annotated[int, typer.Option(help="The last days are scored, what was known before trains.")] = 365,
    seeds: Annotated[int, typer.Option(min=1, help="Fits of each, with seeds 1, 2, ...")] = 1,
) -> None:
    """Fit three ways on what was known before the cut, score what was filed later, compare with the truth."""
    work.mkdir(parents=True, exist_ok=True)
    truth = read_truth(docket)
    tables = {
        "exact": exact_table(docket, work),
        "own": own_table(docket, work),
        "true": oracle_table(docket, work, truth),
    }
    settings = Settings(home=work / "home", database_url="", mlruns=work / "mlruns")
    cut = find_cut(docket, settings.zone, days)
    store = store_of(docket, work)
    try:
        found = rank(store, tables, truth, cut, range(1, seeds + 1))
        product = judge_product(store, settings, tables["own"], truth, cut)
    finally:
        store.close()
    share = close_gap(found, product["ap"])
    figures = {"average_precision": found, "product": product, "gap_closed": share}
    (work / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")


def rank(
    store: Store, tables: dict[str, Table], truth: Truth, cut: Moment, seeds: range
) -> dict[str, list[float]]:
    """Average precision by truth of each `features/labels/way`, one a seed; labels known alone weigh by their age."""
    with store.read() as connection:
        findings = findings_of(connection, None, None)
    late = {name: table.since(cut) for name, table in tables.items()}
    ids = late["own"].filing_ids
    false = truth.is_false(ids)
    console.print(
        f"cut {to_datetime(cut, Settings().zone).date()}: {len(ids)} later filings, {false.sum()} false ({false.mean():.2%}), "
        f"{truth.is_ever_found(ids).sum()} ever found, {_known(findings, ids).sum()} found by the docket's end"
    )
    labels = {"known": findings, "truth": true_findings(tables["own"], truth)}
    found: dict[str, list[float]] = {}
    for features, table in tables.items():
        for name, said in labels.items():
            data = known_dataset(table, said, cut)
            ways: dict[str, Way] = {"fit": score_by_ours}
            if features == "exact" and name == "known":
                ways["defaults"] = score_by_defaults
            for way, rank_by in ways.items():
                scores = [rank_by(data, late[features], seed) for seed in seeds]
                found[f"{features}/{name}/{way}"] = got = [average_precision(false, s) for s in scores]
                console.print(
                    f"{features:6} {name:6} {way:9} {data.positive.sum():5} positives  by truth "
                    f"{' '.join(f'{a:.3f}' for a in got)}  mean {np.mean(got):.3f}"
                )
    return found


def close_gap(found: dict[str, list[float]], ours: float) -> float:
    """Share of the distance between exact names and perfect knowledge that `ours` closes."""
    exact = max(np.mean(found["exact/known/fit"]), np.mean(found["exact/known/defaults"]))
    oracle = np.mean(found["true/truth/fit"])
    share = float((ours - exact) / (oracle - exact))
    console.print(
        f"exact names {exact:.3f}, product {ours:.3f}, perfect knowledge {oracle:.3f}: {share:.0%} closed"
    )
    return share


def judge_product(store: Store, settings: Settings, own: Table, truth: Truth, cut: Moment) -> dict[str, Any]:
    """One training by the product itself: ranking as scored, calibration error, flag rates by hard negative."""
    trained = train(store, settings, as_of=cut, policy=Policy(), seed=1, synthetic=True)
    bundle, pack = trained.bundle, load_pack(settings.jurisdiction)
    end = own.as_of[-1].item() + 1
    period = look_back(store, settings.zone, since=cut, before=end, labels_as_of=END_OF_TIME)
    # What `screen --stream` shows: bands as the signs have lifted them.
    verdicts = judge(Regime(bundle, pack), period)
    raw, risk, bands = verdicts.raw, verdicts.risk, np.array(verdicts.bands)
    findings, ids = period.findings, period.filing_ids
    false, ever, known = truth.is_false(ids), truth.is_ever_found(ids), _known(findings, ids)
    interval = average_precision_interval(false, raw, n=200)
    console.print(
        f"product: AP by truth {interval.value:.3f} ({interval.low:.3f}-{interval.high:.3f}), by told risk with its ties "
        f"{average_precision(false, risk.round(6)):.3f}; rounds {trained.rounds}; calibration {bundle.calibration.method}"
    )
    errors = {
        name: calibration_error(positive, risk)
        for name, positive in (("found by docket's end", known), ("ever found", ever), ("false", false))
    }
    for name, positive in (("found by docket's end", known), ("ever found", ever), ("false", false)):
        console.print(
            f"calibration error against {name}: {100 * errors[name]:.3f} points (mean risk {risk.mean():.3%}, share {positive.mean():.3%})"
        )
    said = labels_as_of(findings, cut)
    past = {i: i in said and said[i].positive for i in own.filing_ids[: len(own.filing_ids) - len(ids)]}
    kinds = truth.kinds_of(own)
    rates = {
        name: _tell_flags(name, ids, flagged, ~false, kinds, past)
        for name, flagged in (("review", bands == "review"), ("review or notice", bands != "none"))
    }
    return {
        "ap": interval.value, "ap_low": interval.low, "ap_high": interval.high, "errors": errors, "flags": rates
    }  # fmt: skip


def _tell_flags(
    name: str,
    ids: Sequence[str],
    flagged: Flags,
    honest: Flags,
    kinds: Mapping[str, Sequence[str]],
    past: Mapping[str, bool],
) -> list[dict[str, Any]]:
    rates = flag_rates(ids, flagged, honest, kinds, past)
    console.print(f"{name}: flagged {flagged.mean():.2%} of all, {flagged[~honest].mean():.1%} of the false")
    for r in rates:
        mark = " !" if r.is_too_often else ""
        console.print(
            f"  {r.kind:14} {r.hits:4} of {r.filings:6} honest flagged, {r.times_base:5.2f} times base ({r.low:.2f}-{r.high:.2f}), "
            f"labels say {r.found:.2f}, {r.known} of {r.alike} ({r.found_low:.2f}-{r.found_high:.2f}){mark}"
        )
    return [vars(r) for r in rates]


def _known(findings: Any, ids: Any) -> Flags:
    labels = labels_as_of(findings, END_OF_TIME)
    return np.array([i in labels and labels[i].positive for i in ids], dtype=bool)


if __name__ == "__main__":
    typer.run(main)
