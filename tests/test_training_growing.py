"""A training that is killed goes on where it was and ends with the same model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import lightgbm
import pytest
from training_samples import fitted, make_dataset

from training.fitting.fit import fit
from training.fitting.growing import SEGMENT, Growing, Kept
from training.fitting.search import NAMES, search_parameters

SCRIPT = """
import sys
from pathlib import Path
from training_samples import make_dataset
import training.fitting.growing
from training.fitting.fit import fit
from training.fitting.growing import Kept
keep = Kept.keep
def keep_and_wait(kept, name, text):
    keep(kept, name, text)
    if name == "fold-4-100":
        print("kept", flush=True)
        sys.stdin.read()
Kept.keep = keep_and_wait
fit(make_dataset(), [1, 0, 0, 0], seed=7, kept=Kept(Path(sys.argv[1])))
"""


def test_a_killed_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kept"
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent,
        env={"PYTHONPATH": f"{Path(__file__).parents[1]}:{Path(__file__).parent}"},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"kept\n"
        child.kill()
    assert (folder / "fold-4-100").exists()
    expected = fitted().booster_text
    begun: list[object] = []
    train = lightgbm.train

    def counted(*args: Any, **more: Any) -> lightgbm.Booster:
        begun.append(args)
        return train(*args, **more)

    monkeypatch.setattr(lightgbm, "train", counted)
    again = fit(make_dataset(), [1, 0, 0, 0], seed=7, kept=Kept(folder))
    assert again.booster_text == expected
    resumed = len(begun)
    fit(make_dataset(), [1, 0, 0, 0], seed=7)
    assert resumed < len(begun) - resumed


def test_a_later_segment_is_the_same_grown_on_and_taken_up_again(tmp_path: Path) -> None:
    data = make_dataset(filings=600)
    parameters = {**fitted().parameters, "min_data_in_leaf": 20}

    def grown(kept: Kept, rounds: int) -> str:
        table = lightgbm.Dataset(
            data.values, data.positive.astype(float), params=parameters, free_raw_data=False
        )
        growing = Growing("one", table, parameters, kept)
        while growing.rounds < rounds:
            growing.grow()
        return growing.booster.model_to_string()

    grown(Kept(tmp_path), SEGMENT + 40)
    assert grown(Kept(tmp_path), 2 * SEGMENT) == grown(Kept(), 2 * SEGMENT)


def test_a_search_goes_on_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_dataset(filings=400, share=0.1)
    whole = search_parameters(data, [0] * 4, 3, 4, Kept(tmp_path / "whole"))
    assert set(whole) == set(NAMES)

    def kill(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_parameters(data, [0] * 4, 3, 4, Kept(tmp_path / "half"), kill)
    finished = (tmp_path / "half" / "trial-1").stat().st_mtime_ns
    assert search_parameters(data, [0] * 4, 3, 4, Kept(tmp_path / "half")) == whole
    assert (tmp_path / "half" / "trial-1").stat().st_mtime_ns == finished, "not tried again"
    assert (tmp_path / "half" / "trial-3").read_text() == (tmp_path / "whole" / "trial-3").read_text()


def test_what_is_kept_is_whole_and_can_be_forgotten(tmp_path: Path) -> None:
    kept = Kept(tmp_path).within("a")
    assert kept.find("x") is None
    kept.keep("x", "文")
    assert kept.find("x") == "文"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["x"]
    kept.forget()
    assert kept.find("x") is None
    assert Kept().find("x") is None
