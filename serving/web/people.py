"""How people are called on pages (称呼): the display name with the account beside it, as decisions are signed."""

from __future__ import annotations

from collections.abc import Mapping

from serving.access import signature
from xiezhi.store import Store
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
            self._people = people_of(self._store)
        return self._people.get(name, name)


def people_of(store: Store) -> Mapping[str, str]:
    """Account -> how it is called; empty in a home without accounts."""
    with store.read() as connection:
        return {user.name: signature(user) for user in list_users(connection)}
