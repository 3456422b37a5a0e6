"""`xiezhi self-check`: sound here, and each fault is seen."""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from xiezhi import cli, self_check
from xiezhi.settings import Settings


def test_this_installation_is_sound(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["self-check"]) == cli.DONE
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["ok", name] for name in ("python", "packages", "store", "secret", "network")
    ]


def test_machine_output(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["self-check", "--json"]) == cli.DONE
    checks = json.loads(capsys.readouterr().out)
    assert {c["name"]: c["passed"] for c in checks}["store"] is True


def test_an_old_python_is_seen() -> None:
    assert not self_check.check_python((3, 10, 13)).passed


def test_another_projects_package_of_the_same_name_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for module in [m for m in sys.modules if m.split(".")[0] == "training"]:
        monkeypatch.delitem(sys.modules, module)
    check = self_check.check_houses()
    assert not check.passed
    assert "training" in check.en


def test_a_store_that_does_not_open_is_seen(home: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_DATABASE_URL", f"postgresql://nobody@127.0.0.1:{port}/none")
    assert not self_check.check_store(Settings()).passed


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_secret_that_others_can_read_is_seen(home: Path) -> None:
    Settings().secret()
    assert self_check.check_secret(Settings()).passed
    (home / "secret.key").chmod(0o644)
    assert not self_check.check_secret(Settings()).passed


def test_a_call_to_another_host_is_seen(home: Path) -> None:
    hosts = self_check.watch_connections()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.connect(("127.0.0.1", 9))
    assert self_check.check_network(hosts, Settings()).passed
    # An address for documentation (RFC 5737); to connect a datagram socket sends nothing.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as away, suppress(OSError):
        away.connect(("192.0.2.1", 9))
    check = self_check.check_network(hosts, Settings())
    assert not check.passed
    assert "192.0.2.1" in check.en


def test_the_database_is_no_foreign_host(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_DATABASE_URL", "postgresql://court@db.court.example/xiezhi")
    assert self_check.check_network(["db.court.example"], Settings()).passed
    assert not self_check.check_network(["elsewhere.example"], Settings()).passed
