"""Runs are kept in MLflow's database as plain files, and a promoted model is the one that was trained."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from training_samples import make_bundle, share_mlruns

from training.promotion.promote import promote
from training.promotion.roll_back import roll_back
from training.tracking import CHAMPION, Registered, find_model, mark, record_run
from xiezhi.accounts.roles import sole_user
from xiezhi.bundle import FILES, SUMS, Bundle, load, load_current, save
from xiezhi.errors import BundleError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store


@pytest.fixture
def mlruns(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return share_mlruns(monkeypatch, tmp_path_factory)


@pytest.fixture
def settings(mlruns: Path) -> Settings:
    return Settings()


def record(settings: Settings, folder: Path, year: str) -> tuple[Bundle, Registered]:
    """A bundle of its own, saved and registered."""
    bundle = save(replace(make_bundle(), lineage={"year": year}), folder / year)
    return bundle, record_run(settings, bundle, folder / year, {"rounds": 20}, {"oof": 0.5})


def query(mlruns: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(mlruns / "mlflow.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_model_trained_last_is_promoted_and_screens(
    settings: Settings, sqlite_store: Store, tmp_path: Path, mlruns: Path
) -> None:
    older, _ = record(settings, tmp_path, "2024")
    newer, registered = record(settings, tmp_path, "2025")
    done = promote(sqlite_store, settings, None, "李", at=5)
    assert (done.model_version, done.digest, done.promoted_by) == (newer.version, newer.digest, "李")
    assert load_current(sqlite_store, settings) == newer
    assert query(mlruns, "select alias, version from registered_model_aliases order by alias") == [
        ("challenger", int(registered.number)),
        ("champion", int(registered.number)),
    ]
    promote(sqlite_store, settings, older.version, "李", at=6)
    assert load_current(sqlite_store, settings) == older
    promote(sqlite_store, settings, newer.version, "李", at=7)  # its folder is there already
    assert load_current(sqlite_store, settings) == newer
    roll_back(sqlite_store, settings, "too many flags", by=sole_user("李"), at=8)
    champion = query(mlruns, "select version from registered_model_aliases where alias = 'champion'")
    assert champion == [(int(find_model(settings, older.version).number),)], "MLflow tells the same"


def test_what_mlflow_keeps_is_the_bundle_and_no_pickle(
    settings: Settings, tmp_path: Path, mlruns: Path
) -> None:
    bundle, registered = record(settings, tmp_path, "2026")
    kept = mlruns / "artifacts" / registered.run_id / "artifacts" / "bundle"
    assert load(kept) == bundle
    assert not [p for p in mlruns.rglob("*") if p.suffix in (".pkl", ".pickle", ".joblib", ".cloudpickle")]
    assert ("oof", 0.5) in query(
        mlruns, f"select key, value from metrics where run_uuid = '{registered.run_id}'"
    )


def test_plots_data_and_digests_are_logged(settings: Settings, tmp_path: Path, mlruns: Path) -> None:
    plot = tmp_path / "reliability.png"
    plot.write_bytes(b"\x89PNG")
    draft = replace(make_bundle(), lineage={"data_sha256": "ab" * 32})
    bundle = save(draft, tmp_path / "b")
    (tmp_path / "b" / "stray.pkl").write_bytes(b"\x80")
    registered = record_run(settings, bundle, tmp_path / "b", {"rounds": 20}, {"oof": 0.5}, plots=[plot])
    kept = mlruns / "artifacts" / registered.run_id / "artifacts" / "plots" / "reliability.png"
    assert kept.read_bytes() == b"\x89PNG"
    logged = {path.name for path in (kept.parent.parent / "bundle").iterdir()}
    assert logged == {*FILES, SUMS}, "and nothing that lay beside"
    told = query(mlruns, f"select key, value from params where run_uuid = '{registered.run_id}'")
    assert {str(key): value for key, value in told} == {
        "rounds": "20", "data_sha256": "ab" * 32, "bundle_sha256": bundle.digest,
        "rules_version": "cn-test", "trained_as_of": "2026-01-01T00:00:00+08:00",
    }  # fmt: skip
    used = f"select d.digest from datasets d join inputs i on i.source_id = d.dataset_uuid where i.destination_id = '{registered.run_id}'"
    assert query(mlruns, used) == [(("ab" * 18),)]


def test_telemetry_is_off(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    record(settings, tmp_path, "2029")
    from mlflow.telemetry import get_telemetry_client
    from mlflow.telemetry.utils import is_telemetry_disabled

    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert is_telemetry_disabled()
    assert get_telemetry_client() is None


def test_without_mlflow_the_mark_is_left_out(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert not mark(settings, CHAMPION, "20260101-00000000")
    monkeypatch.setenv("XIEZHI_MLRUNS", str(settings.home / "none"))
    monkeypatch.delitem(sys.modules, "mlflow")
    assert not mark(Settings(), CHAMPION, "20260101-00000000")
    assert not (settings.home / "none").exists(), "looking makes nothing"


def test_a_model_nobody_trained_is_told(settings: Settings, sqlite_store: Store) -> None:
    with pytest.raises(NotFound, match="20990101-00000000"):
        promote(sqlite_store, settings, "20990101-00000000", "王", at=1)
    with pytest.raises(NotFound):
        find_model(settings, "x' or name = 'filing-risk")


def test_a_damaged_artifact_is_not_promoted(
    settings: Settings, sqlite_store: Store, tmp_path: Path, mlruns: Path
) -> None:
    bundle, registered = record(settings, tmp_path, "2027")
    kept = mlruns / "artifacts" / registered.run_id / "artifacts" / "bundle" / "booster.txt"
    kept.write_text(kept.read_text() + " ")
    with pytest.raises(BundleError, match=r"booster\.txt"):
        promote(sqlite_store, settings, bundle.version, "周", at=1)
    assert not list((settings.home / "bundles").iterdir())
    with pytest.raises(NotFound):
        load_current(sqlite_store, settings)


def test_lost_artifacts_are_told(
    settings: Settings, sqlite_store: Store, tmp_path: Path, mlruns: Path
) -> None:
    bundle, registered = record(settings, tmp_path, "2028")
    shutil.rmtree(mlruns / "artifacts" / registered.run_id)
    with pytest.raises(BundleError, match="train again"):
        promote(sqlite_store, settings, bundle.version, "周", at=1)
