"""Log-ins by the court's identity provider: which subject is which account, and log-ins under way."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from xiezhi.clock import Moment
from xiezhi.store.tables import begun_logins, identities


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """Somebody was sent to the provider: what must come back with him, and where he wanted to go (`goal`)."""

    state_hash: str
    nonce: str
    verifier: str
    goal: str
    begun_at: Moment


def put_begun(connection: Connection, begun: BegunLogin, forget_before: Moment) -> None:
    """Keep a log-in under way, and forget those that were begun before then and never came back."""
    connection.execute(delete(begun_logins).where(begun_logins.c.begun_at < forget_before))
    connection.execute(insert(begun_logins).values(asdict(begun)))


def take_begun(connection: Connection, state_hash: str) -> BegunLogin | None:
    """The log-in under way, which from now on is none: a state is good for one return."""
    taken = delete(begun_logins).where(begun_logins.c.state_hash == state_hash).returning(*begun_logins.c)
    row = connection.execute(taken).first()
    return None if row is None else BegunLogin(**row._mapping)


def account_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """The name of the account that is this subject."""
    c = identities.c
    query = select(c.name).where(c.issuer == issuer, c.subject == subject)
    return connection.execute(query).scalar_one_or_none()


def is_bound(connection: Connection, issuer: str, name: str) -> bool:
    """Whether the account `name` is some subject of this issuer."""
    c = identities.c
    return connection.execute(select(c.name).where(c.issuer == issuer, c.name == name)).first() is not None


def bind(connection: Connection, issuer: str, subject: str, name: str, at: Moment) -> None:
    """From now on this subject is the account `name`."""
    row = {"issuer": issuer, "subject": subject, "name": name, "bound_at": at}
    connection.execute(insert(identities).values(row))


def unbind(connection: Connection, name: str) -> bool:
    """The account `name` is no subject any more; False where it was none."""
    return connection.execute(delete(identities).where(identities.c.name == name)).rowcount > 0
