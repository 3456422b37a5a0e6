"""Use cases: accounts are made and changed by an administrator, and each change is on record."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import Connection

from xiezhi.accounts.passwords import hash_password, matches
from xiezhi.accounts.reach import check_courts
from xiezhi.accounts.roles import check_roles, require_role
from xiezhi.clock import Moment
from xiezhi.errors import Conflict, InputError, NotAuthenticated, NotFound, NotPermitted
from xiezhi.store import Store
from xiezhi.store.identities import unbind
from xiezhi.store.sessions import end_sessions_of, forget_failures, hash_typed
from xiezhi.store.users import (
    User,
    UserChange,
    add_change,
    any_user,
    find_user,
    join_words,
    list_users,
    put_user,
    update_user,
)

ADMINISTRATOR = "administrator"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def has_accounts(store: Store) -> bool:
    """Whether this home has accounts."""
    with store.read() as connection:
        return any_user(connection)


def authenticate(store: Store, name: str, password: str) -> User:
    """The person of this account. Raises NotAuthenticated: name, password or a disabled account, not told which."""
    with store.read() as connection:
        found = find_user(connection, name)
    user, known = found if found is not None and found[0].disabled_at is None else (None, None)
    if not matches(password, known) or user is None:
        raise NotAuthenticated("账户名或口令不对。", "No such account, or another password.")
    return user


def add_user(
    store: Store,
    name: str,
    *,
    display_name: str,
    roles: Collection[str],
    password: str,
    by: User | None,
    at: Moment,
) -> User:
    """Make an account. The first one is an administrator's and made by nobody (`by` None).

    Raises InputError, NotPermitted, Conflict where the name is taken.
    """
    user = User(check_name(name), display_name, check_roles(roles))
    password_hash = hash_password(password, name)
    with store.write() as connection:
        if any_user(connection):
            require_administrator(by)
        else:
            require_administrator(user)
        if not put_user(connection, user, password_hash):
            raise Conflict(
                f"账户 {name} 已存在。", f"The account {name} is there already.", code="account-exists"
            )
        _record(connection, name, "added", user if by is None else by, at, join_words(user.roles))
    return user


def set_roles(store: Store, name: str, roles: Collection[str], *, by: User, at: Moment) -> None:
    """Give the account these roles and no others. Raises NotFound, InputError, NotPermitted, Conflict."""
    require_administrator(by)
    given = check_roles(roles)
    with store.write() as connection:
        _require_another_administrator(connection, name, ADMINISTRATOR in given)
        update_user(connection, name, roles=given)
        _record(connection, name, "roles", by, at, join_words(given))


def set_courts(store: Store, name: str, courts: Collection[str], *, by: User, at: Moment) -> None:
    """Bind the account to the filings of these courts; none: every court's. Raises NotFound, InputError, NotPermitted."""
    require_administrator(by)
    given = check_courts(courts)
    with store.write() as connection:
        if find_user(connection, name) is None:
            raise _no_account(name)
        update_user(connection, name, courts=given)
        _record(connection, name, "courts", by, at, join_words(given))


def unbind_user(store: Store, name: str, *, by: User, at: Moment) -> None:
    """Let the identity provider's next log-in under this name bind anew. Raises NotFound, NotPermitted."""
    require_administrator(by)
    with store.write() as connection:
        if not unbind(connection, name):
            raise NotFound(
                f"账户 {name} 未与身份服务绑定。",
                f"The account {name} is bound to no identity.",
                code="not-bound",
            )
        end_sessions_of(connection, name)
        _record(connection, name, "unbound", by, at)


def disable_user(store: Store, name: str, *, by: User, at: Moment) -> None:
    """Close the account for good; its name stays taken. Raises NotFound, NotPermitted, Conflict."""
    require_administrator(by)
    with store.write() as connection:
        _require_another_administrator(connection, name, False)
        update_user(connection, name, disabled_at=at)
        end_sessions_of(connection, name)
        _record(connection, name, "disabled", by, at)


def set_password(store: Store, name: str, password: str, *, by: User, at: Moment) -> None:
    """A new password, by the person himself or an administrator. Raises NotFound, InputError, NotPermitted."""
    if by.name != name:
        require_administrator(by)
    password_hash = hash_password(password, name)
    with store.write() as connection:
        if find_user(connection, name) is None:
            raise _no_account(name)
        update_user(connection, name, password_hash=password_hash)
        end_sessions_of(connection, name)
        forget_failures(connection, hash_typed(store.vault, name))
        _record(connection, name, "password", by, at)


def check_name(name: str) -> str:
    """The name of an account or a key. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(
            "账户名由小写字母、数字及 . _ - 组成，最长 64 个字符。",
            "An account's name is of lower-case letters, digits and . _ -, at most 64.",
            code="account-name",
        )
    return name


def require_administrator(user: User | None) -> None:
    """Raises NotPermitted for anybody else."""
    if user is None:
        raise NotPermitted(
            "须由管理员进行（--by 其账户名）。", "This is for an administrator (--by the account's name)."
        )
    require_role(user, (ADMINISTRATOR,))


def _require_another_administrator(connection: Connection, name: str, stays_one: bool) -> None:
    """Raises NotFound, or Conflict when no administrator would be left."""
    everybody = list_users(connection, lock=True)
    if name not in {user.name for user in everybody}:
        raise _no_account(name)
    left = [u for u in everybody if u.disabled_at is None and ADMINISTRATOR in u.roles and u.name != name]
    if not left and not stays_one:
        raise Conflict(
            "至少须有一名管理员。", "There must be at least one administrator.", code="last-administrator"
        )


def _no_account(name: str) -> NotFound:
    return NotFound(f"没有账户 {name}。", f"There is no account {name}.", code="no-account")


def _record(connection: Connection, name: str, what: str, by: User, at: Moment, detail: str = "") -> None:
    add_change(connection, UserChange(name, what, detail, at, by.name))
