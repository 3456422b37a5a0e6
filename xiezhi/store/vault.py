"""Identity numbers and attached files at rest: encrypted, and searchable only by a keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xiezhi.errors import StoreError

_MARK = "sealed:1:"


class Vault:
    """Seals and opens identity numbers with keys derived from the deployment's secret."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(hashlib.blake2b(secret, digest_size=32, person=b"xiezhi-seal").digest())
        self._search = hashlib.blake2b(secret, digest_size=32, person=b"xiezhi-search").digest()

    def seal(self, text: str) -> str:
        """`text` encrypted (AES-256-GCM, random nonce)."""
        nonce = os.urandom(12)
        box = nonce + self._cipher.encrypt(nonce, text.encode(), None)
        return _MARK + base64.b64encode(box).decode()

    def open(self, token: str) -> str:
        """What `seal` sealed. Raises StoreError under another key or for a damaged token."""
        if not token.startswith(_MARK):
            raise StoreError("证件号码不是密文。", "The identity number is not sealed.")
        try:
            box = base64.b64decode(token[len(_MARK) :])
            return self._cipher.decrypt(box[:12], box[12:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreError(
                "密钥不符，无法解密证件号码；请检查 XIEZHI_SECRET_KEY 或 secret.key。",
                "The secret does not open this store's identity numbers; "
                "check XIEZHI_SECRET_KEY or secret.key.",
                code="wrong-secret",
            ) from error

    def seal_bytes(self, content: bytes) -> bytes:
        """`content` encrypted like `seal` does a text."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, content, None)

    def open_bytes(self, box: bytes) -> bytes:
        """What `seal_bytes` sealed. Raises StoreError under another key or for damaged content."""
        try:
            return self._cipher.decrypt(box[:12], box[12:], None)
        except (InvalidTag, ValueError) as error:
            raise StoreError(
                "密文已损坏，或密钥不符；请检查 XIEZHI_SECRET_KEY 或 secret.key，或从备份恢复。",
                "What is sealed is damaged, or the secret is another; check XIEZHI_SECRET_KEY or secret.key, "
                "or restore a backup.",
                code="sealed-damaged",
            ) from error

    def search_hash(self, text: str) -> str:
        """The keyed hash (HMAC-SHA-256, 128 bits, hex) by which a normalised number is found again."""
        return hmac.new(self._search, text.encode(), hashlib.sha256).hexdigest()[:32]
