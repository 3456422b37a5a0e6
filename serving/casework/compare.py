"""Two filings side by side (比对): their texts with what differs marked, and a table of the other fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serving.casework.differences import Difference, compare_texts
from serving.review.masking import mask_filing
from xiezhi.errors import NotFound
from xiezhi.records import Filing, filing_from_body
from xiezhi.store import Store
from xiezhi.store.filings import StoredFiling, get_filings

TEXTS = ("claims", "facts")
FIELDS = ("court", "filed_at", "cause", "proceeding", "claim_amount", "parties", "agents", "evidence")
ASKED = (
    "mediation_requested",
    "preservation_requested",
    "fee_waiver_requested",
    "defence_period_waived",
    "forum_clause",
)


@dataclass(frozen=True)
class FieldPair:
    """One field of both filings, as filed; `name` is a field of the format, or `element:` and an element's name."""

    name: str
    left: Any
    right: Any

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return bool(self.left != self.right)


@dataclass(frozen=True)
class Comparison:
    """Both filings, identity numbers masked; texts by field; `fields` that either of them fills in."""

    left: Filing
    right: Filing
    versions: tuple[int, int]
    texts: Mapping[str, Difference]
    fields: tuple[FieldPair, ...]


def compare_filings(store: Store, left_id: str, right_id: str) -> Comparison:
    """Two filings in their newest versions. Raises NotFound where either is not there."""
    with store.read() as connection:
        there = get_filings(connection, store.vault, [left_id, right_id])
    if left_id not in there or right_id not in there:
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
    left, right = _masked(there[left_id]), _masked(there[right_id])
    texts = {
        name: compare_texts(getattr(left, name) or "", getattr(right, name) or "")
        for name in TEXTS
        if getattr(left, name) or getattr(right, name)
    }
    versions = (there[left_id].version, there[right_id].version)
    return Comparison(left, right, versions, texts, tuple(_fields(left, right)))


def _fields(left: Filing, right: Filing) -> list[FieldPair]:
    pairs = [FieldPair(name, getattr(left, name), getattr(right, name)) for name in (*FIELDS, *ASKED)]
    names = dict.fromkeys([*left.elements, *right.elements])
    pairs += [FieldPair(f"element:{n}", left.elements.get(n), right.elements.get(n)) for n in names]
    return [pair for pair in pairs if pair.left not in (None, ()) or pair.right not in (None, ())]


def _masked(stored: StoredFiling) -> Filing:
    return filing_from_body(mask_filing(stored.filing))
