"""Accounts: who may make and change them, what is kept of a password, and what is on record."""

from __future__ import annotations

import json
import os
import pty
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from accounts_samples import PEOPLE, open_accounts, password_of, type_lines, type_passwords
from sqlalchemy import text

from xiezhi.accounts.administer import add_user, authenticate, disable_user, set_password, set_roles
from xiezhi.accounts.passwords import hash_password, matches
from xiezhi.accounts.roles import ROLES, check_roles
from xiezhi.cli import run
from xiezhi.errors import Conflict, InputError, NotAuthenticated, NotFound, NotPermitted, XiezhiError
from xiezhi.store import Store
from xiezhi.store.users import changes_of, list_users


def test_a_password_is_kept_as_argon2id_alone(store: Store) -> None:
    open_accounts(store, "chen")
    with store.read() as connection:
        rows = [
            tuple(row)
            for t in ("users", "user_changes")
            for row in connection.execute(text(f"SELECT * FROM {t}"))
        ]
        kept = connection.execute(text("SELECT password_hash FROM users WHERE name = 'chen'")).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_of("chen") not in str(rows)
    assert sum(kept in map(str, row) for row in rows) == 1, "the record of changes holds no hash"
    assert hash_password(password_of("chen"), "chen") != kept, "salted"


@pytest.mark.usefixtures("quick_passwords")
def test_who_he_is_takes_name_and_password(store: Store) -> None:
    made = open_accounts(store, "chen")
    assert authenticate(store, "chen", password_of("chen")) == made["chen"]
    told = set()
    for name, password in (("chen", "wrong" * 4), ("nobody", password_of("chen")), ("chen", "")):
        with pytest.raises(NotAuthenticated) as refused:
            authenticate(store, name, password)
        told.add(refused.value.en)
    assert len(told) == 1, "not told which of the two"
    disable_user(store, "chen", by=made["root"], at=3)
    with pytest.raises(NotAuthenticated):
        authenticate(store, "chen", password_of("chen"))


@pytest.mark.usefixtures("quick_passwords")
def test_full_width_is_the_same_password() -> None:
    known = hash_password("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　１", "chen")
    assert matches("correct horse 1", known)
    assert not matches("correct horse 2", known)


@pytest.mark.parametrize("password", ["short", "x" * 14, "x" * 12 + "chen", "x" * 12 + "CHEN"])
@pytest.mark.usefixtures("quick_passwords")
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(InputError) as refused:
        hash_password(password, "chen")
    assert refused.value.code == "password-weak"
    assert password not in refused.value.zh + refused.value.en


@pytest.mark.parametrize("name", ["", "张三", "Chen", "a b", "-a", "x" * 65, "a'; --"])
@pytest.mark.usefixtures("quick_passwords")
def test_a_name_is_an_account_name(sqlite_store: Store, name: str) -> None:
    with pytest.raises(InputError):
        add_user(
            sqlite_store, name, display_name="", roles=["administrator"], password=password_of("root"), by=None, at=1
        )  # fmt: skip


@pytest.mark.usefixtures("quick_passwords")
def test_the_first_is_an_administrator_and_made_by_nobody(store: Store) -> None:
    given = {"display_name": "", "password": password_of("chen"), "at": 1}
    with pytest.raises(NotPermitted):
        add_user(store, "chen", roles=["scientist"], by=None, **given)  # type: ignore[arg-type]
    made = open_accounts(store, "chen", "zhao")
    for by in (None, made["chen"], made["zhao"]):
        with pytest.raises(NotPermitted):
            add_user(store, "li", roles=["clerk"], by=by, **given)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        add_user(store, "chen", roles=["clerk"], by=made["root"], **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("roles", [[], ["judge"], ["clerk", ""]])
@pytest.mark.usefixtures("quick_passwords")
def test_a_role_nobody_knows_is_refused(roles: list[str]) -> None:
    with pytest.raises(InputError, match="presiding_judge"):
        check_roles(roles)


@pytest.mark.usefixtures("quick_passwords")
def test_changes_are_an_administrators_and_on_record(store: Store) -> None:
    made = open_accounts(store, "chen", "zhao")
    root, chen = made["root"], made["chen"]
    acts: list[Callable[..., None]] = [
        lambda by: set_roles(store, "zhao", ["clerk"], by=by, at=5),
        lambda by: set_password(store, "zhao", "another " * 3, by=by, at=6),
        lambda by: disable_user(store, "zhao", by=by, at=7),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act(chen)
    with store.read() as connection:
        assert [c.what for c in changes_of(connection, "zhao")] == ["added"]
    for act in acts:
        act(root)
    with store.read() as connection:
        assert [(c.what, c.detail, c.changed_at, c.changed_by) for c in changes_of(connection, "zhao")] == [
            ("added", "supervisor", 2, "root"),
            ("roles", "clerk", 5, "root"),
            ("password", "", 6, "root"),
            ("disabled", "", 7, "root"),
        ]
        assert {u.name: u.disabled_at for u in list_users(connection)} == {
            "root": None,
            "chen": None,
            "zhao": 7,
        }
    set_password(store, "chen", "a new one, long enough", by=chen, at=8)
    assert authenticate(store, "chen", "a new one, long enough").roles == {"scientist"}
    with pytest.raises(NotFound):
        disable_user(store, "nobody", by=root, at=9)


@pytest.mark.usefixtures("quick_passwords")
def test_one_administrator_is_always_left(store: Store) -> None:
    made = open_accounts(store)
    root = made["root"]
    with pytest.raises(Conflict):
        disable_user(store, "root", by=root, at=3)
    with pytest.raises(Conflict):
        set_roles(store, "root", ["clerk"], by=root, at=3)
    set_roles(store, "root", ["clerk", "administrator"], by=root, at=3)


@pytest.mark.usefixtures("quick_passwords")
def test_two_administrators_cannot_close_each_other_at_once(store: Store) -> None:
    root = open_accounts(store)["root"]
    other = add_user(
        store, "other", display_name="", roles=["administrator"], password=password_of("other"), by=root, at=2
    )
    start, refused = threading.Barrier(2), []

    def close(name: str, by: object) -> None:
        start.wait()
        try:
            disable_user(store, name, by=by, at=3)  # type: ignore[arg-type]
        except XiezhiError as error:
            refused.append(error.code)

    both = [threading.Thread(target=close, args=pair) for pair in (("other", root), ("root", other))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert refused == ["last-administrator"]


@pytest.mark.usefixtures("quick_passwords")
def test_by_command(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    type_lines(monkeypatch, password_of("root"))
    assert run(["user", "add", "root", "--role", "administrator", "--display-name", "管理员"]) == 0
    assert run(["user", "add", "chen", "--role", "scientist"]) == 2, "by whom?"
    type_lines(monkeypatch, "not the password", password_of("chen"))
    assert run(["user", "add", "chen", "--role", "scientist", "--by", "root"]) == 4
    assert "not-authenticated" in capsys.readouterr().err
    type_passwords(monkeypatch, "root", "chen")
    assert run(["user", "add", "chen", "--role", "scientist", "--role", "clerk", "--by", "root"]) == 0
    type_passwords(monkeypatch, "root")
    assert run(["user", "role", "chen", "scientist", "auditor", "--by", "root"]) == 0
    type_lines(monkeypatch, password_of("chen"), "quite another password")
    assert run(["user", "password", "chen"]) == 0
    type_lines(monkeypatch, "quite another password")
    assert run(["user", "disable", "root", "--by", "chen"]) == 4
    assert "not-permitted" in capsys.readouterr().err
    type_passwords(monkeypatch, "root")
    assert run(["user", "disable", "chen", "--by", "root"]) == 0
    capsys.readouterr()
    assert run(["user", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(u["name"], u["roles"], u["disabled_at"] is None) for u in listed] == [
        ("chen", ["auditor", "scientist"], False),
        ("root", ["administrator"], True),
    ]
    assert run(["user", "list"]) == 0
    told = capsys.readouterr().out
    assert "管理员" in told
    assert "argon2" not in told
    assert run(["user", "add", "li", "--role", "clerk", "--password", "x"]) == 2, "never on the command line"


@pytest.mark.usefixtures("quick_passwords")
def test_on_a_terminal_it_is_asked_for_unseen_and_twice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parent, child = pty.openpty()
    with os.fdopen(child, "r+b", buffering=0) as terminal, open(terminal.fileno(), closefd=False) as typed:
        monkeypatch.setattr("sys.stdin", typed)
        asked: list[str] = []
        answers = iter([password_of("root"), "something else", password_of("root"), password_of("root")])

        def unseen(prompt: str) -> str:
            asked.append(prompt)
            return next(answers)

        monkeypatch.setattr("getpass.getpass", unseen)
        assert sys.stdin.isatty()
        assert run(["user", "add", "root", "--role", "administrator"]) == 4, "the two differ"
        assert run(["user", "add", "root", "--role", "administrator"]) == 0
        assert len(asked) == 4
    os.close(parent)


@pytest.mark.usefixtures("quick_passwords")
def test_every_role_has_its_names() -> None:
    assert set(PEOPLE.values()) <= ROLES.keys()
    assert all(zh and en for zh, en in ROLES.values())
