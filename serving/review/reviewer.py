"""Who reviews (审查人员): the person behind an act, as the use cases see one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from xiezhi.accounts.roles import ROLES
from xiezhi.decisions import check_words
from xiezhi.errors import NotPermitted

REVIEWERS = frozenset({"reviewer", "presiding_judge"})
"""Roles that review."""

OVERSEE = frozenset({"supervisor", "presiding_judge"})
"""Roles that assign, and enter recusals and time off for others."""

SOLE = "sole"
"""The key of whoever works in a home without accounts: there is one, whatever name is typed."""


@dataclass(frozen=True)
class Reviewer:
    """`key`: the account; `signs`: the name a decision carries; `alone`: nobody else is there to be a second person.

    `courts`: those whose filings are within reach; none: every court's.
    """

    key: str
    signs: str
    roles: frozenset[str]
    alone: bool
    courts: frozenset[str] = frozenset()

    @property
    def presides(self) -> bool:
        """Whether he may confirm, send back and adjudicate."""
        return "presiding_judge" in self.roles

    def may(self, roles: Collection[str]) -> bool:
        """Whether one of the roles is his."""
        return not self.roles.isdisjoint(roles)

    def signing(self, reason: str) -> tuple[str, str]:
        """(name, reason), trimmed. Raises InputError."""
        return check_words(self.signs, reason)


def sole_reviewer(typed: str) -> Reviewer:
    """Whoever works in a home without accounts."""
    return Reviewer(SOLE, typed, frozenset(ROLES), alone=True)


def require(by: Reviewer, roles: Collection[str]) -> None:
    """Raises NotPermitted unless one of `roles` is his."""
    if not by.may(roles):
        raise NotPermitted("您的角色不能进行此操作。", "Your roles do not allow this.")


def require_presiding(by: Reviewer) -> None:
    """Raises NotPermitted unless he presides."""
    if not by.presides:
        raise NotPermitted(
            "此操作须由承办法官进行。", "This is for a presiding judge.", code="presiding-judge"
        )
