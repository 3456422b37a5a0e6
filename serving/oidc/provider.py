"""The identity provider as this server sees it: what it says of itself, its keys, a code turned into claims.

OpenID Connect Core 1.0 § 3.1 and Discovery 1.0; RFC 7636 (PKCE).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from serving.oidc.tokens import check_id_token, names_unknown_key
from serving.outward import open_client
from xiezhi.accounts.roles import check_roles
from xiezhi.clock import SECOND, Moment
from xiezhi.errors import InputError, NotAuthenticated, XiezhiError
from xiezhi.settings import Settings

PATIENCE = 5.0
"""Seconds for each step of a call: somebody waits before the log-in page, and the provider is in the same house."""

KEPT: Final[Moment] = 3600 * SECOND
"""How long what the provider says of itself is believed; its new keys are looked for at once (below)."""

_KEYS_AGAIN: Final[Moment] = 60 * SECOND  # a token signed by an unknown key asks for keys so often at most
_DOWN: Final[Moment] = 10 * SECOND  # so long nobody else waits for a provider that did not answer


@dataclass(frozen=True)
class Known:
    """What the provider said of itself at a moment."""

    at: Moment
    authorize: str
    token: str
    keys: KeySet


class Provider:
    """The identity provider of the settings; what it says is fetched when first needed and kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        """Raises InputError for an issuer without TLS that is not this machine, or a role that may not be given so."""
        self.issuer = settings.oidc_issuer
        self.new_role = settings.oidc_new_role
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._lock = Lock()
        self._known: Known | None = None
        self._down_until: Moment = 0
        if not _is_safe(self.issuer) or not self._client_id:
            raise InputError(
                "XIEZHI_OIDC_ISSUER 须为 https 地址，并须设置 XIEZHI_OIDC_CLIENT_ID。",
                "XIEZHI_OIDC_ISSUER is an https URL, and XIEZHI_OIDC_CLIENT_ID goes with it.",
                code="oidc-settings",
            )
        if self.new_role and check_roles([self.new_role]) == {"administrator"}:
            raise InputError(
                "XIEZHI_OIDC_NEW_ROLE 不得为 administrator。",
                "XIEZHI_OIDC_NEW_ROLE cannot be administrator.",
                code="oidc-settings",
            )

    def login_url(self, *, state: str, nonce: str, verifier: str, back: str, at: Moment) -> str:
        """Where to send somebody to log in; he returns to `back`. Raises XiezhiError (`oidc-unreachable`)."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code", "scope": "openid profile", "client_id": self._client_id,
            "redirect_uri": back, "state": state, "nonce": nonce,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        there = self._know(at).authorize
        return f"{there}{'&' if urlsplit(there).query else '?'}{urlencode(asked)}"

    def claims_of(self, code: str, *, verifier: str, nonce: str, back: str, at: Moment) -> Mapping[str, Any]:
        """The claims of the ID token for `code`, checked. Raises NotAuthenticated, XiezhiError."""
        token = self._exchange(code, verifier, back, at)
        known = self._know(at)
        if names_unknown_key(token, known.keys) and at - known.at > _KEYS_AGAIN:
            known = self._know(at, anew=True)
        try:
            return check_id_token(
                token, known.keys, issuer=self.issuer, client_id=self._client_id, nonce=nonce, at=at
            )
        except (JoseError, ValueError) as error:
            raise NotAuthenticated(
                "身份服务给出的凭证不能采信，请重新登录。",
                "What the identity provider said cannot be believed; log in again.",
                code="oidc-token",
            ) from error

    def _exchange(self, code: str, verifier: str, back: str, at: Moment) -> str:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier,
        }  # fmt: skip
        auth = httpx2.Auth()  # adds nothing
        if self._secret:
            # RFC 6749 § 2.3.1: both are form-encoded before they become a password.
            auth = httpx2.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        else:
            form["client_id"] = self._client_id
        there = self._know(at).token
        try:
            with open_client(PATIENCE) as client:
                answer = client.post(there, data=form, auth=auth)
            told = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise _unreachable() from error
        token = told.get("id_token") if isinstance(told, dict) and answer.status_code == 200 else None
        if not isinstance(token, str):
            raise NotAuthenticated(
                "身份服务未接受此次登录，请重试。",
                "The identity provider did not take this log-in; try again.",
                code="oidc-code",
            )
        return token

    def _know(self, at: Moment, *, anew: bool = False) -> Known:
        with self._lock:
            if self._known is None or at - self._known.at > KEPT or anew:
                # Those who wait here hold threads of the server: one finds out for all.
                if at < self._down_until:
                    raise _unreachable()
                self._down_until = at + _DOWN
                self._known = self._ask(at)
                self._down_until = 0
            return self._known

    def _ask(self, at: Moment) -> Known:
        place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            with open_client(PATIENCE) as client:
                said = client.get(place).raise_for_status().json()
                ends = [str(said[end]) for end in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
                # Discovery 1.0 § 4.3: another issuer's document is no word of this one's.
                if said["issuer"] != self.issuer or not all(map(_is_safe, ends)):
                    raise ValueError("the document is another issuer's, or names a place without TLS")
                keys = KeySet.import_key_set(client.get(ends[2]).raise_for_status().json())
        except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise _unreachable() from error
        return Known(at, ends[0], ends[1], keys)


def open_provider(settings: Settings) -> Provider | None:
    """The provider of the settings; None where none is set. Raises InputError."""
    return Provider(settings) if settings.oidc_issuer else None


def _is_safe(url: str) -> bool:
    """Whether it is TLS, or this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _unreachable() -> XiezhiError:
    return XiezhiError(
        "身份服务暂不可用，请稍后再试，或以账户名和口令登录。",
        "The identity provider cannot be used now; try later, or log in with name and password.",
        code="oidc-unreachable",
    )
