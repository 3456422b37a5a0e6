"""A relation between the claims of two filings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from xiezhi.store.claim_relations import RelatedFiling

KINDS: Final = ("appeal", "refiled", "split", "series")
"""appeal: a step of one dispute carried on (上诉、再审、执行). refiled: sued again, something changed (再诉). split: one
debt cut into parts (拆分). series: one form over many suits (批量)."""


class ClaimRelation(NamedTuple):
    """How the filing just linked is related to an earlier one.

    score: in [0, 1], how strongly the fields agree; it is no probability of wrongdoing. evidence: plain values that
    say which fields agree or changed; no names.
    """

    other_filing_id: str
    kind: str
    score: float
    evidence: Mapping[str, Any]

    def to_keep(self, filing_id: str) -> RelatedFiling:
        """The row the store keeps of the filing just linked."""
        evidence = json.dumps(self.evidence, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return RelatedFiling(filing_id, self.other_filing_id, self.kind, self.score, evidence)
