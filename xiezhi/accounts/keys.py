"""Use cases: a key for a program is made, used, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from typing import Final

from xiezhi.accounts.administer import check_name, require_administrator
from xiezhi.accounts.reach import KEY, check_courts
from xiezhi.accounts.scopes import check_scopes
from xiezhi.clock import SECOND, Moment
from xiezhi.errors import Conflict, InputError, NotAuthenticated, NotFound
from xiezhi.store import Store
from xiezhi.store.api_keys import ApiKey, find_key, put_key, revoke_key, see_key
from xiezhi.store.users import User, UserChange, add_change, join_words

PREFIX: Final = "xz_"
"""Before every token, so that a scanner of texts and logs knows one."""

_BYTES = 32  # 256 bits: no guess succeeds, so a plain SHA-256 keeps it
_SEEN_EVERY: Final[Moment] = 60 * SECOND  # a write a minute, not one a request


def actor_of(name: str) -> str:
    """Under which name the key `name` acts and stands on record; no account can have it."""
    return KEY + name


def add_key(
    store: Store,
    name: str,
    *,
    scopes: Collection[str],
    courts: Collection[str],
    expires_at: Moment | None,
    by: User,
    at: Moment,
) -> str:
    """Make a key; the token, which is told this once. Raises InputError, NotPermitted, Conflict."""
    require_administrator(by)
    if expires_at is not None and expires_at <= at:
        raise InputError("密钥的到期时间须在将来。", "A key expires at a moment to come.", code="key-expiry")
    key = ApiKey(check_name(name), check_scopes(scopes), check_courts(courts), at, by.name, expires_at)
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    detail = f"scopes {join_words(key.scopes)}; courts {join_words(key.courts) or '*'}"
    with store.write() as connection:
        if not put_key(connection, key, _hash(token)):
            raise Conflict(
                f"密钥名 {name} 已用过。", f"The name {name} was used for a key already.", code="key-exists"
            )
        add_change(connection, UserChange(actor_of(name), "added", detail, at, by.name))
    return token


def end_key(store: Store, name: str, *, by: User, at: Moment) -> None:
    """Revoke the key for good; its name stays taken. Raises NotFound, NotPermitted."""
    require_administrator(by)
    with store.write() as connection:
        if not revoke_key(connection, name, at):
            raise NotFound(f"没有有效的密钥 {name}。", f"There is no key {name} in force.", code="no-key")
        add_change(connection, UserChange(actor_of(name), "revoked", "", at, by.name))


def which_key(store: Store, token: str, at: Moment) -> ApiKey:
    """The key of `token`. Raises NotAuthenticated for none, a revoked or an expired one: which is not told."""
    with store.read() as connection:
        key = find_key(connection, _hash(token))
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at):
        raise NotAuthenticated(
            "密钥无效、已到期或已撤销。", "The key is unknown, expired or revoked.", code="key-invalid"
        )
    if key.used_at is None or at - key.used_at > _SEEN_EVERY:
        with store.write() as connection:
            see_key(connection, key.name, at)
    return key


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
