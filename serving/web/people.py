"""How people and filings are called on pages (称呼): a display name with its account, a case number (案号)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from serving.access import signature
from xiezhi.clock import Moment
from xiezhi.store import Store
from xiezhi.store.filings import case_numbers_of
from xiezhi.store.users import list_users


class PeopleNamed:
    """What an account is called, as pages ask for it; whoever is none (the program itself, a name typed) as he is.

    The accounts are read when the first name is asked for: most pages ask for none.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._people: Mapping[str, str] | None = None

    def __call__(self, name: str) -> str:
        """The display name with the account beside it."""
        if self._people is None:
            with self._store.read() as connection:
                self._people = {user.name: signature(user) for user in list_users(connection)}
        return self._people.get(name, name)


def numbers_of(store: Store, filing_ids: Iterable[str], at: Moment) -> Mapping[str, str]:
    """Filing id -> case number as known at a moment; none where the filing has none yet."""
    with store.read() as connection:
        return case_numbers_of(connection, sorted(set(filing_ids)), at)
