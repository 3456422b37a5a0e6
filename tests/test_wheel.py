"""The wheel holds everything the packages need, and works outside the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("xiezhi", "features", "training", "serving")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline with the pinned hatchling."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return next(out.glob("xiezhi-*.whl"))


@pytest.mark.slow
def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert held == ours
    for ending in (".toml", ".html", ".css", "migrations/env.py"):
        assert any(n.endswith(ending) for n in held), ending


@pytest.mark.slow
def test_the_wheel_works_on_its_own(wheel: Path, tmp_path: Path) -> None:
    # The dependencies are this environment's; the four packages come from the wheel alone.
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site), "XIEZHI_HOME": str(tmp_path / "var")}
    environment.pop("XIEZHI_DATABASE_URL", None)

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("import xiezhi; print(xiezhi.__file__)").startswith(str(site))
    checks = json.loads(run("from xiezhi.cli import run; raise SystemExit(run(['self-check', '--json']))"))
    assert [c["name"] for c in checks if not c["passed"]] == []
    run(
        "from xiezhi.cli import run; raise SystemExit(run(['simulate', '--filings', '50', '--out', 'docket']))"
    )
    assert (tmp_path / "docket" / "filings.jsonl").exists()
