"""The signature of a message, as the Standard Webhooks specification (1.0.0) has it: `docs/webhooks.md`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from xiezhi.clock import SECOND, Moment

PREFIX = "whsec_"
_BYTES = 32
"""Of a secret: as long as the hash; the specification asks for 24 to 64."""


def new_secret() -> str:
    """A secret to share with a receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers_for(secret: str, message_id: str, at: Moment, body: bytes) -> dict[str, str]:
    """The headers of a message sent at a moment: its id, the second, and HMAC-SHA-256 over id, second and body."""
    second = str(at // SECOND)
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{message_id}.{second}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "user-agent": "xiezhi",
        "webhook-id": message_id,
        "webhook-timestamp": second,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
