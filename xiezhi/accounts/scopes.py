"""Scopes (权限范围): what a program with a key may do. None lets it decide: a decision is a person's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from xiezhi.errors import InputError, NotPermitted

SCOPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "screen": ("提交收案并取得结果", "hand filings in and get their scores"),
        "read-flags": ("读取提示列表", "read the list of flags"),
        "read-filings": ("读取收案及其关联", "read filings with their relations"),
    }
)
"""Scope -> what it allows, in zh and en."""


def check_scopes(scopes: Collection[str]) -> frozenset[str]:
    """The scopes as a set. Raises InputError for none, or one nobody knows."""
    if not scopes or not set(scopes) <= SCOPES.keys():
        raise InputError(
            f"权限范围须为下列之一或几个：{'、'.join(SCOPES)}。",
            f"A scope is one of: {', '.join(SCOPES)}.",
            code="scope-unknown",
        )
    return frozenset(scopes)


def require_scope(held: Collection[str], allowed: Collection[str]) -> None:
    """Raises NotPermitted unless one of the scopes `held` is `allowed`."""
    if not set(held) & set(allowed):
        if not allowed:
            raise NotPermitted(
                "此操作不能以程序密钥进行，须由人员登录。",
                "No key may do this: a person logs in.",
                code="scope-missing",
            )
        told = ", ".join(sorted(allowed))
        raise NotPermitted(
            f"此操作须有以下权限范围的密钥：{told}。",
            f"This is for keys of the scope: {told}.",
            code="scope-missing",
        )
