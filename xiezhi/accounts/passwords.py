"""Passwords (口令): argon2id, and how one is asked for. None is ever an argument of a command."""

from __future__ import annotations

import getpass
import sys
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from xiezhi.errors import InputError

LEAST_LENGTH = 15
"""Characters: NIST SP 800-63B-4 (2025) 3.1.1.2, where a password is the only factor. Several words do."""

_hasher = PasswordHasher()
"""argon2-cffi's own parameters: argon2id, 64 MiB, 3 passes, 4 lanes, the second choice of RFC 9106 § 4."""


def hash_password(password: str, account: str) -> str:
    """The hash to keep. Raises InputError for a password too short or with the account's name in it."""
    text = _normal(password)
    if len(text) < LEAST_LENGTH or account in text.casefold():
        raise InputError(
            f"口令至少 {LEAST_LENGTH} 个字符（可用几个词），且不得含账户名。",
            f"A password has at least {LEAST_LENGTH} characters (several words will do), without the account's name.",
            code="password-weak",
        )
    return _hasher.hash(text)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password of this hash. Without a hash: no, after the same work."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), _normal(password))
    except VerifyMismatchError:
        return False
    return password_hash is not None


def ask_password(prompt: str) -> str:
    """The password typed unseen on the terminal; without one, the next line of standard input."""
    return getpass.getpass(f"{prompt}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def ask_new_password(prompt: str, again: str) -> str:
    """A password to be, on a terminal asked for twice. Raises InputError when the two differ."""
    password = ask_password(prompt)
    if sys.stdin.isatty() and ask_password(again) != password:
        raise InputError(
            "两次输入的口令不同。", "The two passwords are not the same.", code="password-differs"
        )
    return password


def _normal(password: str) -> str:
    # The same keys give full or half width by the input method's mood (NIST SP 800-63B-4 3.1.1.2: NFKC).
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("")
