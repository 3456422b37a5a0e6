"""Does a view of the texts help beside the features? Reports, asserts nothing.

    python benchmarks/text_view.py DOCKET --work FOLDER

First as the product has it: words beside its own fit, in order of time, with each weight it may give them. Then one booster
of 200 rounds on the features, and on these with the view's score as one more column. Average precision by the truth on
the docket's last year. FOLDER as for `gap.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import lightgbm
import numpy as np
import typer
from model.judge import Floats
from model.rivals import known_dataset
from model.tables import Table, own_table, store_of
from model.truth import Flags, read_truth
from model.wording import FOLDS, matrix, score, view
from numpy.typing import NDArray
from rich.console import Console

from features.wording import Runs, runs_of, weigh_runs
from training.data.dataset import Dataset
from training.evaluation.measures import average_precision
from training.fitting.fit import choose_parameters, fit
from training.fitting.folds import time_blocks
from training.fitting.sign_weight import add_signs
from training.fitting.wording import WEIGHTS, add_wording, learn, score_in_time
from training.train import monotone_of
from xiezhi.demo.split import find_cut
from xiezhi.settings import Settings
from xiezhi.store.filings import iterate_filings
from xiezhi.store.happenings import findings_of
from xiezhi.store.links import every_link

ROUNDS = 200
MOST_OF_ONE = 50
"""Filings of one entity beyond which it binds nobody: a bank is no ring."""

MOST_TOGETHER = 200
"""Filings of one group: larger ones are joined by chance."""

console = Console(highlight=False, soft_wrap=True)


def main(
    docket: Path,
    work: Annotated[Path, typer.Option(help="Store and tables are kept here.")],
    days: int = 365,
    seeds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Without the view, and with it under three ways of keeping folds apart."""
    truth, table = read_truth(docket), own_table(docket, work)
    store, cut = store_of(docket, work), find_cut(docket, Settings().zone, days)
    try:
        with store.read() as connection:
            said = {
                s.filing.filing_id: runs_of(s.filing)
                for s in iterate_filings(connection, store.vault, first_version=True)
            }
            findings = findings_of(connection, None, None)
            links = [
                (link.filing_id, link.entity_id) for link in every_link(connection) if link.kind != "firm"
            ]
    finally:
        store.close()
    data, later = known_dataset(table, findings, cut), table.since(cut)
    data = replace(data, words=tuple(said[i] for i in data.filing_ids))
    later_words = [said[i] for i in later.filing_ids]
    false, monotone = truth.is_false(later.filing_ids), monotone_of(table.names)
    rows, later_rows = matrix(data.words), matrix(later_words)
    group, blocks = group_by_entity(data.filing_ids, links), blocks_of_time(data)
    by_group = np.random.default_rng(0).integers(FOLDS, size=len(group))[group]
    rings = np.unique([truth.ring[i] or i for i in data.filing_ids], return_inverse=True)[1]
    ways = {
        "folds of groups": (by_group, group),
        "blocks of time, groups kept apart": (blocks, group),
        "folds of true rings": (np.random.default_rng(0).integers(FOLDS, size=len(rings))[rings], rings),
    }
    console.print(
        f"{len(group)} filings, {data.positive.sum()} found false; {len(false)} later, {false.sum()} false"
    )
    plain = [average_precision(false, boost(data, monotone, s, later.values)) for s in range(1, seeds + 1)]
    console.print(f"features alone: {tell(plain)}")
    tell_beside(replace(data, group=group), later, later_words, false, monotone)
    for name, (fold, apart) in ways.items():
        alone, after, both = [], [], []
        for seed in range(1, seeds + 1):
            scores, model = view(rows, data.positive, fold, apart, seed)
            later_scores = score(later_rows, model)
            wider = replace(data, names=(*data.names, "text"), values=np.column_stack([data.values, scores]))
            values = np.column_stack([later.values, later_scores])
            alone.append(average_precision(data.positive, scores))
            after.append(average_precision(false, later_scores))
            both.append(average_precision(false, boost(wider, [*monotone, 0], seed, values)))
        console.print(
            f"{name}: the text alone {np.mean(alone):.3f} by labels out of fold, {np.mean(after):.3f} by the truth later; "
            f"with the features {tell(both)}"
        )


def tell_beside(data: Dataset, later: Table, words: list[Runs], false: Flags, monotone: list[int]) -> None:
    """What the product would decide, and what every weight would have been worth."""
    fitted, of_signs = add_signs(data, fit(data, monotone, 1))
    raw = (
        lightgbm.Booster(model_str=fitted.booster_text).predict(later.values, raw_score=True)
        + of_signs * later.bits
    )
    console.print(f"beside, in order of time: {add_wording(data, fitted, 1)[1].to_json()}")
    block = time_blocks(data.positive, data.group)
    scores, judged = score_in_time(data, block, 1), fitted.is_held_out & (block > 0)
    added = weigh_runs(words, learn(data, np.arange(len(data.positive)), 1))
    for weight in (0.0, *WEIGHTS):
        own = (fitted.out_of_fold + weight * scores)[judged]
        seen = average_precision(data.positive[judged], own, data.natural[judged])
        after = average_precision(false, raw + weight * added)
        console.print(f"  weight {weight:4.2f}: {seen:.4f} out of fold, {after:.4f} by the truth later")


def boost(data: Dataset, monotone: list[int], seed: int, later: Floats) -> Floats:
    """Raw scores of later rows by one booster on the data."""
    parameters = choose_parameters(data, monotone, seed)
    label = data.positive.astype(np.float64)
    table = lightgbm.Dataset(data.values, label=label, weight=data.weight, params=parameters)
    return np.asarray(lightgbm.train(parameters, table, ROUNDS).predict(later, raw_score=True))


def blocks_of_time(data: Dataset) -> NDArray[np.int64]:
    """Five unbroken blocks of time with as many positives each."""
    earlier = np.cumsum(data.positive, dtype=np.int64) - data.positive
    blocks: NDArray[np.int64] = np.minimum(earlier * FOLDS // max(int(data.positive.sum()), 1), FOLDS - 1)
    return blocks


def group_by_entity(filing_ids: tuple[str, ...], links: list[tuple[str, str]]) -> NDArray[np.int64]:
    """Group (n,) of each filing: those connected by an entity of few filings; rarer entities join first."""
    place, met = {filing_id: row for row, filing_id in enumerate(filing_ids)}, dict[str, set[int]]()
    for filing_id, entity in links:
        if filing_id in place:
            met.setdefault(entity, set()).add(place[filing_id])
    members = [{row} for row in range(len(filing_ids))]
    for _, together in sorted(met.items(), key=lambda item: (len(item[1]), item[0])):
        groups = {id(members[row]): members[row] for row in together}
        if len(together) > MOST_OF_ONE or sum(map(len, groups.values())) > MOST_TOGETHER:
            continue
        whole = set().union(*groups.values())
        for row in whole:
            members[row] = whole
    return np.array([min(one) for one in members], dtype=np.int64)


def tell(precisions: list[float]) -> str:
    """Mean, and each seed's."""
    return f"{np.mean(precisions):.3f} ({', '.join(f'{p:.3f}' for p in precisions)})"


if __name__ == "__main__":
    typer.run(main)
