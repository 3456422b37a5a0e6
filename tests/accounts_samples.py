"""People of a court with accounts, and what they type."""

from __future__ import annotations

import io

import pytest

from xiezhi.accounts.administer import add_user
from xiezhi.store import Store
from xiezhi.store.users import User

PEOPLE = {
    "root": "administrator", "chen": "scientist", "zhao": "supervisor", "qian": "supervisor", "sun": "clerk",
}  # fmt: skip


def password_of(name: str) -> str:
    """A password long enough, and another one for each."""
    return f"correct horse {sum(name.encode())}"


def open_accounts(store: Store, *names: str) -> dict[str, User]:
    """Accounts for `root` and these of PEOPLE."""
    root = add_user(
        store,
        "root",
        display_name="管理员",
        roles=["administrator"],
        password=password_of("root"),
        by=None,
        at=1,
    )
    made = {"root": root}
    for name in names:
        made[name] = add_user(
            store,
            name,
            display_name=name.title(),
            roles=[PEOPLE[name]],
            password=password_of(name),
            by=root,
            at=2,
        )
    return made


def type_lines(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let standard input hold these lines; it is no terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def type_passwords(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the passwords of these people be typed."""
    type_lines(monkeypatch, *map(password_of, names))
