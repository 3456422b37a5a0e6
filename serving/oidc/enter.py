"""Use cases: somebody is sent to the identity provider, and comes back as one of our accounts. Roles stay ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from serving.oidc.provider import Provider
from xiezhi.accounts.administer import check_name
from xiezhi.accounts.passwords import hash_password
from xiezhi.clock import SECOND, Moment
from xiezhi.errors import NotAuthenticated
from xiezhi.store import Store
from xiezhi.store.audit import MACHINE
from xiezhi.store.identities import BegunLogin, account_of, bind, is_bound, put_begun, take_begun
from xiezhi.store.users import User, UserChange, add_change, any_user, find_user, put_user

PATIENCE: Final[Moment] = 600 * SECOND
"""So long somebody may take at the provider: RFC 6749 § 4.1.2 gives a code ten minutes."""


class Begun(NamedTuple):
    """Where to send him, and what his browser must bring back."""

    url: str
    state: str


def begin(store: Store, provider: Provider, *, goal: str, back: str, at: Moment) -> Begun:
    """Begin a log-in. Raises XiezhiError where the provider cannot be reached."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    url = provider.login_url(state=state, nonce=nonce, verifier=verifier, back=back, at=at)
    with store.write() as connection:
        put_begun(connection, BegunLogin(_hash(state), nonce, verifier, goal, at), at - PATIENCE)
    return Begun(url, state)


def finish(
    store: Store, provider: Provider, *, code: str, state: str, cookie: str, back: str, at: Moment
) -> tuple[User, str]:
    """Who came back, and where he wanted to go. Raises NotAuthenticated, XiezhiError."""
    # The browser that began must be the one that returns: nobody is logged in as somebody else by a link.
    same = bool(state) and hmac.compare_digest(state.encode(), cookie.encode())
    begun = None
    if same:
        with store.write() as connection:
            begun = take_begun(connection, _hash(state))
    if begun is None or at - begun.begun_at > PATIENCE:
        raise NotAuthenticated(
            "此次登录已失效，请重新登录。", "This log-in is over; begin anew.", code="oidc-state"
        )
    claims = provider.claims_of(code, verifier=begun.verifier, nonce=begun.nonce, back=back, at=at)
    with store.write() as connection:
        user = _find_account(connection, provider, claims, at)
    if user is None or user.disabled_at is not None:
        raise NotAuthenticated(
            "身份服务已确认您的身份，但本系统没有您可用的账户；请联系管理员。",
            "The identity provider knows you, but there is no account here for you; ask the administrator.",
            code="oidc-no-account",
        )
    return user, begun.goal


def _find_account(
    connection: Connection, provider: Provider, claims: Mapping[str, Any], at: Moment
) -> User | None:
    """The account of a subject: the one it was bound to, else the one of its user name, bound from now on."""
    subject = str(claims["sub"])
    if (name := account_of(connection, provider.issuer, subject)) is not None:
        found = find_user(connection, name)
        return None if found is None else found[0]
    name = str(claims.get("preferred_username") or "").lower()
    found = find_user(connection, name)
    if found is None:
        user = _make_account(connection, provider, name, str(claims.get("name") or name), at)
    else:
        # A user name may be given to another person later; whoever was bound first stays who he is.
        user = None if is_bound(connection, provider.issuer, name) else found[0]
    if user is not None and user.disabled_at is None:
        bind(connection, provider.issuer, subject, user.name, at)
        add_change(connection, UserChange(user.name, "bound", provider.issuer, at, MACHINE))
    return user


def _make_account(
    connection: Connection, provider: Provider, name: str, display_name: str, at: Moment
) -> User | None:
    """A new account, where the deployment says so and the home has accounts: the first is made by hand."""
    if not provider.new_role or not any_user(connection):
        return None
    user = User(check_name(name), display_name[:200], frozenset({provider.new_role}))
    # A password nobody knows: until an administrator sets one, only the provider lets him in.
    put_user(connection, user, hash_password(secrets.token_urlsafe(48), name))
    add_change(connection, UserChange(name, "added", provider.new_role, at, MACHINE))
    return user


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
