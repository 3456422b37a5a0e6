"""Secrets (密钥与口令) that would guard nothing are refused before the server listens: too short, known from examples,
or readable by others. A machine of development, where no real filing lies, may pass (`XIEZHI_DEVELOPMENT`)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sqlalchemy import make_url

from xiezhi.errors import InputError
from xiezhi.settings import Settings

LEAST_BYTES = 32
"""Of the key for identity numbers: 256 bits, the strength of the cipher and the hash that are made from it."""

LEAST_CLIENT_SECRET = 16
"""Characters. RFC 6749 § 10.10 asks that a guess succeeds with 2^-128 at most; providers give 32 and more, and fewer
than these cannot hold as much."""

_LEAST_DIFFERENT = 8  # characters that differ, in a key of 32: one letter held down is no secret
_EXAMPLES = (
    "changeme", "change-me", "change_me", "secret", "password", "example", "default", "xiezhi", "postgres", "admin",
    "test", "demo", "insecure", "placeholder", "replace", "todo", "12345678", "qwerty",
)  # fmt: skip
"""What stands in guides and templates; a secret with one of these in it, or made of them, was never drawn."""


def check_secrets(settings: Settings) -> None:
    """Raises InputError (`secret-weak`, `secret-open`) for a secret that does not guard; never tells the secret."""
    if settings.development:
        return
    _check_key(settings)
    _check_database(settings)
    client = settings.oidc_client_secret.get_secret_value()
    if settings.oidc_issuer and client and (len(client) < LEAST_CLIENT_SECRET or _is_example(client)):
        raise _weak(
            "XIEZHI_OIDC_CLIENT_SECRET",
            f"须由身份服务随机生成，至少 {LEAST_CLIENT_SECRET} 个字符",
            f"is drawn by the identity provider, at least {LEAST_CLIENT_SECRET} characters",
        )


def open_to_others(home: Path) -> bool:
    """Whether other accounts of this machine can look into `home`, where names of parties lie."""
    return os.name == "posix" and home.is_dir() and bool(stat.S_IMODE(home.stat().st_mode) & 0o007)


def _check_key(settings: Settings) -> None:
    key = settings.secret_key.get_secret_value()
    if key:
        if len(key.encode()) < LEAST_BYTES or len(set(key)) < _LEAST_DIFFERENT or _is_example(key):
            raise _weak(
                "XIEZHI_SECRET_KEY",
                f"至少 {LEAST_BYTES} 字节且须随机生成，例如 openssl rand -hex 32；不设则自动生成",
                f"has at least {LEAST_BYTES} random bytes, as from `openssl rand -hex 32`; unset, one is made",
            )
        return
    path = settings.home / "secret.key"
    if os.name == "posix" and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InputError(
            "secret.key 可被他人读取；请执行 chmod 600。",
            "secret.key can be read by others; run chmod 600 on it.",
            code="secret-open",
        )


def _check_database(settings: Settings) -> None:
    url = make_url(settings.store_url())
    # None: the server knows us otherwise (peer, a password file, a certificate).
    if url.password is None:
        return
    password = str(url.password)
    if not password or password == url.username or password.casefold() in _EXAMPLES:
        raise _weak(
            "XIEZHI_DATABASE_URL",
            "中的口令不得为空、与用户名相同或取自示例",
            "has a password that is empty, the user's name or from an example",
        )


def _is_example(secret: str) -> bool:
    text = secret.casefold()
    rest = text
    for word in _EXAMPLES:
        rest = rest.replace(word, "")
    # Half of it taken from examples: what is left is too little, however long the whole.
    return len(rest) <= len(text) / 2


def _weak(name: str, zh: str, en: str) -> InputError:
    hint = (
        "仅开发机可设 XIEZHI_DEVELOPMENT=1 放行",
        "on a development machine alone, XIEZHI_DEVELOPMENT=1 lets it pass",
    )
    return InputError(f"{name} {zh}（{hint[0]}）。", f"{name} {en} ({hint[1]}).", code="secret-weak")
