"""Which calibration tells best how many will be found false in the long run, at natural prevalence.

    python benchmarks/calibration.py KEPT [--plot FOLDER]

Simulated dockets of six years: a model is trained on the first five as a court would train it (late and partial
labels, out-of-fold scores, maturity weights), each rule is fitted to that, and judged by whether an authority *ever*
finds a filing false, on the years of training (“then”) and on the sixth (“later”). Beside it each rule by itself: fitted
to complete labels of one half of the filings. Labels are thinned to see where few of them turn the order round.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
from model.natural_dockets import open_docket
from numpy.typing import NDArray

from training.calibration.calibrate import fit_isotonic, fit_platt
from training.calibration.reliability import tabulate
from training.evaluation.measures import expected_calibration_error
from training.evaluation.plots import draw_reliability
from training.fitting.fit import fit
from training.train import monotone_of
from xiezhi.bundle import Calibration

DOCKETS = ((100_000, 0.003, 301), (100_000, 0.01, 302))
THINNED = (1.0, 0.5, 0.25)
"""Shares of the positives that keep their label."""
DRAWS = 5
TOP = 0.01
"""Share of the filings that would be flagged."""

Floats = NDArray[np.float64]
Rule = Callable[[Floats, NDArray[np.bool_], Floats], Calibration]


@dataclass(frozen=True)
class Scores:
    """What a training on the first five years leaves, and the sixth year as the model scores it."""

    out_of_fold: Floats
    positive: NDArray[np.bool_]
    weight: Floats
    found_then: NDArray[np.bool_]
    later: Floats
    found: NDArray[np.bool_]


def score(kept: Path, filings: int, share: float, seed: int) -> Scores:
    """The scores of one docket, kept as a file."""
    path = kept / f"scores-{filings}-{share:g}-{seed}.npz"
    if not path.exists():
        docket = open_docket(kept, filings=filings, share=share, seed=seed)
        data = docket.seen(docket.cut)
        fitted = fit(data, monotone_of(data.names), seed=1)
        later = lightgbm.Booster(model_str=fitted.booster_text).predict(
            docket.later(docket.values), raw_score=True
        )
        np.savez(
            path,
            out_of_fold=fitted.out_of_fold,
            positive=data.positive,
            weight=data.weight,
            found_then=docket.found[: len(data.positive)],
            later=np.asarray(later),
            found=docket.later(docket.found),
        )
    with np.load(path) as read:
        return Scores(**{name: read[name] for name in Scores.__dataclass_fields__})


def venn_abers(raw: Floats, positive: NDArray[np.bool_], weight: Floats) -> Calibration:
    """Inductive Venn-Abers (Vovk, Petej and Fedorova 2015): isotonic with the new filing as 0 and as 1, merged.

    Steps can begin at a positive alone, so negatives between two positives are one point: exact, and quick.
    """
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(raw, kind="stable")
    raw, positive, weight = raw[order], positive[order], weight[order]
    at = np.flatnonzero(positive)
    asked = np.unique(np.concatenate((raw[[0, -1]], raw[at], np.quantile(raw, np.linspace(0, 1, 200)))))
    run = np.searchsorted(asked, raw, side="left")  # runs end where a question is asked
    key = run * 2 + positive
    places, place = np.unique(key, return_inverse=True)
    x = np.full(len(places), -np.inf)
    np.maximum.at(x, place, raw)
    y, mass = (places % 2).astype(float), np.bincount(place, weight)
    risk = []
    for question in asked:
        p = [
            IsotonicRegression(out_of_bounds="clip")
            .fit(np.append(x, question), np.append(y, label), sample_weight=np.append(mass, 1.0))
            .predict([question])[0]
            for label in (0.0, 1.0)
        ]
        risk.append(p[1] / (1 - p[0] + p[1]))
    return Calibration("venn-abers", tuple(asked.tolist()), tuple(np.maximum.accumulate(risk).tolist()))


def judge(risk: Floats, found: NDArray[np.bool_]) -> dict[str, float]:
    """Figures of risks by what was found in the long run."""
    top = np.argsort(-risk, kind="stable")[: int(len(risk) * TOP)]
    safe = np.clip(risk, 1e-12, 1 - 1e-12)
    return {
        "error": expected_calibration_error(found, risk) * 100,
        "log loss": float(-np.log(np.where(found, safe, 1 - safe)).mean()) * 1000,
        "all: told / found": float(risk.sum() / max(found.sum(), 1)),
        "top 1 %: told": float(risk[top].mean()) * 100,
        "top 1 %: found": float(found[top].mean()) * 100,
    }


RULES: dict[str, Rule] = {"isotonic": fit_isotonic, "platt": fit_platt, "venn-abers": venn_abers}


def thin(positive: NDArray[np.bool_], share: float, draw: int) -> NDArray[np.bool_]:
    """Only `share` of the positives: as if so many fewer were ever found."""
    return positive & (np.random.default_rng(draw).random(len(positive)) < share)


def compare_alone(scores: Scores, part: float) -> None:
    """Print each rule by itself: labels complete, fitted to one half of the filings and judged on the other."""
    told: dict[str, list[dict[str, float]]] = {name: [] for name in RULES}
    labels = []
    for draw in range(DRAWS):
        ever = thin(scores.found_then, part, draw)
        half = np.random.default_rng(1_000 + draw).random(len(ever)) < 0.5
        labels.append(int(ever[half].sum()))
        for name, rule in RULES.items():
            table = rule(scores.out_of_fold[half], ever[half], np.ones(int(half.sum())))
            told[name].append(judge(table.risk(scores.out_of_fold[~half]), ever[~half]))
    print(f"\nlabels complete, about {np.mean(labels):.0f} of them")
    for name, all_told in told.items():
        _print(name, "other half", all_told)


def compare(scores: Scores, part: float) -> None:
    """Print how each rule does as a court would fit it, to `part` of the late labels."""
    draws = [thin(scores.positive, part, draw) for draw in range(1 if part == 1 else DRAWS)]
    labels, then, later = (
        float(np.mean(x)) for x in ([d.sum() for d in draws], scores.found_then, scores.found)
    )
    print(
        f"\nabout {labels:.0f} late labels; in the long run found: then {then * part:.3%}, later {later * part:.3%}"
    )
    for name, rule in RULES.items():
        tables = [rule(scores.out_of_fold, positive, scores.weight) for positive in draws]
        for when, raw, ever in (
            ("then", scores.out_of_fold, scores.found_then),
            ("later", scores.later, scores.found),
        ):
            _print(name, when, [judge(t.risk(raw), thin(ever, part, draw)) for draw, t in enumerate(tables)])


def _print(name: str, when: str, told: list[dict[str, float]]) -> None:
    figures = "  ".join(f"{key} {np.mean([t[key] for t in told]):8.3f}" for key in told[0])
    print(f"{name:11}{when:11}{figures}", flush=True)


def main() -> None:
    """Print a table to each docket and number of labels; draw the reliability of all rules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    for filings, share, seed in DOCKETS:
        scores = score(arguments.kept, filings, share, seed)
        print(f"\n{filings} filings, {share:.1%} false")
        for part in THINNED:
            compare_alone(scores, part)
            compare(scores, part)
        if arguments.plot is not None:
            arguments.plot.mkdir(parents=True, exist_ok=True)
            tables = {
                name: tabulate(
                    rule(scores.out_of_fold, scores.positive, scores.weight).risk(scores.later), scores.found
                )
                for name, rule in RULES.items()
            }
            (arguments.plot / f"reliability-{seed}.png").write_bytes(
                draw_reliability(tables, "risk", "share found")
            )


if __name__ == "__main__":
    main()
