"""From the visitor of a request to the reviewer the use cases know, and to what he may see of a case."""

from __future__ import annotations

from serving.access import Visitor
from serving.parts import Parts
from serving.permissions import BENCH
from serving.review.case import Case, read_case
from serving.review.reviewer import Reviewer, sole_reviewer
from serving.review.standing import Standing, read_standing
from xiezhi.errors import NotPermitted


def reviewer_of(visitor: Visitor, typed: str = "") -> Reviewer:
    """The visitor as a reviewer; `typed`: the name where there are no accounts."""
    if visitor.known:
        name, roles = visitor.user.name, visitor.user.roles
        return Reviewer(name, visitor.signs(""), roles, alone=False, courts=visitor.courts)
    return sole_reviewer(typed)


def standing_for(parts: Parts, visitor: Visitor, case: Case) -> Standing:
    """Where the review of `case` stands for this visitor."""
    return read_standing(parts.store, parts.settings, case, reviewer_of(visitor), parts.now())


def judges_blind(parts: Parts, visitor: Visitor, filing_id: str) -> bool:
    """Whether this visitor is to judge the filing blind (盲审) and has not judged yet. Raises NotFound."""
    return visitor.may(BENCH) and standing_for(parts, visitor, read_case(parts.store, filing_id)).blind


def require_sight(parts: Parts, visitor: Visitor, case: Case) -> None:
    """Raises NotPermitted where this visitor is to judge the case blind and has not judged yet."""
    if standing_for(parts, visitor, case).blind:
        raise NotPermitted(
            "本案由您盲审；请先作出判断，再查看评分。",
            "You judge this case blind; its scores are shown once you have judged.",
            code="judge-first",
        )
