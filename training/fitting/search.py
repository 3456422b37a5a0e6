"""Looks for better parameters within a budget (调参), by the filings that the fit holds out as well."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from training.data.dataset import Dataset
from training.fitting.codes import set_aside
from training.fitting.fit import choose_parameters, construct, require_labels, try_out
from training.fitting.folds import split
from training.fitting.growing import NOTHING_KEPT, Kept
from xiezhi.progress import Advance, silent

if TYPE_CHECKING:
    import optuna

NAMES = ("num_leaves", "min_data_in_leaf", "lambda_l2", "feature_fraction", "extra_trees")


def search_parameters(
    data: Dataset, monotone: Sequence[int], seed: int, trials: int, kept: Kept, advance: Advance = silent
) -> dict[str, Any]:
    """The best of `trials` sets of parameters, the program's own the first of them. Raises NotEnoughLabels.

    Counted in trials, not minutes: the same data and seed find the same on a slow machine. Trials finished are in
    `kept`, and a search that was killed goes on after them.
    """
    import optuna

    require_labels(data.positive)
    data = set_aside(data)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    base = choose_parameters(data, monotone, seed)
    table, splits = construct(data, base), split(data, seed)
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.NopPruner())
    for number in range(trials):
        name = f"trial-{number}"
        known = kept.find(name)
        # A sampler of its own for each trial: what it draws does not depend on where the search was killed.
        study.sampler = _sampler(seed + number)
        if number == 0:
            study.enqueue_trial({name: base[name] for name in NAMES})
        trial = study.ask()
        drawn = _draw(trial)
        if known is None:
            known = repr(try_out(table, data, splits, {**base, **drawn}, NOTHING_KEPT).average_precision)
            kept.keep(name, known)
        study.tell(trial, float(known))
        advance(number + 1, trials)
    return {name: study.best_params[name] for name in NAMES}


def _draw(trial: optuna.Trial) -> Mapping[str, Any]:
    """Mostly how strongly to regularise: with few positives nothing else is worth as much."""
    return {
        "num_leaves": trial.suggest_int("num_leaves", 7, 63, log=True),
        "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 20, 500, log=True),
        "lambda_l2": trial.suggest_float("lambda_l2", 0.1, 50.0, log=True),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.1, 1.0),
        "extra_trees": trial.suggest_categorical("extra_trees", [True, False]),
    }


def _sampler(seed: int) -> optuna.samplers.BaseSampler:
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, n_startup_trials=8)
