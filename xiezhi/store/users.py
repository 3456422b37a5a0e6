"""Accounts (账户) as they are, and what was done to them, appended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import user_changes, users


@dataclass(frozen=True, slots=True)
class User:
    """One account. The name is an account name, the display name all that is kept of the person.

    `courts`: the court codes whose filings he may see; empty: every court's.
    """

    name: str
    display_name: str
    roles: frozenset[str]
    disabled_at: Moment | None = None
    courts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UserChange:
    """`changed_by` did `what` (`added`, `roles`, `password`, `disabled`, `courts`, `bound`, `unbound`) to the account `name`; of
    the key `key:NAME` `added` or `revoked`."""

    name: str
    what: str
    detail: str
    changed_at: Moment
    changed_by: str


def any_user(connection: Connection) -> bool:
    """Whether this home has accounts, disabled ones counted."""
    return connection.execute(_ANY).first() is not None


_ANY = select(users.c.name).limit(1)


def list_users(connection: Connection, *, lock: bool = False) -> list[User]:
    """Every account by name. `lock`: nobody else changes one until this transaction ends."""
    query = select(users).order_by(users.c.name)
    return [_user(row) for row in connection.execute(query.with_for_update() if lock else query)]


def find_user(connection: Connection, name: str) -> tuple[User, str] | None:
    """The account `name` with its password hash, or None."""
    row = connection.execute(select(users).where(users.c.name == name)).first()
    return None if row is None else (_user(row), str(row.password_hash))


def put_user(connection: Connection, user: User, password_hash: str) -> bool:
    """Append the account; False where the name is taken."""
    values = {
        "name": user.name, "display_name": user.display_name, "roles": join_words(user.roles),
        "password_hash": password_hash, "disabled_at": user.disabled_at, "courts": join_words(user.courts),
    }  # fmt: skip
    statement = insert_or_ignore(connection, users).values(values).returning(users.c.name)
    return connection.execute(statement).first() is not None


def update_user(
    connection: Connection,
    name: str,
    *,
    roles: frozenset[str] | None = None,
    password_hash: str | None = None,
    disabled_at: Moment | None = None,
    courts: frozenset[str] | None = None,
) -> None:
    """Change what is given of the account `name`."""
    given = {
        "roles": None if roles is None else join_words(roles),
        "password_hash": password_hash,
        "disabled_at": disabled_at,
        "courts": None if courts is None else join_words(courts),
    }
    values = {column: value for column, value in given.items() if value is not None}
    connection.execute(update(users).where(users.c.name == name).values(values))


def add_change(connection: Connection, change: UserChange) -> None:
    """Append `change`."""
    values = {field: getattr(change, field) for field in UserChange.__dataclass_fields__}
    keep_told(connection, "user_change", values, at=change.changed_at, actor=change.changed_by)


def changes_of(connection: Connection, name: str) -> list[UserChange]:
    """What was done to the account `name`, oldest first."""
    c = user_changes.c
    query = select(c.name, c.what, c.detail, c.changed_at, c.changed_by).where(c.name == name)
    return [UserChange(*row) for row in connection.execute(query.order_by(c.change_no))]


def join_words(words: Iterable[str]) -> str:
    """Roles, scopes or court codes as the store writes them: sorted, a comma between."""
    return ",".join(sorted(words))


def split_words(text: str) -> frozenset[str]:
    """What `join_words` joined."""
    return frozenset(filter(None, text.split(",")))


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(row.name, row.display_name, split_words(row.roles), row.disabled_at, split_words(row.courts))
