"""Roles (角色): what a person is to the program. One person may have several."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from xiezhi.errors import InputError, NotPermitted
from xiezhi.store.users import User

ROLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "clerk": ("立案人员", "clerk at the filing desk"),
        "reviewer": ("审查人员", "reviewer of flags"),
        "presiding_judge": ("承办法官", "presiding judge"),
        "supervisor": ("院庭长", "president or head of division"),
        "scientist": ("数据人员", "data scientist"),
        "auditor": ("审计人员", "auditor"),
        "administrator": ("系统管理员", "administrator"),
    }
)
"""Role -> its name in zh and en."""


def check_roles(roles: Collection[str]) -> frozenset[str]:
    """The roles as a set. Raises InputError for none, or one nobody knows."""
    if not roles or not set(roles) <= ROLES.keys():
        known = "、".join(ROLES), ", ".join(ROLES)
        raise InputError(
            f"角色须为下列之一或几个：{known[0]}。", f"A role is one of: {known[1]}.", code="role-unknown"
        )
    return frozenset(roles)


def sole_user(name: str) -> User:
    """Who works in a home without accounts, under the name he gives: every role is his."""
    return User(name, name, frozenset(ROLES))


def require_role(user: User, allowed: Collection[str]) -> None:
    """Raises NotPermitted unless `user` has one of the roles `allowed`."""
    if user.roles.isdisjoint(allowed):
        zh = "、".join(ROLES[role][0] for role in ROLES if role in allowed)
        en = ", ".join(role for role in ROLES if role in allowed)
        raise NotPermitted(f"此操作须由以下角色进行：{zh}。", f"This is for the roles: {en}.")
