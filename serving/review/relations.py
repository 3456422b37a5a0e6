"""Relations of a case (关联关系): its neighbourhood as of filing, and the paths between its sides."""

from __future__ import annotations

from dataclasses import dataclass

from features.relations.neighbourhood import Neighbourhood, neighbourhood
from features.relations.paths import Path, paths_between
from serving.review.case import Case
from xiezhi.clock import Moment
from xiezhi.store import Store


@dataclass(frozen=True)
class Relations:
    """What a reader is shown of the relations of a case."""

    found: Neighbourhood
    paths: tuple[Path, ...]


def read_relations(store: Store, case: Case, as_of: Moment | None = None) -> Relations:
    """Relations of the people of a case, by what was filed before `as_of` (None: before the case itself)."""
    filing = case.stored.filing
    moment = filing.filed_at if as_of is None else as_of
    with store.read() as connection:
        found = neighbourhood(connection, filing, case.links, moment)
    return Relations(found, paths_between(found))
