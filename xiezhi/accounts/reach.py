"""Reach (管辖范围): the courts whose filings an account, a key or a subscription is bound to; none named: every court."""

from __future__ import annotations

from collections.abc import Collection

from xiezhi.errors import InputError, NotFound
from xiezhi.store import Store
from xiezhi.store.filings import courts_of

_LONGEST = 200


def check_courts(courts: Collection[str]) -> frozenset[str]:
    """The court codes as a set. Raises InputError for one that is no code."""
    if not all(
        0 < len(c) <= _LONGEST and c.isprintable() and c.strip() == c and "," not in c for c in courts
    ):
        raise InputError(
            "法院代码不得为空、不得含逗号或首尾空格。",
            "A court code is not empty and has no comma and no blank around it.",
            code="court-code",
        )
    return frozenset(courts)


def within(courts: Collection[str], court: str) -> bool:
    """Whether filings of `court` are within the reach `courts`."""
    return not courts or court in courts


def require_court_of(store: Store, courts: Collection[str], filing_id: str) -> None:
    """Raises NotFound for a filing of a court out of reach: that it exists is not told either.

    A filing that is not there passes: whoever reads it says so in his own words.
    """
    if not courts:
        return
    with store.read() as connection:
        court = courts_of(connection, [filing_id]).get(filing_id)
    if court is not None and not within(courts, court):
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
