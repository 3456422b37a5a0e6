"""A real, small identity provider (OpenID Connect): its own server, its own keys, and twists to be told apart from it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from live_app import serve_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "xiezhi", "f3c1f0a6b7d48e2a9b0c"

Claims = dict[str, Any]


class IdentityProvider:
    """Knows one person, who consents to everything. `twist` changes the claims before they are signed."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock  # seconds
        self.issuer = ""
        self.person: Claims = {"sub": "S-1", "preferred_username": "sun", "name": "孙"}
        self.twist: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.sign_rightly
        self.key = RSAKey.generate_key(2048, parameters={"kid": "k1"})
        self.asked: list[str] = []
        self.secret = SECRET  # empty: a public client
        self._codes: dict[str, dict[str, str]] = {}

    def sign_rightly(self, claims: Claims) -> str:
        """As it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def sign_not(self, claims: Claims) -> str:
        """`alg: none`, the oldest trick."""
        return f"{_part(json.dumps({'alg': 'none'}).encode())}.{_part(json.dumps(claims).encode())}."

    def sign_with_what_all_know(self, claims: Claims) -> str:
        """HMAC with the public key as its secret."""
        head = _part(json.dumps({"alg": "HS256", "kid": self.key.kid}).encode())
        signed = f"{head}.{_part(json.dumps(claims).encode())}"
        digest = hmac.new(self.key.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{_part(digest)}"

    def sign_with_another_key(self, claims: Claims) -> str:
        """Somebody else's key under our key's id."""
        other = RSAKey.generate_key(2048, parameters={"kid": "k1"})
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, other)

    def routes(self) -> Starlette:
        """The provider as an app."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._tell),
                Route("/authorize", self._authorize),
                Route("/token", self._give, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    def _tell(self, _: Request) -> Response:
        self.asked.append("configuration")
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse(
            {"issuer": self.issuer} | {end: f"{self.issuer}/{path}" for end, path in ends.items()}
        )

    def _keys(self, _: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 302)

    async def _give(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        user, word = _client_in(request, form)
        asked = self._codes.pop(form["code"], None)
        proved = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or (user, word) != (CLIENT, self.secret)
            or proved.decode().rstrip("=") != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = self.clock()
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        token = self.sign(self.twist(claims | self.person))
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})


def _client_in(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Client and secret, by the header; of a public client by the form."""
    if "authorization" not in request.headers:
        return form["client_id"], ""
    said = base64.b64decode(request.headers["authorization"].split()[1]).decode()
    user, _, word = said.partition(":")
    return unquote(user), unquote(word)


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@contextmanager
def running(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """The provider on a free port."""
    with serve_app(provider.routes()) as provider.issuer:
        yield provider
