"""Grows boosters in segments that are kept as they are finished, so that a killed training goes on (断点续训)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

STEP = 20
"""Rounds between two looks at the average precision."""
SEGMENT = 100
"""Rounds between two copies on disk. Each segment starts from the text of the one before with seeds of its own, killed
or not: so whoever goes on from the text gets the same booster."""


@dataclass(frozen=True)
class Kept:
    """Finished segments of boosters in `folder`; None keeps nothing."""

    folder: Path | None = None

    def within(self, name: str) -> Kept:
        """A place of its own."""
        return self if self.folder is None else Kept(self.folder / name)

    def find(self, name: str) -> str | None:
        """What was kept under `name`."""
        if self.folder is None or not (self.folder / name).exists():
            return None
        return (self.folder / name).read_text(encoding="utf-8")

    def keep(self, name: str, text: str) -> None:
        """Keep `text`, whole or not at all."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{name}.draft"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.folder / name)

    def forget(self) -> None:
        """Remove it all: the training is done."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


NOTHING_KEPT = Kept()


@dataclass
class Growing:
    """One booster on its way: `rounds` so far. `table` is constructed and keeps its raw data."""

    name: str
    table: lightgbm.Dataset
    parameters: Mapping[str, Any]
    kept: Kept
    rounds: int = 0
    booster: lightgbm.Booster = field(init=False)
    _whole_segment: bool = field(default=False, init=False)

    def grow(self) -> None:
        """Grow `STEP` rounds, or take them from what a training before kept."""
        if self.rounds % SEGMENT == 0:
            self._begin()
        elif not self._whole_segment:
            self._update(STEP)
        self.rounds += STEP
        if self.rounds % SEGMENT == 0 and not self._whole_segment:
            self.kept.keep(f"{self.name}-{self.rounds}", self.booster.model_to_string())

    def scores(self, values: NDArray[np.float64], trees: int) -> NDArray[np.float64]:
        """What the `STEP` trees up to the tree number `trees` add to the raw score of each row."""
        return np.asarray(
            self.booster.predict(
                values,
                raw_score=True,
                start_iteration=trees - STEP,
                num_iteration=STEP,
                num_threads=self.parameters["num_threads"],
            )
        )

    def _begin(self) -> None:
        text = self.kept.find(f"{self.name}-{self.rounds + SEGMENT}")
        self._whole_segment = text is not None
        if text is not None:
            self.booster = _read(text)
            return
        before = _read(self.booster.model_to_string()) if self.rounds else None
        seed = self.parameters["seed"] + self.rounds
        self.booster = lightgbm.train(
            {**self.parameters, "extra_seed": seed, "feature_fraction_seed": seed + 1},
            self.table,
            num_boost_round=STEP,
            init_model=before,
            keep_training_booster=True,
        )

    def _update(self, rounds: int) -> None:
        for _ in range(rounds):
            self.booster.update()


def least_trees(boosters: Sequence[Growing]) -> int:
    """Trees that all have. Counted, not rounds: with random cuts a round may find no split worth making."""
    return min(growing.booster.num_trees() for growing in boosters)


def _read(text: str) -> lightgbm.Booster:
    return lightgbm.Booster(model_str=text)
