"""Keys of programs (程序密钥), found by the SHA-256 of their token."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from xiezhi.clock import Moment
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import api_keys
from xiezhi.store.users import join_words, split_words


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key: what it may do (`scopes`), for filings of which courts (none: all), and how long."""

    name: str
    scopes: frozenset[str]
    courts: frozenset[str]
    made_at: Moment
    made_by: str
    expires_at: Moment | None = None
    revoked_at: Moment | None = None
    used_at: Moment | None = None


def put_key(connection: Connection, key: ApiKey, token_hash: str) -> bool:
    """Keep a new key; False where the name is taken."""
    values = {
        "name": key.name, "token_hash": token_hash, "scopes": join_words(key.scopes),
        "courts": join_words(key.courts), "made_at": key.made_at, "made_by": key.made_by,
        "expires_at": key.expires_at,
    }  # fmt: skip
    statement = insert_or_ignore(connection, api_keys).values(values).returning(api_keys.c.name)
    return connection.execute(statement).first() is not None


def find_key(connection: Connection, token_hash: str) -> ApiKey | None:
    """The key of this token, in time or not."""
    row = connection.execute(select(api_keys).where(api_keys.c.token_hash == token_hash)).first()
    return None if row is None else _key(row)


def list_keys(connection: Connection) -> list[ApiKey]:
    """Every key by name, revoked ones, too."""
    return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.name))]


def revoke_key(connection: Connection, name: str, at: Moment) -> bool:
    """End the key; False where there is none of this name in force."""
    c = api_keys.c
    statement = update(api_keys).where(c.name == name, c.revoked_at.is_(None)).values(revoked_at=at)
    return connection.execute(statement).rowcount == 1


def see_key(connection: Connection, name: str, at: Moment) -> None:
    """Note that the key was used."""
    connection.execute(update(api_keys).where(api_keys.c.name == name).values(used_at=at))


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        row.name, split_words(row.scopes), split_words(row.courts), row.made_at, row.made_by,
        row.expires_at, row.revoked_at, row.used_at,
    )  # fmt: skip
