"""Use cases: a person logs in, is known again, leaves."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from xiezhi.accounts.administer import authenticate
from xiezhi.audit.chain import Act
from xiezhi.clock import SECOND, Moment
from xiezhi.errors import NotAuthenticated
from xiezhi.store import Store
from xiezhi.store.audit import MACHINE, append_acts, lock_trail
from xiezhi.store.sessions import (
    Session,
    add_failure,
    count_failures,
    end_session,
    find_session,
    forget_failures,
    forget_old,
    hash_typed,
    put_session,
    see_session,
)
from xiezhi.store.users import User, find_user

LONGEST: Final[Moment] = 12 * 3600 * SECOND
"""A working day; NIST SP 800-63B-4 (2025) 2.2.3 allows 24 hours."""

IDLE: Final[Moment] = 3600 * SECOND
"""Without a request for so long a session is over: NIST SP 800-63B-4 (2025) 2.2.3."""

MOST_FAILURES, FAILURE_WINDOW = 5, 15 * 60 * SECOND
"""So many wrong passwords in a quarter of an hour close an account until they are that old. NIST SP 800-63B-4 3.2.2
allows up to 100 in a row; fewer, since a clerk who forgot has an administrator at hand (assumption)."""

_SEEN_EVERY: Final[Moment] = 60 * SECOND  # a write a minute to a session, not one a request
_LONGEST_NAME = 64


def log_in(store: Store, name: str, password: str, at: Moment) -> tuple[User, str]:
    """The person and the token of a new session. Raises NotAuthenticated."""
    name = name.strip()[:_LONGEST_NAME]
    typed = hash_typed(store.vault, name)
    with store.write() as connection:
        lock_trail(connection)  # guesses made at once are counted one after another
        failed = count_failures(connection, typed, at - FAILURE_WINDOW)
        if failed < MOST_FAILURES:
            add_failure(connection, typed, at)  # until it proves right: a guess under way counts, too
    if failed >= MOST_FAILURES:
        minutes = FAILURE_WINDOW // (60 * SECOND)
        raise NotAuthenticated(
            f"口令多次有误，该账户名暂停登录，请 {minutes} 分钟后再试。",
            f"Too many wrong passwords: this account name must wait {minutes} minutes.",
            code="login-locked",
        )
    try:
        user = authenticate(store, name, password)
    except NotAuthenticated:
        with store.write() as connection:
            # What is nobody's account may be a slip of the keys: a password, a number of a person.
            known = name if find_user(connection, name) is not None else ""
            acts = [Act(at, known, "login_failed", known, "")]
            if failed + 1 == MOST_FAILURES:
                acts.append(Act(at, MACHINE, "login_locked", known, ""))
            append_acts(connection, acts)
        raise
    return user, open_session(store, user, at)


def open_session(store: Store, user: User, at: Moment) -> str:
    """The token of a new session of `user`, who has proved who he is; wrong passwords before no longer count."""
    token = secrets.token_urlsafe(32)
    with store.write() as connection:
        forget_old(connection, started=at - LONGEST, seen=at - IDLE, failed=at - FAILURE_WINDOW)
        forget_failures(connection, hash_typed(store.vault, user.name))
        put_session(connection, Session(_hash(token), user.name, at, at))
        append_acts(connection, [Act(at, user.name, "logged_in", user.name, "")])
    return token


def who_is(store: Store, token: str, at: Moment) -> User | None:
    """The person of a session that is in time; None for any other token, or where the account was closed."""
    digest = _hash(token)
    with store.read() as connection:
        session = find_session(connection, digest)
        found = None if session is None else find_user(connection, session.name)
    if session is None or found is None or found[0].disabled_at is not None:
        return None
    if at - session.started_at > LONGEST or at - session.seen_at > IDLE:
        return None
    if at - session.seen_at > _SEEN_EVERY:
        with store.write() as connection:
            see_session(connection, digest, at)
    return found[0]


def log_out(store: Store, token: str, at: Moment) -> None:
    """End the session of `token`, if there is one."""
    digest = _hash(token)
    with store.write() as connection:
        session = find_session(connection, digest)
        if session is not None:
            end_session(connection, digest)
            append_acts(connection, [Act(at, session.name, "logged_out", session.name, "")])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
