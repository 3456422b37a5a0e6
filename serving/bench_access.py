"""From the visitor of a request to the reviewer the use cases know."""

from __future__ import annotations

from serving.access import Visitor
from serving.review.reviewer import Reviewer, sole_reviewer


def reviewer_of(visitor: Visitor, typed: str = "") -> Reviewer:
    """The visitor as a reviewer; `typed`: the name where there are no accounts."""
    if visitor.known:
        return Reviewer(visitor.user.name, visitor.signs(""), visitor.user.roles, alone=False)
    return sole_reviewer(typed)
