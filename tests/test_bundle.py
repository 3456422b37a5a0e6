"""A bundle comes back as it was saved, and never when a byte of it is another."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_samples import make_bundle

from xiezhi.bundle import FILES, SUMS, bundle_folder, load, load_current, save
from xiezhi.errors import BundleError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion, current, promote


def test_it_comes_back_as_saved(tmp_path: Path) -> None:
    saved = save(make_bundle(), tmp_path / "b")
    assert load(tmp_path / "b") == saved
    assert saved.version == f"20260101-{saved.digest[:8]}"
    assert sorted(p.name for p in (tmp_path / "b").iterdir()) == sorted((*FILES, SUMS))


def test_the_same_model_has_the_same_digest(tmp_path: Path) -> None:
    assert save(make_bundle(), tmp_path / "a").digest == save(make_bundle(), tmp_path / "b").digest


@pytest.mark.parametrize("name", [*FILES, SUMS])
def test_a_changed_byte_is_refused_by_name(tmp_path: Path, name: str) -> None:
    save(make_bundle(), tmp_path / "b")
    path = tmp_path / "b" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(BundleError) as caught:
        load(tmp_path / "b")
    assert name == SUMS or name in str(caught.value)


@pytest.mark.parametrize("name", [*FILES, SUMS])
def test_a_missing_file_is_told_by_name(tmp_path: Path, name: str) -> None:
    save(make_bundle(), tmp_path / "b")
    (tmp_path / "b" / name).unlink()
    with pytest.raises(BundleError, match=name):
        load(tmp_path / "b")


def test_nothing_promoted_says_what_to_do(sqlite_store: Store) -> None:
    with pytest.raises(NotFound, match="xiezhi promote"):
        load_current(sqlite_store, Settings())


def test_the_newest_promotion_holds(store: Store, tmp_path: Path) -> None:
    bundle = save(make_bundle(), tmp_path / "b")
    settings = Settings()
    folder = bundle_folder(settings, bundle.version)
    folder.parent.mkdir(parents=True)
    (tmp_path / "b").rename(folder)
    newest = Promotion(20, "赵", bundle.version, bundle.digest)
    with store.write() as connection:
        assert current(connection) is None
        promote(connection, Promotion(10, "钱", "20250101-00000000", "0" * 64))
        promote(connection, newest)
    with store.read() as connection:
        assert current(connection) == newest
    assert load_current(store, settings) == bundle


def test_a_swapped_folder_is_refused(sqlite_store: Store) -> None:
    settings = Settings()
    save(make_bundle(), bundle_folder(settings, "20260101-aaaaaaaa"))
    with sqlite_store.write() as connection:
        promote(connection, Promotion(1, "孙", "20260101-aaaaaaaa", "a" * 64))
    with pytest.raises(BundleError):
        load_current(sqlite_store, settings)
