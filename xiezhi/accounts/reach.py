"""Reach (管辖范围): the courts whose filings an account, a key or a subscription is bound to; none named: every court."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from xiezhi.errors import InputError, NotFound, NotPermitted
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.api_keys import list_keys
from xiezhi.store.filings import courts_of
from xiezhi.store.users import find_user

_LONGEST = 200

KEY: Final = "key:"
"""Before the name of a key where an account's would stand; no account can be called so."""


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


def meet(courts: Collection[str], others: Collection[str]) -> bool:
    """Whether there can be a filing within both reaches."""
    return not courts or not others or not set(courts).isdisjoint(others)


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


def filings_within(connection: Connection, courts: Collection[str], filing_ids: Collection[str]) -> set[str]:
    """Those of these filings that are within the reach `courts`."""
    if not courts:
        return set(filing_ids)
    return {i for i, court in courts_of(connection, list(filing_ids)).items() if court in courts}


def require_own(store: Store, courts: Collection[str], filing: Filing) -> None:
    """Raises NotPermitted for a filing handed in that is of a court out of reach, and for one that would change such."""
    if not courts:
        return
    with store.read() as connection:
        first = courts_of(connection, [filing.filing_id]).get(filing.filing_id, filing.court)
    if filing.court not in courts or first not in courts:
        raise NotPermitted(
            "该收案不属于本账户或密钥限定的法院；请由受理法院提交。",
            "This filing is of a court the account or key is not for; its own court hands it in.",
            code="court-foreign",
        )


def courts_of_account(store: Store, name: str) -> frozenset[str]:
    """The reach of an account or, as `key:NAME`, of a key, as it stands now; all where there is none of this name."""
    with store.read() as connection:
        if name.startswith(KEY):
            keys = (key.courts for key in list_keys(connection) if KEY + key.name == name)
            return next(keys, frozenset())
        found = find_user(connection, name)
    return frozenset() if found is None else found[0].courts
