"""Runs are kept in MLflow's database as plain files, and a promoted model is the one that was trained."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from training_samples import make_bundle, share_mlruns

from training.promote import promote
from training.tracking import Registered, find_model, record_run
from xiezhi.bundle import Bundle, load, load_current, save
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
