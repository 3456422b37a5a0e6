"""The command itself: version, help, exit status, and that asking for help is quick."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from xiezhi import __version__, cli
from xiezhi.errors import NotFound

ROOT = Path(__file__).resolve().parent.parent
HEAVY = "pandas", "lightgbm", "sklearn", "pyarrow", "mlflow"
STAGES = "demo", "simulate", "ingest", "link", "build", "train", "promote", "screen", "serve", "self-check"


def test_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == cli.DONE
    assert capsys.readouterr().out == f"xiezhi {__version__}\n"


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_stage_has_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == cli.DONE
    told = capsys.readouterr().out
    for command in STAGES:
        assert f" {command} " in told, command


@pytest.mark.parametrize("words", [[], ["nonsense"], ["self-check", "--nonsense"]])
def test_a_wrong_command_line_is_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(words) == cli.USAGE


@pytest.mark.parametrize(("language", "sentence"), [("zh", "没有这个案件。"), ("en", "No such filing.")])
def test_an_error_is_told_in_the_readers_language(
    language: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise NotFound("没有这个案件。", "No such filing.")

    monkeypatch.setenv("XIEZHI_LANGUAGE", language)
    monkeypatch.setattr(cli, "build_app", lambda: lambda *_arguments, **_named: fail())
    assert cli.run(["anything"]) == cli.NOTHING_DONE
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"xiezhi: not-found: {sentence}\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [("XIEZHI_ZONE", "Asia/Nowhere"), ("XIEZHI_ZONE", "../x"), ("XIEZHI_RATE_LOGIN", "none")],
)
def test_a_setting_that_cannot_be_used_is_named(
    name: str, value: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert cli.run(["audit", "head"]) == cli.NOTHING_DONE
    told = capsys.readouterr().err
    assert told.startswith(f"xiezhi: settings: {name} ")
    assert value not in told


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from xiezhi.cli import build_app; build_app();"
        f"print(*[m for m in {HEAVY!r} if m in sys.modules])"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert asked.stdout.split() == []
