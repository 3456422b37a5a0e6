"""What makes an ID token believable (OpenID Connect Core 1.0 § 3.1.3.7)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import InvalidClaimError
from joserfc.jwk import KeySet

from xiezhi.clock import SECOND, Moment

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Signatures by a key pair, all that providers of courts are known to use (assumption). Never `none`, and none by a
shared secret: that would let whoever knows a public key sign (RFC 8725 § 3.1)."""

LEEWAY = 60
"""Seconds two clocks of one house may differ; RFC 7519 § 4.1.4 allows "no more than a few minutes"."""


def check_id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, at: Moment
) -> Mapping[str, Any]:
    """The claims of `token`. Raises JoseError or ValueError unless it is signed by one of `keys`, of this issuer, for
    this client, in time, and the answer to this very log-in."""
    claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
    registry = jwt.JWTClaimsRegistry(
        now=at // SECOND,
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise InvalidClaimError("azp")
    if not isinstance(claims["nonce"], str):
        raise InvalidClaimError("nonce")
    return claims


def names_unknown_key(token: str, keys: KeySet) -> bool:
    """Whether the token says it is signed by a key that is not among `keys`: the provider may have changed them."""
    head = token.partition(".")[0]
    try:
        named = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
    except (ValueError, AttributeError):
        return False  # what cannot be read is refused when it is checked
    return named is not None and named not in {key.kid for key in keys.keys}
