"""What is compared but never learned from: the court, cause, year and sides by which figures are told apart.

Read from the filings as first received, for reports alone. Identity numbers stay sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features.pleading.sides import agents_of, parties_of
from xiezhi.clock import Moment, to_datetime
from xiezhi.records import Filing, Role
from xiezhi.store import Store
from xiezhi.store.filings import iterate_filings

FACETS = ("court", "cause", "year", "represented")
"""By which evaluation and back-test tell figures apart."""

SIDES = ("plaintiff", "defendant", "represented", "fee_waiver")
"""By which fairness does: whether plaintiffs and defendants are natural persons, whether the plaintiffs come with
an agent, and whether they ask to be let off the fee (缓减免诉讼费)."""


@dataclass(frozen=True)
class Pleaded:
    """One filing's facets, and the names it gives, for counting by exact name. codes: facet -> code."""

    codes: Mapping[str, str]
    plaintiffs: tuple[str, ...]
    defendants: tuple[str, ...]
    agents: tuple[str, ...]
    amount: float


def read_facets(store: Store, zone: str, *, since: Moment | None, before: Moment) -> dict[str, Pleaded]:
    """The facets of the filings of `since <= filed_at < before`, by filing id. `zone` says when a year begins."""
    with store.read() as connection:
        return {
            stored.filing.filing_id: read_facet(stored.filing, stored.cause_family, zone)
            for stored in iterate_filings(
                connection, store.vault, since=since, before=before, first_version=True
            )
        }


def read_facet(filing: Filing, cause_family: str, zone: str) -> Pleaded:
    """The facets of one filing."""
    return Pleaded(
        {
            "court": filing.court,
            "cause": cause_family,
            "year": str(to_datetime(filing.filed_at, zone).year),
            "represented": "yes" if agents_of(filing, "plaintiff") else "no",
            "plaintiff": _kind(filing, "plaintiff"),
            "defendant": _kind(filing, "defendant"),
            "fee_waiver": {True: "yes", False: "no", None: "unknown"}[filing.fee_waiver_requested],
        },
        tuple(p.name for p in parties_of(filing, "plaintiff")),
        tuple(p.name for p in parties_of(filing, "defendant")),
        tuple(a.name for a in filing.agents),
        float("nan") if filing.claim_amount is None else filing.claim_amount,
    )


def _kind(filing: Filing, role: Role) -> str:
    kinds = {p.kind for p in parties_of(filing, role)}
    return kinds.pop() if len(kinds) == 1 else "both" if kinds else "none"
