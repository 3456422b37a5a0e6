"""Secrets that guard nothing are refused before the server listens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from serving.secrecy import check_secrets, open_to_others
from xiezhi import cli
from xiezhi.errors import InputError
from xiezhi.settings import Settings

STRONG = "9f3c1f0a6b7d48e2a5c4d1b0e9f87766"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", STRONG[:-1]),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "changeme" * 5),
        ("SECRET_KEY", "my-secret-key-change-me-password"),
        ("DATABASE_URL", "postgresql://xz:xz@db/court"),
        ("DATABASE_URL", "postgresql://xz:postgres@db/court"),
        ("DATABASE_URL", "postgresql://xz:@db/court"),
        ("OIDC_CLIENT_SECRET", "f3c1f0a6b7d48e2"),
        ("OIDC_CLIENT_SECRET", "secretsecretsecret"),
    ],
)
def test_a_weak_secret_is_refused_and_not_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("XIEZHI_OIDC_ISSUER", "https://id.court.example")
    monkeypatch.setenv(f"XIEZHI_{name}", value)
    with pytest.raises(InputError, match=f"XIEZHI_{name}") as told:
        check_secrets(Settings())
    assert told.value.code == "secret-weak"
    assert value not in told.value.zh + told.value.en
    monkeypatch.setenv("XIEZHI_DEVELOPMENT", "1")
    check_secrets(Settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", STRONG),
        ("SECRET_KEY", "黑猫" + STRONG),
        ("DATABASE_URL", "postgresql://xz@db/court"),
        ("DATABASE_URL", "postgresql://xz:Vq8rT2mWz@db/court"),
        ("OIDC_CLIENT_SECRET", STRONG),
        ("OIDC_CLIENT_SECRET", ""),
    ],
)
def test_a_secret_that_was_drawn_passes(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("XIEZHI_OIDC_ISSUER", "https://id.court.example")
    monkeypatch.setenv(f"XIEZHI_{name}", value)
    check_secrets(Settings())


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_files_others_can_read_are_told(home: Path) -> None:
    Settings().secret()
    check_secrets(Settings())
    assert not open_to_others(home), "made for its owner alone"
    home.chmod(0o755)
    assert open_to_others(home)
    (home / "secret.key").chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        check_secrets(Settings())


def test_serve_refuses_to_start(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIEZHI_SECRET_KEY", "too short")
    assert cli.run(["serve"]) == cli.NOTHING_DONE
    assert "secret-weak" in capsys.readouterr().err
    assert not home.exists(), "nothing was opened"
