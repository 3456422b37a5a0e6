"""`xiezhi demo`: played whole, without a network; and it wipes nothing that is not its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xiezhi import cli
from xiezhi.demo.command import MARKER, at_home, make_home
from xiezhi.demo.table import weigh_flags, write_reason
from xiezhi.errors import InputError

# Imported by every Python that starts with its folder on the path: a call to another host is an error.
NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"called out to {host}")

sys.addaudithook(refuse)
"""


@pytest.mark.slow
def test_the_whole_job_without_a_network(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "XIEZHI_LANGUAGE": "en", "COLUMNS": "120"}
    played = subprocess.run(
        [Path(sys.executable).with_name("xiezhi"), "demo", "--filings", "3000", "--no-serve", "--home", "home"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert played.returncode == 0, played.stdout + played.stderr
    for number in range(1, 9):
        assert f"{number}/8 " in played.stdout
    assert "these figures say nothing about a real court" in played.stdout
    new, scores = (
        [json.loads(line) for line in (tmp_path / "home" / file).read_text(encoding="utf-8").splitlines()]
        for file in ("new/filings.jsonl", "scores.jsonl")
    )
    assert {s["filing_id"] for s in scores} == {f["filing_id"] for f in new}
    assert any(s["band"] != "none" and s["reasons"] for s in scores)
    # Nothing was kept outside the demonstration's own home.
    assert {p.name for p in tmp_path.iterdir()} - {"__pycache__"} == {"home", "sitecustomize.py"}


def test_a_folder_of_somebody_elses_is_not_wiped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "decisions.txt").write_text("mine")
    with pytest.raises(InputError):
        make_home(tmp_path)
    assert cli.run(["demo", "--home", str(tmp_path), "--no-serve"]) == cli.NOTHING_DONE
    assert (tmp_path / "decisions.txt").read_text() == "mine"
    assert "not-a-demo" in capsys.readouterr().err


def test_its_own_folder_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    make_home(home)
    (home / "old").touch()
    make_home(home)
    assert [p.name for p in home.iterdir()] == [MARKER]


def test_the_environment_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_HOME", "mine")
    monkeypatch.delenv("XIEZHI_MLRUNS", raising=False)
    with at_home(tmp_path):
        assert os.environ["XIEZHI_HOME"] == str(tmp_path)
    assert os.environ["XIEZHI_HOME"] == "mine"
    assert "XIEZHI_MLRUNS" not in os.environ


def test_the_line_on_the_truth_says_it_is_simulated() -> None:
    given = [{"filing_id": i} for i in "abcde"]
    told = weigh_flags(given, given[:2], {"a": "F", "c": "A"}, chinese=False)
    assert "Screened 5 filings, flagged 2." in told
    assert (
        "made 2 of the filings false or abusive (40.0%); 1 of these are flagged (50.0% of the flags)" in told
    )
    assert "simulated" in told
    assert "模拟" in weigh_flags(given, [], {}, chinese=True)


def test_a_reason_names_its_article_and_the_newest_earlier_filings() -> None:
    reason = {
        "text": {"zh": "此前同一借条起诉过。", "en": "Sued on the same note before."},
        "legal_basis": {"instrument": "民事诉讼法", "article": "第115条", "version": "2023年修正"},
        "filings": ["5", "4", "3", "2", "1"],
    }
    assert write_reason(reason, chinese=True).plain == (
        "此前同一借条起诉过。 [民事诉讼法第115条；此前：5、4、3 等 5 件]"
    )
    assert write_reason(reason, chinese=False).plain == (
        "Sued on the same note before. [民事诉讼法第115条; earlier: 5, 4, 3 and 2 more]"
    )
