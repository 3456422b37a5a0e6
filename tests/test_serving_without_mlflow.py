"""A real server that cannot import MLflow screens and serves; a roll-back reaches it; and no pickle is opened."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from serving_samples import keep_toy, loan, promote_toy
from training_samples import share_mlruns

from training.tracking import record_run
from xiezhi.bundle import SUMS, bundle_folder
from xiezhi.cli import run
from xiezhi.settings import Settings
from xiezhi.store import Store

SERVER = """
import sys
sys.modules["mlflow"] = None  # every import of it fails from here on
def tell(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".pkl"):
        print("OPENED", arguments[0], file=sys.stderr)
sys.addaudithook(tell)
from xiezhi.cli import main
sys.argv = ["xiezhi", *sys.argv[1:]]
main()
"""
"""`xiezhi` as a machine without MLflow runs it, telling of every pickle it opens."""


class Mine:
    """What a planted pickle does when somebody loads it."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.marker,)


def plant(folder: Path, marker: Path) -> Path:
    """A pickle beside the files of a bundle, listed among its digests as if it belonged there."""
    planted = folder / "model.pkl"
    planted.write_bytes(pickle.dumps(Mine(marker)))
    sums = folder / SUMS
    sums.write_text(sums.read_text() + f"{'0' * 64}  model.pkl\n{'0' * 64}  ../model.pkl\n")
    return planted


_opened: list[str] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and (event == "pickle.find_class" or str(arguments[:1]).count(".pkl")):
        _opened.append(f"{event} {arguments[0]}")


@contextmanager
def watching() -> Iterator[list[str]]:
    """What is unpickled, and which pickles are opened, in this process meanwhile."""
    global _opened  # an audit hook is for the life of the process: one, which does nothing outside
    sys.addaudithook(_watch)
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


def ask(address: str, body: bytes | None = None) -> str:
    """The answer to a GET, or to a POST of `body`."""
    with urlopen(Request(address, data=body), timeout=120) as answer:
        return str(answer.read().decode())


def answers(address: str) -> bool:
    """Whether somebody listens there by now."""
    try:
        ask(f"{address}/healthz")
    except URLError:
        return False
    return True


@contextmanager
def real_server(log: Path, port: int) -> Iterator[str]:
    """`xiezhi serve` in a process of its own, without MLflow; its address."""
    with log.open("w") as errors:
        server = subprocess.Popen([sys.executable, "-c", SERVER, "serve", "--port", str(port)], stderr=errors)
        try:
            address = f"http://127.0.0.1:{port}"
            while not answers(address):
                assert server.poll() is None, log.read_text()
                sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(120)


def screen(address: str, filing_id: str) -> str:
    body = json.dumps(loan(filing_id, "2026-11-01T09:00", 3_000_000)).encode()
    return str(json.loads(ask(f"{address}/api/v1/screenings", body))["model_version"])


@pytest.mark.slow
def test_a_server_without_mlflow_screens_and_a_roll_back_reaches_it(
    sqlite_store: Store, tmp_path: Path, port: int
) -> None:
    first = promote_toy(sqlite_store, Settings())
    second = promote_toy(sqlite_store, Settings(), as_of="2026-02-01")
    challenger = keep_toy(Settings(), as_of="2026-03-01")
    marker = tmp_path / "loaded"
    for bundle in (first, second, challenger):
        folder = bundle_folder(Settings(), bundle.version)
        (folder / "model.pkl").write_bytes(pickle.dumps(Mine(marker)))
    with real_server(tmp_path / "log", port) as address:
        assert screen(address, "F-001") == second.version
        assert run(["challenge", challenger.version, "--by", "li"]) == 0
        assert run(["roll-back", "--reason", "too many flags", "--by", "li"]) == 0
        assert screen(address, "F-002") == first.version, "without a restart"
        assert "F-002" in ask(f"{address}/filings/F-002")
        assert "F-001" in ask(f"{address}/queue")
    assert "OPENED" not in (tmp_path / "log").read_text()
    assert not marker.exists()


def test_promoting_opens_no_pickle_and_takes_none_along(
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    mlruns = share_mlruns(monkeypatch, tmp_path_factory)
    settings, marker = Settings(), tmp_path / "loaded"
    bundle = keep_toy(settings, as_of="2031-01-01")
    folder = bundle_folder(settings, bundle.version)
    registered = record_run(settings, bundle, folder, {}, {})
    folder.rename(tmp_path / "elsewhere")
    planted = plant(mlruns / "artifacts" / registered.run_id / "artifacts" / "bundle", marker)
    with watching() as opened:
        planted.read_bytes()
        assert len(opened) == 1, "the watch sees it"
        assert run(["promote", bundle.version, "--by", "li"]) == 4, "its list of digests was changed"
    assert opened == [f"open {planted}"]
    assert not marker.exists()
    planted.with_name(SUMS).write_bytes((tmp_path / "elsewhere" / SUMS).read_bytes())
    with watching() as opened:
        assert run(["promote", bundle.version, "--by", "li"]) == 0
    planted.unlink()  # this MLflow is other tests' too
    assert opened == []
    assert not (folder / "model.pkl").exists()
