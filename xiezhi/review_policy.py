"""How a court reviews (审查策略): days, locks, loads, second persons, double reviews. Versioned in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from hashlib import blake2b
from typing import Any

from xiezhi.decisions import ADVERSE, FINAL
from xiezhi.errors import InputError
from xiezhi.policy import CourtPolicy


@dataclass(frozen=True)
class ReviewPolicy:
    """A court's choice. The defaults are our own, for want of a rule.

    `due_days`: working days for a review; 5 is a week of work, which ends with the seven days for docketing
    (民事诉讼法 art 126) or soon after; no review ever moves those. `lease_hours`: how long a claim keeps a filing from
    others before it goes back. `load_cap`: reviews one person holds at most, a series counted once.
    `second_person`: outcomes that another person confirms. `double_share`: share of the flags decided that a second
    reviewer looks at blind (第二人盲审), drawn when a flag is decided for the first time.
    """

    due_days: int = 5
    lease_hours: int = 24
    load_cap: int = 20
    second_person: tuple[str, ...] = tuple(sorted(ADVERSE))
    double_share: float = 0.05

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self) | {"second_person": list(self.second_person)}


OF_THE_BENCH: Mapping[str, tuple[int, int]] = {
    "due_days": (1, 60), "lease_hours": (1, 24 * 60), "load_cap": (1, 500),
}  # fmt: skip
"""What a court's policy may set for the bench, each from … to …."""


def under(own: ReviewPolicy, court: CourtPolicy | None) -> ReviewPolicy:
    """How a court reviews while a policy approved by two holds: as that says; what it leaves open as the bench has it."""
    if court is None:
        return own
    bench = {name: value for name in OF_THE_BENCH if (value := getattr(court, name)) is not None}
    outcomes = {"never": frozenset[str](), "adverse": ADVERSE, "always": FINAL}[court.second_person]
    return replace(
        own, second_person=tuple(sorted(outcomes)), double_share=court.double_review_share, **bench
    )


_BOUNDS: Mapping[str, tuple[float, float]] = {**OF_THE_BENCH, "double_share": (0, 1)}


def read_policy(body: Mapping[str, Any]) -> ReviewPolicy:
    """A policy from plain values; what is left out has its default. Raises InputError."""
    given = {field.name: body[field.name] for field in fields(ReviewPolicy) if field.name in body}
    given["second_person"] = tuple(given.get("second_person", ReviewPolicy.second_person))
    for name, (least, most) in _BOUNDS.items():
        if name in given and not (isinstance(given[name], int | float) and least <= given[name] <= most):
            raise InputError(
                f"{name} 须在 {least:g} 与 {most:g} 之间。",
                f"{name} must be from {least:g} to {most:g}.",
                code="review-policy",
            )
    if not set(given["second_person"]) <= FINAL:
        raise InputError(
            "第二人确认只适用于最终决定。",
            "A second person confirms final outcomes only.",
            code="review-policy",
        )
    return ReviewPolicy(**given)


def draw_for_double(filing_id: str, seed: str, share: float) -> bool:
    """Whether the lot of a second, blind review falls on a decision: with probability `share`."""
    lot = blake2b(f"double\x1f{seed}\x1f{filing_id}".encode(), digest_size=8).digest()
    return int.from_bytes(lot) < share * 2**64
