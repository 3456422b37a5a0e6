"""A model goes from one court to another by its files, and is fitted to the court it comes to."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from serving_samples import promote_toy
from training_samples import make_dataset, share_mlruns

import training.data.dataset
from features.registry import FEATURE_NAMES
from training.data.dataset import Dataset
from training.promotion.bring_in import MOST_SUMS, bring_in, write_out
from training.tracking import find_model, record_run
from xiezhi.bundle import SUMS, Bundle, bundle_folder, load, load_current
from xiezhi.cli import run
from xiezhi.errors import BundleError
from xiezhi.policy import Policy
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store


@pytest.fixture
def sent(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Bundle:
    """A model another court registered."""
    share_mlruns(monkeypatch, tmp_path_factory)
    bundle = promote_toy(sqlite_store, Settings())
    record_run(Settings(), bundle, bundle_folder(Settings(), bundle.version), {}, {})
    return bundle


def own_filings(positives: int, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """This court's filings: the toy's one feature tells of those found, here at a far lower rate than where it is from."""
    random = np.random.default_rng(2)
    made = make_dataset(3000)
    values = np.full((3000, len(FEATURE_NAMES)), np.nan)
    values[:, FEATURE_NAMES.index("claim_magnitude")] = random.choice(
        [3.0, 4.5, 5.5, 7.0], 3000, p=[0.4, 0.3, 0.2, 0.1]
    )
    chance = np.exp(values[:, FEATURE_NAMES.index("claim_magnitude")])
    found = np.zeros(3000, dtype=bool)
    found[random.choice(3000, positives, replace=False, p=chance / chance.sum())] = True
    data = replace(made, names=FEATURE_NAMES, values=values, positive=found, labelled=found)
    monkeypatch.setattr(
        training.data.dataset, "collect", lambda store, as_of, pack: replace(data, as_of=as_of)
    )
    return data


@pytest.mark.parametrize("name", ["sent.zip", "folder"])
def test_what_was_written_comes_in_as_it_was(sent: Bundle, tmp_path: Path, name: str) -> None:
    assert write_out(Settings(), sent.version, tmp_path / name) == sent
    brought = bring_in(Settings(), tmp_path / name, None, None, sent.digest.upper())
    assert (brought.bundle, brought.fit) == (sent, "none")
    registered = find_model(Settings(), None)
    assert (registered.model_version, registered.number) == (sent.version, brought.registry_number)


def test_findings_of_the_court_set_its_risk(
    sent: Bundle, sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    data = own_filings(60, monkeypatch)
    assert run(["bundle", "export", sent.version, str(tmp_path / "sent.zip")]) == 0
    assert sent.digest in capsys.readouterr().out
    arguments = ["--recalibrate", "--capacity", "2", "--digest", sent.digest, "--json"]
    assert run(["bundle", "import", str(tmp_path / "sent.zip"), *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["fit"], told["positives"], told["origin_version"]) == ("labels", 60, sent.version)
    assert run(["promote", "--by", "吴"]) == 0
    bundle = load_current(sqlite_store, Settings())
    assert bundle.digest == told["digest"] != sent.digest
    assert bundle.booster_text == sent.booster_text
    assert bundle.lineage["origin"]["digest"] == sent.digest
    assert bundle.policy == Policy(2.0)
    assert bundle.guarantee["verdict"] in ("not-enough-labels", "out-of-reach")
    assert "trained elsewhere" in bundle.card["en"]
    risk = Scorer(bundle).score(data.values).risk
    assert risk.mean() == pytest.approx(0.02, rel=0.1)
    assert Scorer(sent).score(data.values).risk.mean() > 0.2, "it came from a court with far more of it"


def test_without_findings_only_the_cuts_are_the_courts_own(
    sent: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = own_filings(3, monkeypatch)
    write_out(Settings(), sent.version, tmp_path / "sent.zip")
    capsys.readouterr()
    assert run(["bundle", "import", str(tmp_path / "sent.zip"), "--recalibrate"]) == 0
    assert "untested here" in capsys.readouterr().out
    brought = bring_in(Settings(), tmp_path / "sent.zip", data, Policy(1.0))
    assert (brought.fit, brought.positives) == ("capacity", 3)
    assert brought.bundle.calibration == sent.calibration
    assert brought.bundle.guarantee == {}
    assert brought.bundle.thresholds.review != sent.thresholds.review
    raw = Scorer(sent).raw(data.values)
    year = data.filed_at > data.filed_at.max() - 365 * 86_400_000_000
    court_days = (data.filed_at.max() - data.filed_at[year].min()) / 86_400_000_000 * 248 / 365
    assert (raw[year] >= brought.bundle.thresholds.review).sum() <= court_days
    assert "未经检验" in brought.bundle.card["zh"]


def test_what_is_not_the_bundle_announced_stays_outside(sent: Bundle, tmp_path: Path) -> None:
    archive = tmp_path / "sent.zip"
    write_out(Settings(), sent.version, archive)
    numbers = find_model(Settings(), None).number
    with pytest.raises(BundleError) as other:
        bring_in(Settings(), archive, None, None, "0" * 64)
    assert other.value.code == "bundle-other"
    with zipfile.ZipFile(archive) as read, zipfile.ZipFile(tmp_path / "changed.zip", "w") as changed:
        for name in read.namelist():
            changed.writestr(name, read.read(name) + (b"\n" if name == "booster.txt" else b""))
    with pytest.raises(BundleError) as damaged:
        bring_in(Settings(), tmp_path / "changed.zip", None, None)
    assert damaged.value.code == "bundle-damaged"
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other_zip:
        other_zip.writestr("../booster.txt", "x")
    for path in (tmp_path / "other.zip", tmp_path / "none.zip"):
        with pytest.raises(BundleError) as unreadable:
            bring_in(Settings(), path, None, None)
        assert unreadable.value.code == "bundle-unreadable"
    (tmp_path / "plain.zip").write_text("no archive")
    with pytest.raises(BundleError):
        bring_in(Settings(), tmp_path / "plain.zip", None, None)
    assert find_model(Settings(), None).number == numbers, "nothing was registered"
    assert not (tmp_path.parent / "booster.txt").exists()


def test_a_list_of_digests_that_swells_is_not_unpacked(
    sent: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_out(Settings(), sent.version, tmp_path / "sent.zip")
    with (
        zipfile.ZipFile(tmp_path / "sent.zip") as read,
        zipfile.ZipFile(tmp_path / "swells.zip", "w", zipfile.ZIP_DEFLATED) as swells,
    ):
        for name in read.namelist():
            swells.writestr(name, read.read(name) + (b"\n" * (MOST_SUMS + 1) if name == SUMS else b""))

    def unpack(archive: zipfile.ZipFile, name: str) -> bytes:
        raise AssertionError(f"{name} was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "read", unpack)
    with pytest.raises(BundleError) as refused:
        bring_in(Settings(), tmp_path / "swells.zip", None, None)
    assert refused.value.code == "bundle-unreadable"


def test_nothing_is_overwritten(sent: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").mkdir()
    assert run(["bundle", "export", sent.version, str(tmp_path / "there")]) == 4
    assert "already" in capsys.readouterr().err
    assert run(["bundle", "export", "20990101-00000000", str(tmp_path / "x.zip")]) == 4


def test_an_exported_folder_is_a_bundle(sent: Bundle, tmp_path: Path) -> None:
    write_out(Settings(), None, tmp_path / "folder")
    assert load(tmp_path / "folder") == sent
