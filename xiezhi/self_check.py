"""Is this installation sound? Python, packages, store, secret, and that nothing calls out."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

import typer

import xiezhi
from xiezhi.errors import StoreError
from xiezhi.settings import Settings

HOUSES = ("features", "training", "serving")
OLDEST_PYTHON = (3, 11)

app = typer.Typer()


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is as it must be, and a sentence in both languages."""

    name: str
    passed: bool
    zh: str
    en: str


@app.command("self-check")
def self_check(
    as_json: Annotated[bool, typer.Option("--json", help="Machine output.")] = False,
) -> None:
    """Look whether this installation is sound; needs no network. Status 4 when something is wrong."""
    settings = Settings()
    checks = check_all(settings)
    if as_json:
        typer.echo(json.dumps([asdict(c) for c in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            told = check.zh if settings.language.startswith("zh") else check.en
            typer.echo(f"{'ok  ' if check.passed else 'BAD '} {check.name:<9} {told}")
    if not all(c.passed for c in checks):
        raise typer.Exit(4)


def check_all(settings: Settings) -> tuple[Check, ...]:
    """Every check, in the order a reader would mend them."""
    hosts = watch_connections()
    checks = (
        check_python(sys.version_info[:3]),
        check_houses(),
        check_store(settings),
        check_secret(settings),
    )
    for entry in entry_points(group="xiezhi.commands"):
        entry.load()
    return (*checks, check_network(hosts, settings))


def check_python(version: tuple[int, ...]) -> Check:
    """Is this Python new enough?"""
    found = ".".join(map(str, version))
    needed = ".".join(map(str, OLDEST_PYTHON))
    return Check(
        "python", version >= OLDEST_PYTHON, f"{found}，至少需要 {needed}", f"{found}, needs {needed}"
    )


def check_houses() -> Check:
    """Do the packages with generic names lie beside the kernel, or has another project's taken their place?"""
    beside = Path(xiezhi.__file__).resolve().parent.parent
    strangers = [name for name in HOUSES if _home_of(name) != beside]
    if strangers:
        names = ", ".join(strangers)
        return Check(
            "packages",
            False,
            f"{names} 不是本程序的包；请把 Xiezhi 单独装在一个环境里。",
            f"{names} come from elsewhere; install Xiezhi into an environment of its own.",
        )
    return Check("packages", True, "三个包与内核在一起", "the three houses lie beside the kernel")


def _home_of(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).resolve().parent.parent if spec and spec.origin else None


def check_store(settings: Settings) -> Check:
    """Does the store open, at the newest schema?"""
    from xiezhi.store import open_store

    try:
        store = open_store(settings)
    except StoreError as error:
        return Check("store", False, error.zh, error.en)
    kind = store.engine.dialect.name
    store.close()
    return Check("store", True, f"{kind}，可以打开", f"{kind}, opens")


def check_secret(settings: Settings) -> Check:
    """Can nobody but the owner read the secret that seals identity numbers?"""
    if settings.secret_key.get_secret_value():
        return Check("secret", True, "取自环境变量", "from the environment")
    settings.secret()
    path = settings.home / "secret.key"
    mode = stat.S_IMODE(path.stat().st_mode)
    private = os.name != "posix" or mode & 0o077 == 0
    return Check(
        "secret",
        private,
        f"secret.key 权限 {mode:o}" + ("" if private else "；请执行 chmod 600"),
        f"secret.key has mode {mode:o}" + ("" if private else "; run chmod 600 on it"),
    )


def check_network(hosts: Iterable[str], settings: Settings) -> Check:
    """Did loading every command and opening the store speak to this machine and the database alone?"""
    from sqlalchemy import make_url

    database = make_url(settings.store_url()).host
    foreign = sorted({h for h in hosts if h != database and not _is_local(h)})
    if foreign:
        names = ", ".join(foreign)
        return Check("network", False, f"试图连接 {names}", f"tried to reach {names}")
    return Check("network", True, "没有向外连接", "nothing called out")


def watch_connections() -> list[str]:
    """From now on, every host this process looks up or connects to from Python; the list grows."""
    hosts: list[str] = []

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.getaddrinfo" and arguments[0]:
            hosts.append(_text(arguments[0]))
        elif event == "socket.connect" and isinstance(arguments[1], tuple):  # a path is a local socket
            hosts.append(_text(arguments[1][0]))

    sys.addaudithook(hear)  # cannot be taken away again: the process is short
    return hosts


def _text(host: str | bytes) -> str:
    return host.decode() if isinstance(host, bytes) else host


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
