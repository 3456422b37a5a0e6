"""Numbers read off a filing's relations to earlier claims (`docs/claims.md`); their evidence names nobody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import nan
from typing import Any

from xiezhi.store.claim_relations import RelatedFiling


def count(relations: Sequence[RelatedFiling]) -> float:
    """How many."""
    return float(len(relations))


def changed(*fields: str) -> Callable[[Sequence[RelatedFiling]], float]:
    """1 where a refiling changed one of the fields; NaN where nothing was refiled."""

    def read(relations: Sequence[RelatedFiling]) -> float:
        told = [set(evidence["changed"]) for evidence in _evidence(relations)]
        return float(any(found.intersection(fields) for found in told)) if told else nan

    return read


def just_under(relations: Sequence[RelatedFiling]) -> float:
    """1 where parts of a debt stay just under a limit that they cross together."""
    return float(any(e.get("threshold", {}).get("just_under", False) for e in _evidence(relations)))


def likeness(relations: Sequence[RelatedFiling]) -> float:
    """Likeness of the wording to the likest filing of the series, 0 where there is none."""
    return max((float(e["text"]) for e in _evidence(relations)), default=0.0)


def by_nobody_known(relations: Sequence[RelatedFiling]) -> float:
    """1 where the filer of a series bears no name of a bank, a property manager and the like."""
    return float(any(not e["institution"] for e in _evidence(relations)))


def _evidence(relations: Sequence[RelatedFiling]) -> Iterator[Mapping[str, Any]]:
    return (json.loads(relation.evidence) for relation in relations)
