"""How people are called on pages (称呼): the display name with the account beside it, as decisions are signed."""

from __future__ import annotations

from collections.abc import Mapping

from serving.access import signature
from xiezhi.store import Store
from xiezhi.store.users import list_users


def people_of(store: Store) -> Mapping[str, str]:
    """Account -> how it is called; empty in a home without accounts."""
    with store.read() as connection:
        return {user.name: signature(user) for user in list_users(connection)}
