"""How people and filings are called on pages (称呼): a display name with its account, a case number (案号)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from serving.access import signature
from xiezhi.clock import Moment
from xiezhi.store import Store
from xiezhi.store.filings import case_numbers_of
from xiezhi.store.users import list_users


def people_of(store: Store) -> Mapping[str, str]:
    """Account -> how it is called; empty in a home without accounts."""
    with store.read() as connection:
        return {user.name: signature(user) for user in list_users(connection)}


def numbers_of(store: Store, filing_ids: Iterable[str], at: Moment) -> Mapping[str, str]:
    """Filing id -> case number as known at a moment; none where the filing has none yet."""
    with store.read() as connection:
        return case_numbers_of(connection, sorted(set(filing_ids)), at)
