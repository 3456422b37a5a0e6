"""Who is logged in (会话), and how often a password was wrong of late."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from xiezhi.clock import Moment
from xiezhi.store.tables import login_failures, sessions
from xiezhi.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Session:
    """The account `name` logged in at `started_at`, was last seen at `seen_at`; `token_hash` is SHA-256 (hex)."""

    token_hash: str
    name: str
    started_at: Moment
    seen_at: Moment


def put_session(connection: Connection, session: Session) -> None:
    """Keep `session`."""
    connection.execute(insert(sessions).values(asdict(session)))


def find_session(connection: Connection, token_hash: str) -> Session | None:
    """The session of this token, in time or not."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).first()
    return None if row is None else Session(**row._mapping)


def see_session(connection: Connection, token_hash: str, at: Moment) -> None:
    """Note that the person was here."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=at))


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget the session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions_of(connection: Connection, name: str) -> None:
    """Forget every session of the account."""
    connection.execute(delete(sessions).where(sessions.c.name == name))


def forget_old(connection: Connection, *, started: Moment, seen: Moment, failed: Moment) -> None:
    """Forget sessions started before `started` or last seen before `seen`, and failures before `failed`."""
    connection.execute(
        delete(sessions).where(or_(sessions.c.started_at < started, sessions.c.seen_at < seen))
    )
    connection.execute(delete(login_failures).where(login_failures.c.at < failed))


def hash_typed(vault: Vault, name: str) -> str:
    """What stands for `name`, an account's or whatever was typed as one; never the hash of a number in a filing."""
    return vault.search_hash(f"login\x1f{name}")


def add_failure(connection: Connection, name_hash: str, at: Moment) -> None:
    """Note a wrong password for a name, whether there is such an account or not."""
    connection.execute(insert(login_failures).values(name_hash=name_hash, at=at))


def forget_failures(connection: Connection, name_hash: str) -> None:
    """Wrong passwords for a name no longer count: he has proved who he is, or got a new one."""
    connection.execute(delete(login_failures).where(login_failures.c.name_hash == name_hash))


def count_failures(connection: Connection, name_hash: str, since: Moment) -> int:
    """Wrong passwords for a name from `since` on."""
    c = login_failures.c
    query = select(func.count()).select_from(login_failures).where(c.name_hash == name_hash, c.at >= since)
    return int(connection.execute(query).scalar_one())
