"""`xiezhi build` writes the rows that training reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import pipeline
from features.registry import FEATURE_NAMES
from features.simulate import simulate
from xiezhi.cli import DONE, USAGE, run
from xiezhi.settings import Settings
from xiezhi.store import open_store


def test_rows_of_a_period_are_written(home: Path, tmp_path: Path) -> None:
    simulate(tmp_path / "docket", filings=200, years=1.0, seed=3)
    assert run(["ingest", str(tmp_path / "docket")]) == DONE
    out = tmp_path / "rows.parquet"
    assert run(["build", "--out", str(out), "--since", "2020-07-01"]) == DONE
    frame = pd.read_parquet(out)
    assert list(frame.columns) == ["filing_id", "as_of", *FEATURE_NAMES]
    assert 0 < len(frame) < 200
    assert frame["as_of"].is_monotonic_increasing


def test_pieces_are_the_whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate(tmp_path / "docket", filings=150, years=1.0, seed=4)
    assert run(["ingest", str(tmp_path / "docket")]) == DONE
    monkeypatch.setattr(pipeline, "_PAGE", 40)
    assert run(["build", "--out", str(tmp_path / "rows.parquet")]) == DONE
    store = open_store(Settings())
    written, whole = pd.read_parquet(tmp_path / "rows.parquet"), pipeline.build_table(store)
    store.close()
    assert written["filing_id"].tolist() == list(whole.filing_ids)
    np.testing.assert_array_equal(written[list(FEATURE_NAMES)].to_numpy(), whole.values)


def test_a_period_without_filings_has_no_rows(home: Path, tmp_path: Path) -> None:
    assert run(["build", "--out", str(tmp_path / "rows.parquet")]) == DONE
    frame = pd.read_parquet(tmp_path / "rows.parquet")
    assert list(frame.columns) == ["filing_id", "as_of", *FEATURE_NAMES]
    assert len(frame) == 0


def test_a_date_that_is_none_is_told(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["build", "--out", str(tmp_path / "rows.parquet"), "--since", "next week"])
    assert status == USAGE
    assert "--since" in capsys.readouterr().err
